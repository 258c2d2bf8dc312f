"""The files of a sample: the format of each State, lines for quarantine, and the command that writes them."""

import csv
import hashlib
from io import StringIO

import pytest
from click.testing import CliRunner

from linkage.commands.sample import command
from linkage.evaluate.rates import Rates
from linkage.evaluate.sample import generate
from linkage.evaluate.styles import COLUMNS, ELEMENTS, style_of
from linkage.evaluate.upload import TRUTH_COLUMNS, write

RECORDS = 900


@pytest.fixture(scope="module")
def sample():
    return generate(11, records=RECORDS)


@pytest.fixture(scope="module")
def folder(sample, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    write(sample, folder)
    return folder


def lines_of(path, encoding):
    return list(csv.reader(StringIO(path.read_bytes().decode(encoding), newline="")))


def test_the_same_seed_writes_the_same_bytes(folder, tmp_path):
    write(generate(11, records=RECORDS), tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["FL.csv", "TX.csv", "WA.csv", "truth.csv"]
    digests = [[hashlib.sha256((place / name).read_bytes()).digest() for name in names] for place in (folder, tmp_path)]
    assert digests[0] == digests[1]


def test_texas_is_utf_8_with_a_byte_order_mark_and_the_titles_of_the_list(folder):
    data = (folder / "TX.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert lines_of(folder / "TX.csv", "utf-8-sig")[0] == [title for _, title in ELEMENTS.values()]


def test_washington_is_plain_utf_8_and_numbers_its_elements(folder):
    data = (folder / "WA.csv").read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    header = lines_of(folder / "WA.csv", "utf-8")[0]
    assert header[2] == "MDE 4 First Name"
    assert len(header) == len(set(header)) == len(COLUMNS)


def test_florida_is_windows_1252_and_nothing_else(folder):
    data = (folder / "FL.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")
    header = lines_of(folder / "FL.csv", "cp1252")[0]
    assert {"Given Name", "Paternal Last Name", "DOB", "QAD"} <= set(header)
    assert len(header) == len(set(header)) == len(COLUMNS)


@pytest.mark.parametrize(
    ("state", "birth", "sexes"),
    [
        ("TX", "20", {"Female", "Male", "Nonbinary"}),
        ("WA", "/", {"F", "M", "X"}),
        ("FL", "-", {"FEMALE", "MALE", "OTHER"}),
    ],
)
def test_each_state_has_its_own_dates_and_words(folder, state, birth, sexes):
    lines = lines_of(folder / f"{state}.csv", style_of(state).encoding)[1:]
    whole = [line for line in lines if len(line) == len(COLUMNS)]
    assert {line[COLUMNS.index("sex")] for line in whole} <= sexes | {""}
    assert all(birth in line[COLUMNS.index("birth_date")] for line in whole if line[COLUMNS.index("birth_date")])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_state_has_only_letters_that_its_encoding_holds(seed):
    for row in generate(seed, records=1500, states=("FL",)).rows["FL"]:
        assert "".join(row.values()).encode("cp1252")


@pytest.mark.parametrize("state", ["TX", "WA", "FL"])
def test_what_is_written_is_what_the_sample_says(sample, folder, state):
    lines = lines_of(folder / f"{state}.csv", style_of(state).encoding)[1:]
    written = {tuple(line[2:6]) for line in lines}
    for row in sample.rows[state]:
        assert tuple(row[column] for column in COLUMNS[2:6]) in written


@pytest.mark.parametrize("state", ["TX", "WA", "FL"])
def test_defective_lines_are_counted_and_in_no_truth(sample, folder, tmp_path, state):
    file = next(file for file in write(sample, tmp_path) if file.state == state)
    lines = lines_of(folder / f"{state}.csv", file.encoding)[1:]
    known = {truth.record_key for truth in sample.truth}
    strangers = [line for line in lines if f"{state}:{line[0]}" not in known]
    assert len(strangers) == file.defective >= 1
    assert len(lines) == file.lines + file.defective
    assert file.records == sum(key.startswith(state) for key in known)


def test_every_defect_is_one_that_can_be_seen(tmp_path):
    rates = Rates(defective_lines=0.2)
    sample = generate(12, records=200, rates=rates)
    for file in write(sample, tmp_path):
        known = {row["state_student_id"] for row in sample.rows[file.state]}
        for line in lines_of(file.path, file.encoding)[1:]:
            if line[0] in known:
                continue
            mandatory = [line[COLUMNS.index(c)] for c in ("first_name", "last_name_1", "sex", "birth_date",
                         "qualifying_arrival_date", "enrollment_type")] if len(line) == len(COLUMNS) else []  # fmt: skip
            born = mandatory[3] if mandatory else ""
            impossible = any(part in born for part in ("0230", "02/30", "02-30"))
            assert len(line) != len(COLUMNS) or "" in mandatory or impossible


def test_no_defects_can_be_asked_for(tmp_path):
    sample = generate(12, records=100, rates=Rates(defective_lines=0.0))
    assert [file.defective for file in write(sample, tmp_path)] == [0, 0, 0]


def test_the_truth_file_repeats_the_truth(sample, folder):
    header, *lines = lines_of(folder / "truth.csv", "utf-8")
    assert tuple(header) == TRUTH_COLUMNS
    assert header[:5] == ["record_key", "child_id", "family_id", "tradition", "damage"]
    assert [line[0] for line in lines] == [truth.record_key for truth in sample.truth]
    assert [line[4] for line in lines] == [";".join(truth.damage) for truth in sample.truth]


def test_the_command_writes_the_files_and_says_what_is_in_them(tmp_path):
    result = CliRunner().invoke(command, ["--out", str(tmp_path / "new"), "--records", "300", "--seed", "4"])
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["FL.csv", "TX.csv", "WA.csv", "truth.csv"]
    assert "300 lines, 264 children, 36 duplicates" in result.output
    assert "defective" in result.output


def test_the_command_takes_other_states_and_no_damage(tmp_path):
    options = ["--states", "or, mi", "--records", "60", "--duplicates", "0.5", "--damage-scale", "0"]
    result = CliRunner().invoke(command, ["--out", str(tmp_path), *options])
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["MI.csv", "OR.csv", "truth.csv"]
    assert "30 duplicates" in result.output


@pytest.mark.parametrize(
    "options", [["--states", "TX,XX"], ["--states", "TX,TX"], ["--records", "0"], ["--duplicates", "2"]]
)
def test_the_command_refuses_what_makes_no_sense(tmp_path, options):
    result = CliRunner().invoke(command, ["--out", str(tmp_path), *options])
    assert result.exit_code == 2
    assert not list(tmp_path.iterdir())
