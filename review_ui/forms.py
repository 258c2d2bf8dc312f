"""What people send: read into typed values, or refused with 400. The rules about them live in `linkage.identity`."""

import re
import secrets
from dataclasses import dataclass

from flask import abort, request

from linkage.identity.preferences import ACTIONS, Preferences
from linkage.identity.views import Request, Verdict

LARGEST = 2**31 - 1  # what a number in the database can be
LAST_PAGE = 100_000
LONGEST_NOTE = 2000
MEMBER_PREFIX = "member-"
# Control characters, and those that turn the direction of all text that follows: nobody types them.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class DecisionForm:
    version: int
    verdict: Verdict
    note: str
    idempotency_key: str
    members: tuple[str, ...]  # record ids ticked; () where the form offers no choice

    def request(self, item_id: int) -> Request:
        """What is asked for, of one item."""
        return Request(
            item_id, self.version, self.verdict, self.idempotency_key, note=self.note, members=self.members or None
        )


@dataclass(frozen=True, slots=True)
class SearchForm:
    name: str = ""
    birth_date: str = ""
    any_id: str = ""


def new_key() -> str:
    """Sent with a decision, so that the same form sent twice is one decision."""
    return secrets.token_urlsafe(18)


def read_decision() -> DecisionForm:
    try:
        verdict = Verdict(request.form.get("verdict", ""))
        version = int(request.form.get("version", ""))
    except ValueError:
        abort(400, "The form does not say what was decided.")
    if not 0 < version <= LARGEST:
        abort(400, "The form speaks of a version that cannot be.")
    members = tuple(name.removeprefix(MEMBER_PREFIX) for name in request.form if name.startswith(MEMBER_PREFIX))
    return DecisionForm(version, verdict, read_note(), read_key(), members)


def read_key() -> str:
    key = request.form.get("key", "")
    if not 16 <= len(key) <= 64:
        abort(400, "The form is incomplete.")
    return key


def read_note() -> str:
    note = UNSEEN.sub("", request.form.get("note", "").replace("\r\n", "\n")).strip()
    if len(note) > LONGEST_NOTE:
        abort(400, f"The note has more than {LONGEST_NOTE:,} characters.")
    return note


def read_page() -> int:
    """The page of a list that is asked for, from 1; anything odd is the first."""
    return min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)


def read_search() -> SearchForm:
    return SearchForm(*(request.form.get(name, "").strip()[:100] for name in ("name", "birth_date", "any_id")))


def read_preferences() -> Preferences:
    """Only letters other than ours are kept. What does not exist is refused by `identity.preferences`."""
    keys = {
        action: request.form.get(f"key-{action}", "").strip().lower() or letter for action, letter in ACTIONS.items()
    }
    return Preferences(
        language=request.form.get("language", "en"),
        theme=request.form.get("theme", "system"),
        density=request.form.get("density", "comfortable"),
        shortcuts=request.form.get("shortcuts", "on") == "on",
        keys={action: letter for action, letter in keys.items() if letter != ACTIONS[action]},
    )
