"""Two birth dates -> comparison level. Sources: naming facts on dates (day/month order, January 1, digit errors, sibling interval)."""

from datetime import date

from rapidfuzz.distance import OSA

from linkage.records import DateColumn

NEAR_DAYS = 240  # two births of one mother cannot lie closer, unless they are one birth
SIBLING_DAYS = 5 * 366
# Agreement on an assigned day (January 1) says as much as agreement on the year: so many bits less than on a true birthday.
ASSIGNED_BITS = -5.0


class BirthDates:
    """Compares year, month and day as written, so that an impossible date still agrees with itself."""

    def __init__(self, column: DateColumn) -> None:
        numbers = zip(column.year.tolist(), column.month.tolist(), column.day.tolist(), strict=True)
        self._dates: list[tuple[int, int, int]] = list(numbers)
        self._soft = column.soft.tolist()

    def level(self, left: int, right: int) -> tuple[str, float]:
        """Level id; the rarity excess (bits) is 0, but for an assigned day, which many children share."""
        a, b = self._dates[left], self._dates[right]
        soft = bool(self._soft[left] or self._soft[right])
        level = classify(a, b, soft=soft)
        return level, ASSIGNED_BITS if soft and level == "same" else 0.0


def classify(a: tuple[int, int, int], b: tuple[int, int, int], *, soft: bool) -> str:
    """`a`, `b`: (year, month, day), year 0 = missing. `soft`: one of them looks assigned (January 1)."""
    if not a[0] or not b[0]:
        return "missing"
    if a == b:
        return "same"
    if soft:
        return "placeholder" if abs(a[0] - b[0]) <= 1 else _by_days(a, b)
    if a[0] == b[0] and (a[1], a[2]) == (b[2], b[1]):
        return "swapped"
    if a[1:] == b[1:]:
        return "same_day"
    text_a, text_b = _digits(a), _digits(b)
    edits = OSA.distance(text_a, text_b, score_cutoff=1)
    if edits == 1:
        return "one_digit" if sum(x != y for x, y in zip(text_a, text_b, strict=True)) == 1 else "transposed"
    return _by_days(a, b)


def _digits(written: tuple[int, int, int]) -> str:
    return f"{written[0]:04d}{written[1]:02d}{written[2]:02d}"


def _by_days(a: tuple[int, int, int], b: tuple[int, int, int]) -> str:
    days = abs(_ordinal(a) - _ordinal(b))
    if days <= NEAR_DAYS:
        return "near"
    return "sibling_gap" if days <= SIBLING_DAYS else "different"


def _ordinal(written: tuple[int, int, int]) -> int:
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
