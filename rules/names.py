"""`cultural_name_rules.yaml` as a typed, immutable model. What the tables mean when compiled: `rules/name_tables.py`."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, Field, model_validator

from rules.errors import RuleFileError
from rules.yaml_file import RuleModel, load

Effect = Literal["equal", "compatible", "similar", "null", "strip", "guard"]
Scope = Literal["given", "surname", "any", "parent", "date", "place", "sex", "suffix"]
NAME_SCOPES: frozenset[Scope] = frozenset({"given", "surname", "any", "parent"})


def _with_a_letter(text: str) -> str:
    if not any(letter.isalnum() for letter in text):
        raise ValueError("a name or word needs at least one letter")
    return text


def _month_day(text: str) -> str:
    date.fromisoformat(f"2000-{text}")
    return text


def _iso_date(text: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError("a date is written year-month-day, in quotes")
    return text


Word = Annotated[str, AfterValidator(_with_a_letter)]
Words = Annotated[tuple[Word, ...], Field(min_length=1)]
MonthDay = Annotated[str, AfterValidator(_month_day)]
WordMap = Annotated[Mapping[Word, Words], Field(min_length=1)]
RuleId = Annotated[str, Field(pattern=r"^[A-Z]+(-[A-Z]+)*$")]


class NameExample(NamedTuple):
    """One side of an example of a name rule: `first | middle | last 1 | last 2 | birth date`, the date only where needed."""

    first: str
    middle: str
    last1: str
    last2: str
    birth_date: str


def read_name(text: str) -> NameExample:
    """Raises ValueError if `text` has not four or five parts."""
    parts = [part.strip() for part in text.split("|")]
    if len(parts) not in (4, 5):
        raise ValueError(f"`{text}`: a name is written `first | middle | last 1 | last 2`")
    first, middle, last1, last2, birth_date = (*parts, "")[:5]
    return NameExample(first, middle, last1, last2, birth_date)


class Examples(RuleModel):
    """Pairs that a rule must bring together, and pairs that it must not."""

    match: tuple[tuple[str, str], ...] = Field(min_length=2)
    no_match: tuple[tuple[str, str], ...] = Field(min_length=2)


class NameRule(RuleModel):
    id: RuleId
    title: Word
    since: date
    effect: Effect
    scope: Scope
    description: Word
    source: Word
    examples: Examples

    @model_validator(mode="after")
    def _examples_are_names(self) -> "NameRule":
        if self.scope in NAME_SCOPES:
            for pair in self.examples.match + self.examples.no_match:
                for side in pair:
                    read_name(side)
        return self


class RowsRule(NameRule):
    """Rows of names: spellings of one name (usual one first, ~ marks another name), or look-alikes."""

    table: tuple[Annotated[tuple[Word, ...], Field(min_length=2)], ...] = Field(min_length=1)


class MapRule(NameRule):
    """One name a line, with the names it may stand for (or, in feast days, with days)."""

    table: WordMap


class ListRule(NameRule):
    table: Words


class LettersRule(NameRule):
    """Letters: [other letters that write the same]. `names`: the rules whose names are also written so; empty = all names."""

    names: tuple[RuleId, ...] = ()
    table: WordMap


class EndingsRule(NameRule):
    """Ending: [endings that take its place]; of several that fit a name, the longest counts."""

    table: WordMap


class RepairRule(NameRule):
    table: Mapping[str, str] = Field(min_length=1)


class LostLetterRule(NameRule):
    table: tuple[Annotated[str, Field(min_length=1, max_length=1)], ...]


class ParticleRule(ListRule):
    position: Literal["before", "between"]
    shifts: bool = False
    glued: tuple[Word, ...] = ()


class TitleRule(ListRule):
    only_with: tuple[RuleId, ...] = ()


class PlaceholderRule(ListRule):
    fields: tuple[Literal["first", "middle", "last1", "last2", "parent", "whole"], ...] = Field(min_length=1)
    sets: Literal["multiple_birth", ""] = ""
    unless_with: tuple[RuleId, ...] = ()


class SuffixForms(RuleModel):
    written: Words
    in_names: tuple[Word, ...] = ()


class SuffixRule(NameRule):
    table: Mapping[Word, SuffixForms] = Field(min_length=1)


class PlaceRule(MapRule):
    column: Literal["state", "country"]


class DateRule(NameRule):
    table: tuple[Annotated[str, AfterValidator(_iso_date)], ...] = Field(min_length=1)


class AssignedDayRule(NameRule):
    table: tuple[MonthDay, ...] = Field(min_length=1)


class CalendarRule(NameRule):
    """Written years, first and last, that may be years of another calendar, or of the wrong century."""

    calendar: Literal["ethiopian", "islamic", "persian", "next_century"]
    years: tuple[Annotated[int, Field(gt=0, lt=10_000)], Annotated[int, Field(gt=0, lt=10_000)]]


class FeastDayRule(NameRule):
    table: Mapping[Word, tuple[MonthDay, ...]]


class CountRule(NameRule):
    table: Mapping[Word, Annotated[int, Field(gt=0)]]


class NameRules(RuleModel):
    """The whole file, one field a section. Iterating gives every rule in file order.

    Sections younger than a State's own file may be absent from it.
    """

    structures: tuple[NameRule, ...]
    repairs: tuple[RepairRule, ...]
    lost_letters: tuple[LostLetterRule, ...]
    spellings: tuple[RowsRule, ...]
    letters: tuple[LettersRule, ...] = ()
    endings: tuple[EndingsRule, ...] = ()
    confusables: tuple[RowsRule, ...]
    nicknames: tuple[MapRule, ...]
    translations: tuple[MapRule, ...]
    abbreviations: tuple[MapRule, ...]
    particles: tuple[ParticleRule, ...]
    joiners: tuple[ListRule, ...]
    compounds: tuple[ListRule, ...]
    known_names: tuple[ListRule, ...]
    weak_names: tuple[ListRule, ...]
    titles: tuple[TitleRule, ...]
    placeholders: tuple[PlaceholderRule, ...]
    empty_values: tuple[ListRule, ...]
    suffixes: tuple[SuffixRule, ...]
    sexes: tuple[MapRule, ...]
    places: tuple[PlaceRule, ...]
    date_placeholders: tuple[DateRule, ...]
    assigned_days: tuple[AssignedDayRule, ...]
    calendars: tuple[CalendarRule, ...] = ()
    unisex_names: tuple[ListRule, ...]
    feast_days: tuple[FeastDayRule, ...]
    name_counts: tuple[CountRule, ...]

    def rules(self) -> Iterator[NameRule]:
        for section in type(self).model_fields:
            yield from getattr(self, section)

    def rule(self, rule_id: str) -> NameRule:
        return next(rule for rule in self.rules() if rule.id == rule_id)


def load_names(path: Path) -> NameRules:
    """Read the name rules. Raises RuleFileError with file, line and remedy."""
    names = load(path, NameRules)
    _refuse_doubled_ids(path, names)
    _refuse_unknown_ids(path, names)
    _refuse_doubled_years(path, names)
    return names


def _refuse_doubled_ids(path: Path, names: NameRules) -> None:
    for rule_id, times in Counter(rule.id for rule in names.rules()).items():
        if times > 1:
            first, second = _lines_with(path, f"id: {rule_id}")[:2]
            raise RuleFileError(
                path, second, f"the id `{rule_id}` is taken on line {first}.", "Give this rule its own id."
            )


def _refuse_unknown_ids(path: Path, names: NameRules) -> None:
    known = {rule.id for rule in names.rules()}
    conditions = [(rule.id, other) for rule in names.titles for other in rule.only_with]
    conditions += [(rule.id, other) for rule in names.placeholders for other in rule.unless_with]
    conditions += [(rule.id, other) for rule in names.letters for other in rule.names]
    for rule_id, other in conditions:
        if other not in known:
            problem = f"`{rule_id}` names the rule `{other}`, which does not exist."
            raise RuleFileError(path, _lines_with(path, f"id: {rule_id}")[0], problem, "Mend the id.")


def _refuse_doubled_years(path: Path, names: NameRules) -> None:
    taken: dict[int, str] = {}
    for rule in names.calendars:
        first, last = rule.years
        other = next((taken[year] for year in range(first, last + 1) if year in taken), "")
        if first > last or other:
            problem = (
                f"`{rule.id}` reads years that `{other}` reads." if other else f"`{rule.id}`: {first} is after {last}."
            )
            remedy = "Give it years from first to last that no other calendar has."
            raise RuleFileError(path, _lines_with(path, f"id: {rule.id}")[0], problem, remedy)
        taken |= dict.fromkeys(range(first, last + 1), rule.id)


def _lines_with(path: Path, entry: str) -> list[int]:
    lines = path.read_text(encoding="utf-8").splitlines()
    pattern = re.compile(rf"^\s*-?\s*{re.escape(entry)}\s*(#.*)?$")
    return [number for number, line in enumerate(lines, start=1) if pattern.match(line)] or [1, 1]
