"""How two name tokens stand to each other, compiled.

A token is named by the place where its row of the token matrix begins.
"""

from typing import NamedTuple

from linkage.compare.kernels.letters import edits, holds, meet, starts_with
from linkage.compiled import Ints, count_bits, kernel

# Relations, from unlike to like .
DIFFERENT, INITIAL, SOUNDS, TYPO, COMPATIBLE, SPELLING, SAME = range(7)

# What a name is used as: which of a token's tables count.
GIVEN, SURNAME = 0, 1

# Columns of the token matrix; from SETS on, where each of the eight sets of the token begins in the pool, and where the last ends.
# RARITY and FOLK: as a given name and as a surname. RARITY is in parts of a bit. FOLK has a bit for the token and for each name that
# the tables connect it with, HEARD one for each sound key: tokens without a common bit have nothing in common there.
ID, LETTERS, LENGTH, MASK, SOUNDEX, METAPHONE, FLAGS, PHRASES = range(8)
RARITY, FOLK, HEARD, SETS = 8, 10, 12, 14  # the first three + GIVEN or SURNAME
KEYS, SPELLINGS, FORMALS, CONFUSABLES = 0, 2, 4, 6  # + GIVEN or SURNAME
TOKEN_COLUMNS = SETS + 9
PARTS_OF_A_BIT = 2.0**40
WEAK, WILDCARD, UNISEX = 1, 2, 4

LOST_LETTER = ord("?")
SHORTEST_CUT = 6  # older systems cut names at 8 to 30 letters; shorter ones are not taken for cut
SHORTEST_SHORT_FORM = 3  # GAS for GASPARA
SHORTEST_TYPO = 4  # ANA and ADA are two names
LONGEST_SQUEEZED = 5  # GDLPE for GUADALUPE


# Names repeat, so it is remembered how two tokens stand to each other: in 2**16 places, where a pair pushes out an earlier one.
# A place holds one number: 29 bits for each token, one for the scope, one that says that there is something, three for the relation.
MEMORIES = 1 << 16
_SPREAD = -7046029254386353131  # 2**64 / golden ratio: the upper bits of a product with it differ even for neighbours


class Words(NamedTuple):
    """The tokens of one table: the token matrix, the pool that its letters and sets lie in, and their relations found so far.

    `memory`: MEMORIES numbers, 0 at first; the other table must stay the same.
    """

    tok: Ints
    pool: Ints
    memory: Ints


@kernel
def relate(left: Words, a: int, right: Words, b: int, scope: int) -> int:
    """The relation of token `a` of one table and `b` of another, as given names or as surnames. Symmetric."""
    key = ((a << 29 | b) << 1 | scope) << 4
    place = (key * _SPREAD >> 48) & (MEMORIES - 1)
    known = left.memory[place] ^ key
    if 8 <= known < 16:
        return known - 8
    found = _relation(left, a, right, b, scope)
    left.memory[place] = key | 8 | found
    return found


@kernel
def _relation(left: Words, a: int, right: Words, b: int, scope: int) -> int:
    if left.tok[a + ID] == right.tok[b + ID]:
        return SAME
    if (left.tok[a + FLAGS] | right.tok[b + FLAGS]) & WILDCARD:
        return SPELLING if _fits_wildcard(left, a, right, b) else DIFFERENT
    folk = left.tok[a + FOLK + scope] & right.tok[b + FOLK + scope] != 0
    if folk:
        if _share(left, a, SPELLINGS + scope, right, b, SPELLINGS + scope):
            return SPELLING
        if _stands_for(left, a, right, b, scope) or _stands_for(right, b, left, a, scope):
            return COMPATIBLE
    if left.tok[a + LENGTH] == 1 or right.tok[b + LENGTH] == 1:
        return INITIAL if left.pool[left.tok[a + LETTERS]] == right.pool[right.tok[b + LETTERS]] else DIFFERENT
    if folk and (_lists(left, a, right.tok[b + ID], scope) or _lists(right, b, left.tok[a + ID], scope)):
        return SOUNDS
    return _by_letters(left, a, right, b, scope)


@kernel
def _by_letters(left: Words, a: int, right: Words, b: int, scope: int) -> int:
    """No table knows the two: compare sound and letters. Two names that the tables know as different names are not a typo."""
    length_a, length_b = left.tok[a + LENGTH], right.tok[b + LENGTH]
    short = min(length_a, length_b)
    known_a, known_b = _known(left, a, scope), _known(right, b, scope)
    if _is_cut(left, a, right, b) and not (known_a if length_a < length_b else known_b):
        if scope == GIVEN and short >= SHORTEST_SHORT_FORM:
            return COMPATIBLE
        if short >= SHORTEST_CUT:
            return TYPO
    if _is_part(left, a, known_a, right, b, known_b, scope):
        return COMPATIBLE
    sound = left.tok[a + HEARD + scope] & right.tok[b + HEARD + scope] != 0
    sound = sound and _share(left, a, KEYS + scope, right, b, KEYS + scope)
    same_soundex = left.tok[a + SOUNDEX] == right.tok[b + SOUNDEX]
    alike = sound or same_soundex or left.tok[a + METAPHONE] == right.tok[b + METAPHONE]
    both_known = known_a and known_b
    most = _most_edits(short, max(length_a, length_b), sound, alike, both_known)
    # Every letter that only one of the two has takes part in an edit, and an edit takes at most two of them.
    if abs(length_a - length_b) > most or count_bits(left.tok[a + MASK] ^ right.tok[b + MASK]) > 2 * most:
        return DIFFERENT
    distance = edits(left.pool, left.tok[a + LETTERS], length_a, right.pool, right.tok[b + LETTERS], length_b)
    if distance > most:
        return DIFFERENT
    if both_known:
        return SOUNDS
    if sound and distance <= 1 and short >= SHORTEST_TYPO:
        return SPELLING
    return TYPO if distance <= _typing_slips(short, sound) else SOUNDS


