"""Where an item stands: with whom, who works on it, how long it has waited, who is next. Each as one sentence."""

from dataclasses import dataclass
from datetime import datetime

from linkage.identity.context import state_name
from linkage.identity.escalation import NextUp
from linkage.identity.previews import Preview
from linkage.identity.views import ItemView, PlaceView, Verdict
from review_ui.present import words
from review_ui.present.preview import listed

_LEVEL = {"district": "the district", "region": "the region", "state": "the State"}


@dataclass(frozen=True, slots=True)
class Fact:
    """`tone`: "care" where somebody must hurry, else ""."""

    title: str
    sentence: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """`claim`: what may be done about it now, CLAIM or RELEASE, None for neither."""

    facts: tuple[Fact, ...]
    claim: Verdict | None


def build_standing(
    item: ItemView, account_id: int, preview: Preview | None, next_up: NextUp | None, now: datetime
) -> Standing:
    """`preview`: of a merge, None where none is possible; `next_up`: None for a finished item."""
    unfinished = next_up is not None
    facts = [
        Fact("With", _with(item)) if unfinished else None,
        Fact("In work", _claim(item, account_id, now)) if item.summary.claimed_until else None,
        _age(item, now) if unfinished else None,
        Fact("Next", _next(next_up)) if next_up else None,
        Fact("Child count", _count(item, preview)) if unfinished else None,
        _day(preview) if preview else None,
    ]
    may = (verdict for verdict in (Verdict.CLAIM, Verdict.RELEASE) if verdict in item.allowed)
    return Standing(tuple(fact for fact in facts if fact and fact.sentence), next(may, None))


def _with(item: ItemView) -> str:
    return listed([_place(one) for one in item.summary.places])


def _place(place: PlaceView) -> str:
    name = state_name(place.state)
    if place.assignee:
        return f"{place.assignee} ({name})"
    if place.level == "district" and place.district:
        return f"{place.district} ({name})"
    return f"region {place.region} ({name})" if place.level == "region" and place.region else f"the State of {name}"


def _claim(item: ItemView, account_id: int, now: datetime) -> str:
    until = item.summary.claimed_until
    taken = next((one for one in reversed(item.decisions) if one.verdict is Verdict.CLAIM), None)
    if until is None or taken is None:
        return ""
    if taken.actor_id != account_id:
        return f"{taken.actor} works on it until {until:%H:%M} UTC"
    minutes = max(1, round((until - now).total_seconds() / 60))
    return f"Yours, {minutes} minute{'' if minutes == 1 else 's'} left"


def _age(item: ItemView, now: datetime) -> Fact:
    """Days waited, and days left or past."""
    age = words.age_words(item.summary.created, now)
    waited = "since today" if age == "today" else f"for {age}"
    due = item.summary.resolve_due
    if due is None:
        return Fact("Waits", waited)
    days = (due - now).days
    if due <= now:
        late = (now - due).days
        return Fact("Waits", f"{waited}; overdue {f'by {_days(late)}' if late else 'since today'}", "care")
    left = f"{_days(days)} left" if days else "due today"
    return Fact("Waits", f"{waited}; {left}", "care" if days < SOON else "")


SOON = 2  # days


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _next(found: NextUp) -> str:
    if not found.level:
        return "It stays with the State until somebody decides."
    if not found.at:
        return f"If nobody settles it, it goes to {_LEVEL[found.level]}"
    return f"If nobody settles it, it goes to {_LEVEL[found.level]} on {words.day_words(found.at)}"


def _count(item: ItemView, preview: Preview | None) -> str:
    if preview and preview.count:
        return preview.count
    return "A child of this item is in the current child count." if item.summary.in_child_count else ""


def _day(preview: Preview) -> Fact | None:
    """Nothing may change before a day."""
    if preview.applies_at is None:
        return None
    return Fact(
        preview.blackout or "Blackout",
        f"A decision made now takes effect on {words.day_words(preview.applies_at)}",
        "care",
    )
