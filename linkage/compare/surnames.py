"""Surnames of two children -> comparison level: two surnames, one of two, exchanged, filed elsewhere, glued, misspelled."""

from dataclasses import replace

from linkage.compare.alignment import Alignment
from linkage.compare.given import exchanged, filed_given, first_exchanged
from linkage.compare.person import Name, NameReader
from linkage.compare.relations import SURNAME, Relation


class Surnames:
    """Compares surnames as an ordered set, with the middle name and the parents as context (naming facts 1-16, 30)."""

    def __init__(self, names: list[Name], parents: list[tuple[Name, Name]] | None, reader: NameReader) -> None:
        self._names = names
        self._parents = parents
        self._reader = reader

    def level(self, left: int, right: int) -> tuple[str, float]:
        """Level id and rarity excess (bits) of the surnames that agree."""
        a, b = self._names[left], self._names[right]
        if not a.surnames or not b.surnames:
            return "missing", 0.0
        if first_exchanged(a, b):
            return "exchanged", 0.0
        a, b = _without_filed_given(a, b), _without_filed_given(b, a)
        if a.surnames == b.surnames:
            alignment = self._reader.align(a.surnames, b.surnames, SURNAME)
            return ("both_same" if len(a.surnames) > 1 else "one_same"), self._excess(a, b, alignment)
        if self._reader.glued(a.surnames, b.surnames):
            return "spelling", 0.0
        alignment = self._reader.align(a.surnames, b.surnames, SURNAME)
        level = self._classify(a, b, alignment)
        if level == "as_middle" and not alignment.matched:
            return level, self._rarity_of_filed(a, b)
        if level == "different" and self._is_a_parents(left, right):
            level = "parent_surname"
        return level, self._excess(a, b, alignment)

    def _excess(self, a: Name, b: Name, alignment: Alignment) -> float:
        return self._reader.excess(a.surnames, b.surnames, alignment, SURNAME)

    def _classify(self, a: Name, b: Name, alignment: Alignment) -> str:
        if alignment.whole:
            return _all_matched(alignment)
        if alignment.subset:
            return self._one_side_has_more(a, b, alignment)
        if exchanged(a, b, self._reader):
            return "exchanged"
        if alignment.matched:
            return "one_shared" if alignment.worst >= Relation.TYPO else "sounds"
        if self._filed_as_middle(a, b) or self._filed_as_middle(b, a):
            return "as_middle"
        return "different"

    def _rarity_of_filed(self, a: Name, b: Name) -> float:
        """SINGH as a middle name and as a surname says little; of several, the commonest counts."""
        filed = self._filed_as_middle(a, b) + self._filed_as_middle(b, a)
        return min(self._reader.excess_of(code, SURNAME) for code in filed)

    def _one_side_has_more(self, a: Name, b: Name, alignment: Alignment) -> str:
        if alignment.worst < Relation.COMPATIBLE:
            return "typo" if alignment.worst == Relation.TYPO else "sounds"
        shorter, longer = (a, b) if len(a.surnames) < len(b.surnames) else (b, a)
        if self._filed_as_middle(longer, shorter):
            return "as_middle"
        longer_side = 1 if longer is b else 0
        first_met = any(match[longer_side] == 0 for match in alignment.matched)
        return "one_missing" if first_met else "second_alone"

    def _filed_as_middle(self, whole: Name, filed: Name) -> list[int]:
        """Surnames of `whole` that stand among the middle names of `filed`, and not among its surnames."""
        related = self._reader.relations.of
        return [
            surname
            for surname in whole.surnames
            if surname not in filed.surnames and surname not in whole.given
            if any(related(surname, middle, SURNAME) >= Relation.SPELLING for middle in filed.middle)
        ]

    def _is_a_parents(self, left: int, right: int) -> bool:
        if self._parents is None:
            return False
        return self._carried(left, right) or self._carried(right, left)

    def _carried(self, child: int, other: int) -> bool:
        """A surname of the child's other record is a parent's surname here."""
        assert self._parents is not None
        related = self._reader.relations.of
        surnames = self._names[other].surnames
        adults = [code for adult in self._parents[child] for code in adult.surnames]
        return any(related(x, y, SURNAME) >= Relation.SPELLING for x in surnames for y in adults)


def _without_filed_given(name: Name, other: Name) -> Name:
    filed = filed_given(name, other)
    return replace(name, surnames=tuple(token for token in name.surnames if token not in filed)) if filed else name


def _all_matched(alignment: Alignment) -> str:
    worst = alignment.worst
    if worst == Relation.SAME:
        return "both_same" if alignment.in_order else "swapped"
    if worst >= Relation.COMPATIBLE:
        return "spelling" if alignment.in_order else "swapped"
    return "typo" if worst == Relation.TYPO else "sounds"
