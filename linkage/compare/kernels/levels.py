"""The comparison levels as numbers: what the kernels return. The ids are those of rules/matching.yaml."""

from collections.abc import Mapping, Sequence

import numpy as np

from linkage.errors import ModelError
from linkage.records import Int8
from rules.matching import Level

# fmt: off
GIVEN_NAMES = ("same", "spelling", "middle_missing", "call_name", "inverted", "nickname", "initial", "typo", "exchanged", "sounds",
               "one_shared", "weak_shared", "different", "missing")
(G_SAME, G_SPELLING, G_MIDDLE_MISSING, G_CALL_NAME, G_INVERTED, G_NICKNAME, G_INITIAL, G_TYPO, G_EXCHANGED, G_SOUNDS,
 G_ONE_SHARED, G_WEAK_SHARED, G_DIFFERENT, G_MISSING) = range(14)

SURNAMES = ("both_same", "one_same", "spelling", "swapped", "one_missing", "second_alone", "as_middle", "exchanged", "typo", "sounds",
            "one_shared", "parent_surname", "different", "missing")
(S_BOTH_SAME, S_ONE_SAME, S_SPELLING, S_SWAPPED, S_ONE_MISSING, S_SECOND_ALONE, S_AS_MIDDLE, S_EXCHANGED, S_TYPO, S_SOUNDS,
 S_ONE_SHARED, S_PARENT_SURNAME, S_DIFFERENT, S_MISSING) = range(14)

BIRTH_DATE = ("same", "same_assigned", "other_calendar", "swapped", "transposed", "one_digit", "placeholder", "same_day", "near",
              "sibling_gap", "different", "missing")
(D_SAME, D_SAME_ASSIGNED, D_OTHER_CALENDAR, D_SWAPPED, D_TRANSPOSED, D_ONE_DIGIT, D_PLACEHOLDER, D_SAME_DAY, D_NEAR,
 D_SIBLING_GAP, D_DIFFERENT, D_MISSING) = range(12)

PARENTS = ("both_same", "one_same", "one_alike", "one_of_two", "surname_only", "one_differs", "both_differ", "missing")
(P_BOTH_SAME, P_ONE_SAME, P_ONE_ALIKE, P_ONE_OF_TWO, P_SURNAME_ONLY, P_ONE_DIFFERS, P_BOTH_DIFFER, P_MISSING) = range(8)

BIRTHPLACE = ("same_city", "city_alike", "same_state", "same_country", "different", "missing")
B_SAME_CITY, B_CITY_ALIKE, B_SAME_STATE, B_SAME_COUNTRY, B_DIFFERENT, B_MISSING = range(6)

SEX = ("same", "unisex", "different", "missing")
X_SAME, X_UNISEX, X_DIFFERENT, X_MISSING = range(4)

MULTIPLE_BIRTH = ("neither", "one", "both", "missing")
M_NEITHER, M_ONE, M_BOTH, M_MISSING = range(4)

SUFFIX = ("same", "different", "missing")
CODE = ("same", "different", "missing", "typo")
C_SAME, C_DIFFERENT, C_MISSING, C_TYPO = range(4)

TEXT = ("same", "typo", "alike", "different", "missing")
T_SAME, T_TYPO, T_ALIKE, T_DIFFERENT, T_MISSING = range(5)
# fmt: on

# The comparison kinds in the order in which a pair is compared: what is cheap and telling first.
LEVEL_IDS: Mapping[str, Sequence[str]] = {
    "birth_date": BIRTH_DATE,
    "sex": SEX,
    "suffix": SUFFIX,
    "multiple_birth": MULTIPLE_BIRTH,
    "code": CODE,
    "birthplace": BIRTHPLACE,
    "text": TEXT,
    "given_names": GIVEN_NAMES,
    "surnames": SURNAMES,
    "parents": PARENTS,
}
KINDS = tuple(LEVEL_IDS)
(K_BIRTH_DATE, K_SEX, K_SUFFIX, K_MULTIPLE_BIRTH, K_CODE, K_BIRTHPLACE, K_TEXT, K_GIVEN, K_SURNAMES, K_PARENTS) = range(
    10
)


def positions(kind: str, levels: Sequence[Level]) -> Int8:
    """Where each number of `kind` stands in the list of rules/matching.yaml. Raises ModelError where the two lists differ."""
    ids = [level.id for level in levels]
    known = LEVEL_IDS[kind]
    if set(ids) != set(known):
        odd = min(set(ids) ^ set(known))
        raise ModelError(
            f"The level `{odd}` of `{kind}` stands in matching.yaml or in the program, but not in both.",
            f"The levels of `{kind}` are {', '.join(known)}.",
        )
    return np.array([ids.index(one) for one in known], dtype=np.int8)
