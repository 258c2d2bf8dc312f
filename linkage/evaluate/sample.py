"""A sample of invented source records with the truth beside them. `generate` makes it, `record_table` hands it to the engine.

Everything follows from the seed: same seed, records, States and rates give the same sample on every machine.

The truth names, for every source record: its child, family and tradition; the kinds of damage that changed it (fields of
`Rates`, and `accents_lost` where the State's encoding has no such letter); and the hard negatives as group ids. Two records

- of one child have the same `child_id`: they are the duplicates to find;
- of siblings have the same `family_id` and another `child_id`;
- of twins have the same `twin_group` and another `child_id`; likewise `cousin_group` (cousins with one given name),
  `father_son_group` (a young father and his son of the same name) and `namesake_group` (strangers with one common name).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from linkage.evaluate.damage import Plan, damaged, plan
from linkage.evaluate.damage_names import Clerk
from linkage.evaluate.dice import Dice
from linkage.evaluate.families import Child, Family, Population, invent_population
from linkage.evaluate.journeys import Stay, first_stay, next_stay, rows_of_stay
from linkage.evaluate.pools import places, traditions
from linkage.evaluate.rates import Rates
from linkage.evaluate.recording import NAME_FIELDS, PARENT_FIELDS, Person, recorded
from linkage.evaluate.spelling import without_accents
from linkage.evaluate.styles import COLUMNS, StateStyle, style_of
from linkage.records import RecordTable, TextColumn

DEFAULT_STATES = ("TX", "WA", "FL")
Row = Mapping[str, str]  # canonical MDE column -> value as ingest would store it: ISO dates, F/M/X, Y/N, codes


@dataclass(frozen=True, slots=True)
class Truth:
    """One line of truth.csv. Groups are "" where the child is in none."""

    record_key: str  # TX:<state student id>
    child_id: str
    family_id: str
    tradition: str
    damage: tuple[str, ...]
    twin_group: str
    cousin_group: str
    father_son_group: str
    namesake_group: str


@dataclass(frozen=True, slots=True)
class Sample:
    """`rows`: State -> the rows of its upload, ordered by student; `truth`: one entry a source record, in the same order."""

    seed: int
    rates: Rates
    rows: Mapping[str, tuple[Row, ...]]
    truth: tuple[Truth, ...]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A source record to be written: one child at one stay."""

    child: Child
    stay: Stay
    duplicate: bool


@dataclass(frozen=True, slots=True)
class _Recorded:
    truth: Truth
    rows: tuple[Row, ...]


def generate(
    seed: int, *, records: int = 6000, states: Sequence[str] = DEFAULT_STATES, rates: Rates | None = None
) -> Sample:
    """Exactly `records` source records, of which `rates.duplicates` are further records of a child already there.

    Raises ValueError if a State is unknown or the numbers make no sense; `places().states` lists the known ones.
    """
    rates = rates or Rates()
    _check(records, states, rates)
    children = records - round(records * rates.duplicates)
    population = invent_population(Dice(seed, "families"), children=children, states=states, rates=rates)
    drafts = _drafts(population.families, records, tuple(states), rates, Dice(seed, "journeys"))
    written = _write_down(drafts, population, rates, states, seed)
    rows = {state: tuple(row for record in written[state] for row in record.rows) for state in states}
    return Sample(seed, rates, rows, tuple(record.truth for state in states for record in written[state]))


def record_table(sample: Sample) -> tuple[RecordTable, tuple[Truth, ...]]:
    """One row a source record (its latest) under its record key, with the truth in the same order."""
    latest: dict[str, Row] = {}
    sources: dict[str, str] = {}
    for state, rows in sample.rows.items():
        for row in rows:
            key = f"{state}:{row['state_student_id']}"
            latest[key], sources[key] = row, state
    ids = tuple(truth.record_key for truth in sample.truth)
    columns = {column: TextColumn.of(latest[key][column] for key in ids) for column in COLUMNS}
    return RecordTable(ids, columns, tuple(sources[key] for key in ids)), sample.truth


def _check(records: int, states: Sequence[str], rates: Rates) -> None:
    unknown = [state for state in states if state not in places().states]
    if unknown or not states or len(set(states)) != len(states):
        raise ValueError(f"states must be different ones of {', '.join(places().states)}")
    if records < 1 or not 0 <= rates.duplicates <= 0.8:
        raise ValueError("records must be 1 or more, and the share of duplicates between 0 and 0.8")


def _drafts(
    families: Sequence[Family], records: int, states: tuple[str, ...], rates: Rates, dice: Dice
) -> list[_Draft]:
    """A first record for every child, then further stays of random families until there are `records` drafts."""
    stays = {family.family_id: [first_stay(family, dice)] for family in families}
    further: list[tuple[Child, int]] = []  # child, number of the stay
    wanted = records - sum(len(family.children) for family in families)
    while len(further) < wanted:
        for family in dice.shuffled(families):
            visited = stays[family.family_id]
            while True:
                visited[-1:] = next_stay(visited[-1], _destination(visited, states, rates, dice), dice)
                travellers = [child for child in family.children if dice.chance(rates.siblings_travel)]
                further += [(child, len(visited) - 1) for child in travellers or family.children[:1]]
                if not dice.chance(rates.third_stay):
                    break
            if len(further) >= wanted:
                break
    first = [(child, 0) for family in families for child in family.children]
    return [
        _Draft(child, stays[child.family_id][number], duplicate=number > 0)
        for child, number in first + further[:wanted]
    ]


