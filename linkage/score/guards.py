"""Guards: situations that ask for a person whatever the score (rules/policy.yaml). A guard never hides a pair."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from linkage.compare.dates import NEAR_DAYS, days_apart
from linkage.compare.person import read_names
from linkage.records import MISSING, CodeColumn, StandardTable

# Birth-date verification codes that mean a document was seen; 1007 is also written for a parent's word alone.
DOCUMENTED = frozenset({"1003", "1004", "1006", "1008", "1011", "1012", "1013", "3423"})
CLOSE_SIBLINGS_DAYS = (NEAR_DAYS + 1, 1_100)  # 8 to 36 months
GENERATION_DAYS = 12 * 365
# Fewer bits than this for both names together, measured against the average agreeing name: many children carry them.
COMMON_BITS = 1.0

_GIVEN_AGREES = {"same", "spelling", "middle_missing", "call_name", "inverted", "nickname"}
_SURNAME_AGREES = {"both_same", "one_same", "spelling", "swapped", "one_missing", "second_alone", "as_middle"}
_PARENTS_AGREE = {"both_same", "one_same", "one_alike", "one_of_two"}


@dataclass(frozen=True, slots=True)
class PairFacts:
    """What the guards look at: the level of each comparison ("missing" where the model lacks it) and a few values."""

    given: str
    surname: str
    birth_date: str
    sex: str
    suffix: str
    parents: str
    birthplace: str
    given_is_weak: bool  # on one side nothing but one name that says little: María, José, or a parent's name
    single_given: bool  # one side has a single given name: a second one, told apart from the twin's, may be missing
    name_rarity: float
    days: int | None
    multiple_birth: bool
    both_documented: bool

    @property
    def one_family(self) -> bool:
        return self.parents in _PARENTS_AGREE or self.surname in _SURNAME_AGREES


def _twins(pair: PairFacts) -> bool:
    context = pair.multiple_birth or (pair.birth_date in ("same", "swapped") and pair.one_family)
    settled = pair.given == "same" and not pair.given_is_weak and pair.sex != "different"
    if pair.multiple_birth and pair.single_given:
        settled = False
    return context and not settled


def _siblings(pair: PairFacts) -> bool:
    return pair.one_family and pair.days is not None and CLOSE_SIBLINGS_DAYS[0] <= pair.days <= CLOSE_SIBLINGS_DAYS[1]


def _common(pair: PairFacts) -> bool:
    same_place = pair.birthplace in ("same_city", "city_alike")
    backed = pair.parents == "both_same" or (pair.parents in _PARENTS_AGREE and same_place)
    agree = pair.given in _GIVEN_AGREES and pair.surname in _SURNAME_AGREES
    return agree and not backed and pair.name_rarity < COMMON_BITS


def _other_parent(pair: PairFacts) -> bool:
    """A parent who is only alike (Hermelindo, Hermelinda) backs nobody who was born elsewhere."""
    alike_elsewhere = pair.parents == "one_alike" and pair.birthplace != "same_city"
    return alike_elsewhere or pair.parents in ("one_of_two", "one_differs")


def _thin(pair: PairFacts) -> bool:
    """Without a parent, names and a birth date are left: strangers of one town share them."""
    return pair.parents in ("missing", "surname_only") or pair.birth_date == "missing"


RULES: Mapping[str, Callable[[PairFacts], bool]] = {
    "GUARD-MB": _twins,
    "GUARD-SIB": _siblings,
    "GUARD-REUSED": lambda pair: pair.birth_date == "same_day" and pair.given in _GIVEN_AGREES,
    "GUARD-DOB-NEAR": lambda pair: pair.one_family and pair.birth_date == "near",
    "GUARD-PARENTS": lambda pair: pair.parents == "both_differ",
    "GUARD-PARENT": _other_parent,
    "GUARD-SUFFIX": lambda pair: pair.suffix == "different",
    "GUARD-GENERATION": lambda pair: pair.days is not None and pair.days > GENERATION_DAYS,
    "GUARD-COMMON": _common,
    "GUARD-SEX": lambda pair: pair.sex == "different",
    "GUARD-DOB": lambda pair: pair.birth_date not in ("same", "missing"),
    "GUARD-GIVEN": lambda pair: pair.given not in _GIVEN_AGREES,
    "GUARD-SURNAME": lambda pair: pair.surname not in _SURNAME_AGREES,
    "GUARD-VERIFIED": lambda pair: pair.both_documented and pair.birth_date not in ("same", "missing"),
    "GUARD-THIN": _thin,
}


def raised(facts: PairFacts) -> tuple[str, ...]:
    """Ids of the guards that a pair raises, in the order of the rules."""
    return tuple(guard for guard, rule in RULES.items() if rule(facts))


class FactReader:
    """Reads the PairFacts of two rows of a table of migrant students."""

    def __init__(self, table: StandardTable) -> None:
        self._table = table
        self._names = read_names(table.names["child"])
        self._parents = [read_names(table.names[role]) for role in ("parent1", "parent2") if role in table.names]

    def facts(self, left: int, right: int, levels: Mapping[str, str], name_rarity: float) -> PairFacts:
        """`levels`: comparison kind -> level id."""
        return PairFacts(
            given=levels.get("given_names", "missing"),
            surname=levels.get("surnames", "missing"),
            birth_date=levels.get("birth_date", "missing"),
            sex=levels.get("sex", "missing"),
            suffix=levels.get("suffix", "missing"),
            parents=levels.get("parents", "missing"),
            birthplace=levels.get("birthplace", "missing"),
            given_is_weak=self._weak(left) or self._weak(right),
            single_given=min(len(self._names[left].given), len(self._names[right].given)) == 1,
            name_rarity=name_rarity,
            days=days_apart(self._table.dates["birth_date"], left, right),
            multiple_birth="Y" in (self._value("multiple_birth", left), self._value("multiple_birth", right)),
            both_documented=self._documented(left) and self._documented(right),
        )

    def _weak(self, row: int) -> bool:
        given = self._names[row].given
        if len(given) != 1:
            return False
        a_parents = any(given[0] in adults[row].given for adults in self._parents)
        return a_parents or self._table.tokens.tokens[given[0]].weak

    def _documented(self, row: int) -> bool:
        return self._value("birth_date_verification", row) in DOCUMENTED

    def _value(self, column: str, row: int) -> str:
        codes: CodeColumn | None = self._table.codes.get(column)
        if codes is None or codes.codes[row] == MISSING:
            return ""
        return codes.values[int(codes.codes[row])]
