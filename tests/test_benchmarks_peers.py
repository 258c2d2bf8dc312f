"""The comparison with other programs: its data, its measures, and that a small run of it works."""

import csv
import sys
from collections import Counter

import numpy as np
import pytest

from benchmarks.peers import data, run
from benchmarks.peers.data import FIELDS, families
from benchmarks.peers.measure import Known, Rates, accuracy, best_f1, codes, read_truth, within
from benchmarks.peers.process import timed
from benchmarks.peers.table import BEGIN, END, Row, markdown, write_into
from benchmarks.split import split
from linkage.evaluate.measures import pair_measures
from linkage.evaluate.pairs import codes_of, pairs_within


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def chunked(tmp_path_factory):
    """500 records in chunks of 200, as a large file is made."""
    patch = pytest.MonkeyPatch()
    patch.setattr(data, "CHUNK", 200)  # processes are forked, and so are given it too
    made = families(500, tmp_path_factory.mktemp("families"), workers=1)
    patch.undo()
    return made


def test_a_large_file_is_made_of_chunks_with_ids_of_their_own(chunked):
    truth = rows(chunked.truth)
    assert len(truth) == 500
    assert Counter(row["child_id"].partition("-")[0] for row in truth) == {"0000": 200, "0001": 200, "0002": 100}
    assert len({row["record_id"] for row in truth}) == 500


def test_table_and_truth_are_in_the_same_random_order(chunked):
    truth, table = rows(chunked.truth), rows(chunked.files[0])
    assert [row["record_id"] for row in truth] == [row["record_id"] for row in table]
    assert tuple(table[0]) == ("record_id", *FIELDS)
    chunks = [row["child_id"][:4] for row in truth]
    assert len(set(chunks[:20])) > 1
    births = {}
    for row, one in zip(table, truth, strict=True):
        births.setdefault(one["child_id"], set()).add(row["birth_date"])
    several = [dates for dates in births.values() if len(dates) == 1]
    assert len(several) > 0.9 * len(births)  # a child's records mostly agree: truth and table belong together


def test_the_same_number_gives_the_same_file_and_it_is_made_once(tmp_path):
    one, other = (families(60, tmp_path / name, workers=1) for name in "ab")
    assert one.files[0].read_bytes() == other.files[0].read_bytes()
    assert one.truth.read_bytes() == other.truth.read_bytes()
    one.files[0].write_text("kept")
    assert families(60, tmp_path / "a").files[0].read_text() == "kept"


def test_damage_is_not_that_of_training_and_no_rate_is_beyond_reach():
    trained = data.Rates()
    shares = [getattr(data.rates(), kind) / getattr(trained, kind) for kind in data.DAMAGE_KINDS]
    assert min(shares) < 0.8
    assert max(shares) > 1.8
    assert data.rates().twins == trained.twins


def known_of(groups, files=None):
    row_of = {f"r{row}": row for row in range(len(groups))}
    return Known(row_of, codes(groups), np.array(files) if files else np.arange(len(groups)))


def write(path, header, lines):
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def test_measures_agree_with_those_of_evaluate(tmp_path):
    dice = np.random.default_rng(5)
    groups, clusters = ([f"{number}" for number in dice.integers(0, 40, 100)] for _ in "ab")
    clusters[:60] = groups[:60]
    known = known_of(groups)
    out = write(tmp_path / "c.csv", "record_id,cluster_id", [f"r{row},x{one}" for row, one in enumerate(clusters)])
    found = pairs_within(codes_of(clusters))
    pairs = write(
        tmp_path / "p.csv",
        "id_a,id_b,probability",
        [f"r{a},r{b},0.5" for a, b in zip(found.left, found.right, strict=True)],
    )
    oracle = pair_measures(pairs_within(codes_of(groups)), found)
    got = accuracy(known, out, pairs, 0.5)
    for rates in (got.scored, got.joined):
        assert (rates.precision, rates.recall) == pytest.approx((oracle.precision, oracle.recall))
    assert got.best == pytest.approx(oracle.f1)


def test_only_clusters_that_hold_exactly_one_childs_records_are_whole(tmp_path):
    known = known_of(["a", "a", "b", "b", "c", "d", "d"])
    lines = [f"r{row},{one}" for row, one in enumerate("1122233")]
    out = write(tmp_path / "c.csv", "record_id,cluster_id", lines)
    pairs = write(tmp_path / "p.csv", "id_a,id_b,probability", [])
    assert accuracy(known, out, pairs, 0.5).whole == Rates(2 / 3, 2 / 3)


