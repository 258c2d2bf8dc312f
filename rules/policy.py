"""`rules/policy.yaml` as a typed, immutable model: bands, groups, who validates, sessions, guards."""

from typing import Literal

from pydantic import Field, model_validator

from rules.guards import Guard, GuardLevels, Guards
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


class Decisions(RuleModel):
    second_person: Literal["always", "never"]
    across_states: Literal["other_state", "anyone"]


class Sessions(RuleModel):
    idle_minutes: int = Field(gt=0)
    absolute_hours: int = Field(gt=0)
    wrong_passwords: int = Field(gt=0)
    password_length: int = Field(ge=8)


class Policy(RuleModel):
    bands: Bands
    groups: Groups
    decisions: Decisions
    sessions: Sessions
    guards: Guards
    guard_levels: GuardLevels

    def guard(self, guard_id: str) -> Guard:
        """What the reviewer reads of a guard. Raises KeyError."""
        return self.guards.by_id(guard_id)
