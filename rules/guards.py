"""The guards of `rules/policy.yaml` as typed models: what the reviewer reads, the limits, and what counts as agreement."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from rules.matching import Level
from rules.yaml_file import RuleModel

LevelId = Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")]
LevelSet = Annotated[frozenset[LevelId], Field(min_length=1)]
# A day of every year: no February 29.
MonthDay = Annotated[
    str,
    StringConstraints(
        pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$|^(0[13-9]|1[0-2])-(29|30)$|^(0[13578]|1[02])-31$"
    ),
]


class Span(RuleModel):
    """From `least` to `most`, both included."""

    least: int = Field(ge=0)
    most: int = Field(ge=0)

    @model_validator(mode="after")
    def _ordered(self) -> "Span":
        if self.least > self.most:
            raise ValueError("`least` must not be larger than `most`")
        return self


class Guard(RuleModel):
    title: str = Field(min_length=1)
    sentence: str = Field(min_length=1)


class TwinGuard(Guard):
    born_within_days: int = Field(ge=0, le=7)
    side_by_side_days: int = Field(ge=0)


class SiblingGuard(Guard):
    months: Span


class NearDatesGuard(Guard):
    days: Span


class GenerationGuard(Guard):
    years: int = Field(ge=1)


class CommonBits(RuleModel):
    """Bits by which the names must be rarer than the average name, by what agrees beside names and birth date."""

    birthplace_alone: float
    both_parents_alone: float
    one_parent_alone: float


class CommonGuard(Guard):
    bits: CommonBits


class VerifiedGuard(Guard):
    weakest_tier: str  # of dob_evidence.yaml


class AttendanceGuard(Guard):
    more_than_days: int = Field(ge=0)
    school_year_ends: MonthDay
    open_ended_days: int = Field(ge=0)


class SeveralGuard(Guard):
    probability: float = Field(gt=0, le=1)


class Guards(RuleModel):
    """Every guard that the engine knows, none missing and none invented, in the order in which they are listed for a pair."""

    twins: TwinGuard = Field(alias="GUARD-MB")
    siblings: SiblingGuard = Field(alias="GUARD-SIB")
    reused: Guard = Field(alias="GUARD-REUSED")
    near_dates: NearDatesGuard = Field(alias="GUARD-DOB-NEAR")
    parents: Guard = Field(alias="GUARD-PARENTS")
    parent: Guard = Field(alias="GUARD-PARENT")
    suffix: Guard = Field(alias="GUARD-SUFFIX")
    generation: GenerationGuard = Field(alias="GUARD-GENERATION")
    common: CommonGuard = Field(alias="GUARD-COMMON")
    sex: Guard = Field(alias="GUARD-SEX")
    birth_date: Guard = Field(alias="GUARD-DOB")
    birthplace: Guard = Field(alias="GUARD-BIRTHPLACE")
    given: Guard = Field(alias="GUARD-GIVEN")
    surname: Guard = Field(alias="GUARD-SURNAME")
    verified: VerifiedGuard = Field(alias="GUARD-VERIFIED")
    attendance: AttendanceGuard = Field(alias="GUARD-ATTENDANCE")
    thin: Guard = Field(alias="GUARD-THIN")
    several: SeveralGuard = Field(alias="GUARD-SEVERAL")
    bridge: Guard = Field(alias="GUARD-BRIDGE")

    def by_id(self, guard_id: str) -> Guard:
        """The guard with this id. Raises KeyError."""
        guard: Guard = getattr(self, _NAME_OF[guard_id])
        return guard


_NAME_OF: Mapping[str, str] = {str(field.alias): name for name, field in Guards.model_fields.items()}
GUARD_IDS: tuple[str, ...] = tuple(_NAME_OF)


class GivenLevels(RuleModel):
    agree: LevelSet
    settle_twins: LevelSet


class SurnameLevels(RuleModel):
    agree: LevelSet


class BirthDateLevels(RuleModel):
    one_birth: LevelSet
    assigned: LevelSet
    other_year: LevelSet
    near: LevelSet


class ParentLevels(RuleModel):
    agree: LevelSet
    one_agrees: LevelSet
    both_agree: LevelSet
    one_conflicts: LevelSet
    both_conflict: LevelSet


class GuardLevels(RuleModel):
    """Named sets of levels of `matching.yaml`; a key here is a comparison there."""

    given_names: GivenLevels
    surnames: SurnameLevels
    birth_date: BirthDateLevels
    parents: ParentLevels


def unknown_level(sets: GuardLevels, comparisons: Mapping[str, Sequence[Level]]) -> tuple[str, str, str] | None:
    """(comparison, name of the set, level id) of the first level that `matching.yaml` does not have; None if all are there."""
    for comparison, named in sets:
        known = {level.id for level in comparisons[comparison]}
        for name, ids in named:
            for level_id in sorted(ids - known):
                return comparison, name, level_id
    return None