def test_best_threshold_does_not_split_pairs_of_equal_probability():
    true = np.array([True, False, True, False])
    assert best_f1(true, np.array([0.9, 0.9, 0.9, 0.1]), 2) == pytest.approx(0.8)
    assert best_f1(true[:0], np.array([]), 2) == 0.0


def test_with_two_files_only_pairs_across_count():
    assert within(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1])) == 2
    assert known_of(["a", "a", "a", "b"]).pairs == 3


def test_an_answer_that_leaves_out_a_record_or_repeats_a_pair_is_refused(tmp_path):
    known = known_of(["a", "a"])
    short = write(tmp_path / "c.csv", "record_id,cluster_id", ["r0,1"])
    whole = write(tmp_path / "d.csv", "record_id,cluster_id", ["r0,1", "r1,1"])
    twice = write(tmp_path / "p.csv", "id_a,id_b,probability", ["r0,r1,0.9", "r1,r0,0.9"])
    with pytest.raises(ValueError, match="exactly the records"):
        accuracy(known, short, twice, 0.5)
    with pytest.raises(ValueError, match="a pair twice"):
        accuracy(known, whole, twice, 0.5)


def test_time_stops_at_the_report_and_memory_of_children_counts():
    child = "b = bytearray(150_000_000); b[::4096] = b'x' * len(b[::4096]); import time; time.sleep(0.5)"
    program = f"""
import subprocess, sys, time
subprocess.run([sys.executable, "-c", {child!r}])
print('{{"candidates": 3}}', flush=True)
time.sleep(1.5)
"""
    done = timed([sys.executable, "-c", program])
    whole = timed([sys.executable, "-c", "import time; time.sleep(0.3)"])
    assert done.report == {"candidates": 3}
    assert done.peak_gb > 0.13
    assert whole.seconds >= 0.3
    assert whole.peak_gb < 0.1


def test_a_program_that_fails_is_named_with_its_last_words():
    with pytest.raises(RuntimeError, match="out of luck"):
        timed([sys.executable, "-c", "raise SystemExit('out of luck')"])


def test_the_table_goes_between_its_marks(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    right = accuracy(
        known_of(["a", "a"]),
        write(tmp_path / "c.csv", "record_id,cluster_id", ["r0,1", "r1,1"]),
        write(tmp_path / "p.csv", "id_a,id_b,probability", ["r0,r1,0.9"]),
        0.5,
    )
    table = markdown([Row("few", "ours", True, 2.0, 0.1, 1_000, right), Row("few", "other", False, 9.0, 0.1, 7, right)])
    for _ in "twice":
        write_into(page, table)
    text = page.read_text()
    assert "old" not in text
    assert text.count("| few |") == 1
    assert "| 9.0 | 4.5 | 0.1 | 7 | 1.0000 |" in text
    assert (text.startswith("before"), text.endswith("after\n")) == (True, True)


def test_the_page_has_a_place_for_the_table():
    text = run.PAGE.read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1
    assert text.index(BEGIN) < text.index(END)


def test_ours_and_recordlinkage_run_side_by_side(tmp_path, monkeypatch, capsys):
    arguments = ["--records", "1000", "--peers", "ours", "labels", "--data", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["run", *arguments])
    assert run.main() == 0
    lines = [line.split(" | ") for line in capsys.readouterr().out.splitlines() if line.startswith("|")][2:]
    assert [line[1] for line in lines] == [run.NAMES["cold"], run.NAMES["ours"], run.NAMES["labels"]]
    for line in lines:
        seconds, candidates, f1 = float(line[2]), int(line[5].replace(",", "")), float(line[8])
        assert seconds > 0
        assert 200 < candidates < 20_000
        assert 0.8 < f1 <= 1


def test_splink_is_missed_before_anything_runs(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["run", "--python", str(tmp_path / "python")])
    with pytest.raises(SystemExit, match="make bench-peers"):
        run.main()


def test_stored_and_new_records_are_the_whole_file(chunked, tmp_path):
    made = split(50, 10, tmp_path)
    assert (len(made.stored), len(made.new)) == (50, 10)
    assert [*made.stored.ids, *made.new.ids] == [row["record_id"] for row in rows(made.whole)]
    assert made.child_of.keys() == {*made.stored.ids, *made.new.ids}
    assert read_truth(chunked.truth, "child_id", chunked.files).pairs > 50
