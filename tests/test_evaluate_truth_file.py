"""`nearmatch evaluate --truth`: what a truth may say, what is refused, and what the page shows."""

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner

from linkage.cli import main
from linkage.errors import InputFileError
from linkage.evaluate.findings import FEW, findings, of_thousand
from linkage.evaluate.report import About, html_report
from linkage.evaluate.sample import generate
from linkage.evaluate.trial import Trial, run_trial
from linkage.evaluate.truth_file import read_truth
from linkage.evaluate.upload import write
from rules.rulebook import load_rulebook
from tests.sample_helpers import small_sample
from tests.test_browser_pages import DESK, TELEPHONE

IDS = ("r1", "r2", "r3", "r4")


def _run(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(word) for word in words])
    return result.exit_code, " ".join(result.output.split())


def _file(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "truth.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_truth_of_records_says_whose_each_is_and_what_else_is_known(tmp_path):
    path = _file(
        tmp_path,
        "record_id,child_id,tradition,damage,family_id,shoe",
        "r1,c1,hmong,typo; nickname,f1,31",
        "r2,c1,hmong,,f1,30",
        "r3,c2,mexican,,f1,30",
        "r9,c2,mexican,,,30",
    )
    read = read_truth(path, IDS)
    assert read.labels.child.tolist() == [0, 0, 1, -1]
    assert read.labels.traditions == ("hmong", "mexican")
    assert {kind: mask.tolist() for kind, mask in read.labels.damage.items()} == {
        "nickname": [True, False, False, False],
        "typo": [True, False, False, False],
    }
    assert read.labels.relations["siblings"].tolist() == [0, 0, 0, -1]
    assert (read.strangers, read.unused) == ((5,), ("shoe",))


def test_a_truth_of_pairs_means_what_follows_from_it(tmp_path):
    read = read_truth(_file(tmp_path, "id_a,id_b", "r1,r2", "r3,r2", "r2,r1", "r1,r8"), IDS)
    child = read.labels.child.tolist()
    assert child[0] == child[1] == child[2] != child[3]
    assert (read.implied, read.strangers) == (1, (5,))


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["record_id,person", "r1,c1"], "truth.csv: no column with the ids of the children; its columns are record_id, person. Call it child_id"),
        (["name,child_id", "r1,c1"], "no column with the ids of the records"),
        (["record_id,child_id", "r1,c1", "r2,c1", "r1,c2"], "truth.csv, line 4: record_id: this record stands on line 2 already"),
        (["record_id,child_id", "r1,c1", "r2,"], "truth.csv, line 3: child_id: the cell is empty"),
        (["record_id,child_id", "r1,c1,x,y"], "truth.csv, line 2: the line cannot be read (ragged_row)"),
        (["record_id,child_id", "x1,c1"], "none of its 1 lines names a record of the table"),
        (["id_a,id_b", "r1,r2", "r3,r3"], "truth.csv, line 3: id_a and id_b name one and the same record"),
        (["id_a,id_b", "r1,"], "truth.csv, line 2: id_b: the cell is empty"),
        (["id_a,id_b", "x1,x2"], "none of its 1 lines"),
    ],
)  # fmt: skip
def test_a_faulty_truth_is_refused_with_line_and_remedy(tmp_path, lines, says):
    with pytest.raises(InputFileError) as refused:
        read_truth(_file(tmp_path, *lines), IDS)
    assert says in str(refused.value)
    assert refused.value.remedy


def test_a_column_of_names_is_not_taken_for_traditions(tmp_path):
    ids = [f"r{n}" for n in range(90)]
    path = _file(tmp_path, "record_id,child_id,tradition", *(f"{one},c{one},Name {one}" for one in ids))
    with pytest.raises(InputFileError, match="tradition holds 90 different words") as refused:
        read_truth(path, ids)
    assert "Name" not in str(refused.value)


def test_a_column_that_puts_everybody_into_one_child_is_refused_before_it_fills_the_memory(tmp_path):
    ids = [f"r{n}" for n in range(5_000)]
    path = _file(tmp_path, "record_id,child_id", *(f"{one},TX" for one in ids))
    with pytest.raises(InputFileError, match="thousands of records"):
        read_truth(path, ids)


