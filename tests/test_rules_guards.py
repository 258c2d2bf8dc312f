"""Guards and documents in the rule files: complete, in step with the other files, and a slip is refused with its line."""

import re
from pathlib import Path

import pytest

from rules.dob_evidence import DobEvidence
from rules.errors import RuleFileError
from rules.guards import GUARD_IDS
from rules.mde_list import load_mde_list
from rules.policy import Policy
from rules.rulebook import load_rulebook
from rules.yaml_file import load
from tests.paths import RULES_FOLDER

POLICY = load(RULES_FOLDER / "policy.yaml", Policy)
EVIDENCE = load(RULES_FOLDER / "dob_evidence.yaml", DobEvidence)


def _changed(tmp_path: Path, name: str, old: str, new: str) -> Path:
    """A folder of rules of one's own that holds one file, in which `old` has become `new`."""
    text = (RULES_FOLDER / name).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (tmp_path / name).write_text(text.replace(old, new), encoding="utf-8")
    return tmp_path


def _line(name: str, text: str) -> int:
    lines = (RULES_FOLDER / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("months: {least: 9, most: 36}", "months: {least: 9, most: 3}", "`least` must not be larger"),
        ("more_than_days: 14", "more_than_days: two", "more_than_days"),
        ('school_year_ends: "06-30"', 'school_year_ends: "06-31"', "school_year_ends"),
        ("  GUARD-SEX:", "  GUARD-GENDER:", "`guards.GUARD-GENDER` is not a known key"),
        ("weakest_tier: C", "weakest_tier: K", "no tier `K`. It has A, B, C, D, E, F"),
        ("settle_twins: [same]", "settle_twins: [sme]", "no level `sme` of given_names. It has same, spelling"),
        ("near: [near]", "near: []", "near"),
    ],
)
def test_a_slip_in_the_guards_is_refused_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(RuleFileError, match=re.escape(said)) as caught:
        load_rulebook(_changed(tmp_path, "policy.yaml", old, new))
    assert caught.value.line == _line("policy.yaml", old)
    assert caught.value.remedy


def test_a_guard_that_is_left_out_is_named(tmp_path: Path) -> None:
    text = (RULES_FOLDER / "policy.yaml").read_text(encoding="utf-8")
    (tmp_path / "policy.yaml").write_text(re.sub(r"  GUARD-SUFFIX:\n(    .*\n)+", "", text), encoding="utf-8")
    with pytest.raises(RuleFileError, match=r"guards\.GUARD-SUFFIX.*Add it"):
        load_rulebook(tmp_path)


@pytest.mark.parametrize(
    ("guard", "limit"),
    [
        ("GUARD-SIB", r"9 to 36 months"),
        ("GUARD-DOB-NEAR", r"up to 240 days"),
        ("GUARD-GENERATION", r"12 years"),
        ("GUARD-ATTENDANCE", r"more than 14 days"),
    ],
)
def test_a_shipped_sentence_tells_the_limit_that_holds(guard: str, limit: str) -> None:
    assert limit in POLICY.guard(guard).sentence
    numbers = re.findall(r"\d+", limit)
    assert all(number in str(POLICY.guard(guard).model_dump(exclude={"title", "sentence"})) for number in numbers)


def test_every_guard_has_a_title_and_a_sentence() -> None:
    for guard_id in GUARD_IDS:
        assert not POLICY.guard(guard_id).title.endswith(".")
        assert POLICY.guard(guard_id).sentence.endswith(".")


def test_every_document_of_an_upload_has_a_tier_and_no_other() -> None:
    codes = load_mde_list().code_lists["birth_documents"].codes
    assert {code for tier in EVIDENCE.tiers for code in tier.documents} == set(codes)
    assert {code: title for tier in EVIDENCE.tiers for code, title in tier.documents.items()} == {
        code: spellings[0] for code, spellings in codes.items()
    }


def test_a_birth_certificate_ranks_first_and_a_word_last() -> None:
    assert EVIDENCE.rank_of("1004") == EVIDENCE.rank_of("01004") == 0
    assert EVIDENCE.rank_of("1008") < EVIDENCE.rank_of("1003") < EVIDENCE.rank_of("1010") < EVIDENCE.rank_of("9999")
    assert EVIDENCE.rank_of("1007") == EVIDENCE.rank("F") < EVIDENCE.rank_of("") == EVIDENCE.rank_of("0000")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"1006": Hospital', '"1004": Hospital', "the code `1004` stands twice"),
        ("id: B", "id: A", "the tier `A` stands twice"),
        ('"1006": Hospital', '"10066": Hospital', "10066"),
        ("id: tell_other_state", "id: ask_recruiter", "the step `ask_recruiter` stands twice"),
        ("id: confirmed", "id: not_seen", "the result `not_seen` stands twice"),
        ("  neither:", "  nobody:", "the procedures must be receiving_state, sending_state, both, neither"),
        ("The certificate is there and it is the same child}", "It is, then: perhaps}", r"results\.0\.then"),
    ],
)
def test_a_slip_in_the_documents_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(RuleFileError, match=said):
        load_rulebook(_changed(tmp_path, "dob_evidence.yaml", old, new))
