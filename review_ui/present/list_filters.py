"""The filters of the worklist: each with its choices, and those in force with the way to take one away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linkage.identity.context import state_name
from linkage.identity.filter_choices import FilterChoices
from linkage.identity.views import Status
from linkage.identity.work_lists import FINISHED
from review_ui.present.words import KINDS, STATUSES

BANDS = {
    "90-100": "At least 90 in 100",
    "70-90": "From 70 to below 90 in 100",
    "50-70": "From 50 to below 70 in 100",
    "0-50": "Below 50 in 100",
}
AGES = {"7": "At least a week", "14": "At least two weeks", "30": "At least 30 days", "90": "At least 90 days"}
COUNTED = {"yes": "A child is in the child count", "no": "No child is in the child count"}
# Names in the address, and what each says to people.
TITLES = {
    "kind": "Kind", "state": "State", "district": "District", "age": "Age", "band": "Chance of one child",
    "guard": "Take care", "counted": "Child count", "assigned": "Handed to",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter. `options`: value in the address and title; `chosen`: one of these values, "" for all."""

    name: str
    title: str
    options: Sequence[tuple[str, str]]
    chosen: str

    @property
    def chosen_title(self) -> str:
        return dict(self.options)[self.chosen]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force. `without`: the address's parameters if it is taken away."""

    title: str
    value: str
    without: Mapping[str, str]


def filters(query: Mapping[str, str], choices: FilterChoices, guards: Mapping[str, str]) -> list[Filter]:
    """`query`: the parameters in the address. `guards`: id and title. What is chosen stays in its list."""
    options: Mapping[str, Mapping[str, str]] = {
        "kind": {str(kind): title for kind, title in KINDS.items()},
        "state": {state: state_name(state) for state in choices.states},
        "district": {district: district for district in choices.districts},
        "age": AGES,
        "band": BANDS,
        "guard": guards,
        "counted": COUNTED,
        "assigned": dict(choices.assignees),
    }
    found = []
    for name, title in TITLES.items():
        chosen = query.get(name, "")
        known = options[name] if not chosen or chosen in options[name] else {**options[name], chosen: chosen}
        found.append(Filter(name, title, list(known.items()), chosen))
    return found


def chips(query: Mapping[str, str], known: Sequence[Filter]) -> list[Chip]:
    """The filters in force, each with the way to take it away."""
    active = [(one.name, one.title, one.chosen_title) for one in known if one.chosen]
    status = query.get("status")
    if status and Status(status) not in FINISHED:
        active.append(("status", "Where it stands", STATUSES[Status(status)]))
    return [
        Chip(title, value, {key: kept for key, kept in query.items() if key != name}) for name, title, value in active
    ]