def test_uploads_of_a_sample_are_measured_against_its_truth(tmp_path):
    files = write(small_sample(), tmp_path)
    html = tmp_path / "report.html"
    code, said = _run("evaluate", *(file.path for file in files), "--truth", tmp_path / "truth.csv", "--html", html)
    assert code == 0, said
    assert "400 records" in said
    assert f"{sum(file.defective for file in files)} lines cannot be used" in said or "1 lines cannot be used" in said
    assert all(word in said for word in ("precision", "twins", "B-cubed", "Thresholds", "mexican", "nickname"))
    text = html.read_text(encoding="utf-8")
    assert "TX.csv, WA.csv, FL.csv against truth.csv" in text
    names = {row["last_name_1"] for rows in small_sample().rows.values() for row in rows if len(row["last_name_1"]) > 5}
    assert not {name for name in names if name in text}


def test_a_truth_about_one_upload_of_three_is_measured_on_that(tmp_path):
    files = write(small_sample(), tmp_path)
    code, said = _run("evaluate", files[0].path, "--truth", tmp_path / "truth.csv")
    assert code == 0, said
    assert "lines name a record that the tables do not have" in said


def test_tables_and_truth_go_together(tmp_path):
    table = _file(tmp_path, "first_name,last_name_1,birth_date", "Ana,Xochitl,2012-08-03")
    assert _run("evaluate", table)[0] == 2
    assert _run("evaluate", "--truth", table)[0] == 2


def test_a_table_without_record_ids_is_told_how_to_name_them(tmp_path):
    table = _file(tmp_path, "first_name,last_name_1,birth_date", "Ana,Xochitl,2012-08-03")
    code, said = _run("evaluate", table, "--truth", table)
    assert code == 1
    assert "Name it with `--id`" in said


def test_two_tables_with_one_record_id_are_refused(tmp_path):
    header = "record_id,first_name,last_name_1,birth_date"
    table = _file(tmp_path, header, "r1,Ana,Xochitl,2012-08-03")
    (tmp_path / "b.csv").write_text(f"{header}\nr1,Eva,Xochitl,2012-08-03\n", encoding="utf-8")
    code, said = _run("evaluate", table, tmp_path / "b.csv", "--truth", table)
    assert code == 1
    assert "b.csv and truth.csv have record ids in common" in said


@pytest.fixture(scope="module")
def trial() -> Trial:
    return run_trial(generate(151, records=1_200), load_rulebook())


@pytest.fixture(scope="module")
def html(trial: Trial) -> str:
    return html_report(trial, About("<Invented> & measured", "2026-11-22", "f" * 64, ("A note.",)))


def test_the_page_says_in_words_what_precision_means(trial, html):
    words = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert f"Of 1,000 pairs that the system joins, {of_thousand(trial.linked.precision)} are one child" in words
    assert "&lt;Invented&gt; &amp; measured" in html
    assert "<Invented>" not in html


def test_the_page_loads_nothing_and_runs_nothing(html):
    assert "<script" not in html
    assert not re.search(r"\b(?:src|href|url|@import)\b\s*[=(]", html)
    for drawing in re.findall(r"<svg.*?</svg>", html, re.DOTALL):
        ET.fromstring(drawing)


def test_every_group_too_small_to_say_anything_is_marked(trial, html):
    small = sum(one.pairs < FEW for kinds in (trial.by_tradition, trial.by_damage) for one in kinds.values())
    small += sum(one.pairs < FEW for one in trial.false_merges)
    assert small
    assert html.count("too few to say") == small


def test_what_is_wrong_is_told_before_what_is_good(trial):
    few = replace(trial, linked=replace(trial.linked, true_pairs=50))
    found = findings(few)
    assert [one.good for one in found] == sorted(one.good for one in found)
    assert any(one.title == "Few duplicates" for one in found)


@pytest.mark.parametrize(
    ("share", "said"), [(1.0, "1,000"), (0.9996, "more than 999"), (0.0, "0"), (0.0001, "fewer than 1"), (0.992, "992")]
)
def test_what_is_nearly_all_never_reads_as_all(share, said):
    assert of_thousand(share) == said


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_sound_at_a_desk_and_on_a_telephone_in_light_and_dark(html, new_page, scheme):
    page = new_page(color_scheme=scheme)
    page.set_content(html)
    for viewport in (TELEPHONE, DESK):
        page.set_viewport_size(viewport)
        found = Axe().run(page, options={"preload": False, "resultTypes": ["violations"]})
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "the page scrolls sideways"
    assert page.locator("figure svg[role=img]").count() == 3
