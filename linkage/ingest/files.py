"""A path -> its content, read as what it is; a file that cannot be read at all is refused with a reason."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from linkage.errors import InputFileError
from linkage.ingest.source import Body, Recognize
from linkage.ingest.text import read_text
from linkage.ingest.typed import read_parquet, read_workbook

MAX_BYTES = 1 << 30

_READERS = {".xlsx": read_workbook, ".xlsm": read_workbook, ".parquet": read_parquet}

_SIGNATURES = (
    (b"PK\x03\x04", "a ZIP archive (an Excel workbook is one, too)", "Unpack it; if it is a workbook, call it .xlsx."),
    (b"PK\x05\x06", "an empty ZIP archive", "Unpack it and send the file that was meant."),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls) or another Office file", "Save it as .xlsx or .csv."),
    (b"PAR1", "a Parquet file", "Call it .parquet."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it first."),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it first."),
    (b"%PDF", "a PDF document", "Export the data as CSV."),
    (b"SQLite format 3", "a SQLite database", "Export the table as CSV."),
    (b"<!DOCTYPE", "a web page", "Export the data as CSV; some systems save a page under the name .csv or .xls."),
    (b"<html", "a web page", "Export the data as CSV; some systems save a page under the name .csv or .xls."),
)


@dataclass(frozen=True, slots=True)
class Source:
    file_name: str
    sha256: str
    body: Body


def read_source(path: Path, recognize: Recognize) -> Source:
    """Read `path` by its extension: .xlsx, .parquet, anything else as delimited text. Raises InputFileError."""
    return source_of(path, read_bytes(path), recognize)


def is_text(path: Path) -> bool:
    """Whether a file of this name is read as delimited text."""
    return path.suffix.lower() not in _READERS


def source_of(path: Path, data: bytes, recognize: Recognize) -> Source:
    """`read_source` of content that is at hand. Raises InputFileError."""
    reader = _READERS.get(path.suffix.lower(), read_text)
    try:
        if reader is read_text:
            refuse_binary(data)
        body = reader(data, recognize)
    except InputFileError as error:
        raise InputFileError(f"{path.name}: {error.message}", error.remedy) from None
    return Source(path.name, hashlib.sha256(data).hexdigest(), body)


def read_bytes(path: Path) -> bytes:
    """The content of a file. Raises InputFileError if there is none, or too much."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InputFileError(f"{path.name}: {size:,} bytes; at most {MAX_BYTES:,} are read.", "Send it in parts.")
        data = path.read_bytes()
    except OSError as error:
        raise InputFileError(
            f"{path.name}: cannot be read ({error.strerror}).", "Check the name and the rights."
        ) from None
    if not data.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise InputFileError(f"{path.name}: the file is empty.", "Export it again; nothing was stored.")
    return data


def refuse_binary(data: bytes) -> None:
    """Raises InputFileError if the content is anything else than text."""
    start = data[:64].lstrip()
    for signature, what, remedy in _SIGNATURES:
        if start.startswith(signature):
            raise InputFileError(f"The file is not delimited text but {what}.", remedy)
    head = data[:65536]
    control = len(head) - len(head.translate(None, bytes([*range(1, 9), 11, *range(14, 26), *range(28, 32), 127])))
    if control > len(head) * 0.1:
        raise InputFileError("The file is not text: it is full of control bytes.", "Export the data as CSV.")
