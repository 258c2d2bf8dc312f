"""Texts, codes and birthplaces -> level, compiled."""

from linkage.compare.kernels.letters import common_letters, edits
from linkage.compare.kernels.levels import (
    B_CITY_ALIKE,
    B_DIFFERENT,
    B_MISSING,
    B_SAME_CITY,
    B_SAME_COUNTRY,
    B_SAME_STATE,
    C_DIFFERENT,
    C_MISSING,
    C_SAME,
    C_TYPO,
    M_MISSING,
    M_NEITHER,
    T_ALIKE,
    T_DIFFERENT,
    T_MISSING,
    T_SAME,
    T_TYPO,
    X_DIFFERENT,
    X_MISSING,
    X_SAME,
    X_UNISEX,
)
from linkage.compare.kernels.tokens import Words
from linkage.compiled import count_bits, kernel

# Columns of the matrix of values: the text, the text with its words sorted, and its rarity in parts of a bit. A text is
# named by the place where its row begins.
V_ID, V_LETTERS, V_LENGTH, V_MASK, V_SORTED, V_SORTED_LENGTH, V_RARITY = range(7)
VALUE_COLUMNS = 7
NO_VALUE = -1
ALIKE = 80  # per cent of the letters, words in any order


@kernel
def compare_sex(a: int, unisex_a: int, b: int, unisex_b: int) -> int:
    """`a`, `b`: 64-bit numbers of the codes, 0 = missing or not said."""
    if a == 0 or b == 0:
        return X_MISSING
    if a == b:
        return X_SAME
    return X_UNISEX if unisex_a or unisex_b else X_DIFFERENT


@kernel
def compare_multiple_birth(a: int, b: int) -> int:
    """0 = not said, 1 = no, 2 = yes. One Yes counts even where the other record is silent."""
    if a == 0 and b == 0:
        return M_MISSING
    return M_NEITHER + (a == 2) + (b == 2)


@kernel
def compare_exactly(a: int, b: int) -> int:
    """Where nothing is a slip of the finger (suffix)."""
    if a == 0 or b == 0:
        return C_MISSING
    return C_SAME if a == b else C_DIFFERENT


@kernel
def compare_code(left: Words, a: int, right: Words, b: int) -> int:
    """Same, one slip of the finger, or different."""
    if a == NO_VALUE or b == NO_VALUE:
        return C_MISSING
    if left.tok[a + V_ID] == right.tok[b + V_ID]:
        return C_SAME
    return C_TYPO if _edits(left, a, right, b, 1) == 1 else C_DIFFERENT


@kernel
def compare_text(left: Words, a: int, right: Words, b: int) -> int:
    """Free text: letters, and words in any order."""
    if a == NO_VALUE or b == NO_VALUE:
        return T_MISSING
    if left.tok[a + V_ID] == right.tok[b + V_ID]:
        return T_SAME
    distance = _edits(left, a, right, b, 2)
    if distance <= 1 or (distance == 2 and min(left.tok[a + V_LENGTH], right.tok[b + V_LENGTH]) >= 7):
        return T_TYPO
    return T_ALIKE if _alike(left, a, right, b) else T_DIFFERENT


@kernel
def _edits(left: Words, a: int, right: Words, b: int, most: int) -> int:
    """Edits between two texts; some larger number where there are more than `most`."""
    length_a, length_b = left.tok[a + V_LENGTH], right.tok[b + V_LENGTH]
    if abs(length_a - length_b) > most or count_bits(left.tok[a + V_MASK] ^ right.tok[b + V_MASK]) > 2 * most:
        return most + 1
    return edits(left.pool, left.tok[a + V_LETTERS], length_a, right.pool, right.tok[b + V_LETTERS], length_b)


@kernel
def _alike(left: Words, a: int, right: Words, b: int) -> bool:
    length_a, length_b = left.tok[a + V_SORTED_LENGTH], right.tok[b + V_SORTED_LENGTH]
    both = length_a + length_b
    # Every letter that stands on one side only is lost: no need to look further where these are too many.
    if 100 * count_bits(left.tok[a + V_MASK] ^ right.tok[b + V_MASK]) > (100 - ALIKE) * both:
        return False
    common = common_letters(left.pool, left.tok[a + V_SORTED], length_a, right.pool, right.tok[b + V_SORTED], length_b)
    return 200 * common >= ALIKE * both


@kernel
def compare_birthplace(city: int, state_a: int, state_b: int, country_a: int, country_b: int) -> int:
    """`city`: level of the towns as texts. States and countries as 64-bit numbers, 0 = missing."""
    state_differs = state_a != 0 and state_b != 0 and state_a != state_b
    country_differs = country_a != 0 and country_b != 0 and country_a != country_b
    if country_differs and city != T_SAME:
        return B_DIFFERENT
    if city == T_SAME and not state_differs:
        return B_SAME_CITY
    if city in (T_SAME, T_TYPO, T_ALIKE):
        return B_CITY_ALIKE
    if state_a != 0 and state_a == state_b:
        return B_SAME_STATE
    if country_a != 0 and country_a == country_b:
        return B_SAME_COUNTRY
    return B_MISSING if city == T_MISSING else B_DIFFERENT
