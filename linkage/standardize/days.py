"""Dates as day numbers, so that days between dates are a subtraction."""

import numpy as np

from linkage.records import DateColumn, Int64

NO_DAY = int(np.iinfo(np.int64).min)  # day number of a date that is missing or impossible


def day_numbers(dates: DateColumn) -> Int64:
    """Days since 1970-01-01; NO_DAY for a date that is missing or impossible."""
    known = (dates.valid == 1) & (dates.year > 0)
    year, month = np.where(known, dates.year, 1970).astype(np.int64), np.where(known, dates.month, 1).astype(np.int64)
    return np.where(known, first_of_month(year, month) + dates.day - 1, NO_DAY)


def first_of_month(year: Int64, month: Int64) -> Int64:
    """Day number of the first day of each month."""
    months: Int64 = (year - 1970) * 12 + month - 1
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def year_of(days: Int64) -> Int64:
    """Calendar year of each day number."""
    years: Int64 = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    return years + 1970
