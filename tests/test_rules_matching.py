"""The matching rules: a slip in the file is refused with its line; every level has a weight and a sentence."""

from pathlib import Path

import pytest

from rules.errors import RuleFileError
from rules.matching import Matching, ModelFile
from rules.yaml_file import load
from tests.paths import ROOT, RULES_FOLDER

MATCHING = load(RULES_FOLDER / "matching.yaml", Matching)


def _model(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "model.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_comparison_ends_with_missing_and_names_each_level_once() -> None:
    for levels in MATCHING.comparisons.values():
        ids = [level.id for level in levels]
        assert ids[-1] == "missing"
        assert len(set(ids)) == len(ids)
        assert all(level.sentence.endswith(".") for level in levels)


def test_the_model_of_the_benchmark_is_one_a_user_could_write() -> None:
    model = load(ROOT / "benchmarks" / "models" / "febrl.yaml", ModelFile)
    assert [field.compare for field in model.fields].count("text") == 2


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("title: x\nfields:\n  - {id: a, title: A, compare: nmae, columns: [a]}\nblocking: []\n", 3, "nmae"),
        ("title: x\nfields:\n  - {id: a, title: A, compare: code, columns: []}\nblocking: []\n", 3, "takes 1 to 1"),
        ("title: x\ntitel: y\n", 2, "not a known key"),
        ("title: x\ntitle: y\n", 2, "Keep one"),
        ("title: [x\n", 2, "not YAML"),
        ("", 1, "empty"),
    ],
)
def test_a_bad_model_file_is_refused_with_line_and_remedy(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(RuleFileError) as caught:
        load(_model(tmp_path, text), ModelFile)
    assert caught.value.line == line
    assert said in str(caught.value)


def test_a_blocking_key_that_nothing_offers_is_refused_with_what_there_is(tmp_path: Path) -> None:
    text = (
        "title: x\nfields:\n  - {id: a, title: A, compare: code, columns: [number]}\n"
        "blocking:\n  - {id: B, keys: [numbre.value]}\n"
    )
    with pytest.raises(RuleFileError, match=r"numbre\.value.*number\.prefix, number\.value"):
        load(_model(tmp_path, text), ModelFile)


def test_a_person_has_one_birth_date(tmp_path: Path) -> None:
    field = "  - {id: %s, title: A, compare: birth_date, columns: [%s]}\n"
    text = "title: x\nfields:\n" + field % ("a", "a") + field % ("b", "b") + "blocking:\n  - {id: B, keys: [a.date]}\n"
    with pytest.raises(RuleFileError, match="stands twice"):
        load(_model(tmp_path, text), ModelFile)


FIELDS = (
    "title: x\nfields:\n  - {id: n, title: N, compare: surnames, columns: [name]}\n"
    "  - {id: d, title: D, compare: birth_date, columns: [born]}\n  - {id: a, title: A, compare: code, columns: [number]}\n"
)


@pytest.mark.parametrize(
    ("rule", "refine"),
    [
        ("{id: B, keys: [born.date]}", ("name.sound_pair", "number.value")),
        ("{id: B, keys: [number.value]}", ("born.two_parts", "name.sound_pair")),
        ("{id: B, keys: [name.sound_set]}", ("born.two_parts", "number.value")),
        ("{id: B, keys: [born.date], refine: [number.prefix]}", ("number.prefix",)),
        ("{id: B, keys: [born.date], refine: []}", ()),
    ],
)
def test_a_rule_is_refined_by_the_fields_it_does_not_use_unless_it_says_otherwise(
    tmp_path: Path, rule: str, refine: tuple[str, ...]
) -> None:
    model = load(_model(tmp_path, f"{FIELDS}blocking:\n  - {rule}\n"), ModelFile)
    assert model.blocking[0].refine == refine


def test_what_refines_a_rule_must_be_on_offer_too(tmp_path: Path) -> None:
    text = f"{FIELDS}blocking:\n  - {{id: B, keys: [born.date], refine: [numbre.value]}}\n"
    with pytest.raises(RuleFileError, match=r"numbre\.value"):
        load(_model(tmp_path, text), ModelFile)
