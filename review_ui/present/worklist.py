"""The worklist as a page shows it: lists with counts, and each row with its deadlines in words. `list_filters` has the filters."""

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
from review_ui.present.list_filters import TITLES, Chip, Filter, chips, filters
from review_ui.present.pages import Pages
from review_ui.present.words import STATUSES

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
# An item of another status than these is found on one of the lists of what is unfinished.
_LIST_OF = {Status.WAITING_VALIDATION: WorkList.VALIDATION, Status.WAITING_INFORMATION: WorkList.INFORMATION}
_INSTANT = timedelta(microseconds=1)
_SOON = 3  # days


@dataclass(frozen=True, slots=True)
class Tab:
    wanted: Wanted
    title: str
    count: int
    current: bool


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
        return {name: value for name, value in self.query.items() if name not in TITLES}

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
