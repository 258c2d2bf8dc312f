"""`rules/dob_evidence.yaml` as a typed, immutable model: documents that prove a birth date, and how far each is trusted."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from rules.yaml_file import RuleModel

Code = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{3}$")]
Title = Annotated[str, StringConstraints(min_length=1)]


class Tier(RuleModel):
    """Documents trusted alike: verification code (MDE 15) -> what it is."""

    id: str = Field(pattern=r"^[A-Z]$")
    title: Title
    documents: Mapping[Code, Title] = Field(min_length=1)


class DobEvidence(RuleModel):
    """`tiers`: strongest first."""

    tiers: tuple[Tier, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _once(self) -> "DobEvidence":
        for kind, names in (
            ("tier", [tier.id for tier in self.tiers]),
            ("code", [code for tier in self.tiers for code in tier.documents]),
        ):
            for name in names:
                if names.count(name) > 1:
                    raise ValueError(f"the {kind} `{name}` stands twice")
        return self

    def rank(self, tier_id: str) -> int:
        """0 for the strongest tier. Raises ValueError for a tier that there is not."""
        return [tier.id for tier in self.tiers].index(tier_id)

    def rank_of(self, code: str) -> int:
        """Rank of a document's tier, by its code with or without leading 0; a code that is not listed ranks behind all tiers."""
        bare = code.removeprefix("0")
        return next((rank for rank, tier in enumerate(self.tiers) if bare in tier.documents), len(self.tiers))
