"""Two birth dates -> comparison level. Sources: naming facts on dates (day/month order, January 1, digit errors, sibling interval)."""

from datetime import date

from rapidfuzz.distance import OSA

from linkage.records import DateColumn, Int8, Int32

NEAR_DAYS = 240  # two births of one mother cannot lie closer, unless they are one birth
SIBLING_DAYS = 5 * 366
ASSIGNED_YEARS = 2  # an age that was guessed

Day = tuple[int, int, int]  # year, month, day; year 0 = missing
NO_DAY: Day = (0, 0, 0)


class BirthDates:
    """Compares year, month and day as written, so that an impossible date still agrees with itself."""

    def __init__(self, column: DateColumn) -> None:
        self._dates = _days(column.year, column.month, column.day)
        self._others = _days(column.other_year, column.other_month, column.other_day)
        self._soft = column.soft.tolist()

    def level(self, left: int, right: int) -> tuple[str, float]:
        """Level id; dates carry no rarity."""
        a, b = self._dates[left], self._dates[right]
        others = self._others[left], self._others[right]
        return classify(a, b, others, soft=bool(self._soft[left] or self._soft[right])), 0.0


def _days(year: Int32, month: Int8, day: Int8) -> list[Day]:
    return list(zip(year.tolist(), month.tolist(), day.tolist(), strict=True))


def classify(a: Day, b: Day, others: tuple[Day, Day] = (NO_DAY, NO_DAY), *, soft: bool) -> str:
    """Level of two dates. `others`: the other reading of each. `soft`: one of them looks assigned (January 1)."""
    if not a[0] or not b[0]:
        return "missing"
    if a == b:
        if others[0] != others[1]:  # one was written in the other calendar
            return "other_calendar"
        return "same_assigned" if soft else "same"
    if a == others[1] or b == others[0]:
        return "other_calendar"
    if soft:  # its digits are not those of a birthday
        return "placeholder" if abs(a[0] - b[0]) <= ASSIGNED_YEARS else _by_days(a, b)
    if a[0] == b[0] and (a[1], a[2]) == (b[2], b[1]):
        return "swapped"
    if a[1:] == b[1:]:
        return "same_day"
    text_a, text_b = _digits(a), _digits(b)
    edits = OSA.distance(text_a, text_b, score_cutoff=1)
    if edits == 1:
        return "one_digit" if sum(x != y for x, y in zip(text_a, text_b, strict=True)) == 1 else "transposed"
    return _by_days(a, b)


def _digits(written: Day) -> str:
    return f"{written[0]:04d}{written[1]:02d}{written[2]:02d}"


def _by_days(a: Day, b: Day) -> str:
    days = abs(_ordinal(a) - _ordinal(b))
    if days <= NEAR_DAYS:
        return "near"
    return "sibling_gap" if days <= SIBLING_DAYS else "different"


def _ordinal(written: Day) -> int:
    """Day number; an impossible date counts from its year and month alone."""
    try:
        return date(*written).toordinal()
    except ValueError:
        return int(written[0] * 365.25 + written[1] * 30.4 + written[2])


def days_apart(column: DateColumn, left: int, right: int) -> int | None:
    """Days between two dates, None where one is missing or impossible."""
    if not (column.valid[left] and column.valid[right] and column.year[left] and column.year[right]):
        return None
    a = date(int(column.year[left]), int(column.month[left]), int(column.day[left]))
    b = date(int(column.year[right]), int(column.month[right]), int(column.day[right]))
    return abs((a - b).days)
