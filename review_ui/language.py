"""English and Spanish. Templates mark their own words; sentences made elsewhere come in English and are put into the person's language
where they are printed (`say`).

A catalogue is a .po file, read once. A message of Python code has its places numbered ("{0} of {1} fields agree"); `say` finds the message
whose fixed words a sentence has, and puts the parts into the translation, themselves translated where the catalogue has them.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import cast

from babel.dates import format_date, format_time
from babel.messages.pofile import read_po
from flask import Flask, g, has_request_context, request

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "es": "Español"}
FOLDER = Path(__file__).parent / "translations"
PLACE = re.compile(r"\{(\d)\}")
MOST_REMEMBERED = 4096


@dataclass(frozen=True)
class Catalogue:
    """One language: message -> translation; messages with a plural -> its forms."""

    language: str
    messages: Mapping[str, str]
    plurals: Mapping[str, tuple[str, ...]]
    plural: Callable[[int], int]

    def say(self, sentence: str, depth: int = 2) -> str:
        """A finished sentence in this language; what no message fits stays as it is."""
        found = self.messages.get(sentence)
        if found or not sentence or not depth:
            return found or sentence
        for pattern, places, translation in self._patterns:
            if match := pattern.fullmatch(sentence):
                parts = [self.say(part, depth - 1) for part in match.groups()]
                return translation.format(*(part for _, part in sorted(zip(places, parts, strict=True))))
        return sentence

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], list[int], str]]:
        """The messages with places, those with the most fixed words first: what they look like, which places, the translation."""
        with_places = [message for message in self.messages if PLACE.search(message)]
        with_places.sort(key=lambda message: -len(PLACE.sub("", message)))
        return [
            (
                re.compile(_expression(message), re.DOTALL),
                [int(number) for number in PLACE.findall(message)],
                self.messages[message],
            )
            for message in with_places
        ]


def _expression(message: str) -> str:
    fixed = PLACE.split(message)[::2]
    return "(.*?)".join(re.escape(part) for part in fixed)


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language; English has no entries, as the messages are English."""
    if language == ENGLISH:
        return Catalogue(ENGLISH, {}, {}, lambda number: int(number != 1))
    with (FOLDER / f"{language}.po").open("rb") as file:
        read = read_po(file, locale=language)
    singles = {str(one.id): str(one.string) for one in read if one.id and one.string and not one.pluralizable}
    plurals = {one.id[0]: tuple(one.string or ()) for one in read if one.pluralizable and all(one.string or [""])}
    return Catalogue(language, singles, plurals, lambda number: int(number != 1))


def install(app: Flask) -> None:
    """The words of templates, and the filters `say`, `day` and `moment`."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined] # of the extension
    app.jinja_env.filters.update(say=say, day=day, moment=moment)
    app.jinja_env.globals.update(language=language, languages=LANGUAGES)


def language() -> str:
    """The person's choice; before anybody has signed in, what the browser asks for."""
    if not has_request_context():
        return ENGLISH
    chosen = g.get("preferences")
    return cast(str, chosen.language) if chosen else request.accept_languages.best_match(LANGUAGES, ENGLISH)


def gettext(message: str) -> str:
    return catalogue(language()).messages.get(message, message)


def ngettext(one: str, many: str, number: int) -> str:
    found = catalogue(language())
    forms = found.plurals.get(one, (one, many))
    return forms[found.plural(number)]


def say(sentence: str) -> str:
    """A sentence made outside the templates, in the person's language."""
    return _said(language(), str(sentence))


@lru_cache(MOST_REMEMBERED)
def _said(language_code: str, sentence: str) -> str:
    return catalogue(language_code).say(sentence)


def day(value: date | datetime | None) -> str:
    """`Aug 3, 2012`, `3 ago 2012`; "" for none."""
    return format_date(value, "medium", locale=language()) if value else ""


def moment(at: datetime) -> str:
    return f"{day(at)}, {format_time(at, 'HH:mm', locale=language())} UTC"
