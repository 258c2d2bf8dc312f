"""How rare a name is: agreement on Xolocotzi says more than agreement on García.

Rarity is kept relative: bits by which a token is rarer than the average agreeing token of its kind. Added to the weight of
the level it gives log2(m / P(a stranger has this very value)) (term-frequency adjustment, Winkler 2000).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log2

import numpy as np

from linkage.hashing import hash64, hash_column
from linkage.records import Float64, Int64

# A name never seen is as rare as one in this many; more would let a typo outweigh a birth date.
_RAREST = 1 / 30_000
# Counts of the table weigh as much as the shipped list once it holds this many tokens.
_PRIOR_TOKENS = 3_000.0


@dataclass(frozen=True, slots=True)
class HashedShares:
    """Shares of texts that are known by their numbers alone: two arrays, which many programs can share."""

    numbers: Int64  # `linkage.hashing`, ascending
    shares: Float64

    @classmethod
    def of(cls, shares: "Mapping[str, float] | HashedShares") -> "HashedShares":
        """The same shares by number."""
        if isinstance(shares, HashedShares):
            return shares
        numbers = hash_column(tuple(shares))
        order = np.argsort(numbers)
        return cls(numbers[order], np.array([*shares.values()], dtype=np.float64)[order])

    def __len__(self) -> int:
        return len(self.numbers)

    def get(self, text: str, otherwise: float) -> float:
        """The share of a text; `otherwise` where it has none."""
        number = hash64(text)
        at = int(np.searchsorted(self.numbers, number))
        return float(self.shares[at]) if at < len(self) and self.numbers[at] == number else otherwise


@dataclass(frozen=True, slots=True)
class Rarity:
    """Share of each token text among all tokens of its kind, and the bits of the average agreement."""

    shares: Mapping[str, float] | HashedShares
    average_bits: float

    def excess(self, text: str) -> float:
        """Bits by which agreement on `text` surprises more than agreement on the average token."""
        if not self.shares:
            return 0.0
        return -log2(max(self.shares.get(text, 0.0), _RAREST)) - self.average_bits


def learn(counts: Mapping[str, int], shipped: Mapping[str, float]) -> Rarity:
    """Counts of a table, smoothed with the shares in `shipped` (rules/name_shares.csv)."""
    total = sum(counts.values())
    mix = _PRIOR_TOKENS if shipped else 0.0
    names = counts.keys() | shipped.keys()
    shares = {
        text: (counts.get(text, 0) + mix * shipped.get(text, 0.0)) / (total + mix) for text in names if total + mix > 0
    }
    # Summed from small to large, so that the order of the names makes no difference.
    collision = sum(sorted(share * share for share in shares.values()))
    return Rarity(shares, -log2(max(collision, _RAREST)))
