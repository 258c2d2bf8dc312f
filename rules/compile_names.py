"""Name rules -> look-up tables. The one place that knows what the effect of a rule means for its table."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from rules.folding import Repairs, fold
from rules.letters import Letters, with_endings, written_otherwise
from rules.name_tables import NameTables, Placeholder, ScopeTables, Title
from rules.names import ListRule, MapRule, NameRule, NameRules, ParticleRule, RowsRule
from rules.particles import Particles, Phrase
from rules.scope_index import ANOTHER_NAME, Fold, ScopeIndex, frozen

_Rule = TypeVar("_Rule", bound=NameRule)


def compile_tables(rules: NameRules) -> NameTables:
    """Fold every table and index it by form."""
    repairs = _repairs(rules)

    def folded(text: str) -> str:
        return fold(text, repairs)

    given = _scope_tables(rules, "given", folded)
    return NameTables(
        given=given,
        surname=_scope_tables(rules, "surname", folded),
        repairs=repairs,
        titles=_titles(rules, folded),
        placeholders=_placeholders(rules, folded),
        weak=_all_spellings(rules.weak_names, given, folded),
        unisex=_all_spellings(rules.unisex_names, given, folded),
        suffixes=_inverted({k: f.written for rule in rules.suffixes for k, f in rule.table.items()}, folded),
        suffixes_in_names=_inverted({k: f.in_names for rule in rules.suffixes for k, f in rule.table.items()}, folded),
        sexes=_inverted(_merged(rules.sexes), folded),
        states=_inverted(_merged([rule for rule in rules.places if rule.column == "state"]), folded),
        countries=_inverted(_merged([rule for rule in rules.places if rule.column == "country"]), folded),
        empty_values=_listed(rules.empty_values, folded),
        date_placeholders=frozenset(_numbers(day) for rule in rules.date_placeholders for day in rule.table),
        assigned_days=frozenset(_month_day(day) for rule in rules.assigned_days for day in rule.table),
        calendars={year: r.calendar for r in rules.calendars for year in range(r.years[0], r.years[1] + 1)},
        feast_days=frozen({folded(k): map(_month_day, v) for rule in rules.feast_days for k, v in rule.table.items()}),
        surname_counts={folded(k): count for rule in rules.name_counts for k, count in rule.table.items()},
    )


def _repairs(rules: NameRules) -> Repairs:
    letters = {wrong: right for rule in rules.repairs for wrong, right in rule.table.items()}
    return Repairs.of(letters, frozenset(sign for rule in rules.lost_letters for sign in rule.table))


def _serving(rules: Iterable[_Rule], scope: str) -> list[_Rule]:
    """The rules for given names, or for surnames."""
    return [rule for rule in rules if rule.scope in (scope, "any")]


def _particles(rules: NameRules, scope: str, folded: Fold) -> Particles:
    def phrases(keep: Callable[[ParticleRule], bool]) -> frozenset[Phrase]:
        chosen = [rule for rule in _serving(rules.particles, scope) if keep(rule)]
        return frozenset(tuple(folded(text).split()) for rule in chosen for text in rule.table)

    return Particles(
        before=phrases(lambda rule: rule.position == "before"),
        between=phrases(lambda rule: rule.position == "between"),
        shifting=phrases(lambda rule: rule.shifts),
        joiners=_listed(_serving(rules.joiners, scope), folded),
    )


def _scope_tables(rules: NameRules, scope: str, folded: Fold) -> ScopeTables:
    index = ScopeIndex(_particles(rules, scope, folded), folded)
    for rows in _serving((*rules.spellings, *rules.confusables), scope):
        for row in rows.table:
            index.add_lookalikes(row) if rows.effect == "similar" else index.add_spellings(row)
    for short_forms in _serving((*rules.nicknames, *rules.abbreviations), scope):
        for short, full in short_forms.table.items():
            index.add_short_form(short, full, similar=short_forms.effect == "similar")
    for translations in _serving(rules.translations, scope):
        for spanish, others in translations.table.items():
            index.add_translations(spanish, others)
    for compounds in _serving(rules.compounds, scope):
        index.add_compounds(compounds.table)
    for names in _serving(rules.known_names, scope):
        index.add_known(names.table)
    if scope == "surname":
        index.add_known(name for rule in rules.name_counts for name in rule.table)
    glued = {folded(text).replace(" ", "") for rule in _serving(rules.particles, scope) for text in rule.glued}
    tables = index.tables(glued)
    endings = {
        folded(end): tuple(map(folded, ends))
        for rule in _serving(rules.endings, scope)
        for end, ends in rule.table.items()
    }
    return with_endings(written_otherwise(tables, _letters(rules, scope, folded)), endings)


def _letters(rules: NameRules, scope: str, folded: Fold) -> list[Letters]:
    return [
        Letters(
            ways={folded(letters): tuple(map(folded, others)) for letters, others in rule.table.items()},
            names=_words_of(rules, rule.names, folded) if rule.names else None,
        )
        for rule in _serving(rules.letters, scope)
    ]


def _titles(rules: NameRules, folded: Fold) -> tuple[Title, ...]:
    return tuple(
        Title(rule.scope, _listed([rule], folded), _words_of(rules, rule.only_with, folded)) for rule in rules.titles
    )


def _placeholders(rules: NameRules, folded: Fold) -> tuple[Placeholder, ...]:
    return tuple(
        Placeholder(
            fields=frozenset(rule.fields),
            texts=_listed([rule], folded),
            multiple_birth=rule.sets == "multiple_birth",
            unless_with=_words_of(rules, rule.unless_with, folded),
        )
        for rule in rules.placeholders
    )


def _words_of(rules: NameRules, ids: Sequence[str], folded: Fold) -> frozenset[str]:
    """All words in the tables of the rules with these ids; a ~ spelling is another name and does not count."""
    rows = [row for rule_id in ids for row in _rows(rules.rule(rule_id))]
    return frozenset(
        word for row in rows for form in row if not form.startswith(ANOTHER_NAME) for word in folded(form).split()
    )


def _rows(rule: NameRule) -> Iterable[Sequence[str]]:
    if isinstance(rule, RowsRule):
        return rule.table
    if isinstance(rule, MapRule):
        return [(key, *values) for key, values in rule.table.items()]
    return [rule.table] if isinstance(rule, ListRule) else []


def _listed(rules: Iterable[ListRule], folded: Fold) -> frozenset[str]:
    return frozenset(folded(text) for rule in rules for text in rule.table)


def _all_spellings(rules: Iterable[ListRule], scope: ScopeTables, folded: Fold) -> frozenset[str]:
    """The listed names and every spelling of them."""
    listed = _listed(rules, folded)
    usual = {form for name in listed for form in scope.spellings.get(name, ())}
    return listed | {form for form, usuals in scope.spellings.items() if usuals & usual}


def _merged(rules: Iterable[MapRule]) -> Mapping[str, Sequence[str]]:
    return {code: (code, *written) for rule in rules for code, written in rule.table.items()}


def _inverted(table: Mapping[str, Sequence[str]], folded: Fold) -> Mapping[str, str]:
    return MappingProxyType({folded(written): code for code, many in table.items() for written in many})


def _numbers(day: str) -> tuple[int, int, int]:
    year, month, day_of_month = map(int, day.split("-"))
    return year, month, day_of_month


def _month_day(day: str) -> tuple[int, int]:
    month, day_of_month = map(int, day.split("-"))
    return month, day_of_month
