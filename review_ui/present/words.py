"""Numbers, codes and states of things, in the words of the screen."""

from datetime import date, datetime

from linkage.identity.views import Kind, Status
from rules.mde_list import load_mde_list

STATUSES = {
    Status.OPEN: "To decide",
    Status.WAITING_VALIDATION: "Waiting for validation",
    Status.WAITING_INFORMATION: "Waiting for information",
    Status.APPLIED: "Decided",
    Status.SUPERSEDED: "Overtaken",
    Status.CLAIMED: "In work",
    Status.ESCALATED: "Passed up",
    Status.APPROVED: "Decided, applies later",
    Status.REJECTED: "Rejected",
    Status.WITHDRAWN: "Withdrawn",
}

KINDS = {
    Kind.NEAR_MATCH: "Near match",
    Kind.IDENTITY_RETURNED: "Asked again",
    Kind.SUGGESTED_SPLIT: "Suggested split",
    Kind.VALIDATE_MERGE: "Flagged merge",
    Kind.VALIDATE_SPLIT: "Flagged split",
    Kind.BIRTH_DATE: "Birth date conflict",
}

ASKED = {"recruiter": "Recruiter", "other_state": "Other State", "parent": "Parent or guardian", "school": "School"}

LEVELS = {
    "district": "Everybody of the district",
    "region": "Everybody of the region",
    "state": "Everybody of the State",
}


def value_words(column: str, value: str) -> str:
    """A code as words (`F` as "Female"), anything else as it stands."""
    elements = load_mde_list()
    codes = elements.codes_of(elements.element(column))
    return codes.title(value) if codes else value


def student_id_words(student_id: str) -> str:
    """Twelve digits in groups of four: people read them to each other on the telephone."""
    return " ".join(student_id[at : at + 4] for at in range(0, len(student_id), 4))


def age_words(since: datetime, now: datetime) -> str:
    days = (now.date() - since.date()).days
    if days < 1:
        return "today"
    return "1 day" if days == 1 else f"{days} days"


def ago_words(at: datetime, now: datetime) -> str:
    seconds = (now - at).total_seconds()
    if seconds < 90:
        return "a moment ago"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} minutes ago"
    if seconds < 36 * 3600:
        return f"{round(seconds / 3600)} hours ago"
    return f"{round(seconds / 86400)} days ago"


def day_words(day: date | datetime | None) -> str:
    return f"{day:%b} {day.day}, {day.year}" if day else ""


def iso_day(value: str) -> date | None:
    """`2012-08-03` as a date; None for an impossible one, or dots, which are shown as they stand."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def weight_words(weight: float) -> str:
    """How much one line of evidence says. A bit doubles or halves the odds."""
    size = abs(weight)
    if size < 0.5:
        return "hardly any weight"
    if size < 2:
        return "some weight"
    return "much weight" if size < 5 else "very much weight"
