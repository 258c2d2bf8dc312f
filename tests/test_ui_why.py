"""The why panel: score bar, waterfall, for and against, the graph of a group, what people said, what no scan compared."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from linkage.identity import accounts, flags
from linkage.identity.asking import Known
from linkage.identity.pair_words import PairWord
from linkage.identity.views import Request, Verdict
from linkage.pair_scoring import ScoredPair
from linkage.propose.division import division
from linkage.records import PairEvidence
from review_ui.present.chance import score_bar, share_words
from review_ui.present.explanation import Reading, explain_pairs
from review_ui.present.graph import build_graph
from review_ui.present.signs import SIGNS
from review_ui.present.why import build_why
from rules.guards import GUARD_IDS
from rules.policy import Bands
from rules.rulebook import load_rulebook
from tests.test_ui_present import item, pair, record
from tests.ui_helpers import World

DAY = datetime(2026, 3, 5, tzinfo=UTC)
LABELS = {"1": "Record 1", "2": "Record 2", "3": "Record 3"}
BANDS = Bands(near=0.05, auto=0.995)
READING = Reading(BANDS, load_rulebook().weights)
NO = PairWord("1", "3", "cannot_link", "Teresa Xavier", DAY, 7)


def chance(left: int, right: int, probability: float) -> PairEvidence:
    return replace(pair(left, right), probability=probability)


def test_every_line_of_the_evidence_is_shown_and_the_strongest_first():
    evidence = pair(
        1, 2, ("prior", "", -14.0), ("sex", "same", 1.0), ("given", "nickname", 3.0), ("suffix", "missing", 0.0)
    )
    against = pair(1, 3, ("birth_date", "different", -4.0))
    first, second = explain_pairs((evidence, against), LABELS, READING)
    assert [bar.title for bar in first.supporting] == ["given", "sex"]
    assert first.absent == (("suffix", "suffix missing."),)
    assert (first.fields_used, first.fields) == (2, 3)
    assert [bar.title for bar in second.opposing] == ["birth_date"]


def test_all_bars_of_an_item_share_one_scale():
    pairs = (pair(1, 2, ("sex", "same", 2.0)), pair(1, 3, ("sex", "different", -8.0)))
    first, second = explain_pairs(pairs, LABELS, READING)
    assert (first.supporting[0].width, second.opposing[0].width) == (25.0, 100.0)


def test_the_steps_lead_from_the_starting_point_to_the_sum_without_a_gap():
    (found,) = explain_pairs(
        (pair(1, 2, ("prior", "", -10.0), ("sex", "same", 4.0), ("others", "", -1.0), ("given", "same", 10.0)),),
        LABELS,
        READING,
    )
    assert [(step.title, step.side) for step in found.steps] == [
        ("prior", "start"),
        ("given", "for"),
        ("sex", "for"),
        ("others", "against"),
        ("", "sum"),
    ]
    ends = [step.end for step in found.steps]
    for before, step in zip(ends, found.steps[1:-1], strict=False):
        assert before == pytest.approx(step.start if step.weight > 0 else step.start + step.width, abs=0.11)
    assert ends[-1] == ends[-2]
    assert found.total == 3.0


def test_family_and_namesakes_speak_against_and_are_no_field():
    (found,) = explain_pairs((pair(1, 2, ("sex", "same", 4.0), ("others", "", -1.0)),), LABELS, READING)
    assert [bar.title for bar in found.opposing] == ["others"]
    assert found.fields == 1


def test_a_step_says_how_often_its_level_is_seen_in_pairs_of_one_child_and_of_strangers():
    weights = READING.weights.fields["sex"]["same"]
    (found,) = explain_pairs((pair(1, 2, ("sex", "same", 1.0)),), LABELS, READING)
    assert (found.steps[0].one_child, found.steps[0].strangers) == (share_words(weights.m), share_words(weights.u))


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.57, "57 in 100"), (0.05, "5 in 100"), (0.995, "995 in 1,000"), (0.00055, "1 in 1,800"), (0.0045, "1 in 220")],
)
def test_shares_are_said_as_people_say_them(share, said):
    assert share_words(share) == said


@pytest.mark.parametrize(("probability", "band"), [(0.01, "none"), (0.05, "near"), (0.93, "near"), (0.999, "auto")])
def test_the_score_bar_has_the_limits_of_the_policy_and_says_in_which_band_the_chance_lies(probability, band):
    found = score_bar(probability, BANDS)
    assert found.band == band
    assert 0 < found.near < 50 < found.auto < 100
    assert (found.at < found.near, found.at >= found.auto) == (band == "none", band == "auto")


def test_what_the_chances_rest_on_is_told_by_the_model_file():
    told = READING.weights.provenance
    sharpened = told.model_copy(
        update={"method": "sharpened with decisions of people (3 same); before: invented families"}
    )
    assert READING.basis.learned == "invented"
    assert Reading(BANDS, READING.weights.model_copy(update={"provenance": sharpened})).basis.learned == "decided"
    assert (READING.basis.records, READING.basis.made.isoformat()) == (told.records, told.made)


def test_the_graph_marks_the_weakest_link_and_the_no_of_a_person():
    pairs = (chance(1, 2, 0.99), chance(2, 3, 0.3), chance(1, 3, 0.9))
    found = build_graph([record(1), record(2), record(3)], LABELS, pairs, [NO], bands=BANDS)
    assert found is not None
    assert {(edge.left, edge.right): edge.kind for edge in found.edges} == {
        ("1", "2"): "near",
        ("1", "3"): "no",
        ("2", "3"): "near",
    }
    assert found.weakest is not None
    assert (found.weakest.left, found.weakest.right, found.weakest.chance) == ("2", "3", "about 30 in 100")
    assert found.weakest.alone  # the refused pair holds nothing


def test_a_link_beside_another_way_is_not_alone():
    pairs = (chance(1, 2, 0.99), chance(2, 3, 0.3), chance(1, 3, 0.2))
    found = build_graph([record(1), record(2), record(3)], LABELS, pairs, [], bands=BANDS)
    assert found is not None
    assert found.weakest is not None
    assert (found.weakest.short, found.weakest.alone) == ("30", False)


def test_two_records_need_no_graph_and_many_are_a_list():
    assert build_graph([record(1), record(2)], LABELS, (), [], bands=BANDS) is None
    many = [record(number) for number in range(1, 9)]
    found = build_graph(many, {one.record_id: f"Record {one.record_id}" for one in many}, (), [], bands=BANDS)
    assert found is not None
    assert (found.drawn, len(found.edges), {edge.kind for edge in found.edges}) == (False, 28, {"unmet"})


def test_pairs_that_no_scan_compared_are_named_until_somebody_asks():
    view = item(record(1), record(2), record(3), pairs=(chance(1, 2, 0.9),))
    missing = (("1", "3"), ("2", "3"))
    before = build_why(view, READING, Known((), missing, ()))
    assert before.unmet == (("Record 1", "Record 3"), ("Record 2", "Record 3"))
    asked = (ScoredPair(chance(1, 3, 0.01), ()), ScoredPair(chance(2, 3, 0.2), ("BLOCK-TOWN",)))
    after = build_why(view, READING, Known((), missing, asked), load_rulebook().matching.blocking)
    assert after.unmet == ()
    (town,) = [rule.title for rule in load_rulebook().matching.blocking if rule.id == "BLOCK-TOWN"]
    assert [one.met_by for one in after.explanations] == [None, (), (town,)]


def test_every_guard_has_a_sign():
    assert set(SIGNS) == set(GUARD_IDS)


def test_the_suggested_division_follows_the_pairs_and_what_people_said():
    names = ("a", "b", "c")
    chances = {("a", "b"): 0.9, ("a", "c"): 0.1, ("b", "c"): 0.1}
    assert division(names, chances, link=0.5) == (("a", "b"), ("c",))
    assert division(names, chances, link=0.5, apart=[("b", "a")]) == (("a",), ("b",), ("c",))
    assert division(names, {}, link=0.5, together=[("a", "c")]) == (("a", "c"), ("b",))


def test_the_page_says_the_chance_with_its_limits_and_what_it_rests_on(site: World):
    text = site.sign_in("tx.admin").get("/items/1").text
    assert "<b>about 93 in 100</b> were the same child." in text
    for part in (
        "6 of 7 fields could be compared.",
        "Between: a person decides",
        "invented families",
        'data-action="why"',
    ):
        assert part in text
    assert "Birth dates differ." in text


def test_an_earlier_no_stands_among_what_speaks_against(site: World):
    with site.database.unit_of_work() as session:
        (person,) = [one for one, _ in accounts.listed(session) if one.username == "tx.admin"]
        request = Request(0, 1, Verdict.DIFFERENT, "k" * 20)
        flags.reject_candidates(session, person, 3, [4], request, now=site.clock())
    text = site.sign_in("tx.admin").get("/items/2").text
    assert (
        text.count("Teresa Xavier said “different children” on Mar 5, 2026.") == 2
    )  # in the list of links and with the pair
    assert "nm-edge--no" in text


def test_whoever_asks_sees_what_the_engine_says_of_a_pair_that_no_scan_compared(site: World):
    with site.database.unit_of_work() as session:
        (person,) = [one for one, _ in accounts.listed(session) if one.username == "tx.admin"]
        request = Request(0, 1, Verdict.DIFFERENT, "k" * 20)
        made = flags.reject_candidates(session, person, 1, [2], request, now=site.clock()).item_id
    visitor = site.sign_in("tx.admin")
    assert "No scan has put them side by side." in visitor.get(f"/items/{made}").text
    text = visitor.get(f"/items/{made}?ask=1").text
    assert "A scan never compares these two" in text
    assert "fewer than 1 in 100" in text
