"""The name-rule file: what it must hold, what its faults say, and what its tables mean."""

import shutil
from pathlib import Path

import pytest

from rules.errors import RuleFileError
from rules.names import NameRule, load_names, read_name
from rules.rule_paths import FOLDER_VARIABLE, NAME_RULES, rule_path
from rules.rulebook import load_rulebook
from rules.sources import RuleSources
from tests.standardize_helpers import RULEBOOK, TABLES

RULES = list(RULEBOOK.names.rules())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_explains_itself_and_has_two_examples_each_way(rule: NameRule) -> None:
    assert rule.title
    assert rule.source
    assert len(rule.description.split()) > 4
    assert len(rule.examples.match) >= 2
    assert len(rule.examples.no_match) >= 2
    assert not set(rule.examples.match) & set(rule.examples.no_match)


def test_the_file_explains_every_section_and_fits_on_a_screen_in_width() -> None:
    lines = rule_path(NAME_RULES).read_text(encoding="utf-8").splitlines()
    sections = [number for number, line in enumerate(lines) if line[:1].isalpha()]
    assert all(lines[number - 1].startswith("#") for number in sections)
    assert max(len(line) for line in lines) <= 200


def _changed(tmp_path: Path, old: str, new: str) -> Path:
    text = rule_path(NAME_RULES).read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / NAME_RULES
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def _line_of(path: Path, needle: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if needle in line)


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("effect: equal", "effect: equals", "effect: equals", "effect"),
        ("id: SUR-HYPHEN", "id: sur hyphen", "id: sur hyphen", "id"),
        ("      Fco: [Francisco]", "      Fco: []", "Fco: []", "at least 1 item"),
        ("      Fco: [Francisco]", '      Fco: ["--"]', 'Fco: ["--"]', "needs at least one letter"),
        ("[Acevedo, Acebedo, Asevedo, Azevedo]", "[Acevedo]", "[Acevedo]", "at least 2 items"),
        ("    position: before", "    position: behind", "position: behind", "position"),
        ('      ["01-01"]', '      ["13-01"]', '["13-01"]', "month"),
        ("since: 2026-11-21", "since: lately", "since: lately", "date"),
        ("    shifts: true", "    shift: true", "shift: true", "not a known key"),
        ("[Acevedo, Acebedo, ", "[Acevedo, No, ", "[Acevedo, No, ", "valid string"),
    ],
)
def test_a_fault_names_the_line_and_what_is_wrong(tmp_path: Path, old: str, new: str, at: str, says: str) -> None:
    path = _changed(tmp_path, old, new)
    with pytest.raises(RuleFileError) as raised:
        load_names(path)
    assert raised.value.line == _line_of(path, at)
    assert says in str(raised.value)


def test_a_second_rule_with_a_taken_id_is_refused_on_its_line(tmp_path: Path) -> None:
    path = _changed(tmp_path, "id: SUR-EXCHANGED", "id: SUR-HYPHEN")
    lines = path.read_text(encoding="utf-8").splitlines()
    first, second = (number for number, line in enumerate(lines, start=1) if line.endswith("id: SUR-HYPHEN"))
    with pytest.raises(RuleFileError, match=f"taken on line {first}") as raised:
        load_names(path)
    assert raised.value.line == second


def test_a_condition_on_a_rule_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    path = _changed(tmp_path, "only_with: [MY-SYLLABLE]", "only_with: [MY-SYLABLE]")
    with pytest.raises(RuleFileError, match="`MY-SYLABLE`, which does not exist") as raised:
        load_names(path)
    assert raised.value.line == _line_of(path, "id: TITLE-MY")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("years: [1330, 1410]", "years: [1330, 1411]", "`CAL-ISLAMIC` reads years that `CAL-PERSIAN` reads"),
        ("years: [1411, 1470]", "years: [1470, 1411]", "1470 is after 1411"),
        ("names: [MAYA-SURNAME]", "names: [MAYA-NAME]", "`MAYA-NAME`, which does not exist"),
        ("calendar: persian", "calendar: nepali", "calendar"),
    ],
)
def test_years_of_two_calendars_and_unknown_rules_are_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    path = _changed(tmp_path, old, new)
    with pytest.raises(RuleFileError, match=says) as raised:
        load_names(path)
    assert raised.value.line > 1
    assert raised.value.remedy


