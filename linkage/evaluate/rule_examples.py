"""Runs the examples of the name rules, through the very comparison and cleaning that the engine uses.

A rule that compares must bring its `match` pairs to a level of its own strength or better, and its `no_match` pairs not. A
rule that cleans (`null`, `strip`) must make them read the same; a rule that codes must give them one code; a caution
(`guard`) must apply to both sides.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from linkage.pair_scoring import score_pairs
from linkage.records import RecordTable, TextColumn
from linkage.standardize.codes import read_values
from linkage.standardize.dates import read_date
from linkage.standardize.layout import MDE_LAYOUT, CodeKind
from linkage.standardize.people import PersonReader
from rules.names import NAME_SCOPES, NameRule, NameRules, PlaceRule, read_name
from rules.rule_paths import NAME_RULES
from rules.rulebook import Rulebook
from rules.sources import RuleSources
from rules.yaml_file import line_of

_ENOUGH: Mapping[str, frozenset[str]] = {
    "equal": frozenset({"equal", "compatible"}),
    "compatible": frozenset({"equal", "compatible"}),
    "similar": frozenset({"equal", "compatible", "similar"}),
}
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "given": ("given_names",),
    "surname": ("surnames",),
    "any": ("given_names", "surnames"),
    "parent": ("parents",),
    "date": ("birth_date",),
}
_NAME_COLUMNS = ("first_name", "middle_name", "last_name_1", "last_name_2", "birth_date")
_PARENT_COLUMNS = ("parent1_first", "", "parent1_last", "", "")  # where a rule about parents puts the same parts


@dataclass(frozen=True, slots=True)
class Example:
    """One pair of an example list: `number` in `kind` (match or no_match) of the rule, from 0."""

    section: str
    position: int  # of the rule in its section
    rule: NameRule
    kind: str
    number: int
    left: str
    right: str

    @property
    def location(self) -> tuple[int | str, ...]:
        """The way to it in the file."""
        return (self.section, self.position, "examples", self.kind, self.number)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`holds`: whether the example came out as it says. `found`: what did come out."""

    example: Example
    holds: bool
    found: str


@dataclass(frozen=True, slots=True)
class BrokenExample:
    """An example that does not hold, for a person to mend."""

    file: str
    line: int
    rule_id: str
    found: str
    expected: str

    def __str__(self) -> str:
        return (
            f"{self.file}, line {self.line}: an example of {self.rule_id} does not hold. Found: {self.found}. "
            f"Expected: {self.expected}. Mend the table of the rule, or the example."
        )


def examples(names: NameRules) -> Iterator[Example]:
    """Every example of every rule, in file order."""
    for section in type(names).model_fields:
        for position, rule in enumerate(getattr(names, section)):
            for kind in ("match", "no_match"):
                for number, (left, right) in enumerate(getattr(rule.examples, kind)):
                    yield Example(section, position, rule, kind, number, left, right)


def run_examples(rulebook: Rulebook) -> tuple[Outcome, ...]:
    """Try all examples of the rulebook, each in the way of its rule."""
    runner = _Runner(rulebook)
    every = list(examples(rulebook.names))
    compared = [one for one in every if _way(one.rule) == "compares"]
    outcomes = dict(zip(map(id, compared), runner.compare(compared), strict=True))
    return tuple(outcomes[id(one)] if id(one) in outcomes else runner.try_one(one) for one in every)


def broken_examples(rulebook: Rulebook, sources: RuleSources) -> tuple[BrokenExample, ...]:
    """The examples that do not hold, with the line on which each begins."""
    path = sources.path(NAME_RULES)
    return tuple(
        BrokenExample(
            str(path), line_of(path, *one.example.location), one.example.rule.id, one.found, _expected(one.example)
        )
        for one in run_examples(rulebook)
        if not one.holds
    )


def _way(rule: NameRule) -> str:
    if rule.effect == "guard":
        return "cautions"
    if rule.effect in ("null", "strip"):
        return "cleans"
    return "codes" if rule.scope in ("sex", "suffix", "place") else "compares"


def _expected(example: Example) -> str:
    a_match = example.kind == "match"
    if _way(example.rule) == "compares":
        enough = " or ".join(sorted(_ENOUGH[example.rule.effect]))
        return f"a level that is {enough}" if a_match else f"a level that is not {enough}"
    if _way(example.rule) == "cleans":
        return "both read the same" if a_match else "the two read differently"
    if _way(example.rule) == "codes":
        return "one code for both" if a_match else "two codes"
    return "the caution applies to both" if a_match else "the caution does not apply to both"


