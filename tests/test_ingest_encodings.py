"""Encodings, line ends and delimiters: detected, said in the report, and read to the same values."""

import pytest

from tests.ingest_helpers import HEADER, fates, read, row

LINES = f"{HEADER}\n{row(first_name='Begoña', last_name_1='Núñez')}\n{row(first_name='José', last_name_1='Güemes')}\n"
NAMES = [("Begoña", "Núñez"), ("José", "Güemes")]

ENCODINGS = {
    "UTF-8": "utf-8",
    "UTF-8 with BOM": "utf-8-sig",
    "UTF-16 with BOM": "utf-16",
    "UTF-32": "utf-32",
    "Latin-1 (ISO-8859-1)": "latin-1",
    "Mac Roman": "mac_roman",
    "DOS (code page 850)": "cp850",
}


def names(result):
    return [(each.values["first_name"], each.values["last_name_1"]) for each in result.rows]


@pytest.mark.parametrize("said", ENCODINGS)
def test_an_encoding_is_detected_and_said(tmp_path, said):
    result = read(tmp_path / "f.csv", LINES.encode(ENCODINGS[said]))
    assert result.report.encoding == said
    assert names(result) == NAMES


def test_windows_1252_is_told_from_latin_1_by_its_own_letters(tmp_path):
    result = read(tmp_path / "f.csv", LINES.replace("José", "José’s “Pepe”").encode("cp1252"))
    assert result.report.encoding == "Windows-1252"
    assert names(result)[1] == ("José’s “Pepe”", "Güemes")


@pytest.mark.parametrize("text", ["O’Neill", "Mª José", "Peña\xa0Nieto", "Ángel", "5º"])
def test_western_text_with_a_single_odd_letter_is_not_taken_for_mac_or_dos(tmp_path, text):
    result = read(tmp_path / "f.csv", f"{HEADER}\n{row(first_name=text)}".replace("García", "Garcia").encode("cp1252"))
    assert names(result) == [(text.replace("\xa0", " "), "Garcia")]


def test_a_few_damaged_lines_do_not_make_a_utf_8_file_latin_1(tmp_path):
    content = LINES.encode() * 3 + f"{row(first_name='X')}\n".encode().replace(b"X", b"\xf1")
    result = read(tmp_path / "f.csv", content)
    assert result.report.encoding == "UTF-8"
    assert result.report.quarantined == 1
    assert result.report.header_lines == 3


def test_damaged_utf_16_loses_only_the_damaged_line(tmp_path):
    content = LINES.encode("utf-16-le")
    broken = (
        content[: content.index("José".encode("utf-16-le"))]
        + b"\x00\xdc"
        + content[content.index("José".encode("utf-16-le")) :]
    )
    result = read(tmp_path / "f.csv", b"\xff\xfe" + broken)
    assert names(result) == NAMES[:1]
    assert fates(result) == {2: "accepted", 3: "undecodable"}


def test_names_come_out_composed_whatever_they_were_sent_as(tmp_path):
    result = read(tmp_path / "f.csv", f"{HEADER}\n{row(first_name='Jose' + chr(0x301))}")
    assert result.rows[0].values["first_name"] == "José"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_with_any_of_the_three_line_ends(tmp_path, end):
    result = read(tmp_path / "f.csv", LINES.replace("\n", end))
    assert names(result) == NAMES
    assert result.report.lines_read == 3


def test_a_mixture_of_line_ends_and_a_last_line_without_one(tmp_path):
    result = read(tmp_path / "f.csv", f"{HEADER}\r\n{row()}\r{row()}\n\r{row()}\r\n\n{row()}")
    assert fates(result) == dict.fromkeys((2, 3, 5, 7), "accepted")
    assert (result.report.lines_read, result.report.blank) == (7, 2)


@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\x85"])
def test_a_character_that_others_take_for_a_line_end_is_a_space_in_a_name(tmp_path, odd):
    result = read(tmp_path / "f.csv", f"{HEADER}\n{row(first_name=f'Ana{odd}Luz')}\n")
    assert result.report.lines_read == 2
    assert result.rows[0].values["first_name"] == "Ana Luz"
    assert result.rows[0].raw[1] == f"Ana{odd}Luz"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_a_delimiter_is_detected_though_others_stand_in_cells(tmp_path, delimiter):
    lines = [HEADER.replace(",", delimiter), *(row(delimiter, first_name='"a,b;c|d\te"') for _ in range(3))]
    result = read(tmp_path / "f.txt", "\n".join(lines))
    assert result.report.delimiter == delimiter
    assert result.report.accepted == 3


def test_the_delimiter_that_excel_announces_is_taken(tmp_path):
    result = read(tmp_path / "f.csv", f"sep=;\n{HEADER.replace(',', ';')}\n{row(';')}")
    assert (result.report.header_lines, result.report.accepted) == (2, 1)
    assert result.report.notes == ("The file names its delimiter itself (line 1).",)


def test_a_cell_over_several_lines_counts_all_of_them(tmp_path):
    result = read(
        tmp_path / "f.csv", f"{HEADER}\n{row(first_name=chr(34) + 'Ana' + chr(10) * 3 + 'Luz' + chr(34))}\n{row()}\n"
    )
    first = result.rows[0]
    assert (first.line, first.last_line, first.values["first_name"], first.raw[1]) == (2, 5, "Ana Luz", "Ana\n\n\nLuz")
    assert (result.report.accepted, result.report.accepted_rows) == (5, 2)


def test_a_cell_over_more_lines_than_any_address_has_is_not_closed(tmp_path):
    result = read(
        tmp_path / "f.csv", f"{HEADER}\n{row(first_name=chr(34) + 'A' + chr(10) * 60 + 'B' + chr(34))}\n{row()}\n"
    )
    assert fates(result)[2] == "unterminated_quote"
    assert fates(result)[62] == "ragged_row"
    assert fates(result)[63] == "accepted"
    assert (result.report.blank, result.report.adds_up) == (59, True)


def test_a_quoted_row_swallowed_by_an_open_quote_is_still_accepted(tmp_path):
    opened = row(first_name='"Ana')
    closing = row(first_name="5'2\"", last_name_1='"two\nlines"')
    result = read(tmp_path / "f.csv", f"{HEADER}\n{opened}\n{row()}\n{closing}\n{row()}\n")
    assert fates(result) == {2: "unterminated_quote", 3: "accepted", 4: "accepted", 5: "accepted", 6: "accepted"}


def test_a_header_may_have_line_breaks_in_its_names(tmp_path):
    header = HEADER.replace("first_name", '"First\nName"')
    result = read(tmp_path / "f.csv", f"{header}\n{row()}\n")
    assert result.report.header[1] == "First Name"
    assert (result.report.header_lines, result.report.accepted) == (2, 1)


def test_a_header_that_comes_again_is_a_header_line(tmp_path):
    result = read(tmp_path / "f.csv", f"{HEADER}\n{row()}\n{HEADER}\n{row()}\n")
    assert (result.report.header_lines, result.report.accepted) == (2, 2)


def test_empty_cells_beyond_the_header_are_counted_and_harmless(tmp_path):
    result = read(tmp_path / "f.csv", f"\n{HEADER}\n{row()},,\n,,,,,,,,,,,\n")
    assert (result.report.accepted, result.report.blank, result.report.header_lines) == (1, 2, 1)
    assert [(each.caution, each.rows, each.first_line) for each in result.report.warnings] == [
        ("extra_empty_cells", 1, 3)
    ]
