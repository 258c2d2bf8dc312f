"""Decide in a spreadsheet: what is exported comes back unchanged, what is filled in is decided, and what is stale is refused."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from linkage.cli import main
from linkage.errors import ColumnMappingError, InputFileError, NotAllowedError, UnknownIdError
from linkage.identity import accounts
from linkage.identity.views import Account, Door, Status, Verdict
from linkage.jobs import worklist_sheet
from linkage.jobs.sheet_files import Sheet, read_sheet, write_sheet
from linkage.jobs.sheet_import import Answer, import_sheet, read_filled
from linkage.jobs.worklist_sheet import Column, export_sheet
from linkage.store.database import Database
from linkage.store.models import LedgerEvent
from tests.identity_helpers import Pair, World, child

pytest_plugins = ["tests.identity_fixtures"]

FORMATS = pytest.mark.parametrize("ending", [".xlsx", ".csv"])
FORMULAS = ("=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＋1", "－1", "＠x", "'=1", "'", "''")
TRICKY = (
    *FORMULAS,
    "_x000D_",
    "_x005f_x000d_",
    "[U+000D]",
    "[U+005B]U+000D]",
    "\x00\x85\x7f",
    "\ufffe",
    'a","b\r\nc',
    "007",
    "1e5",
)

Fill = Mapping[int, Mapping[str, str]]  # record -> column -> what is written there


def exported(world: World, who: Account, ending: str = ".csv") -> Path:
    path = world.folder / f"sheet{ending}"
    export_sheet(world.database, who, path, now=world.now)
    return path


def fill(path: Path, filled: Fill, *, without: int = 0) -> Path:
    """Write into the rows of these records, as a spreadsheet program does; `without`: delete the row of this record."""
    if path.suffix == ".csv":
        book = openpyxl.Workbook()
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")):
            book.active.append(row)
    else:
        book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    for row in list(sheet.iter_rows(min_row=2)):
        record = row[header.index(Column.RECORD)].value
        for column, value in filled.get(int(record or 0), {}).items():
            row[header.index(column)].value = value
        if record and int(record) == without:
            sheet.delete_rows(row[0].row)
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            cells = ([cell or "" for cell in row] for row in sheet.iter_rows(values_only=True))
            csv.writer(file).writerows(cells)
    else:
        book.save(path)
    return path


def imported(world: World, who: Account, path: Path, *, apply: bool = True) -> list[Answer]:
    return list(import_sheet(world.database, who, read_filled(path), apply=apply, clock=world.tick))


def two_in_texas(world: World) -> tuple[int, int, Account]:
    world.upload("TX", child("T1", birth_date="2000-01-01"), child("T2", birth_date="2000-01-02"))
    return world.record("TX", "T1"), world.record("TX", "T2"), world.person("ana", "TX")


@FORMATS
def test_a_sheet_that_nobody_filled_in_decides_nothing(world: World, pair: Pair, ending: str) -> None:
    item = world.open_item(pair.texas, pair.washington)
    path = exported(world, pair.ana, ending)
    assert [(one.item, str(one.result)) for one in imported(world, pair.ana, path)] == [(str(item), "no decision")]
    assert world.item(pair.ana, item).decisions == ()
    assert path.stat().st_mode & 0o077 == 0


@FORMATS
def test_a_decision_in_the_sheet_is_tried_then_made_then_known(world: World, pair: Pair, ending: str) -> None:
    item = world.open_item(pair.texas, pair.washington)
    path = fill(exported(world, pair.ana, ending), {pair.texas: {"Decision": "Different", "Reason": "school"}})
    assert [str(one.result) for one in imported(world, pair.ana, path, apply=False)] == ["would be done"]
    assert world.item(pair.ana, item).summary.status is Status.OPEN
    assert [str(one.result) for one in imported(world, pair.ana, path)] == ["done"]
    assert [str(one.result) for one in imported(world, pair.ana, path)] == ["done before"]
    decided = world.item(pair.ana, item)
    assert decided.summary.status is Status.APPLIED
    assert [(one.verdict, one.reason) for one in decided.decisions] == [(Verdict.DIFFERENT, "School confirmed")]
    assert world.problems() == []


def test_the_dry_run_says_which_rows_the_limit_of_an_hour_would_refuse(world: World, pair: Pair) -> None:
    policy = world.database.policy
    limited = policy.decisions.model_copy(update={"most_an_hour": 2})
    world.database.policy = policy.model_copy(update={"decisions": limited})
    world.upload("TX", *(child(f"T{number}") for number in range(2, 8)))
    extra = [world.record("TX", f"T{number}") for number in range(2, 8)]
    pairs = [(pair.texas, pair.washington), *zip(extra[::2], extra[1::2], strict=True)]
    world.scan(*pairs)
    verdicts = ("same", "different", "same", "same")
    filled = {first: {"Decision": verdict} for (first, _), verdict in zip(pairs, verdicts, strict=True)}
    path = fill(exported(world, pair.ana), filled)
    told, made = (
        [
            (one.item, str(one.result).replace("would be ", ""), one.sentence)
            for one in imported(world, pair.ana, path, apply=apply)
        ]
        for apply in (False, True)
    )
    assert told == made
    assert sorted(result for _, result, _ in made) == ["done"] * 3 + ["refused"]
    assert "more than 2 merges and splits in an hour" in next(said for _, result, said in made if result == "refused")


def test_the_ledger_says_that_it_was_decided_in_a_spreadsheet(world: World, pair: Pair) -> None:
    world.open_item(pair.texas, pair.washington)
    imported(world, pair.ana, fill(exported(world, pair.ana), {pair.texas: {"Decision": "twins"}}))
    with world.database.unit_of_work(read_only=True) as session:
        event = session.scalars(select(LedgerEvent).where(LedgerEvent.kind == "decision_made")).one()
    assert (event.actor_id, json.loads(event.payload)["through"]) == (pair.ana.id, "spreadsheet")


def test_the_marked_row_keeps_its_student_id(world: World) -> None:
    first, second, ana = two_in_texas(world)
    world.open_item(first, second)
    wanted = world.students()[second]
    path = fill(exported(world, ana), {first: {"Decision": "same"}, second: {"Keep": "yes"}})
    assert [str(one.result) for one in imported(world, ana, path)] == ["done"]
    assert set(world.students().values()) == {wanted}


def test_numbered_parts_divide_the_records_into_children(world: World) -> None:
    old = {"birth_date": "2000-01-01"}
    world.upload("TX", child("T1", **old), child("T2", **old), child("T3", **old))
    records = [world.record("TX", name) for name in ("T1", "T2", "T3")]
    ana = world.person("ana", "TX")
    world.open_item(*records)
    parts = {record: {"Part": part} for record, part in zip(records, ("1", "1", "2"), strict=True)}
    parts[records[0]] |= {"Decision": "twins"}
    assert [str(one.result) for one in imported(world, ana, fill(exported(world, ana, ".xlsx"), parts))] == ["done"]
    first, second, third = (world.students()[record] for record in records)
    assert first == second != third


def test_who_was_faster_is_named_and_the_other_items_go_on(world: World, pair: Pair) -> None:
    world.upload("TX", child("T2"), child("T3"))
    others = world.record("TX", "T2"), world.record("TX", "T3")
    world.scan((pair.texas, pair.washington), others)
    taken, free = world.unfinished_about((pair.texas, pair.washington)), world.unfinished_about(others)
    assert taken
    both = {record: {"Decision": "different"} for record in (pair.texas, others[0])}
    path = fill(exported(world, pair.ana), both)
    world.decide(pair.ben, taken, Verdict.NEED_INFORMATION, note="Ask the school.")
    answers = {one.item: one for one in imported(world, pair.ana, path)}
    assert str(answers[str(taken)].result) == "refused"
    assert answers[str(taken)].sentence.startswith("Ben of TX")
    assert str(answers[str(free)].result) == "done"


WRONG: dict[str, tuple[Callable[[Pair], Fill], str]] = {
    "contradiction": (lambda p: {p.texas: {"Decision": "same"}, p.washington: {"Decision": "twins"}}, "not what line"),
    "no note": (lambda p: {p.texas: {"Decision": "need information"}}, "say in the note"),
    "no reason": (lambda p: {p.texas: {"Decision": "same", "Reason": "Ximena"}}, "no such reason"),
    "no word": (lambda p: {p.texas: {"Decision": "Ximena"}}, "a decision is one of"),
    "no decision": (lambda p: {p.texas: {"Note": "Ximena"}}, "no decision"),
    "two kept": (lambda p: {p.texas: {"Decision": "same", "Keep": "yes"}, p.washington: {"Keep": "yes"}}, "in one row"),
    "kept in vain": (lambda p: {p.texas: {"Decision": "twins", "Keep": "yes"}}, "keep belongs to"),
    "keep": (lambda p: {p.texas: {"Decision": "same", "Keep": "Ximena"}}, "or nothing"),
    "half the parts": (lambda p: {p.texas: {"Decision": "different", "Part": "1"}}, "the part is missing"),
    "no part": (lambda p: {r: {"Decision": "twins", "Part": "Ximena"} for r in (p.texas, p.washington)}, "no number"),
    "parts of one": (lambda p: {p.texas: {"Decision": "same", "Part": "1"}}, "parts belong to"),
    "one part": (lambda p: {r: {"Decision": "twins", "Part": "1"} for r in (p.texas, p.washington)}, "two parts"),
    "version": (lambda p: {p.texas: {"Decision": "same", "Version": "Ximena"}}, "not what line"),
    "item": (lambda p: {p.texas: {"Decision": "same", "Item": "Ximena"}}, "no number"),
    "unknown item": (lambda p: {r: {"Decision": "same", "Item": "999"} for r in (p.texas, p.washington)}, "no worklist item"),
    "other record": (lambda p: {p.texas: {"Decision": "same", "Record": "999"}}, "Not of this item: record 999"),
    "record twice": (lambda p: {p.texas: {"Decision": "same", "Record": str(p.washington)}}, "twice"),
    "rounded": (lambda p: {p.texas: {"Decision": "same", "Keep": "yes", "Student ID": "1.2E+11"}}, "rounded"),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_meant_is_refused_without_a_child_s_name(world: World, pair: Pair, wrong: str) -> None:
    filled, said = WRONG[wrong]
    item = world.open_item(pair.texas, pair.washington)
    answers = imported(world, pair.ana, fill(exported(world, pair.ana), filled(pair)))
    refused = [one for one in answers if str(one.result) == "refused"]
    assert any(said in one.sentence for one in refused)
    assert not any("Ximena" in one.sentence + one.item for one in answers)
    assert world.item(pair.ana, item).decisions == ()


def test_a_row_that_was_deleted_is_not_decided_along(world: World, pair: Pair) -> None:
    world.open_item(pair.texas, pair.washington)
    path = fill(exported(world, pair.ana), {pair.texas: {"Decision": "same"}}, without=pair.washington)
    assert [one.sentence for one in imported(world, pair.ana, path)] == [
        f"Rows of this item are missing: record {pair.washington}."
    ]


def test_only_who_may_decide_exports_and_imports(world: World, pair: Pair) -> None:
    world.open_item(pair.texas, pair.washington)
    path = exported(world, pair.ana)
    with pytest.raises(NotAllowedError):
        exported(world, world.person("primary", "TX", "primary_user"))
    with pytest.raises(NotAllowedError):
        imported(world, world.person("primary", "TX", "primary_user"), path)
    florida = world.person("flor", "FL")
    assert len(read_filled(exported(world, florida)).rows) == 0
    with world.database.unit_of_work(read_only=True) as session, pytest.raises(UnknownIdError):
        accounts.named(session, "nobody")


def test_somebody_else_s_items_look_like_none(world: World, pair: Pair) -> None:
    world.open_item(pair.texas, pair.washington)
    path = fill(exported(world, pair.ana), {pair.texas: {"Decision": "same"}})
    assert "There is no worklist item" in imported(world, world.person("flor", "FL"), path)[0].sentence


@FORMATS
@settings(max_examples=60, deadline=None)
@given(texts=st.lists(st.text(max_size=40), min_size=1, max_size=8))
@example(texts=list(TRICKY))
def test_any_text_survives_export_and_import(
    tmp_path_factory: pytest.TempPathFactory, ending: str, texts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("sheet") / f"any{ending}"
    rows = [(str(number), text, "end") for number, text in enumerate(texts)]
    write_sheet(path, Sheet(("Id", "Text", "Last"), rows, 0, {}, ["Fill in.", "And send back."]))
    back = read_sheet(path, ("Id", "Text", "Last"), ("Id",))
    assert back.unread == ()
    assert [tuple(row.values.values()) for row in back.rows] == rows


def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    rows = [(str(number), text) for number, text in enumerate(TRICKY)]
    sheet = Sheet(("Id", "Text"), rows, 0, {"Text": ["a", "b"]}, ["=1+1"])
    for ending in (".xlsx", ".csv"):
        write_sheet(tmp_path / f"f{ending}", sheet)
    book = openpyxl.load_workbook(tmp_path / "f.xlsx")
    assert {cell.data_type for one in book.worksheets for row in one.iter_rows() for cell in row} == {"s"}
    assert book.worksheets[0].data_validations.count == 1
    with zipfile.ZipFile(tmp_path / "f.xlsx") as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())
    text = (tmp_path / "f.csv").read_text(encoding="utf-8-sig")
    starts = tuple(one for one in FORMULAS if not one.startswith("'"))
    assert not any(cell.startswith(starts) for row in csv.reader(io.StringIO(text)) for cell in row)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_columns_come_in_any_order_encoding_and_company(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text("note;MINE;item\r\n#\u00a0how;;\r\nNiño;x;7\r\n", encoding=encoding)
    assert [dict(row.values) for row in read_sheet(path, ("Item", "Note", "Part"), ("Item",)).rows][-1] == {
        "Item": "7", "Note": "Niño", "Part": "",
    }  # fmt: skip
    with pytest.raises(ColumnMappingError):
        read_sheet(path, ("Item", "Version"), ("Version",))
    with pytest.raises(InputFileError):
        write_sheet(tmp_path / "t.xls", Sheet(("A",), [], 0, {}, []))


def test_a_damaged_line_is_named_and_its_item_refused(world: World, pair: Pair) -> None:
    world.open_item(pair.texas, pair.washington)
    path = fill(exported(world, pair.ana), {pair.texas: {"Decision": "same"}})
    path.write_bytes(path.read_bytes().rstrip() + b",,,too,many\r\n")
    answers = imported(world, pair.ana, path)
    assert [str(one.result) for one in answers] == ["refused", "refused"]
    assert answers[0].sentence == "This line cannot be read."


def test_a_long_worklist_is_read_in_batches_the_most_probable_first(
    world: World, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worklist_sheet, "BATCH", 1)
    first, second, ana = two_in_texas(world)
    world.scan((first, second), (pair.texas, pair.washington))
    rows = read_filled(exported(world, ana)).rows
    assert [row.values[Column.ITEM] for row in rows] == ["1", "1", "2", "2"]
    assert {row.values[Column.RECORD] for row in rows} == {*map(str, (first, second, pair.texas, pair.washington))}


def test_who_takes_which_items_out_is_kept_and_whoever_may_not_leaves_nothing(world: World, pair: Pair) -> None:
    item = world.open_item(pair.texas, pair.washington)
    exported(world, replace(pair.ana, through=Door.COMMAND_LINE))
    with pytest.raises(NotAllowedError):
        exported(world, world.person("sam", "TX", "secondary_user"))
    with world.database.unit_of_work(read_only=True) as session:
        event = session.scalars(select(LedgerEvent).where(LedgerEvent.kind == "sheet_exported")).one()
    assert event.actor_id == pair.ana.id
    assert json.loads(event.payload) == {"items": [item], "rows": 2, "through": "command_line"}
    assert world.problems() == []


@pytest.fixture
def on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    data = tmp_path / "data"
    data.mkdir()
    monkeypatch.setenv("NEARMATCH_DATA", str(data))
    opened = Database(f"sqlite:///{data / 'nearmatch.sqlite3'}")
    opened.upgrade()
    return World(opened, tmp_path)


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["worklist-sheet", *arguments], catch_exceptions=False)


def test_the_commands_export_rehearse_apply_and_report(on_disk: World, tmp_path: Path) -> None:
    first, second, _ = two_in_texas(on_disk)
    item = on_disk.open_item(first, second)
    path = tmp_path / "mine.xlsx"
    assert f"1 items in 2 rows written to {path}." in _run("export", str(path), "--as", "ana").stdout
    fill(path, {first: {"Decision": "twins"}})
    rehearsed = _run("import", str(path), "--as", "ana")
    assert "would be done" in rehearsed.stdout
    assert "Nothing was changed" in rehearsed.stderr
    done = _run("import", str(path), "--as", "ana", "--apply", "--json")
    assert [one["result"] for one in json.loads(done.stdout)["items"]] == ["done"]
    assert f"{item},2 3,done,Kept as twins" in (tmp_path / "mine.report.csv").read_text(encoding="utf-8")
    fill(path, {second: {"Note": "once more"}})
    again = _run("import", str(path), "--as", "ana", "--apply")
    assert again.exit_code == 1
    assert "Ana of TX" in again.stdout
    assert "No account" in _run("export", str(path), "--as", "nobody").stderr


def test_what_cannot_be_written_is_said_and_what_was_decided_stands(on_disk: World, tmp_path: Path) -> None:
    first, second, ana = two_in_texas(on_disk)
    item = on_disk.open_item(first, second)
    path = tmp_path / "mine.csv"
    (tmp_path / "taken.csv.part").mkdir()
    assert "taken.csv cannot be written" in _run("export", str(tmp_path / "taken.csv"), "--as", "ana").stderr
    _run("export", str(path), "--as", "ana")
    fill(path, {first: {"Decision": "different"}})
    (tmp_path / "mine.report.csv.part").mkdir()
    result = _run("import", str(path), "--as", "ana", "--apply")
    assert (result.exit_code, "done" in result.stdout) == (1, True)
    assert "mine.report.csv cannot be written" in result.stderr
    assert on_disk.item(ana, item).summary.status is Status.APPLIED