class _Runner:
    """Tries examples with the tables of one rulebook."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._tables = rulebook.tables
        self._ways: Mapping[str, Callable[[NameRule, str, str], tuple[bool, str]]] = {
            "cleans": self._clean,
            "codes": self._code,
            "cautions": self._caution,
        }

    def compare(self, compared: Sequence[Example]) -> Iterator[Outcome]:
        """All examples of rules that compare, as one table of pairs."""
        table = _table([(one.rule, text) for one in compared for text in (one.left, one.right)])
        pairs = [(2 * number, 2 * number + 1) for number in range(len(compared))]
        for one, scored in zip(compared, score_pairs(table, pairs, self._rulebook), strict=True):
            levels = {line.field: line.level for line in scored.evidence.lines}
            found = [self._level[field, levels[field]] for field in self._fields(one.rule)]
            enough = _ENOUGH[one.rule.effect] | {"missing"}
            together = all(strength in enough for strength, _ in found)
            yield Outcome(one, together is (one.kind == "match"), "; ".join(f"{said} ({how})" for how, said in found))

    def try_one(self, one: Example) -> Outcome:
        """An example of a rule that cleans, codes or cautions."""
        together, found = self._ways[_way(one.rule)](one.rule, one.left, one.right)
        return Outcome(one, together is (one.kind == "match"), found)

    @cached_property
    def _level(self) -> Mapping[tuple[str, str], tuple[str, str]]:
        """(field, level) -> strength and sentence."""
        matching = self._rulebook.matching
        return {
            (field.id, level.id): (level.strength, level.sentence.rstrip("."))
            for field in matching.fields
            for level in matching.comparisons[field.compare]
        }

    def _fields(self, rule: NameRule) -> list[str]:
        kinds = _FIELDS[rule.scope]
        return [field.id for field in self._rulebook.matching.fields if field.compare in kinds]

    def _clean(self, rule: NameRule, left: str, right: str) -> tuple[bool, str]:
        same = self._cleaned(rule, left) == self._cleaned(rule, right)
        return same, "both read the same" if same else "the two read differently"

    def _cleaned(self, rule: NameRule, text: str) -> object:
        if rule.scope == "date":
            return read_date(text, self._tables)
        if rule.scope == "place":
            return list(read_values([text], CodeKind.PLAIN, self._tables))
        reader = PersonReader(self._tables, parent=rule.scope == "parent", suffixes=True)
        return [(part.text, part.slot >= 2) for part in reader.read(*read_name(text)[:4]).parts]

    def _code(self, rule: NameRule, left: str, right: str) -> tuple[bool, str]:
        kind = CodeKind(rule.column if isinstance(rule, PlaceRule) else rule.scope)
        one, other = read_values([left, right], kind, self._tables)
        return one == other != "", f"{one or 'no code'} and {other or 'no code'}"

    def _caution(self, rule: NameRule, left: str, right: str) -> tuple[bool, str]:
        applies = [self._applies(rule, text) for text in (left, right)]
        return all(applies), f"the caution applies to {sum(applies)} of the two"

    def _applies(self, rule: NameRule, text: str) -> bool:
        name = read_name(text)
        first, last = (self._tables.fold(part) for part in (name.first, name.last1))
        if rule.id == "UNISEX":
            return first in self._tables.unisex
        if rule.id == "FEAST-DAY":
            born = read_date(name.birth_date, self._tables)
            return (born.month, born.day) in self._tables.feast_days.get(first, ())
        return last in self._tables.surname_counts


def _table(sides: Sequence[tuple[NameRule, str]]) -> RecordTable:
    """A record for each side of an example; what the example does not say is missing."""
    rows = [_record(rule, text) for rule, text in sides]
    columns = {column: TextColumn.of(row.get(column, "") for row in rows) for column in MDE_LAYOUT.columns()}
    return RecordTable(tuple(map(str, range(len(rows)))), columns, ("example",) * len(rows))


def _record(rule: NameRule, text: str) -> Mapping[str, str]:
    if rule.scope not in NAME_SCOPES:
        return {"birth_date": text}
    return dict(zip(_PARENT_COLUMNS if rule.scope == "parent" else _NAME_COLUMNS, read_name(text), strict=True))
