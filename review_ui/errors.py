"""Error pages in plain words. Each carries an id that is also in the log; neither carries a child's data."""

import logging
import secrets
import traceback
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, render_template, request
from werkzeug.exceptions import HTTPException

from linkage.errors import ConflictError, LinkageError, NotAllowedError, StorageError, UnknownIdError

log = logging.getLogger("near_match.web")

STATUS_OF: Mapping[type[LinkageError], int] = {
    UnknownIdError: 404,
    NotAllowedError: 403,
    ConflictError: 409,
    StorageError: 503,
}


@dataclass(frozen=True, slots=True)
class Words:
    title: str
    what: str
    remedy: str


PAGES = {
    400: Words("That did not make sense to us", "The request was incomplete or malformed.", "Go back and try again."),
    403: Words("You may not do this", "Your role or your State does not allow it.", "Ask your user administrator."),
    404: Words(
        "Nothing is here", "There is no such page, item or student, or it is not yours to see.", "Check the number."
    ),
    405: Words(
        "That page does not work that way", "The address is right, the way of asking is not.", "Use the buttons."
    ),
    409: Words(
        "Somebody was faster", "The item has changed since you opened it.", "Open it again and look at what changed."
    ),
    413: Words("That is too much", "The form holds more than this page takes.", "Shorten the note and send it again."),
    415: Words("That form is not ours", "The request was not an ordinary form.", "Use the forms on these pages."),
    500: Words(
        "Something broke",
        "The fault is ours, not yours. Nothing was saved.",
        "Try again; tell your operator the error id.",
    ),
    503: Words("Not now", "The database cannot be used at the moment.", "Try again; tell your operator the error id."),
}


def install(app: Flask) -> None:
    app.register_error_handler(LinkageError, _linkage_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unforeseen)


def status_of(error: LinkageError) -> int:
    return next((status for kind, status in STATUS_OF.items() if isinstance(error, kind)), 400)


def _linkage_error(error: LinkageError) -> tuple[str, int]:
    return _page(status_of(error), error.message, error.remedy)


def _http_error(error: HTTPException) -> tuple[str, int]:
    ours = error.description if error.description != type(error).description else ""
    return _page(error.code or 500, ours or "")


def _unforeseen(error: Exception) -> tuple[str, int]:
    """Logs where it broke, not what the exception says: that may quote a record."""
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    places = "; ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)
    return _page(500, logged=f" kind={type(error).__name__} at={places}")


def _page(status: int, what: str = "", remedy: str = "", logged: str = "") -> tuple[str, int]:
    error_id = secrets.token_hex(4)
    words = PAGES.get(status, PAGES[500])
    log.log(
        logging.ERROR if status >= 500 else logging.WARNING,
        "event=error_page id=%s status=%d endpoint=%s%s",
        error_id,
        status,
        request.endpoint,
        logged,
    )
    page = render_template(
        "error.html", title=words.title, what=what or words.what, remedy=remedy or words.remedy, error_id=error_id
    )
    return page, status
