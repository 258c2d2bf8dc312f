"""How two name tokens stand to each other. The smallest decision of the engine; every name level is built from it."""

from collections.abc import Sequence
from enum import IntEnum

from rapidfuzz.distance import OSA

from linkage.records import Token, TokenTable


class Relation(IntEnum):
    """From unlike to like; a larger value is the better agreement."""

    DIFFERENT = 0
    INITIAL = 1  # M / MARIA
    SOUNDS = 2  # same sound, several letters apart; or a listed look-alike (GARCIA / GRACIA)
    TYPO = 3  # a letter or two, or cut short
    COMPATIBLE = 4  # nickname, abbreviation, translation
    SPELLING = 5  # a spelling of the same name
    SAME = 6


GIVEN, SURNAME = "given", "surname"

# Widths at which older systems cut names (naming facts: 8 to 30 characters). Shorter values are not taken for cut ones.
_SHORTEST_CUT = 6
# GAS for GASPARA: the beginning of a name, where it is no name of its own (ANGEL is not short for ANGELA).
_SHORTEST_SHORT_FORM = 3
_VOWELS = frozenset("AEIOU")


class Relations:
    """Relation of any two token codes of one table, computed once for each pair of texts that meets."""

    def __init__(self, tokens: TokenTable) -> None:
        self._tokens = tokens.tokens
        self._memo: dict[str, dict[tuple[int, int], Relation]] = {GIVEN: {}, SURNAME: {}}

    def of(self, left: int, right: int, scope: str) -> Relation:
        if left == right:
            return Relation.SAME
        key = (left, right) if left < right else (right, left)
        memo = self._memo[scope]
        found = memo.get(key)
        if found is None:
            found = memo[key] = relate(self._tokens[key[0]], self._tokens[key[1]], scope)
        return found

    def texts(self, codes: Sequence[int]) -> tuple[str, ...]:
        return tuple(self._tokens[code].text for code in codes)

    def token(self, code: int) -> Token:
        return self._tokens[code]


def relate(left: Token, right: Token, scope: str) -> Relation:
    """Relation of two tokens as given names or as surnames (`scope`). Symmetric; not transitive, on purpose."""
    if left.text == right.text:
        return Relation.SAME
    if left.wildcard or right.wildcard:
        return Relation.SPELLING if _fits_wildcard(left.text, right.text) else Relation.DIFFERENT
    if _spellings(left, scope) & _spellings(right, scope):
        return Relation.SPELLING
    if _stands_for(left, right, scope) or _stands_for(right, left, scope):
        return Relation.COMPATIBLE
    if len(left.text) == 1 or len(right.text) == 1:
        return Relation.INITIAL if left.text[:1] == right.text[:1] else Relation.DIFFERENT
    if _listed_as_confusable(left, right, scope):
        return Relation.SOUNDS
    return _by_letters(left, right, scope)


def _by_letters(left: Token, right: Token, scope: str) -> Relation:
    """No table knows the two: compare sound and letters. Two names that the tables know as different names are not a typo."""
    shorter, longer = sorted((left.text, right.text), key=len)
    short, full = (left, right) if left.text == shorter else (right, left)
    if longer.startswith(shorter) and not _spellings(short, scope):
        if scope == GIVEN and len(shorter) >= _SHORTEST_SHORT_FORM:
            return Relation.COMPATIBLE
        if len(shorter) >= _SHORTEST_CUT:
            return Relation.TYPO
    if scope == GIVEN and not _spellings(full, scope) and _is_glued_on(shorter, longer):
        return Relation.COMPATIBLE
    if not _listed(short, scope) and _is_squeezed(shorter, longer):
        return Relation.COMPATIBLE
    edits = OSA.distance(shorter, longer, score_cutoff=3)
    sound = bool(_keys(left, scope) & _keys(right, scope))
    both_known = bool(_spellings(left, scope)) and bool(_spellings(right, scope))
    if sound and edits <= 1 and len(shorter) >= 4:
        return Relation.SOUNDS if both_known else Relation.SPELLING
    if both_known:
        return Relation.SOUNDS if sound and edits <= 3 else Relation.DIFFERENT
    if (edits == 1 and len(longer) >= 4) or (edits == 2 and len(shorter) >= (5 if sound else 7)):
        return Relation.TYPO
    if (
        edits <= 3
        and len(shorter) >= 4
        and (sound or left.soundex == right.soundex or left.metaphone == right.metaphone)
    ):
        return Relation.SOUNDS
    return Relation.DIFFERENT


def _is_glued_on(shorter: str, longer: str) -> bool:
    """KHALIDISMAIL for KHALID: another name is glued to it."""
    return len(shorter) >= 4 and len(longer) >= len(shorter) + 3 and longer.startswith(shorter)


def _is_squeezed(shorter: str, longer: str) -> bool:
    """MGL for MIGUEL, GDLPE for GUADALUPE: letters of the name in order, no vowel but the first and the last."""
    if not 2 <= len(shorter) <= 5 or len(longer) < len(shorter) + 2 or shorter[0] != longer[0]:
        return False
    inner = shorter[1:-1] if len(shorter) > 2 else shorter[1:]
    if any(letter in _VOWELS for letter in inner):
        return False
    letters = iter(longer)
    return all(letter in letters for letter in shorter)


def _fits_wildcard(left: str, right: str) -> bool:
    """MU?OZ fits MUNOZ: a lost letter stands for any one letter."""
    return len(left) == len(right) and all(a == b or "?" in (a, b) for a, b in zip(left, right, strict=True))


def _spellings(token: Token, scope: str) -> frozenset[str]:
    return token.given_spellings if scope == GIVEN else token.surname_spellings


def _listed(token: Token, scope: str) -> bool:
    """Some table says what the token stands for."""
    confusables = token.given_confusables if scope == GIVEN else token.surname_confusables
    return bool(_spellings(token, scope) or _formals(token, scope) or confusables)


def _formals(token: Token, scope: str) -> frozenset[str]:
    return token.given_formals if scope == GIVEN else token.surname_formals


def _keys(token: Token, scope: str) -> frozenset[str]:
    return token.es_given_keys if scope == GIVEN else token.es_keys


def _stands_for(short: Token, full: Token, scope: str) -> bool:
    formals = _formals(short, scope)
    return full.text in formals or bool(formals & _spellings(full, scope))


def _listed_as_confusable(left: Token, right: Token, scope: str) -> bool:
    others = left.given_confusables if scope == GIVEN else left.surname_confusables
    back = right.given_confusables if scope == GIVEN else right.surname_confusables
    return right.text in others or left.text in back
