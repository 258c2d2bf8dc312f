"""From views to what a template prints: grid, explanation, choices, words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.compare.differences import DifferenceKind
from linkage.identity.escalation import NextUp
from linkage.identity.masking import Mask
from linkage.identity.previews import Preview
from linkage.identity.regrouping import Group
from linkage.identity.views import DecisionView, ItemSummary, ItemView, PlaceView, RecordView, Status, Verdict
from linkage.identity.words import VERDICTS
from linkage.records import EvidenceLine, PairEvidence
from review_ui.present import words
from review_ui.present.cells import segments
from review_ui.present.comparison import build_grid
from review_ui.present.deciding import Deciding, undoable_decision
from review_ui.present.field_groups import FieldGroup, field_groups
from review_ui.present.pages import Pages
from review_ui.present.preview import preview_card
from review_ui.present.review import build_review
from review_ui.present.standing import build_standing
from rules.mde_list import load_mde_list
from rules.rulebook import load_rulebook

NOW = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)
GROUPS = (
    FieldGroup(
        "given", "Given names", ("first_name", "middle_name"), (("nickname", "compatible"), ("missing", "missing"))
    ),
    FieldGroup("sex", "Sex", ("sex",), (("same", "equal"), ("different", "differs"))),
    FieldGroup("other", "Not weighed", ("birth_city",), ()),
)


def record(number: int, **values: str) -> RecordView:
    return RecordView(str(number), "TX", f"T{number}", f"{number:012}", 1, NOW, values, {}, (), ())


def pair(left: int, right: int, *lines: tuple[str, str, float]) -> PairEvidence:
    evidence = tuple(EvidenceLine(field, field, level, f"{field} {level}.", weight) for field, level, weight in lines)
    return PairEvidence(str(left), str(right), sum(line.weight for line in evidence), 0.9, "near", (), evidence)


def item(*records: RecordView, pairs: tuple[PairEvidence, ...] = (), **changes: object) -> ItemView:
    summary = ItemSummary(7, "near_match", Status.OPEN, 1, ("TX",), len(records), 0.9, (), NOW, "", ())
    allowed = frozenset({Verdict.SAME, Verdict.DIFFERENT})
    view = ItemView(summary, records, pairs, (), allowed, "", records[0].student_id, "", ())
    return replace(view, **changes)  # type: ignore[arg-type]


def test_fields_that_differ_stand_apart_from_those_that_agree_and_those_nobody_fills():
    found = build_grid(item(record(1, first_name="Ana", sex="F"), record(2, first_name="Eva", sex="F")), GROUPS)
    assert [row.title for block in found.differing for row in block.rows] == ["First Name"]
    assert [row.title for row in found.agreeing] == ["Sex"]
    assert found.empty == ("Middle Name", "Birth City")


def test_the_record_whose_student_keeps_its_id_comes_first_and_is_compared_with_the_others():
    found = build_grid(item(record(1, sex="F"), record(2, sex="M"), master=f"{2:012}"), GROUPS)
    assert [head.record.record_id for head in found.heads] == ["2", "1"]
    assert [head.keeps_id for head in found.heads] == [True, False]
    assert [cell.difference for cell in found.differing[0].rows[0].cells] == ["", "Different"]


def test_a_value_that_is_missing_on_one_side_is_named():
    found = build_grid(item(record(1, first_name="Ana"), record(2)), GROUPS)
    cell = found.differing[0].rows[0].cells[1]
    assert (cell.segments, cell.difference, cell.tone) == ((), "Missing on one side", "gap")


def test_codes_are_shown_as_words():
    found = build_grid(item(record(1, sex="F"), record(2, sex="M")), GROUPS)
    assert [cell.segments[0].text for cell in found.differing[0].rows[0].cells] == ["Female", "Male"]


def test_no_cell_says_different_where_the_engine_finds_a_nickname():
    evidence = pair(1, 2, ("given", "nickname", 3.0))
    found = build_grid(
        item(record(1, first_name="Guadalupe"), record(2, first_name="Lupita"), pairs=(evidence,)), GROUPS
    )
    block = found.differing[0]
    assert [finding.sentence for finding in block.findings] == ["given nickname."]
    assert block.rows[0].cells[1].difference == "Nickname or short form"
    assert block.rows[0].cells[1].kind is DifferenceKind.DIFFERENT


def test_what_the_engine_says_alike_of_several_records_is_said_once():
    records = [record(number, first_name=name) for number, name in ((1, "Guadalupe"), (2, "Lupita"), (3, "Lupe"))]
    pairs = (pair(1, 2, ("given", "nickname", 3.0)), pair(1, 3, ("given", "nickname", 2.0)))
    (finding,) = build_grid(item(*records, pairs=pairs), GROUPS).differing[0].findings
    assert (finding.label, finding.columns) == ("Records 2 and 3", (1, 2))


def test_the_verdict_on_one_record_does_not_soften_another():
    records = [record(1, sex="F"), record(2, sex="F"), record(3, sex="M")]
    pairs = (pair(1, 2, ("sex", "same", 1.0)), pair(1, 3, ("sex", "different", -3.0)))
    cells = build_grid(item(*records, pairs=pairs), GROUPS).differing[0].rows[0].cells
    assert [cell.difference for cell in cells] == ["", "", "Different"]


@given(st.text(max_size=12), st.lists(st.integers(0, 12), max_size=6))
def test_segments_joined_are_the_text(text, cuts):
    points = sorted({min(cut, len(text)) for cut in cuts})
    marks = list(zip(points[::2], points[1::2], strict=False))
    assert "".join(part.text for part in segments(text, marks)) == text


def deciding(view: ItemView, preview: Preview | None = None, **chosen: object) -> Deciding:
    return build_review(view, GROUPS, preview=preview, **chosen).deciding  # type: ignore[arg-type]


AT_THE_TOP = NextUp("", None)


def merge(**changes: object) -> Preview:
    found = Preview((Group(f"{1:012}", (1, 2)),), (f"{2:012}",), "Merging changes nothing.", "", None, ("Texas",), "")
    return replace(found, **changes)  # type: ignore[arg-type]


def test_only_what_is_allowed_becomes_a_button_and_each_says_what_it_does():
    found = deciding(item(record(1), record(2), allowed=frozenset({Verdict.VALIDATE, Verdict.REJECT})))
    assert [choice.verdict for choice in (*found.joins, *found.apart)] == [Verdict.VALIDATE, Verdict.REJECT]
    assert "ID 0000 0000 0001 stays, the other ID leads to it" in found.joins[0].effect


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Same child. Takes effect at once."),
        (
            {"second_person": "two States are concerned", "validator": "a Washington administrator"},
            "Same child. A Washington administrator validates it first.",
        ),
        ({"applies_at": datetime(2026, 6, 1, tzinfo=UTC)}, "Same child. Takes effect on Jun 1, 2026."),
    ],
)
def test_the_merge_button_says_into_which_id_who_agrees_and_from_when(changes, said):
    (same,) = deciding(item(record(1), record(2)), merge(**changes)).joins
    assert (same.label, same.effect) == ("Merge 2 records into 0000 0000 0001", said)


def test_which_id_stays_is_chosen_among_those_of_the_records():
    found = deciding(item(record(1), record(2)), merge(), keep=f"{2:012}")
    assert [(kept.of, kept.usual, kept.chosen) for kept in found.keeps] == [
        ("Record 1", True, False),
        ("Record 2", False, True),
    ]


def test_of_three_records_each_can_be_left_out_with_its_digit():
    found = deciding(item(record(1), record(2), record(3)), merge(), meant=("1", "3"))
    assert [(member.number, member.meant) for member in found.members] == [(1, True), (2, False), (3, True)]
    assert deciding(item(record(1), record(2)), merge()).members == ()


def test_a_second_look_asks_for_an_answer_and_shows_no_merge():
    blind = item(
        record(1), record(2), blind=True, allowed=frozenset(), answers=frozenset({Verdict.SAME, Verdict.TWINS})
    )
    found = deciding(blind)
    assert [choice.label for choice in (*found.joins, *found.apart)] == ["Same child", "Twins or siblings"]
    assert (found.blind, found.card, found.keeps) == (True, None, ())


def test_the_preview_names_students_records_and_retired_ids():
    card = preview_card(merge(groups=(Group("", (1, 9)),)), {"1": "Record 1"})
    assert (card.students[0].student_id, card.students[0].records) == ("a new ID", "Record 1 and 1 more record")
    assert card.retired == ("0000 0000 0002",)


def facts(view: ItemView, next_up: NextUp | None = AT_THE_TOP, preview: Preview | None = None) -> dict[str, str]:
    return {fact.title: fact.sentence for fact in build_standing(view, 1, preview, next_up, NOW).facts}


def claimed(by: int) -> ItemView:
    view = item(record(1), record(2), decisions=(replace(decision(1, Verdict.CLAIM), actor_id=by),))
    return replace(view, summary=replace(view.summary, claimed_until=NOW + timedelta(minutes=9)))


def test_the_head_says_who_works_on_it_and_for_how_long():
    assert facts(claimed(1))["In work"] == "Yours, 9 minutes left"
    assert facts(claimed(2))["In work"] == "Teresa works on it until 15:09 UTC"


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(days=7, hours=1), "for 3 days; 7 days left"),
        (timedelta(hours=5), "for 3 days; due today"),
        (timedelta(days=-1, hours=-1), "for 3 days; overdue by 1 day"),
    ],
)
def test_the_head_says_the_age_against_the_deadline(left, said):
    view = item(record(1))
    summary = replace(view.summary, created=NOW - timedelta(days=3), resolve_due=NOW + left)
    assert facts(replace(view, summary=summary))["Waits"] == said


def test_the_head_says_where_it_stands_who_is_next_and_from_when_it_applies():
    places = (PlaceView("TX", "district", "", "Weslaco ISD", ""), PlaceView("WA", "state", "", "", "Walter Adams"))
    view = item(record(1))
    view = replace(view, summary=replace(view.summary, places=places))
    found = facts(view, NextUp("region", NOW), merge(applies_at=datetime(2026, 6, 1, tzinfo=UTC)))
    assert found["With"] == "Weslaco ISD (Texas) and Walter Adams (Washington)"
    assert found["Next"] == "If nobody settles it, it goes to the region on Mar 5, 2026"
    assert found["Blackout"] == "A decision made now takes effect on Jun 1, 2026"
    assert facts(view, None) == {}


def decision(number: int, verdict: Verdict, *, undone: bool = False) -> DecisionView:
    return DecisionView(number, 7, verdict, "Teresa", 1, NOW, "", undone)


def test_the_decision_in_force_can_be_taken_back_not_its_validation():
    decisions = (
        decision(1, Verdict.DIFFERENT, undone=True),
        decision(2, Verdict.UNDO),
        decision(3, Verdict.SAME),
        decision(4, Verdict.VALIDATE),
    )
    found = undoable_decision(item(record(1), record(2), decisions=decisions, allowed=frozenset({Verdict.UNDO})))
    assert found is not None
    assert found.decision_id == 3


def test_nothing_can_be_taken_back_by_somebody_who_may_not():
    assert undoable_decision(item(record(1), decisions=(decision(1, Verdict.DIFFERENT),), allowed=frozenset())) is None


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=20), "a moment ago"),
        (timedelta(minutes=2), "2 minutes ago"),
        (timedelta(hours=5), "5 hours ago"),
        (timedelta(days=3), "3 days ago"),
    ],
)
def test_time_past_is_said_in_words(span, said):
    assert words.ago_words(NOW - span, NOW) == said


def test_age_is_counted_in_calendar_days():
    assert words.age_words(NOW - timedelta(hours=1), NOW) == "today"
    assert words.age_words(NOW - timedelta(hours=16), NOW) == "1 day"
    assert words.age_words(NOW - timedelta(days=40), NOW) == "40 days"


def test_student_ids_are_read_in_groups_of_four():
    assert words.student_id_words("400012345678") == "4000 1234 5678"


def test_an_impossible_date_is_not_written_out():
    assert words.iso_day("2012-08-03") == date(2012, 8, 3)
    assert words.iso_day("2012-13-40") is None


def test_every_verdict_and_status_has_words():
    assert set(VERDICTS) == set(Verdict)
    assert set(words.STATUSES) == set(Status)


def test_pages_count_rows_from_one():
    assert (Pages(2, 120, 50).first_row, Pages(2, 120, 50).last_row, Pages(2, 120, 50).last) == (51, 100, 3)
    assert (Pages(3, 120, 50).last_row, Pages(1, 0, 50).last) == (120, 1)


def test_what_differs_in_writing_alone_agrees_and_both_writings_are_shown():
    found = build_grid(item(record(1, first_name="José"), record(2, first_name="JOSE")), GROUPS)
    assert found.differing == ()
    assert [row.writings for row in found.agreeing] == [("José", "JOSE")]


def test_what_is_not_weighed_is_named_without_a_verdict():
    (block,) = build_grid(item(record(1, birth_city="Weslaco"), record(2, birth_city="Mission")), GROUPS).differing
    assert (block.title, block.rows[0].cells[1].difference) == ("Not weighed", "Another value")


def test_a_masked_cell_has_dots_of_the_same_length_its_marks_and_its_name():
    view = item(record(1, first_name="Gonzalo"), record(2, first_name="Gonzala"))
    cells = build_grid(view, GROUPS, mask=Mask(frozenset({"first_name"}), frozenset({("1", "first_name")})))
    first, second = cells.differing[0].rows[0].cells
    assert "".join(part.text for part in first.segments) == "Gonzalo"
    assert [(part.text, part.marked) for part in second.segments] == [("••••••", False), ("•", True)]
    assert (first.hidden, second.hidden, second.difference) == (False, True, "One letter differs")


def test_of_a_masked_field_that_agrees_what_was_revealed_of_any_record_is_shown():
    view = item(record(1, sex="F", first_name="Ana"), record(2, sex="F", first_name="Ana"))
    for visible, said, hidden in ((frozenset(), "•••", True), (frozenset({("2", "first_name")}), "Ana", False)):
        found = build_grid(view, GROUPS, mask=Mask(frozenset({"first_name"}), visible)).agreeing
        assert (found[0].writings, found[0].hidden) == ((said,), hidden)


def test_what_changed_since_the_proposal_stands_beside_what_is_there_now():
    view = item(record(1, first_name="Ana"), record(2, first_name="Eva"), then={"2": {"first_name": ""}})
    first, second = build_grid(view, GROUPS).differing[0].rows[0].cells
    assert (first.then, second.then) == (None, "")


def test_the_suffix_stands_with_the_surnames():
    book = load_rulebook()
    titles = [group.title for group in field_groups(book.matching, load_mde_list(), book.tables)]
    assert titles[:3] == ["Given names", "Surnames", "Suffix"]
