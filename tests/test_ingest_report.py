"""The report on screen: counts that add up, the mapping, reasons in words, and never a child's data."""

import io

from rich.console import Console

from linkage.commands.ingest_report import render_report
from tests.ingest_helpers import GOOD, HEADER, read, read_rows, row


def shown(result) -> str:
    console = Console(file=io.StringIO(), width=200)
    render_report(result.report, console)
    return console.file.getvalue()


def test_the_report_shows_how_the_file_was_read_and_the_four_counts(tmp_path):
    text = shown(
        read(
            tmp_path / "texas.csv",
            f"{HEADER}\n{row()}\n\n{row(sex='Q')}\n{row(first_name=chr(34) + 'A' + chr(10) + 'B' + chr(34))}\n",
        )
    )
    assert "texas.csv: read as UTF-8, cells divided by comma." in text
    counts = [line.split("│")[1:3] for line in text.splitlines() if line.count("│") == 3]
    assert [(name.strip(), int(number)) for name, number in counts] == [
        ("accepted (2 rows)", 3),
        ("quarantined", 1),
        ("blank", 1),
        ("header", 1),
        ("= lines read", 6),
    ]


def test_the_report_shows_the_mapping_and_what_is_left_over(tmp_path):
    header = HEADER.replace("last_name_1", "Apellido Paterno") + ",[red]Notes,Phone,Phone Number"
    text = shown(read(tmp_path / "f.csv", f"{header}\n{row()},n,1,2"))
    assert "│ 6   │ Last Name 1" in text
    assert "Apellido Paterno" in text
    assert "Kept as sent, not interpreted: [red]Notes, Phone, Phone Number." in text
    assert "Several columns look like Telephone Number (MDE 41, `telephone`)" in text


def test_the_report_names_each_reason_with_its_lines_and_remedy_and_warnings(tmp_path):
    faults = [row(sex="Q")] * 6 + [row() + ",x"]
    text = shown(read_rows(tmp_path / "f.csv", row(first_name="A" * 60), *faults))
    assert (
        "- bad_code, Sex: 6 lines (at line 3, 4, 5, 6, 7 and more). A mandatory code is not in the element's list."
        in text
    )
    assert "- ragged_row, whole line: 1 line (at line 9)." in text
    assert "First Name: the text is longer than the element allows; it is kept; 1 row, the first on line 2." in text
    assert "Next: mend the quarantined lines" in text


def test_the_report_says_what_comes_next_when_all_went_well_or_nothing_did(tmp_path):
    assert "Next: `nearmatch scan` looks for near matches." in shown(read_rows(tmp_path / "f.csv", row()))
    assert "no row was accepted" in shown(read_rows(tmp_path / "f.csv", row(sex="Q")))


def test_the_report_carries_no_cell(tmp_path):
    text = shown(
        read_rows(tmp_path / "f.csv", row(birth_date="2011-07-05"), row(birth_date="2011-99-99"), row(sex="Q"))
    )
    assert not any(cell in text for cell in (GOOD["first_name"], GOOD["last_name_1"], "2011"))
