"""What templates may call: words for codes and dates, and links to style sheet and icons."""

from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Flask, url_for

from linkage.identity.context import column_title, state_name
from linkage.identity.views import Status, Verdict
from linkage.identity.words import VERDICTS
from linkage.identity.work_lists import Wanted
from linkage.score.explain import in_words
from review_ui.forms_worklist import as_query, carried
from review_ui.language import say
from review_ui.present import words
from review_ui.present.signs import look_of
from review_ui.services import EXTENSION, database, now
from rules.guards import Guard
from rules.mde_list import load_mde_list


def install(app: Flask) -> None:
    """Filters and functions of every template."""
    app.jinja_env.filters.update(
        asked=words.ASKED.__getitem__,
        age=lambda at: words.age_words(at, now()),
        ago=lambda at: words.ago_words(at, now()),
        chance=in_words,
        coded=coded,
        column_title=column_title,
        level=words.LEVELS.__getitem__,
        kind=words.KINDS.__getitem__,
        guard=guard,
        guard_look=look_of,
        role=role,
        state_name=state,
        status=status,
        student_id=words.student_id_words,
        value=lambda column, text: coded(words.value_words(column, text), column),
        verdict=verdict,
    )
    app.jinja_env.globals.update(
        asset=cache(app.extensions[EXTENSION].static.url), list_url=list_url, item_url=item_url, carried=carried
    )


def list_url(wanted: Wanted, **more: Any) -> str:
    """The address of a worklist."""
    return url_for("worklist.show", **as_query(wanted), **more)


def item_url(item_id: int, wanted: Wanted | None = None) -> str:
    """The address of an item, within the list from which it is opened."""
    return url_for("review.show", item_id=item_id) + (_parameters(wanted) if wanted else "")


@lru_cache
def _parameters(wanted: Wanted) -> str:
    """One list has many items, whose addresses end alike."""
    query = urlencode(as_query(wanted))
    return f"?{query}" if query else ""


def coded(text: str, column: str) -> str:
    """The words of a code in the person's language; a name or a place stays as it is, even one that we could translate."""
    return say(text) if load_mde_list().element(column).code_list else text


def guard(guard_id: str) -> Guard:
    return database().policy.guard(guard_id)


def role(role_id: str) -> str:
    found = database().roles.find(role_id)
    return found.title if found else role_id


def state(code: str) -> str:
    """Nueva York for NY."""
    return say(_state_name(code))


_state_name = cache(state_name)  # of the rules in force when the server started


def status(value: Status) -> str:
    return words.STATUSES[value]


def verdict(value: Verdict) -> str:
    return VERDICTS[value]
