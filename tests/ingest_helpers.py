"""Invented uploads for the ingest tests: a good row, a file around it, and a workbook built by hand."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

from linkage.ingest.mapping import ColumnMapping
from linkage.ingest.result import IngestResult
from linkage.ingest.upload import read_upload
from rules.mde_list import load_mde_list

TODAY = date(2026, 11, 21)
MDE = load_mde_list()

GOOD = {
    "state_student_id": "100",
    "first_name": "Ana",
    "last_name_1": "García",
    "sex": "F",
    "birth_date": "2012-08-03",
    "qualifying_arrival_date": "2025-03-01",
    "eligibility_expiration_date": "2028-02-29",
    "enrollment_type": "01",
    "enrollment_date": "2025-03-05",
}
HEADER = ",".join(GOOD)


def row(delimiter: str = ",", **changes: str) -> str:
    """One good line without its end; `changes` replace cells (columns of GOOD)."""
    assert set(changes) <= set(GOOD)
    return delimiter.join((GOOD | changes).values())


def wide(**changes: str) -> tuple[str, str]:
    """Header and line of a good row that has further elements too."""
    cells = GOOD | changes
    return ",".join(cells), ",".join(cells.values())


def read(path: Path, content: str | bytes, *, mapping: ColumnMapping | None = None) -> IngestResult:
    """Write `content` to `path` as it is (no translation of line ends) and read it as an upload."""
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_upload(path, mde=MDE, today=TODAY, mapping=mapping)


def read_rows(path: Path, *lines: str, mapping: ColumnMapping | None = None) -> IngestResult:
    """Read a file of the usual header and these lines."""
    return read(path, "\n".join([HEADER, *lines]) + "\n", mapping=mapping)


def fates(result: IngestResult) -> dict[int, str]:
    """Physical line -> "accepted" or the reason; lines that are not in it are blank or header. Fails on a line told twice."""
    told: dict[int, str] = {}
    for each in (*result.rows, *result.quarantined):
        for line in range(each.line, each.last_line + 1):
            assert line not in told
            told[line] = getattr(each, "reason", "accepted")
    return told


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PLAIN, _DATE = 0, 1  # indexes of the cell formats in styles.xml


def workbook(sheets: dict[str, str]) -> bytes:
    """A workbook: sheet name -> XML of its rows."""
    buffer = io.BytesIO()
    numbered = list(enumerate(sheets.items(), start=1))
    links = "".join(
        f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" Target="worksheets/s{n}.xml"/>' for n, _ in numbered
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, (name, _) in numbered)
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}'
        f'<Relationship Id="styles" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    } | {
        f"xl/worksheets/s{n}.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        for n, (_, rows) in numbered
    }
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return buffer.getvalue()


def sheet(rows: Iterable[Sequence[object]], *, first: int = 1) -> str:
    """XML of rows of cells: str, int, float, bool, and date (as a real date cell); None leaves the cell out."""
    return "".join(
        f'<row r="{n}">' + "".join(_cell(f"{_letters(i)}{n}", value) for i, value in enumerate(cells)) + "</row>"
        for n, cells in enumerate(rows, start=first)
    )


def _letters(index: int) -> str:
    return (chr(64 + index // 26) if index >= 26 else "") + chr(65 + index % 26)


def _cell(place: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, date):
        return f'<c r="{place}" s="{_DATE}"><v>{(value - date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}" s="{_PLAIN}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'