def _destination(visited: Sequence[Stay], states: tuple[str, ...], rates: Rates, dice: Dice) -> str:
    """The next State: a new one where there is one, or the same one again under a second State student ID."""
    here = visited[-1].state
    new = [state for state in states if state not in {stay.state for stay in visited}]
    return here if not new or dice.chance(rates.inside_state) else dice.pick(new)


def _write_down(
    drafts: Sequence[_Draft], population: Population, rates: Rates, states: Sequence[str], seed: int
) -> dict[str, list[_Recorded]]:
    """State -> its records, in the order of their State student IDs; a State may have none."""
    desk = _Desk(population, rates, seed)
    written: dict[str, list[_Recorded]] = {state: [] for state in states}
    for draft in drafts:
        written[draft.stay.state].append(desk.write(draft))
    for records in written.values():
        records.sort(key=lambda record: record.truth.record_key)
    return written


class _Desk:
    """Writes drafts down; holds the streams of draws and the damage plans."""

    def __init__(self, population: Population, rates: Rates, seed: int) -> None:
        self.groups = population.groups
        self.rates = rates
        self.recording, self.damage, self.enrollment = (
            Dice(seed, label) for label in ("recording", "damage", "enrollment")
        )
        self.clerks = {tradition.id: Clerk(self.damage, tradition) for tradition in traditions()}
        shares = {False: rates.first_record_noise, True: 1.0}
        self.plans: dict[tuple[str, bool], Plan] = {
            (tradition.id, duplicate): plan(tradition, rates, share)
            for tradition in traditions()
            for duplicate, share in shares.items()
        }
        self.issued: dict[str, int] = {}

    def write(self, draft: _Draft) -> _Recorded:
        """One source record: the child as recorded, damaged, in the State's letters, with its moves and enrollments."""
        child, state = draft.child, draft.stay.state
        style, tradition = style_of(state), child.tradition.id
        person = recorded(child, style, self.rates, self.recording)
        person, kinds = damaged(person, self.clerks[tradition], self.plans[tradition, draft.duplicate])
        if self.recording.chance(style.upper_case):
            person = _in_capitals(person)
        person, lost = _in_encoding(person, style)
        number = self.issued[state] = self.issued.get(state, 0) + 1
        identity = {
            "state_student_id": _student_id(state, number),
            "state_student_id_type": "02" if number % 5 == 0 else "01",
            **person.columns(),
        }
        origin = replace(draft.stay.origin, city=_held(draft.stay.origin.city, style))
        stays = rows_of_stay(child, replace(draft.stay, origin=origin), self.enrollment, self.rates.further_rows)
        truth = self._truth(f"{state}:{identity['state_student_id']}", child, (*kinds, *lost))
        return _Recorded(truth, tuple({**identity, **enrollment} for enrollment in stays))

    def _truth(self, key: str, child: Child, kinds: tuple[str, ...]) -> Truth:
        group = {kind: members.get(child.child_id, "") for kind, members in self.groups.items()}
        return Truth(
            key, child.child_id, child.family_id, child.tradition.id, tuple(dict.fromkeys(kinds)),
            group["twin"], group["cousin"], group["father_son"], group["namesake"],
        )  # fmt: skip


def _student_id(state: str, number: int) -> str:
    """Unique in the State, and in no order that tells who was enrolled together."""
    digits = number * 618_033_989 % 10**9  # the factor and 10**9 have no common divisor
    if style_of(state).encoding == "cp1252":
        return f"{state}{digits:09d}"
    return f"{sorted(places().states).index(state) % 9 + 1}{digits:09d}"


def _in_capitals(person: Person) -> Person:
    """Names in capitals, HTML entities left as they are."""
    texts = {field: getattr(person, field) for field in (*NAME_FIELDS, *PARENT_FIELDS, "suffix")}
    return person.changed({field: text.upper() for field, text in texts.items() if "&" not in text})


def _in_encoding(person: Person, style: StateStyle) -> tuple[Person, tuple[str, ...]]:
    """The person in letters that the State's files can hold, and the damage that this does."""
    texts = {field: getattr(person, field) for field in (*NAME_FIELDS, *PARENT_FIELDS, "birth_city")}
    changes = {field: _held(text, style) for field, text in texts.items() if not style.encodable(text)}
    return (person.changed(changes), ("accents_lost",)) if changes else (person, ())


def _held(text: str, style: StateStyle) -> str:
    """What is left of a text in the State's encoding: without its accents, or with `?` for a letter, where need be."""
    if style.encodable(text):
        return text
    return without_accents(text).encode(style.encoding, "replace").decode(style.encoding)
