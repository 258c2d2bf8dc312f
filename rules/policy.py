"""`rules/policy.yaml` as a typed, immutable model: bands, groups, who validates, sessions, guards."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field, field_validator, model_validator

from rules.guards import Guard, GuardLevels, Guards
from rules.mde_list import load_mde_list
from rules.yaml_file import RuleModel


class Bands(RuleModel):
    near: float = Field(gt=0, lt=1)
    auto: float = Field(gt=0, le=1)

    @model_validator(mode="after")
    def _ordered(self) -> "Bands":
        if self.near >= self.auto:
            raise ValueError("`near` must be smaller than `auto`")
        return self


class Groups(RuleModel):
    link: float = Field(gt=0, lt=1)
    most_members: int = Field(ge=2, le=20)
    split: float = Field(gt=0, lt=1)
    split_after_days: int = Field(ge=0)

    @model_validator(mode="after")
    def _ordered(self) -> "Groups":
        if self.split >= self.link:
            raise ValueError("`split` must be smaller than `link`")
        return self


Need = Literal["always", "never"]


class SecondPerson(RuleModel):
    """When somebody else must agree; `in_child_count` is stronger than the others."""

    flagged: Need
    suggested_split: Need
    near_match_in_one_state: Need
    near_match_across_states: Need
    in_child_count: Need


class Reason(RuleModel):
    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    title: str = Field(min_length=1)


class Decisions(RuleModel):
    """Who decides with whom. `claim_minutes`: of inactivity; `most_an_hour`: joinings and separations of one person. `phrases`: for notes."""

    second_person: SecondPerson
    across_states: Literal["other_state", "anyone"]
    second_look: Literal["blind", "open"]
    link_automatically: Literal["never", "same_record_resent"]
    claim_minutes: int = Field(gt=0)
    most_an_hour: int = Field(gt=0)
    undo_at_once_seconds: int = Field(ge=0)
    warned_needs_reason: Need
    reasons: tuple[Reason, ...]
    phrases: tuple[str, ...]

    def reason(self, code: str) -> str | None:
        """The title of a reason; None if there is none with this code."""
        return next((one.title for one in self.reasons if one.id == code), None)


class Blackout(RuleModel):
    """Days on which nothing is applied, both included. `states`: none for all."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    title: str = Field(min_length=1)
    states: frozenset[str] = frozenset()

    @model_validator(mode="after")
    def _ordered(self) -> "Blackout":
        if self.last < self.first:
            raise ValueError("`to` must not be before `from`")
        return self


class Deadline(RuleModel):
    """`answer_hours`: of the clock. The others in business days; escalated so long after the item should have been resolved."""

    answer_hours: int = Field(gt=0)
    resolve_days: int = Field(gt=0)
    remind_days_before: int = Field(ge=0)
    escalate_after_days: int = Field(ge=0)


class Deadlines(RuleModel):
    """`states`: what differs, by State; `time_zones`: IANA names, by State."""

    default: Deadline
    states: Mapping[str, Deadline]
    time_zones: Mapping[str, str]

    def of(self, state: str) -> Deadline:
        return self.states.get(state, self.default)


class ChildCount(RuleModel):
    """The period begins on the first day of `first_month` and lasts a year; ages in full years, both included."""

    first_month: int = Field(ge=1, le=12)
    least_age: int = Field(ge=0)
    most_age: int = Field(ge=0)


class Sessions(RuleModel):
    idle_minutes: int = Field(gt=0)
    absolute_hours: int = Field(gt=0)
    wrong_passwords: int = Field(gt=0)
    password_length: int = Field(ge=8)


class Masking(RuleModel):
    """What roles with `masked: true` see as dots. `fields`: columns of the element list, of a child's own data."""

    revealed_minutes: int = Field(gt=0)
    most_a_day: int = Field(ge=0)
    fields: frozenset[str]

    @field_validator("fields")
    @classmethod
    def _known(cls, fields: frozenset[str]) -> frozenset[str]:
        known = load_mde_list().block("demographic")
        for column in sorted(fields.difference(known)):
            raise ValueError(f"`{column}` is not a child's own element; these are: {', '.join(known)}")
        return fields


class Policy(RuleModel):
    bands: Bands
    groups: Groups
    decisions: Decisions
    blackouts: tuple[Blackout, ...]
    deadlines: Deadlines
    child_count: ChildCount
    sessions: Sessions
    masking: Masking
    guards: Guards
    guard_levels: GuardLevels

    def guard(self, guard_id: str) -> Guard:
        """What the reviewer reads of a guard. Raises KeyError."""
        return self.guards.by_id(guard_id)
