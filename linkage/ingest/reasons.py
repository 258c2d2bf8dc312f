"""Why a line is quarantined, and what is worth a warning: stable codes, a sentence and a remedy for each."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class Reason(StrEnum):
    """Code of a quarantined line; stored with it and never renamed."""

    MISSING_MANDATORY = "missing_mandatory"
    NO_ENROLLMENT_DATE = "no_enrollment_date"
    BAD_DATE = "bad_date"
    BIRTH_DATE_OUT_OF_RANGE = "birth_date_out_of_range"
    BAD_CODE = "bad_code"
    RAGGED_ROW = "ragged_row"
    UNTERMINATED_QUOTE = "unterminated_quote"
    STRAY_QUOTE = "stray_quote"
    NUL_BYTE = "nul_byte"
    OVERSIZED_CELL = "oversized_cell"
    UNDECODABLE = "undecodable"


class Caution(StrEnum):
    """Code of something odd in a row that is accepted all the same."""

    UNREADABLE_DATE = "unreadable_date"
    UNKNOWN_CODE = "unknown_code"
    OVER_LONG = "over_long"
    UNLIKELY_AGE = "unlikely_age"
    EXTRA_EMPTY_CELLS = "extra_empty_cells"


class Words(NamedTuple):
    sentence: str
    remedy: str


REASONS: Mapping[Reason, Words] = MappingProxyType(
    {
        Reason.MISSING_MANDATORY: Words(
            "A mandatory element is empty.", "Fill it in the State system and send the file again."
        ),
        Reason.NO_ENROLLMENT_DATE: Words(
            "None of enrollment, withdrawal, residency and residency verification date is given.",
            "Fill at least one of the four (MDE 28, 49, 70, 73).",
        ),
        Reason.BAD_DATE: Words(
            "A date that is needed cannot be read.", "Write it as 2012-08-03, 20120803, 08/03/2012 or 03-Aug-2012."
        ),
        Reason.BIRTH_DATE_OUT_OF_RANGE: Words(
            "The birth date lies in the future or before 1900.", "Correct the birth date in the State system."
        ),
        Reason.BAD_CODE: Words(
            "A mandatory code is not in the element's list.",
            "Use a code of the list; for sex: Female, Male or Nonbinary.",
        ),
        Reason.RAGGED_ROW: Words(
            "The row does not have as many cells as the header.",
            "Put quotes around cells that contain the delimiter, and look for a cell that was cut off.",
        ),
        Reason.UNTERMINATED_QUOTE: Words(
            "A quote is opened on this line and not closed.",
            'Close the quote, or write a quote inside a cell twice ("").',
        ),
        Reason.STRAY_QUOTE: Words(
            "A quote stands in the middle of a quoted cell.", 'Write a quote inside a quoted cell twice ("").'
        ),
        Reason.NUL_BYTE: Words(
            "The line contains a NUL byte; the file was damaged on its way.",
            "Export the file again and compare its size.",
        ),
        Reason.OVERSIZED_CELL: Words(
            "A cell is longer than 32,767 characters.", "Look for a quote that was never closed, or shorten the cell."
        ),
        Reason.UNDECODABLE: Words(
            "The line holds bytes that are no text in the file's encoding.", "Export the file again as UTF-8."
        ),
    }
)

CAUTIONS: Mapping[Caution, str] = MappingProxyType(
    {
        Caution.UNREADABLE_DATE: "an optional date cannot be read and counts as missing",
        Caution.UNKNOWN_CODE: "a value is not in the element's list",
        Caution.OVER_LONG: "the text is longer than the element allows; it is kept",
        Caution.UNLIKELY_AGE: "the child would be older than 22",
        Caution.EXTRA_EMPTY_CELLS: "there are more cells than the header has; the extra ones are empty",
    }
)