def test_a_file_without_the_younger_sections_is_read(tmp_path: Path) -> None:
    text = rule_path(NAME_RULES).read_text(encoding="utf-8")
    start, end = text.index("\nletters:\n"), text.index("# LOOK-ALIKES.")
    path = tmp_path / NAME_RULES
    path.write_text(text[:start] + "\n" + text[end:], encoding="utf-8")
    assert load_names(path).letters == ()


def test_one_example_is_too_few(tmp_path: Path) -> None:
    path = _changed(tmp_path, '        - ["Ana | | GARCIA LOPEZ |", "Ana | | García | López"]\n', "")
    with pytest.raises(RuleFileError, match="at least 2 items") as raised:
        load_names(path)
    assert "examples" in raised.value.problem


def test_a_name_example_must_have_four_parts(tmp_path: Path) -> None:
    path = _changed(tmp_path, '"Ana | | GARCIA LOPEZ |"', '"Ana GARCIA LOPEZ"')
    with pytest.raises(RuleFileError, match="a name is written"):
        load_names(path)
    assert read_name("Ana | | García | López | 2012-12-12").birth_date == "2012-12-12"


def test_spellings_lead_to_the_usual_spelling_and_are_never_chained() -> None:
    spellings = TABLES.surname.spellings
    assert spellings["ERNANDEZ"] == spellings["HERNANDEZ"] == {"HERNANDEZ"}
    assert "VELAZQUEZ" not in spellings["VAZQUEZ"]
    assert not TABLES.given.spellings["BICTOR"] & TABLES.given.spellings["VICTTOR"]


def test_a_name_with_a_tilde_is_confusable_both_ways_and_no_spelling() -> None:
    assert "GRACIA" in TABLES.surname.confusables["GARCIA"]
    assert "GARCIA" in TABLES.surname.confusables["GRACIA"]
    assert not TABLES.surname.spellings["GARCIA"] & TABLES.surname.spellings["GRACIA"]


def test_nicknames_abbreviations_and_translations_lead_to_full_names() -> None:
    formals = TABLES.given.formals
    assert {"ALBERTO", "ROBERTO"} <= formals["BETO"]
    assert formals["J"] == {"JOSE", "JUAN", "JESUS"}
    assert "MARIA GUADALUPE" in formals["LUPITA"]
    assert "MARIA CARMEN" in formals["MARICARMEN"]  # particles are left out
    assert "PEDRO" in formals["PETER"]
    assert TABLES.surname.formals["HDEZ"] == {"HERNANDEZ"}
    assert "ALBERTO" not in formals.get("ROBERTO", ())


def test_an_unclear_abbreviation_is_only_similar() -> None:
    assert "SANCHEZ" in TABLES.surname.confusables["SZHZ"]
    assert "SZHZ" not in TABLES.surname.formals


def test_no_table_holds_an_empty_or_unfolded_form() -> None:
    for scope in (TABLES.given, TABLES.surname):
        for table in (scope.spellings, scope.formals, scope.confusables):
            for form, others in table.items():
                assert others
                assert all(text and text == TABLES.fold(text) for text in (form, *others))


def test_weak_and_unisex_names_hold_in_every_spelling() -> None:
    assert {"MARIA", "MARIYA", "JOSE", "HOSE", "MA", "J"} <= TABLES.weak
    assert {"GUADALUPE", "WADALUPE", "CRUZ"} <= TABLES.unisex
    assert "PEDRO" not in TABLES.weak | TABLES.unisex


def test_the_hash_covers_every_rule_file(tmp_path: Path) -> None:
    names = [path.name for path in RuleSources().files()]
    assert {NAME_RULES, "policy.yaml", "matching.yaml"} <= set(names)
    own = tmp_path / "mine"
    own.mkdir()
    shutil.copy(rule_path("policy.yaml"), own)
    assert load_rulebook(own).hash == load_rulebook().hash
    with (own / "policy.yaml").open("a", encoding="utf-8") as file:
        file.write("# a change\n")
    other = tmp_path / "other"
    shutil.copytree(own, other)
    assert load_rulebook(other).hash != load_rulebook().hash


def test_the_rulebook_is_read_once_and_a_folder_may_be_named_by_the_environment(tmp_path: Path, monkeypatch) -> None:
    assert load_rulebook() is load_rulebook()
    shutil.copy(rule_path(NAME_RULES), tmp_path)
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert load_rulebook().folder == tmp_path.resolve()
    assert rule_path(NAME_RULES, tmp_path) == tmp_path / NAME_RULES
    assert rule_path("policy.yaml", tmp_path) == rule_path("policy.yaml")
