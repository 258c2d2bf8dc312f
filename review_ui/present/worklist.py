"""The worklist as a page shows it: lists with counts, filters in words, and each row with its deadlines in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from linkage.identity.context import state_name
from linkage.identity.figures import Lately, Today
from linkage.identity.filter_choices import FilterChoices
from linkage.identity.saved_views import View
from linkage.identity.views import Account, ItemSummary, Status
from linkage.identity.work_lists import FINISHED, ON_DESK, Sort, Wanted, WorkList
from review_ui.present.pages import Pages
from review_ui.present.words import KINDS, STATUSES

LISTS = {
    WorkList.MINE: "For me",
    WorkList.VALIDATION: "Waiting for validation",
    WorkList.INFORMATION: "Waiting for information",
    WorkList.OVERDUE: "Overdue",
    WorkList.CLAIMED: "In work by me",
    WorkList.FINISHED: "Finished",
}
SORTS = {
    Sort.DECIDABLE: "What I can decide first",
    Sort.PROBABILITY: "Highest chance first",
    Sort.DUE: "Next deadline first",
    Sort.OLDEST: "Oldest first",
    Sort.NEWEST: "Newest first",
}
BANDS = {
    "90-100": "At least 90 in 100",
    "70-90": "From 70 to below 90 in 100",
    "50-70": "From 50 to below 70 in 100",
    "0-50": "Below 50 in 100",
}
AGES = {"7": "At least a week", "14": "At least two weeks", "30": "At least 30 days", "90": "At least 90 days"}
COUNTED = {"yes": "A child is in the child count", "no": "No child is in the child count"}
# An item of another status than these is found on one of the lists of what is unfinished.
_LIST_OF = {Status.WAITING_VALIDATION: WorkList.VALIDATION, Status.WAITING_INFORMATION: WorkList.INFORMATION}
# Names in the address, and what each says to people.
_TITLES = {
    "kind": "Kind", "state": "State", "district": "District", "age": "Age", "band": "Chance of one child",
    "guard": "Take care", "counted": "Child count", "assigned": "Handed to",
}  # fmt: skip
_INSTANT = timedelta(microseconds=1)
_SOON = 3  # days


@dataclass(frozen=True, slots=True)
class Tab:
    wanted: Wanted
    title: str
    count: int
    current: bool


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


@dataclass(frozen=True, slots=True)
class Deadline:
    """`tone`: late, soon or calm. The icon and the sentence say the same."""

    tone: str
    icon: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Row:
    item: ItemSummary
    deadlines: Sequence[Deadline]


@dataclass(frozen=True, slots=True)
class Board:
    """All that the page of a list shows. `query`: `wanted` as the parameters of an address. `place`: the jurisdiction in words.

    `alike`: whether there may be items that can be decided together.
    """

    wanted: Wanted
    query: Mapping[str, str]
    on_desk: Mapping[WorkList, int]
    by_status: Mapping[Status, int]
    rows: Sequence[Row]
    pages: Pages
    choices: FilterChoices
    views: Sequence[View]
    guards: Mapping[str, str]
    place: str
    today: Today
    lately: Lately
    alike: bool

    @property
    def shown(self) -> WorkList:
        return shown_list(self.wanted)

    @property
    def tabs(self) -> list[Tab]:
        return list_tabs(self.wanted, self.on_desk, self.by_status, self.place)

    @property
    def finished_tabs(self) -> list[Tab]:
        return finished_tabs(self.wanted, self.by_status)

    @property
    def filters(self) -> list[Filter]:
        return filters(self.query, self.choices, self.guards)

    @property
    def chips(self) -> list[Chip]:
        return chips(self.query, self.filters)

    @property
    def whole(self) -> Mapping[str, str]:
        """The parameters of this list without its filters."""
        return {name: value for name, value in self.query.items() if name not in _TITLES}

    @property
    def left_out(self) -> int:
        """How many items of the list the filters hide."""
        status = self.wanted.status
        listed = self.by_status[status] if status else next(tab.count for tab in self.tabs if tab.current)
        return max(0, listed - self.pages.total)

    @property
    def elsewhere(self) -> int:
        """How many unfinished items of the jurisdiction stand with other people or wait for something."""
        return self.on_desk[WorkList.JURISDICTION] - self.on_desk[WorkList.MINE]

    @property
    def saved_as(self) -> int:
        """The id of the view that shows exactly this; 0 for none."""
        here = set(self.query.items())
        return next((view.id for view in self.views if set(parse_qsl(view.query)) == here), 0)


def sorts(wanted: Wanted) -> Mapping[Sort, str]:
    """The orders in words; of what is finished nothing is left to decide."""
    return SORTS | {Sort.DECIDABLE: "Last changed first"} if wanted.finished else SORTS


def place_words(account: Account) -> str:
    """The person's jurisdiction."""
    return account.district or account.region or state_name(account.state)


