"""Given names of two children -> comparison level."""

from collections.abc import Sequence
from dataclasses import replace

from tests.oracle.alignment import Alignment
from tests.oracle.person import Name, NameReader
from tests.oracle.relations import GIVEN, SURNAME, Relation

# A level for each worst relation among tokens that all found a partner, in order.
_WHOLE = {
    Relation.SAME: "same",
    Relation.SPELLING: "spelling",
    Relation.COMPATIBLE: "nickname",
    Relation.TYPO: "typo",
    Relation.SOUNDS: "sounds",
    Relation.INITIAL: "initial",
}


class GivenNames:
    """Compares the given-name tokens as a set with an order. Sources: naming facts 17-24 and 30, guard rules of twins."""

    def __init__(self, names: list[Name], parents: Sequence[tuple[Name, Name]] | None, reader: NameReader) -> None:
        self._names = names
        self._parents = parents
        self._reader = reader

    def level(self, left: int, right: int) -> tuple[str, float]:
        """Level id and rarity excess (bits) of the tokens that agree."""
        a, b = self._names[left], self._names[right]
        if not a.given or not b.given:
            return "missing", 0.0
        if first_exchanged(a, b):
            return "exchanged", 0.0
        if a.given != b.given:
            if a.middle or b.middle:
                a, b = _without_filed_surnames(a, b, self._reader), _without_filed_surnames(b, a, self._reader)
            a, b = with_filed_given(a, b), with_filed_given(b, a)
        of_family = self._family_names(a, b, left, right)
        behind = of_family - {a.given[0], b.given[0]}
        a, b = _without(a, behind), _without(b, behind)
        level, alignment = classify(a, b, self._reader)
        if of_family and level == "call_name":
            return "weak_shared", 0.0
        return level, self._reader.excess(a.given, b.given, alignment, GIVEN) if alignment else 0.0

    def _family_names(self, a: Name, b: Name, left: int, right: int) -> set[int]:
        """SAID SHUKRI / ABDI SHUKRI, children of Shukri: a given name of both that is a parent's; brothers share it.

        Not the name that both carry first: it was given to the child.
        """
        if self._parents is None or a.given == b.given:
            return set()
        shared = set(a.given) & set(b.given)
        if a.given[0] == b.given[0]:
            shared.discard(a.given[0])
        if not shared:
            return shared
        adults = [*self._parents[left], *self._parents[right]]
        return shared & {token for adult in adults for token in (*adult.given, *adult.surnames)}


def _without(name: Name, tokens: set[int]) -> Name:
    return replace(name, given=tuple(token for token in name.given if token not in tokens)) if tokens else name


def first_exchanged(a: Name, b: Name) -> bool:
    """KIRAN KAUR | SANDHU / SANDHU KAUR | KIRAN: the first given name of each stands among the other's surnames only."""
    ours, theirs = a.given[:1], b.given[:1]
    return (
        bool(ours and theirs)
        and ours[0] in b.surnames
        and theirs[0] in a.surnames
        and ours[0] not in b.given
        and theirs[0] not in a.given
    )


def filed_given(name: Name, other: Name) -> set[int]:
    """ANDREA | ZURENIA VEGA beside ZURENIA | VEGA: surnames that are given names on the other record, one surname kept."""
    if len(name.surnames) < 2:
        return set()
    first = set(other.given) - set(other.middle)  # a surname among the middle names is a surname filed there
    filed = {token for token in name.surnames if token in first and token not in other.surnames}
    return filed if len(filed) < len(name.surnames) else set()


def with_filed_given(name: Name, other: Name) -> Name:
    """The name with given names taken back from among the surnames."""
    filed = filed_given(name, other)
    if not filed:
        return name
    back = tuple(token for token in name.surnames if token in filed and token not in name.given)
    return replace(name, given=name.given + back)


def _without_filed_surnames(name: Name, other: Name, reader: NameReader) -> Name:
    """ANA | GARCIA beside ANA | | GARCIA: a surname filed as a middle name counts among the surnames, not here too."""
    related = reader.relations.of
    filed = {
        token
        for token in name.middle
        if token not in other.given
        and any(related(token, surname, SURNAME) >= Relation.SPELLING for surname in other.surnames)
    }
    kept = tuple(token for token in name.given if token not in filed)
    return replace(name, given=kept) if kept else name


def classify(a: Name, b: Name, reader: NameReader) -> tuple[str, Alignment | None]:
    """The level of two non-empty given names; the alignment where its tokens carry the agreement."""
    if a.given == b.given:
        return "same", reader.align(a.given, b.given, GIVEN)
    if reader.glued(a.given, b.given):
        return "spelling", None
    if _short_for(a, b, reader) or _short_for(b, a, reader):
        return "nickname", None
    alignment = reader.align(a.given, b.given, GIVEN)
    if alignment.whole:
        return _all_matched(alignment), alignment
    if alignment.subset:
        return _one_side_has_more(a, b, alignment, reader), alignment
    if alignment.matched and alignment.worst >= Relation.TYPO:
        return _both_have_more(a, b, alignment, reader), alignment
    if exchanged(a, b, reader):
        return "exchanged", None
    return "different", None


def _all_matched(alignment: Alignment) -> str:
    if (
        len(alignment.matched) > 1
        and alignment.worst == Relation.INITIAL
        and _first_relation(alignment) >= Relation.SPELLING
    ):
        return "middle_missing"  # MARIA G / MARIA GUADALUPE
    level = _WHOLE[alignment.worst]
    return level if alignment.in_order or level not in ("same", "spelling") else "inverted"


def _one_side_has_more(a: Name, b: Name, alignment: Alignment, reader: NameReader) -> str:
    """MARIA / MARIA ELENA, ESTELA / BLANCA ESTELA, M / MARIA ELENA."""
    worst = alignment.worst
    if worst < Relation.SPELLING:
        return _WHOLE[worst]
    shorter, longer = (a, b) if len(a.given) < len(b.given) else (b, a)
    if (0, 0) in {(left, right) for left, right, _ in alignment.matched}:
        return "middle_missing"
    if reader.all_weak([code for code in longer.given if code not in shorter.given]):
        return "middle_missing"  # a dropped María or José says nothing
    return "call_name"


def _both_have_more(a: Name, b: Name, alignment: Alignment, reader: NameReader) -> str:
    """MARIA ELENA / MARIA JULIA: the usual shape of twins' and sisters' names."""
    weak = (reader.all_weak([a.given[i]]) or reader.all_weak([b.given[j]]) for i, j, _ in alignment.matched)
    return "weak_shared" if all(weak) else "one_shared"


def _first_relation(alignment: Alignment) -> Relation:
    return next((found for left, right, found in alignment.matched if left == right == 0), Relation.DIFFERENT)


def exchanged(a: Name, b: Name, reader: NameReader) -> bool:
    """LOUIS | ANTOINE / ANTOINE | LOUIS: each side's given name is the other's surname."""
    return _met(a.given, b.surnames, reader) and _met(b.given, a.surnames, reader)


def _met(given: tuple[int, ...], surnames: tuple[int, ...], reader: NameReader) -> bool:
    return any(reader.relations.of(x, y, GIVEN) >= Relation.TYPO for x in given for y in surnames)


def _short_for(short: Name, full: Name, reader: NameReader) -> bool:
    """CHEMA / JOSE MARIA: one name that stands for several."""
    if len(short.given) != 1:
        return False
    texts = set(reader.relations.texts(full.given))
    forms = (form.split() for form in reader.relations.token(short.given[0]).given_formals if " " in form)
    return any(set(form) <= texts for form in forms)
