"""Who reads the printed record: the language, and how words, sentences, notes and days are put into it. The screens have their own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime


def iso_day(at: date | datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else ""


def iso_moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def one_or_many(one: str, many: str, number: int) -> str:
    return one if number == 1 else many


@dataclass(frozen=True, slots=True)
class Reader:
    """As it stands: English, with days in ISO 8601, as the command line has them.

    `gettext` and `ngettext`: words of the template. `say`: a finished English sentence. `note`: what somebody wrote.
    """

    language: str = "en"
    gettext: Callable[[str], str] = str
    ngettext: Callable[[str, str, int], str] = one_or_many
    say: Callable[[str], str] = str
    note: Callable[[str], str] = str
    day: Callable[[date | datetime | None], str] = iso_day
    moment: Callable[[datetime], str] = iso_moment


ENGLISH = Reader()
