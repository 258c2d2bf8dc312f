"""The truth about the rows of a table, in columns: whose record each row is, and which rows are easily mixed up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linkage.evaluate.pairs import NONE, RowPairs, codes_of, count_within, together
from linkage.evaluate.sample import Truth
from linkage.records import Int64

# What children of one group are to each other, and the truth column with the group. Order: as reported.
RELATIONS: Mapping[str, str] = {
    "twins": "twin_group",
    "siblings": "family_id",
    "cousins": "cousin_group",
    "father and son": "father_son_group",
    "namesakes": "namesake_group",
}
TWINS, SIBLINGS = "twins", "siblings"
UNHARMED = "none"  # the kind of damage of a pair that has none


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Row i of each column speaks of row i of the table; NONE where nothing is known.

    `damage`: kind -> whether it changed the record. `relations`: name of RELATIONS -> group; only those that are known.
    """

    child: Int64
    tradition: Int64
    traditions: tuple[str, ...]  # name of each code
    damage: Mapping[str, NDArray[np.bool_]]
    relations: Mapping[str, Int64]

    def true_kinds(self, true: RowPairs) -> tuple[Mapping[str, NDArray[np.bool_]], Mapping[str, NDArray[np.bool_]]]:
        """Tradition -> which of the true pairs are of it (by the first record), and the same by kind of damage."""
        tradition = {name: self.tradition[true.left] == code for code, name in enumerate(self.traditions)}
        damage = {kind: hit[true.left] | hit[true.right] for kind, hit in self.damage.items()}
        if damage:
            damage[UNHARMED] = ~np.logical_or.reduce(list(damage.values()))
        return tradition, damage

    def different(self, relation: str, *within: Int64) -> int:
        """How many pairs of rows are of two children so related, and agree in the columns `within` as well.

        Twins are not counted among the siblings.
        """
        group = self.relations[relation]
        count = count_within(group, *within) - count_within(group, self.child, *within)
        if relation == SIBLINGS and TWINS in self.relations:
            both = together(group, self.relations[TWINS])
            count -= count_within(both, *within) - count_within(both, self.child, *within)
        return count

    def are_different(self, relation: str, pairs: RowPairs) -> NDArray[np.bool_]:
        """For each pair whether its two children are so related."""
        related: NDArray[np.bool_] = pairs.share(self.relations[relation]) & ~pairs.share(self.child)
        if relation == SIBLINGS and TWINS in self.relations:
            related &= ~pairs.share(self.relations[TWINS])
        return related

    def known(self, pairs: RowPairs) -> NDArray[np.bool_]:
        """For each pair whether the child of both rows is known."""
        known: NDArray[np.bool_] = (self.child[pairs.left] != NONE) & (self.child[pairs.right] != NONE)
        return known


def labels_of(truth: Sequence[Truth]) -> Labels:
    """The labels of a sample, in the order of its truth."""
    kinds = sorted({kind for one in truth for kind in one.damage})
    traditions = tuple(dict.fromkeys(one.tradition for one in truth if one.tradition))
    return Labels(
        child=codes_of(one.child_id for one in truth),
        tradition=codes_of(one.tradition for one in truth),
        traditions=traditions,
        damage={kind: np.array([kind in one.damage for one in truth]) for kind in kinds},
        relations={name: codes_of(getattr(one, column) for one in truth) for name, column in RELATIONS.items()},
    )
