"""English and Spanish. Templates mark their own words; sentences made elsewhere come in English and are put into the person's language
where they are printed (`say`). A catalogue is a .po file, read once; `make messages` finds what it must hold.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import cast

from babel.dates import format_date, format_time
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from flask import Flask, g, has_request_context, request

from linkage.identity.student.reader import Reader
from review_ui.security import language_cookie
from review_ui.sentences import Sentences
from review_ui.services import database

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "es": "Español"}
LOCALES = {ENGLISH: "en_US", "es": "es_US"}  # Spanish as it is written here: 1,234.5
FOLDER = Path(__file__).parent / "translations"
ENGLISH_DAY = re.compile(r"[A-Z][a-z]{2} \d{1,2}, \d{4}")
MOST_REMEMBERED = 4096


@dataclass(frozen=True)
class Catalogue:
    """One language: message -> translation; messages with a plural -> its forms."""

    language: str
    messages: Mapping[str, str] = field(default_factory=dict)
    plurals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    plural: Callable[[int], int] = lambda number: int(number != 1)

    @property
    def sentences(self) -> Sentences:
        return Sentences(self.messages, lambda text: english_day(text, self.language))


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language; English has no entries, as the messages are English."""
    if language == ENGLISH:
        return Catalogue(ENGLISH)
    with (FOLDER / f"{language}.po").open("rb") as file:
        read = read_po(file, locale=language)
    plurals = {one.id[0]: tuple(one.string or ()) for one in read if one.pluralizable and all(one.string or [""])}
    singles = {str(one.id): str(one.string) for one in read if one.id and one.string and not one.pluralizable}
    return Catalogue(language, {one: forms[0] for one, forms in plurals.items()} | singles, plurals)


def install(app: Flask) -> None:
    """The words of templates, and the filters `say`, `note`, `day`, `moment` and `number`."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined] # of the extension
    app.jinja_env.filters.update(say=say, note=note, day=day, moment=moment, number=number)
    app.jinja_env.globals.update(language=language, languages=LANGUAGES)


def language() -> str:
    """The person's choice, or what was chosen in this browser."""
    chosen = g.get("preferences") if has_request_context() else None
    return cast(str, chosen.language) if chosen else of_browser()


def of_browser() -> str:
    """Chosen on the page to sign in; or else what the browser asks for."""
    if not has_request_context():
        return ENGLISH
    chosen = request.cookies.get(language_cookie(), "")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES, ENGLISH)


def gettext(message: str) -> str:
    return catalogue(language()).messages.get(message, message)


def ngettext(one: str, many: str, number: int) -> str:
    found = catalogue(language())
    forms = found.plurals.get(one, (one, many))
    return forms[found.plural(number)]


def say(sentence: str) -> str:
    """A sentence made outside the templates, in the person's language."""
    return _said(language(), str(sentence))


def note(text: str) -> str:
    """What somebody wrote stays as it was written; a line that was chosen of the policy's phrases is said in the person's language."""
    phrases = database().policy.decisions.phrases
    return "\n".join(gettext(line) if line in phrases else line for line in text.split("\n"))


def reader() -> Reader:
    """The person at the screen, for what is put on paper."""
    return Reader(language(), gettext, ngettext, say, note, day, moment)


@lru_cache(MOST_REMEMBERED)
def _said(language_code: str, sentence: str) -> str:
    return _sentences(language_code).say(sentence)


@cache
def _sentences(language_code: str) -> Sentences:
    return catalogue(language_code).sentences


def day(value: date | datetime | None) -> str:
    """`Aug 3, 2012`, `3 ago 2012`; "" for none."""
    return format_date(value, "medium", locale=LOCALES[language()]) if value else ""


def english_day(text: str, language_code: str) -> str:
    """The day that an English sentence names (`Aug 3, 2012`) in another language; "" for what is no day."""
    if not ENGLISH_DAY.fullmatch(text):
        return ""
    try:
        found = datetime.strptime(text, "%b %d, %Y").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return ""
    return format_date(found, "medium", locale=LOCALES[language_code])


def moment(at: datetime) -> str:
    return f"{day(at)}, {format_time(at, 'HH:mm', locale=LOCALES[language()])} UTC"


def number(value: float) -> str:
    """`1,234`."""
    return format_decimal(value, locale=LOCALES[language()])
