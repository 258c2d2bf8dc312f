"""The adults of two records -> comparison level: a set of at most two, order-free, given names before surnames."""

from itertools import product

from tests.oracle.given import classify
from tests.oracle.person import Name, NameReader
from tests.oracle.relations import GIVEN, SURNAME, Relation

_AGREE = {"same", "spelling", "middle_missing", "call_name", "inverted"}
_ALIKE = {"nickname", "typo", "initial", "sounds", "weak_shared", "one_shared"}


class Parents:
    """Parents are exchanged, missing, given a nickname or a married name; the given name carries the evidence."""

    def __init__(self, parents: list[tuple[Name, Name]], reader: NameReader) -> None:
        self._parents = parents
        self._reader = reader

    def level(self, left: int, right: int) -> tuple[str, float]:
        """Level id and rarity excess (bits) of the parents' given names that agree."""
        ours = [adult for adult in self._parents[left] if adult.given]
        theirs = [adult for adult in self._parents[right] if adult.given]
        if not ours or not theirs:
            return self._by_surname(left, right), 0.0
        agree, alike, excess = self._best_pairing(ours, theirs)
        return _level(agree, alike, comparable=min(len(ours), len(theirs))), excess

    def _best_pairing(self, ours: list[Name], theirs: list[Name]) -> tuple[int, int, float]:
        """Adults that agree, adults that are alike, and the excess, in the better of the two pairings."""
        straight = list(zip(ours, theirs, strict=False))
        crossed = list(zip(ours, reversed(theirs), strict=False)) if len(theirs) > 1 else []
        if len(ours) > 1 and len(theirs) == 1:
            crossed = [(ours[1], theirs[0])]
        best = self._count(straight)
        return best if best[0] == len(straight) or not crossed else max(best, self._count(crossed))

    def _count(self, pairing: list[tuple[Name, Name]]) -> tuple[int, int, float]:
        agree, alike, excess = 0, 0, 0.0
        for a, b in pairing:
            level, alignment = classify(a, b, self._reader)
            agree += level in _AGREE
            alike += level in _ALIKE
            if level in _AGREE and alignment:
                excess += self._reader.excess(a.given, b.given, alignment, GIVEN)
        return agree, alike, excess

    def _by_surname(self, left: int, right: int) -> str:
        ours = [code for adult in self._parents[left] for code in adult.surnames]
        theirs = [code for adult in self._parents[right] for code in adult.surnames]
        related = self._reader.relations.of
        met = any(related(x, y, SURNAME) >= Relation.SPELLING for x, y in product(ours, theirs))
        return "surname_only" if met else "missing"


def _level(agree: int, alike: int, *, comparable: int) -> str:
    if agree == 2:
        return "both_same"
    if agree == 1:
        return "one_same" if comparable == 1 else ("both_same" if alike else "one_of_two")
    if alike:
        return "one_alike"
    return "one_differs" if comparable == 1 else "both_differ"
