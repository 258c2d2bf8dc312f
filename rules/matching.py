"""`rules/matching.yaml`, `rules/weights.yaml` and a user's own model file as typed, immutable models."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, model_validator

from rules.yaml_file import RuleModel

Strength = Literal["equal", "compatible", "similar", "differs", "missing"]

# How many columns each comparison takes (least, most), in this order.
COLUMNS_TAKEN: Mapping[str, tuple[int, int]] = {
    "given_names": (1, 2),  # first, middle
    "surnames": (1, 2),  # last 1, last 2
    "birth_date": (1, 1),
    "sex": (1, 1),
    "suffix": (1, 1),
    "multiple_birth": (1, 1),
    "parents": (4, 4),  # parent 1 first, last; parent 2 first, last
    "birthplace": (3, 3),  # city, State, country
    "text": (1, 1),
    "code": (1, 1),
}

# Comparisons that a model may use for several fields; of the others a record has one.
REPEATABLE = ("text", "code")

# What a blocking key can take of what (`role.take`); `value` and `prefix` work on any text or code column.
NAME_TAKES = {"sound", "soundex", "token", "sound_pair", "sound_set"}
DATE_TAKES = {"date", "either_order", "either_calendar", "year", "year_window", "day", "month_day"}
CODE_TAKES = {"value", "prefix"}


class Level(RuleModel):
    id: str
    strength: Strength
    sentence: str


class MatchField(RuleModel):
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    compare: str
    columns: tuple[str, ...]

    @model_validator(mode="after")
    def _columns_fit(self) -> "MatchField":
        if self.compare not in COLUMNS_TAKEN:
            raise ValueError(f"`compare: {self.compare}` is none of {', '.join(COLUMNS_TAKEN)}")
        least, most = COLUMNS_TAKEN[self.compare]
        if not least <= len(self.columns) <= most:
            raise ValueError(f"`compare: {self.compare}` takes {least} to {most} columns, found {len(self.columns)}")
        return self


class BlockingRule(RuleModel):
    id: str
    title: str = ""
    keys: tuple[str, ...] = Field(min_length=1)
    refine: tuple[str, ...] = Field(default=(), max_length=15)
    largest_block: int = Field(default=200, ge=2)


class LevelWeight(RuleModel):
    """Shares of pairs that reach a level: m of one child's records, u of strangers, s of siblings, t of twins, n of namesakes."""

    m: float = Field(gt=0, le=1)
    u: float = Field(gt=0, le=1)
    s: float = Field(gt=0, le=1)
    t: float = Field(gt=0, le=1)
    n: float = Field(gt=0, le=1)


class Prior(RuleModel):
    """How common duplicates are: pairs of one child, of siblings and of twins, for each record of a table; namesakes as a share of all pairs.

    `population`: the size of the table that two records on their own (`score-pairs`) are taken to come from.
    `calibration_bits`: added to every weight, so that the probabilities are true where the truth is known.
    """

    match_per_record: float = Field(gt=0)
    sibling_per_record: float = Field(ge=0)
    twin_per_record: float = Field(ge=0)
    namesake_per_pair: float = Field(ge=0, lt=1)
    population: int = Field(ge=2)
    calibration_bits: float = 0.0


class Provenance(RuleModel):
    made: str
    method: str
    records: int
    pairs: int
    rounds: int
    rulebook: str


class Weights(RuleModel):
    """`rules/weights.yaml`: what each level weighs, and where the numbers come from."""

    provenance: Provenance
    prior: Prior
    fields: Mapping[str, Mapping[str, LevelWeight]]


class Matching(RuleModel):
    comparisons: Mapping[str, tuple[Level, ...]]
    fields: tuple[MatchField, ...] = Field(min_length=1)
    blocking: tuple[BlockingRule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _levels_known(self) -> "Matching":
        for kind in COLUMNS_TAKEN:
            if kind not in self.comparisons:
                raise ValueError(f"the comparison `{kind}` has no levels")
        check_blocking(self.fields, self.blocking)
        return self


class ModelFile(RuleModel):
    """A user's own model: which columns of which table are compared how. Weights are estimated from the table itself."""

    title: str
    record_id: str = ""
    fields: tuple[MatchField, ...] = Field(min_length=1)
    blocking: tuple[BlockingRule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _fits(self) -> "ModelFile":
        kinds = [field.compare for field in self.fields if field.compare not in REPEATABLE]
        doubled = {kind for kind in kinds if kinds.count(kind) > 1}
        if doubled:
            raise ValueError(f"`compare: {doubled.pop()}` stands twice; only {' and '.join(REPEATABLE)} may")
        check_blocking(self.fields, self.blocking)
        return self


def check_blocking(fields: tuple[MatchField, ...], rules: tuple[BlockingRule, ...]) -> None:
    """Every key must take something that its field or column has. Raises ValueError naming the key."""
    takes = dict(_takes_on_offer(fields))
    for rule in rules:
        for key in rule.keys:
            role, _, take = key.partition(".")
            if take not in takes.get(role, set()):
                offer = ", ".join(sorted(f"{name}.{one}" for name, many in takes.items() for one in many))
                raise ValueError(f"`{rule.id}`: no key `{key}`; there are {offer}")


def _takes_on_offer(fields: tuple[MatchField, ...]) -> list[tuple[str, set[str]]]:
    offer: list[tuple[str, set[str]]] = []
    for field in fields:
        if field.compare in ("given_names", "surnames"):
            role = "given" if field.compare == "given_names" else "surname"
            offer += [(role, NAME_TAKES), ("name", NAME_TAKES)]
        elif field.compare == "parents":
            offer.append(("parent", NAME_TAKES))
        elif field.compare == "birth_date":
            offer.append((field.columns[0], DATE_TAKES))
        else:
            offer += [(column, CODE_TAKES) for column in field.columns]
    return offer
