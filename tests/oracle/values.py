"""Sex, suffix, birthplace, and the plain text and code columns of a user's own table -> comparison levels."""

from collections.abc import Sequence

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from linkage.compare.rarity import Rarity
from linkage.records import MISSING, CodeColumn
from tests.oracle.person import Name
from tests.oracle.relations import Relations

Level = tuple[str, float]


class Sex:
    """A wrong sex is a moderate sign, and none where boys and girls carry the name (naming facts, sex codes)."""

    def __init__(self, column: CodeColumn, names: Sequence[Name] | None, relations: Relations) -> None:
        self._codes = column.codes.tolist()
        self._values = column.values
        self._names = names
        self._relations = relations

    def level(self, left: int, right: int) -> Level:
        a, b = self._codes[left], self._codes[right]
        if MISSING in (a, b) or "X" in (self._values[a], self._values[b]):
            return "missing", 0.0
        if a == b:
            return "same", 0.0
        return ("unisex" if self._unisex(left) or self._unisex(right) else "different"), 0.0

    def _unisex(self, row: int) -> bool:
        if self._names is None or not self._names[row].given:
            return False
        return self._relations.token(self._names[row].given[0]).unisex


class MultipleBirth:
    """The twin mark (MDE 11). It is often not filled in, so that one Yes counts even where the other record is silent."""

    def __init__(self, column: CodeColumn) -> None:
        self._said = [column.values[code] if code != MISSING else "" for code in column.codes.tolist()]

    def level(self, left: int, right: int) -> Level:
        said = (self._said[left], self._said[right])
        if said == ("", ""):
            return "missing", 0.0
        return ("neither", "one", "both")[said.count("Y")], 0.0


class Code:
    """Same, one slip of the finger, or different: for identifiers and for the suffix (where nothing is a slip)."""

    def __init__(self, column: CodeColumn, *, slips: bool) -> None:
        self._codes = column.codes.tolist()
        self._values = column.values
        self._slips = slips

    def level(self, left: int, right: int) -> Level:
        a, b = self._codes[left], self._codes[right]
        if MISSING in (a, b):
            return "missing", 0.0
        if a == b:
            return "same", 0.0
        slip = self._slips and OSA.distance(self._values[a], self._values[b], score_cutoff=1) == 1
        return ("typo" if slip else "different"), 0.0


class Text:
    """Free text such as an address: letters and words in any order."""

    def __init__(self, column: CodeColumn, rarity: Rarity) -> None:
        self._codes = column.codes.tolist()
        self._values = column.values
        self._rarity = rarity
        self._memo: dict[tuple[int, int], str] = {}

    def level(self, left: int, right: int) -> Level:
        a, b = self._codes[left], self._codes[right]
        if MISSING in (a, b):
            return "missing", 0.0
        if a == b:
            return "same", self._rarity.excess(self._values[a])
        key = (a, b) if a < b else (b, a)
        if key not in self._memo:
            self._memo[key] = _text_level(self._values[key[0]], self._values[key[1]])
        return self._memo[key], 0.0


def _text_level(left: str, right: str) -> str:
    edits = OSA.distance(left, right, score_cutoff=2)
    if edits <= 1 or (edits == 2 and min(len(left), len(right)) >= 7):
        return "typo"
    return "alike" if fuzz.token_sort_ratio(left, right) >= 80 else "different"


class Birthplace:
    """Town, State and country of birth; a town is free text."""

    def __init__(self, city: CodeColumn, state: CodeColumn, country: CodeColumn, rarity: Rarity) -> None:
        self._city = Text(city, rarity)
        self._state = state.codes.tolist()
        self._country = country.codes.tolist()

    def level(self, left: int, right: int) -> Level:
        city, excess = self._city.level(left, right)
        state = _agree(self._state[left], self._state[right])
        country = _agree(self._country[left], self._country[right])
        if country is False and city != "same":
            return "different", 0.0
        if city == "same" and state is not False:
            return "same_city", excess
        if city in ("same", "typo", "alike"):
            return "city_alike", 0.0
        if state:
            return "same_state", 0.0
        if country:
            return "same_country", 0.0
        return ("missing" if city == "missing" else "different"), 0.0


def _agree(left: int, right: int) -> bool | None:
    return None if MISSING in (left, right) else left == right
