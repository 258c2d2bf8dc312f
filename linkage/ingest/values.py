"""One cell -> one value: the usual spellings of dates and of the sex. Pure; `today` is passed in."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from rules.mde_list import fold, load_mde_list

LONGEST_DATE = 48  # "Wednesday" and seconds included; anything longer is no date and is not worth a regular expression

# What databases and spreadsheets write for "nothing". Names are exempt: Null and Na are surnames.
_NOTHING = frozenset({"", "null", "(null)", "\\n", "n/a", "na", "#n/a", "none", "nan", "nil", "-", "--", "."})

_TIME = r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)? ?(?:[AP]\.?M\.?)? ?(?:Z|UTC|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})" + _TIME, re.ASCII | re.IGNORECASE)
_NUMBERS = re.compile(r"(?P<m>\d{1,2})([-/])(?P<d>\d{1,2})\2(?P<y>\d{4}|\d{2})" + _TIME, re.ASCII | re.IGNORECASE)
_COMPACT = re.compile(
    r"(?P<y>(?:1[89]|2[01])\d{2})(?P<m>\d{2})(?P<d>\d{2})|(?P<m2>[01]\d)(?P<d2>\d{2})(?P<y2>\d{4})", re.ASCII
)
_DAY_MONTH = re.compile(
    r"(?P<d>\d{1,2})[- /.]?(?:de )?(?P<m>[a-z]{3,10})\.?,?[- /]?(?:del? )?(?P<y>\d{4}|\d{2})" + _TIME, re.IGNORECASE
)
_MONTH_DAY = re.compile(
    r"(?P<m>[a-z]{3,10})\.?[- ]?(?P<d>\d{1,2})(?:st|nd|rd|th)?(?:, ?|[- ])(?P<y>\d{4})" + _TIME, re.IGNORECASE
)
_SERIAL = re.compile(r"([1-9]\d{4})(?:\.\d+)?", re.ASCII)
_SERIAL_ZERO = date(1899, 12, 30)  # day 0 of Excel's 1900 calendar, its false 29 February 1900 included

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january ene enero",
            "feb february febrero",
            "mar march marzo",
            "apr april abr abril",
            "may mayo",
            "jun june junio",
            "jul july julio",
            "aug august ago agosto",
            "sep sept september septiembre setiembre",
            "oct october octubre",
            "nov november noviembre",
            "dec december dic diciembre",
        ),
        start=1,
    )
    for name in names.split()
}


def clean(text: str) -> str:
    """NFC, trimmed, runs of white space (line ends inside a quoted cell too) as one space; `="00123"` without its armour."""
    if text.isascii() and text.isprintable():
        trimmed = text.strip() if "  " not in text else " ".join(text.split())
    else:
        trimmed = " ".join(unicodedata.normalize("NFC", text).replace("\ufeff", "").replace("\u200b", "").split())
    if trimmed.startswith('="') and trimmed.endswith('"') and len(trimmed) > 2:
        return trimmed[2:-1].strip()
    return trimmed


def is_nothing(text: str) -> bool:
    """An empty cell, or what a database or a spreadsheet writes for one (NULL, N/A, #N/A, -)."""
    return text.strip().casefold() in _NOTHING


@lru_cache(maxsize=65536)
def parse_date(text: str, *, today: date | None = None, day_first: bool = False, serial: bool = False) -> date | None:
    """The day that `text` names, or None.

    Read: 2012-08-03, 2012/8/3, 20120803, 08032012, 08/03/2012, 8/3/12, 03-Aug-2012, 03AUG12, August 3, 2012,
    3 de agosto de 2012, each with or without a time of day. Numbers are month-day-year unless `day_first`.
    Two-digit years: the latest century that is not after `today` (without it, 00-49 is 20..).
    `serial`: a five-digit number is a day count of Excel's 1900 calendar; only for cells of a workbook.
    """
    text = " ".join(text.split())
    if not text or len(text) > LONGEST_DATE:
        return None
    if match := _YEAR_FIRST.fullmatch(text):
        return _day(match["y"], match["m"], match["d"], today)
    if match := _NUMBERS.fullmatch(text):
        month, day = (match["d"], match["m"]) if day_first else (match["m"], match["d"])
        return _day(match["y"], month, day, today)
    if match := _COMPACT.fullmatch(text):
        return _day(match["y"] or match["y2"], match["m"] or match["m2"], match["d"] or match["d2"], today)
    if match := _DAY_MONTH.fullmatch(text) or _MONTH_DAY.fullmatch(text):
        month_number = _MONTHS.get(match["m"].casefold())
        return _day(match["y"], str(month_number), match["d"], today) if month_number else None
    if serial and (match := _SERIAL.fullmatch(text)):
        return _SERIAL_ZERO + timedelta(days=int(match[1]))
    return None


def _day(year: str, month: str, day: str, today: date | None) -> date | None:
    written = int(month), int(day)
    try:
        return date(int(year) if len(year) == 4 else _century(int(year), written, today), *written)
    except ValueError:
        return None


def _century(year: int, month_day: tuple[int, int], today: date | None) -> int:
    latest = today or date(2049, 12, 31)
    in_this_century = latest.year - latest.year % 100 + year
    later = (in_this_century, *month_day) > (latest.year, latest.month, latest.day)
    return in_this_century - 100 if later else in_this_century


def is_day_first(texts: Iterable[str]) -> bool:
    """Whether a column writes day/month/year: three or more values only make sense so, and none only the other way.

    One mistyped date must not turn a whole column around, hence three.
    """
    day_leads = month_leads = 0
    for text in texts:
        match = _NUMBERS.fullmatch(text)
        if match:
            first, second = int(match["m"]), int(match["d"])
            day_leads += first > 12 >= second
            month_leads += second > 12 >= first
    return day_leads >= 3 and not month_leads


def parse_sex(text: str, *, hombre_mujer: bool = False) -> str | None:
    """F, M or X; "" for an empty cell; None if not understood. With `hombre_mujer` a bare M is mujer, not male."""
    if is_nothing(text):
        return ""
    if hombre_mujer and fold(text) == "m":
        return "F"
    return load_mde_list().code_lists["sex"].find(text)


def is_hombre_mujer(texts: Iterable[str]) -> bool:
    """Whether a sex column is coded H/M as in Mexico: H stands in it and no F does."""
    folded = {fold(text) for text in texts}
    return "h" in folded and folded.isdisjoint(("f", "female"))


def shape(text: str) -> str:
    """What a value looks like without what it says, for reports: `13/45/2012` -> `99/99/9999`."""
    if not text:
        return "an empty cell"
    mask = "".join("9" if c.isdigit() else "a" if c.isalpha() else "?" if ord(c) > 126 else c for c in text[:24])
    return f"`{mask}`" if len(text) <= 24 else f"`{mask}...` ({len(text):,} characters)"
