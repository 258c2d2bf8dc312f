"""A person's name as the comparisons read it: token codes of the given names and of the surnames."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from linkage.compare.alignment import Alignment, align
from linkage.compare.rarity import Rarity
from linkage.compare.relations import GIVEN, SURNAME, Relation, Relations
from linkage.records import LAST1, MIDDLE, NameColumn


@dataclass(frozen=True, slots=True)
class Name:
    given: tuple[int, ...]
    surnames: tuple[int, ...]
    middle: tuple[int, ...]  # the given tokens that stood in the middle-name field


NOBODY = Name((), (), ())


def read_names(column: NameColumn) -> list[Name]:
    """One Name a record, in row order."""
    tokens, slots, offsets = column.tokens.tolist(), column.slots.tolist(), column.offsets.tolist()
    names: list[Name] = []
    for start, end in pairwise(offsets):
        pairs = list(zip(tokens[start:end], slots[start:end], strict=True))
        names.append(
            Name(
                tuple(token for token, slot in pairs if slot < LAST1),
                tuple(token for token, slot in pairs if slot >= LAST1),
                tuple(token for token, slot in pairs if slot == MIDDLE),
            )
        )
    return names


class NameReader:
    """The relations and rarities that all name comparisons of one run share."""

    def __init__(self, relations: Relations, given: Rarity, surname: Rarity) -> None:
        self.relations = relations
        self._rarity = {GIVEN: given, SURNAME: surname}

    def relation(self, scope: str) -> Callable[[int, int], Relation]:
        return lambda left, right: self.relations.of(left, right, scope)

    def align(self, left: Sequence[int], right: Sequence[int], scope: str) -> Alignment:
        """Given names may meet as initials; surnames must at least sound alike."""
        least = Relation.INITIAL if scope == GIVEN else Relation.SOUNDS
        return align(left, right, self.relation(scope), least)

    def glued(self, left: Sequence[int], right: Sequence[int]) -> bool:
        """Written as one word on one side: ANA SOFIA / ANASOFIA."""
        return len(left) != len(right) and "".join(self.relations.texts(left)) == "".join(self.relations.texts(right))

    def excess(self, left: Sequence[int], right: Sequence[int], alignment: Alignment, scope: str) -> float:
        """Rarity excess of the tokens that agree in full or as a spelling; of two spellings the commoner one counts."""
        rarity = self._rarity[scope]
        ours, theirs = self.relations.texts(left), self.relations.texts(right)
        return sum(
            min(rarity.excess(ours[i]), rarity.excess(theirs[j]))
            for i, j, relation in alignment.matched
            if relation >= Relation.SPELLING
        )

    def excess_of(self, token: int, scope: str) -> float:
        """Rarity excess of one token."""
        return self._rarity[scope].excess(self.relations.token(token).text)

    def all_weak(self, tokens: Sequence[int]) -> bool:
        return all(self.relations.token(code).weak for code in tokens)