def first_list(on_desk: Mapping[WorkList, int]) -> Wanted:
    """Where a person begins who asks for no list: with what is his or hers, and if there is none, with all."""
    return Wanted(WorkList.MINE if on_desk[WorkList.MINE] else WorkList.JURISDICTION)


def shown_list(wanted: Wanted) -> WorkList:
    """The list under which a page stands, also when it shows one status."""
    if wanted.status is None:
        return wanted.list
    return WorkList.FINISHED if wanted.status in FINISHED else _LIST_OF.get(wanted.status, WorkList.JURISDICTION)


def list_tabs(
    wanted: Wanted, on_desk: Mapping[WorkList, int], by_status: Mapping[Status, int], place: str
) -> list[Tab]:
    """Every list with the number of its items, whatever the filters; the order and the filters go along to another list.

    `place`: the person's jurisdiction in words.
    """
    titles = {**LISTS, WorkList.JURISDICTION: f"All of {place}"}
    counts = {**on_desk, WorkList.FINISHED: sum(by_status[one] for one in FINISHED)}
    current = shown_list(wanted)
    return [
        Tab(replace(wanted, list=one, status=None), titles[one], counts[one], one is current)
        for one in (*ON_DESK, WorkList.FINISHED)
    ]


def finished_tabs(wanted: Wanted, by_status: Mapping[Status, int]) -> list[Tab]:
    """The ways in which an item is finished; none unless the page stands under that list."""
    if shown_list(wanted) is not WorkList.FINISHED:
        return []
    every = replace(wanted, list=WorkList.FINISHED, status=None)
    whole = Tab(every, "All finished", sum(by_status[one] for one in FINISHED), wanted.status is None)
    return [whole] + [
        Tab(replace(every, status=one), STATUSES[one], by_status[one], one is wanted.status) for one in FINISHED
    ]


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
    for name, title in _TITLES.items():
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


def rows(items: Sequence[ItemSummary], now: datetime, zone: ZoneInfo) -> list[Row]:
    return [Row(item, deadlines(item, now, zone)) for item in items]


def deadlines(item: ItemSummary, now: datetime, zone: ZoneInfo) -> list[Deadline]:
    """By when an item is to be looked at, answered and settled, the latter always; of a finished one nothing."""
    if item.status in FINISHED:
        return []
    found = []
    if item.answer_due is not None and item.answer_due <= now:
        found.append(Deadline("late", "priority_high", "Nobody has looked at it in time"))
    if item.information_due is not None and item.information_due <= now:
        found.append(Deadline("late", "priority_high", "The information has not come in time"))
    if item.resolve_due is not None:
        found.append(_settled_by(item.resolve_due, now, zone))
    return found


def _settled_by(due: datetime, now: datetime, zone: ZoneInfo) -> Deadline:
    """Whole days of the calendar in the reader's State; `due` is the end of the last day."""
    left = ((due - _INSTANT).astimezone(zone).date() - now.astimezone(zone).date()).days
    if due <= now:
        late = {0: "Overdue since today", -1: "Overdue by 1 day"}.get(left, f"Overdue by {-left} days")
        return Deadline("late", "error", late)
    if left == 0:
        return Deadline("soon", "alarm", "Due today")
    tone, icon = ("soon", "alarm") if left < _SOON else ("calm", "schedule")
    return Deadline(tone, icon, "1 day left" if left == 1 else f"{left} days left")
