"""`rules/dob_evidence.yaml` as a typed, immutable model: documents that prove a birth date, how far each is trusted, and what to do
when two States have different dates.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from rules.yaml_file import RuleModel

Code = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{3}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*$")]
Title = Annotated[str, StringConstraints(min_length=1)]

PROCEDURES = ("receiving_state", "sending_state", "both", "neither")  # by who holds a document of the strongest tier


class Tier(RuleModel):
    """Documents trusted alike: verification code (MDE 15) -> what it is."""

    id: str = Field(pattern=r"^[A-Z]$")
    title: Title
    documents: Mapping[Code, Title] = Field(min_length=1)


class Result(RuleModel):
    """What can come of a step. `then`: on to the next step; the same step again, for no answer has come; settle the date; see anew
    which procedure it is; or stop, for these are not one child.
    """

    id: Name
    title: Title
    then: Literal["next", "again", "settle", "start_over", "stop"] = "next"


class Step(RuleModel):
    """One thing to do. `owner`: whose administrator does it; `asks`: whom he or she asks, "" for nobody."""

    id: Name
    title: Title
    do: Title
    owner: Literal["receiving", "sending"]
    asks: Literal["", "recruiter", "other_state", "parent", "school"] = ""
    results: tuple[Result, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _once(self) -> "Step":
        _refuse_twice("result", [one.id for one in self.results])
        return self

    def result(self, result_id: str) -> Result | None:
        return next((one for one in self.results if one.id == result_id), None)


class Procedure(RuleModel):
    """The steps in their order; the date is settled after the last one."""

    title: Title
    steps: tuple[Step, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _once(self) -> "Procedure":
        _refuse_twice("step", [one.id for one in self.steps])
        return self

    def step(self, step_id: str) -> Step | None:
        return next((one for one in self.steps if one.id == step_id), None)


class DobEvidence(RuleModel):
    """`tiers`: strongest first. `procedures`: one for each of PROCEDURES."""

    tiers: tuple[Tier, ...] = Field(min_length=1)
    procedures: Mapping[str, Procedure]

    @model_validator(mode="after")
    def _whole(self) -> "DobEvidence":
        _refuse_twice("tier", [tier.id for tier in self.tiers])
        _refuse_twice("code", [code for tier in self.tiers for code in tier.documents])
        if set(self.procedures) != set(PROCEDURES):
            raise ValueError(f"the procedures must be {', '.join(PROCEDURES)}")
        return self

    def rank(self, tier_id: str) -> int:
        """0 for the strongest tier. Raises ValueError for a tier that there is not."""
        return [tier.id for tier in self.tiers].index(tier_id)

    def rank_of(self, code: str) -> int:
        """Rank of a document's tier, by its code with or without leading 0; a code that is not listed ranks behind all tiers."""
        bare = code.removeprefix("0")
        return next((rank for rank, tier in enumerate(self.tiers) if bare in tier.documents), len(self.tiers))

    def title_of(self, code: str) -> str:
        """What a document is, by its code with or without leading 0; "" for a code that is not listed."""
        bare = code.removeprefix("0")
        return next((tier.documents[bare] for tier in self.tiers if bare in tier.documents), "")


def _refuse_twice(kind: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"the {kind} `{name}` stands twice")