@kernel
def _typing_slips(short: int, sound: bool) -> int:
    """How many letters a slip of the finger may concern; `short`: letters of the shorter text."""
    return 2 if short >= (5 if sound else 7) else 1


@kernel
def _most_edits(short: int, long: int, sound: bool, alike: bool, both_known: bool) -> int:
    """More edits than this make two texts different names; -1: whatever the letters are."""
    if both_known:
        return 3 if sound else -1
    if short < SHORTEST_TYPO:
        return 1 if long >= SHORTEST_TYPO else -1
    return 3 if alike else _typing_slips(short, sound)


@kernel
def _is_part(left: Words, a: int, known_a: bool, right: Words, b: int, known_b: bool, scope: int) -> bool:
    """Another name is glued to one of them, or one is squeezed to its consonants."""
    if left.pool[left.tok[a + LETTERS]] != right.pool[right.tok[b + LETTERS]]:
        return False
    if left.tok[a + LENGTH] > right.tok[b + LENGTH]:
        return _is_part_of(right, b, left, a, known_a, scope)
    return _is_part_of(left, a, right, b, known_b, scope)


@kernel
def _is_part_of(left: Words, short: int, right: Words, long: int, known_long: bool, scope: int) -> bool:
    """KHALID of KHALIDISMAIL; MGL of MIGUEL. Both begin with one letter."""
    length, full = left.tok[short + LENGTH], right.tok[long + LENGTH]
    glued = scope == GIVEN and not known_long and length >= SHORTEST_TYPO and full >= length + SHORTEST_SHORT_FORM
    if glued and _is_cut(left, short, right, long):
        return True
    if length < 2 or length > LONGEST_SQUEEZED or full < length + 2 or _listed(left, short, scope):
        return False
    return _is_squeezed(left.pool, left.tok[short + LETTERS], length, right.pool, right.tok[long + LETTERS], full)


@kernel
def _is_squeezed(pool: Ints, short: int, length: int, pool_of_long: Ints, long: int, full: int) -> bool:
    """GDLPE for GUADALUPE: letters of the name in order, no vowel but the first and the last (of two letters only the first)."""
    at = 0
    for i in range(length):
        letter = pool[short + i]
        inner = i > 0 and (i < length - 1 or length == 2)
        if inner and _is_vowel(letter):
            return False
        while at < full and pool_of_long[long + at] != letter:
            at += 1
        if at == full:
            return False
        at += 1
    return True


@kernel
def _is_vowel(letter: int) -> bool:
    return letter in (65, 69, 73, 79, 85)  # A E I O U


@kernel
def _is_cut(left: Words, a: int, right: Words, b: int) -> bool:
    """Whether the shorter text is the beginning of the longer."""
    if left.tok[a + LENGTH] < right.tok[b + LENGTH]:
        return starts_with(
            right.pool,
            right.tok[b + LETTERS],
            right.tok[b + LENGTH],
            left.pool,
            left.tok[a + LETTERS],
            left.tok[a + LENGTH],
        )
    return starts_with(
        left.pool,
        left.tok[a + LETTERS],
        left.tok[a + LENGTH],
        right.pool,
        right.tok[b + LETTERS],
        right.tok[b + LENGTH],
    )


@kernel
def _fits_wildcard(left: Words, a: int, right: Words, b: int) -> bool:
    """MU?OZ fits MUNOZ: a lost letter stands for any one letter."""
    if left.tok[a + LENGTH] != right.tok[b + LENGTH]:
        return False
    start_a, start_b = left.tok[a + LETTERS], right.tok[b + LETTERS]
    for i in range(left.tok[a + LENGTH]):
        one, other = left.pool[start_a + i], right.pool[start_b + i]
        if one not in (other, LOST_LETTER) and other != LOST_LETTER:
            return False
    return True


@kernel
def _share(left: Words, a: int, set_a: int, right: Words, b: int, set_b: int) -> bool:
    """Whether a set of one token and a set of the other have a key in common."""
    return meet(
        left.pool, left.tok[a + SETS + set_a], left.tok[a + SETS + set_a + 1],
        right.pool, right.tok[b + SETS + set_b], right.tok[b + SETS + set_b + 1],
    )  # fmt: skip


@kernel
def _known(words: Words, a: int, scope: int) -> bool:
    """Whether the tables know the token as a name of its own."""
    return words.tok[a + SETS + SPELLINGS + scope] < words.tok[a + SETS + SPELLINGS + scope + 1]


@kernel
def _listed(words: Words, a: int, scope: int) -> bool:
    """Whether some table says what the token stands for."""
    for names in (SPELLINGS, FORMALS, CONFUSABLES):
        if words.tok[a + SETS + names + scope] < words.tok[a + SETS + names + scope + 1]:
            return True
    return False


@kernel
def _stands_for(left: Words, a: int, right: Words, b: int, scope: int) -> bool:
    """Whether `a` is a nickname, abbreviation or translation of `b`."""
    start, end = left.tok[a + SETS + FORMALS + scope], left.tok[a + SETS + FORMALS + scope + 1]
    if start == end:
        return False
    return holds(left.pool, start, end, right.tok[b + ID]) or _share(
        left, a, FORMALS + scope, right, b, SPELLINGS + scope
    )


@kernel
def _lists(words: Words, a: int, other: int, scope: int) -> bool:
    """Whether the tables list the other name as one that `a` is often confused with."""
    return holds(
        words.pool, words.tok[a + SETS + CONFUSABLES + scope], words.tok[a + SETS + CONFUSABLES + scope + 1], other
    )
