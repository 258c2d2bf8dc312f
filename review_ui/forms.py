"""What people send: read into typed values, or refused with 400. The rules about them live in `linkage.identity`."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import abort, request

from linkage.identity.preferences import ACTIONS, Preferences
from linkage.identity.views import Request, Verdict

LARGEST = 2**31 - 1  # what a number in the database can be
LAST_PAGE = 100_000
LONGEST_NOTE = 2000
MEMBER_PREFIX = "member-"
PREVIEW = "preview"
# Control characters, and those that turn the direction of all text that follows: nobody types them.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """`verdict`: None where the person wants to see only what a merge would do. `asked`: of whom information is wanted; `hand_to`: to whom
    an item is handed. `answers`: it was sent from a page that does not show what the first person said.
    """

    version: int
    verdict: Verdict | None
    note: str
    idempotency_key: str
    members: tuple[str, ...]  # record ids ticked; () where the form offers no choice
    reason: str = ""
    keep: str = ""
    asked: str = ""
    hand_to: str = ""
    due: date | None = None
    answers: bool = False

    def request(self, item_id: int) -> Request:
        """What is asked for, of one item."""
        verdict = self.verdict or Verdict.SAME
        return Request(
            item_id,
            self.version,
            verdict,
            self.idempotency_key,
            note=self.note,
            reason=self.reason,
            members=self.members or None,
            keep=self.keep if verdict is Verdict.SAME else "",
            whom={Verdict.NEED_INFORMATION: self.asked, Verdict.REASSIGN: self.hand_to}.get(verdict, ""),
            due=self.due if verdict is Verdict.NEED_INFORMATION else None,
        )


@dataclass(frozen=True, slots=True)
class SearchForm:
    name: str = ""
    birth_date: str = ""
    any_id: str = ""


def new_key() -> str:
    """Sent with a decision, so that the same form sent twice is one decision."""
    return secrets.token_urlsafe(18)


def read_decision(phrases: Sequence[str] = ()) -> DecisionForm:
    """`phrases`: the sentences of the policy, of which the form sends the number of one."""
    said = request.form.get("verdict", "")
    try:
        verdict = None if said == PREVIEW else Verdict(said)
        version = int(request.form.get("version", ""))
    except ValueError:
        abort(400, "The form does not say what was decided.")
    if not 0 < version <= LARGEST:
        abort(400, "The form speaks of a version that cannot be.")
    return DecisionForm(
        version,
        verdict,
        _whole_note(said, phrases),
        read_key(),
        tuple(name.removeprefix(MEMBER_PREFIX) for name in request.form if name.startswith(MEMBER_PREFIX)),
        reason=_short("reason"),
        keep=_short("keep"),
        asked=_short("asked"),
        hand_to=_short("hand_to"),
        due=_day("due"),
        answers="answers" in request.form,
    )


def _whole_note(said: str, phrases: Sequence[str]) -> str:
    """The note, what was written for this verdict alone, and the chosen phrase, each on a line."""
    number = request.form.get("phrase", type=int)
    phrase = phrases[number - 1] if number and 0 < number <= len(phrases) else ""
    return _within("\n".join(filter(None, (_text("note"), _text(f"note-{said}"), phrase))))


def _short(name: str) -> str:
    return _text(name)[:100]


def _day(name: str) -> date | None:
    text = _short(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        abort(400, "That is no day; write it as 2026-12-31.")


def read_key() -> str:
    key = request.form.get("key", "")
    if not 16 <= len(key) <= 64:
        abort(400, "The form is incomplete.")
    return key


def read_note() -> str:
    return _within(_text("note"))


def _text(name: str) -> str:
    return UNSEEN.sub("", request.form.get(name, "").replace("\r\n", "\n")).strip()


def _within(note: str) -> str:
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
