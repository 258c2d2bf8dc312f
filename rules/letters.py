"""Names written with other letters (an orthography, a scanner that took RN for M) or with another ending (PABLITO): more forms."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from rules.name_tables import ScopeTables

MOST_CHANGES = 2  # in one name
_SHORTEST = 3  # letters; a shorter word is no evidence
_SHORTEST_STEM = 2
_SHORTEST_OF_ANY = 5  # where any name may be meant: DARA is no damaged CLARA


@dataclass(frozen=True, slots=True)
class Letters:
    """`ways`: letters -> what may stand for them. `names`: the words to which this applies; None = every usual name."""

    ways: Mapping[str, Sequence[str]]
    names: frozenset[str] | None


def written_otherwise(tables: ScopeTables, letters: Sequence[Letters]) -> ScopeTables:
    """The tables with the further spellings. A spelling that the tables know as a name of its own is left alone."""
    known = tables.known
    found: dict[str, set[str]] = defaultdict(set)
    for rule in letters:
        for name in sorted(tables.full if rule.names is None else tables.full & rule.names):
            changes, shortest = (1, _SHORTEST_OF_ANY) if rule.names is None else (MOST_CHANGES, _SHORTEST)
            for spelling in _spellings(name, rule.ways, changes):
                if spelling not in known and len(spelling) >= shortest:
                    found[spelling].add(name)
    spellings = {**tables.spellings, **{spelling: frozenset(names) for spelling, names in found.items()}}
    return replace(tables, spellings=MappingProxyType(spellings), known=known | found.keys())


def with_endings(tables: ScopeTables, ways: Mapping[str, Sequence[str]]) -> ScopeTables:
    """The tables with the short forms that another ending makes of every usual name: PABLO -> PABLITO. Known names are left alone."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in tables.full:
        ending = next((end for end in sorted(ways, key=len, reverse=True) if name.endswith(end)), "")
        if ending and len(name) >= _SHORTEST_STEM + len(ending):
            for other in ways[ending]:
                found[name.removesuffix(ending) + other].add(name)
    new = {form: frozenset(names) for form, names in found.items() if form not in tables.known}
    return replace(tables, formals=MappingProxyType({**tables.formals, **new}), known=tables.known | new.keys())


def _spellings(name: str, ways: Mapping[str, Sequence[str]], changes: int, start: int = 0) -> Iterator[str]:
    """`name` with one to `changes` places, from `start` on, written otherwise."""
    for letters, others in ways.items():
        at = name.find(letters, start)
        while at >= 0:
            for other in others:
                spelling = name[:at] + other + name[at + len(letters) :]
                yield spelling
                if changes > 1:
                    yield from _spellings(spelling, ways, changes - 1, at + len(other))
            at = name.find(letters, at + 1)
