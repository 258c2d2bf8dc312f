"""Decisions sharpen a model without bending it: shares move towards what people say, and only if it helps on what they held back."""

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from linkage.engine.matcher import Matcher
from linkage.evaluate.labels import labels_of
from linkage.evaluate.rates import Rates
from linkage.evaluate.sample import generate, record_table
from linkage.evaluate.trial import Answer, Trial, measure
from linkage.linking import link
from linkage.score.calibrate import log_loss
from linkage.score.decided import DIFFERENT, SAME, TWINS, Decided, Sharpened, Undecided, _held_back, sharpen
from rules.rulebook import load_rulebook

RULEBOOK = load_rulebook()
MATCHER = Matcher.of_rules(RULEBOOK)
MODEL = MATCHER.ready()


@lru_cache(maxsize=1)
def _world() -> tuple[Decided, Undecided]:
    """People decide rightly on all that is shown of a sample that is damaged twice as much as the model expects."""
    table, truth = record_table(generate(152, records=2_500, rates=Rates().scaled(2)))
    found, labels = link(table, MATCHER), labels_of(truth)
    pairs = found.scored.pairs
    same = labels.child[pairs.left] == labels.child[pairs.right]
    twin = labels.relations["twins"]
    twins = (twin[pairs.left] == twin[pairs.right]) & (twin[pairs.left] >= 0) & ~same
    verdicts = np.select([same, twins], [SAME, TWINS], DIFFERENT).astype(np.int8)
    kept, share = MATCHER.engine.some_candidates(found.space)
    decided = np.isin(kept.pairs.left * len(table) + kept.pairs.right, pairs.left * len(table) + pairs.right)
    undecided = Undecided(kept.levels.levels[~decided], len(table), share)
    return Decided(found.scored.compared, verdicts, found.clusters[pairs.left]), undecided


@lru_cache(maxsize=1)
def _sharpened() -> Sharpened:
    return sharpen(MODEL, *_world(), seed=3)


def _trial(sharpened: bool) -> Trial:
    table, truth = record_table(generate(153, records=2_500, rates=Rates().scaled(2)))
    matcher = replace(MATCHER, model=_sharpened().estimate.model) if sharpened else MATCHER
    return measure(labels_of(truth), Answer.of(link(table, matcher)), RULEBOOK.policy)


def test_decisions_make_the_probabilities_truer_on_decisions_and_on_records_never_seen() -> None:
    found = _sharpened()
    assert found.is_better
    assert found.after < 0.95 * found.before
    before, after = _trial(sharpened=False), _trial(sharpened=True)
    assert after.calibration.brier < before.calibration.brier
    assert after.linked.f1 > before.linked.f1
    assert after.auto.hits == after.auto.found_pairs


def test_decisions_that_contradict_the_evidence_are_found_to_be_no_help() -> None:
    decided, undecided = _world()
    wrong = np.where(decided.verdicts == SAME, DIFFERENT, SAME)
    back = _held_back(decided.islands, seed=3)
    assert not sharpen(
        MODEL, replace(decided, verdicts=np.where(back, decided.verdicts, wrong).astype(np.int8)), undecided, seed=3
    ).is_better


def test_decisions_on_what_looks_alike_do_not_teach_that_brothers_have_like_names() -> None:
    """Shown pairs of siblings are those with like names; the undecided ones keep the shares of all siblings in place."""
    different = [level.id for level in MODEL.levels["given_names"]].index("different")
    learned = _sharpened().estimate.model.alike[0].shares[0][different]
    assert learned == pytest.approx(MODEL.alike[0].shares[0][different], abs=0.1)


def test_shares_stay_shares_and_twins_are_learned_from_those_called_twins_alone() -> None:
    model = _sharpened().estimate.model
    for one in (model.match, *model.alike):
        for share in one.shares:
            assert share[:-1].sum() == pytest.approx(1.0, abs=1e-5)
            assert (share > 0).all()
    decided, undecided = _world()
    nobody = replace(decided, verdicts=np.where(decided.verdicts == TWINS, DIFFERENT, decided.verdicts).astype(np.int8))
    twins = sharpen(MODEL, nobody, undecided, seed=3).estimate.model.alike[1]
    for share, before in zip(twins.shares, MODEL.alike[1].shares, strict=True):
        assert share[:-1] == pytest.approx(before[:-1] / before[:-1].sum(), abs=1e-6)


def test_pairs_that_share_a_record_are_held_back_together_and_the_seed_decides() -> None:
    islands = np.repeat(np.arange(300), 3)
    back = _held_back(islands, seed=1).reshape(-1, 3)
    assert (back.all(axis=1) | ~back.any(axis=1)).all()
    assert 0.2 < back.mean() < 0.4
    assert (_held_back(islands, seed=1) == back.ravel()).all()


def test_log_loss_counts_surprise_in_bits() -> None:
    weights = np.array([0.0, np.log2(3), -np.log2(3)])
    assert log_loss(weights, np.array([True, True, True])) == pytest.approx((1 + np.log2(4 / 3) + 2) / 3)
    assert log_loss(np.zeros(0), np.zeros(0, dtype=bool)) == 0.0
