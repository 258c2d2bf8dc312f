"""EM finds the shares that made the data; the weight is the sum of its parts."""

from dataclasses import replace

import numpy as np
import pytest

from linkage.records import LevelTable
from linkage.score.calibrate import shift_bits
from linkage.score.em import count_shares, estimate
from linkage.score.explain import explain, in_words
from linkage.score.model import Model, PairClass
from linkage.score.weigh import weigh
from rules.matching import Level, MatchField

LEVELS = {
    kind: (
        Level(id="same", strength="equal", sentence="Same."),
        Level(id="typo", strength="compatible", sentence="Nearly."),
        Level(id="different", strength="differs", sentence="Different."),
        Level(id="missing", strength="missing", sentence="Missing."),
    )
    for kind in ("code",)
}
FIELDS = tuple(MatchField(id=f"f{i}", title=f"Field {i}", compare="code", columns=(f"c{i}",)) for i in range(5))
TRUE_M = np.array([0.85, 0.1, 0.05, 1.0])
TRUE_U = np.array([0.02, 0.03, 0.95, 1.0])


def _draw(random: np.random.Generator, shares: np.ndarray, pairs: int) -> np.ndarray:
    levels = random.choice(3, size=(pairs, len(FIELDS)), p=shares[:3])
    levels[random.random(levels.shape) < 0.1] = 3  # a tenth is missing
    return levels.astype(np.int8)


def _model(m: np.ndarray, *, kin: bool = False) -> Model:
    five = len(FIELDS)
    siblings = (PairClass((np.array([0.4, 0.1, 0.5, 1.0]),) * five, 0.3, family=True),) if kin else ()
    return Model(FIELDS, LEVELS, (TRUE_U,) * five, PairClass((m,) * five, 0.1), siblings, population=1000)


def test_em_recovers_the_shares_that_made_the_data_without_labels() -> None:
    random = np.random.default_rng(7)
    data = np.concatenate([_draw(random, TRUE_M, 20_000), _draw(random, TRUE_U, 400_000)])
    start = np.array([0.6, 0.2, 0.2, 1.0])
    found = estimate(_model(start), data, records=917)
    assert found.converged
    for share in found.model.match.shares:
        assert share[:3] == pytest.approx(TRUE_M[:3], abs=0.03)
    assert found.model.match.per_record * 917 == pytest.approx(20_000, rel=0.05)


def test_a_level_is_never_estimated_above_its_limit() -> None:
    """Strangers who slip in among the pairs of one child would raise it."""
    random = np.random.default_rng(7)
    brothers = np.array([0.4, 0.1, 0.5, 1.0])
    data = np.concatenate([_draw(random, TRUE_M, 5_000), _draw(random, brothers, 5_000), _draw(random, TRUE_U, 90_000)])
    start = _model(np.array([0.8, 0.15, 0.05, 1.0]))
    free = estimate(start, data, records=448).model.match.shares[0]
    limit = np.array([1.0, 1.0, 0.05, 1.0])
    held = estimate(start.with_classes(replace(start.match, most=(limit,) * 5), ()), data, records=448).model.match
    assert free[2] > 0.08
    for share in held.shares:
        assert share[2] <= 0.05
        assert share[:3].sum() == pytest.approx(1.0)


def test_twins_keep_their_names_and_borrow_what_a_family_shares() -> None:
    levels = LEVELS | dict.fromkeys(("given_names", "parents"), LEVELS["code"])
    kinds = ("given_names", "parents", "code")
    fields = tuple(MatchField.model_construct(id=kind, title=kind, compare=kind, columns=("c",)) for kind in kinds)
    random = np.random.default_rng(5)
    data = np.concatenate([_draw(random, TRUE_M, 2_000), _draw(random, TRUE_U, 50_000)])[:, :3]
    told = (np.array([0.1, 0.1, 0.8, 1.0]),) * 3
    alike = (PairClass(told, 0.3, family=True), PairClass(told, 0.02, family=True, settled=True))
    match = PairClass((np.array([0.6, 0.2, 0.2, 1.0]),) * 3, 0.1)
    found = estimate(Model(fields, levels, (TRUE_U,) * 3, match, alike, population=1000), data, records=324).model
    siblings, twins = found.alike
    assert twins.shares[0].tolist() == told[0].tolist()
    assert twins.shares[1].tolist() == found.match.shares[1].tolist()
    assert twins.shares[2].tolist() == siblings.shares[2].tolist()


def test_shares_leave_the_missing_out() -> None:
    levels = np.array([[0], [0], [2], [3], [3], [3]], dtype=np.int8)
    shares = count_shares(levels, [4])[0]
    assert shares[:3].sum() == pytest.approx(1.0)
    assert shares[0] > shares[2] > shares[1] > 0


def test_the_lines_of_an_explanation_add_up_to_the_weight() -> None:
    random = np.random.default_rng(3)
    levels = _draw(random, TRUE_M, 200)
    compared = LevelTable(levels, random.normal(0, 3, levels.shape))
    model = _model(TRUE_M, kin=True)
    weights = weigh(model, compared, records=500)
    for row in range(200):
        lines = explain(model, compared, weights, row)
        assert sum(line.weight for line in lines) == pytest.approx(float(weights.weight[row]), abs=1e-9)
        assert float(weights.probability[row]) == pytest.approx(1 / (1 + 2 ** -float(weights.weight[row])))


def test_calibration_finds_by_how_many_bits_the_weights_are_too_sure() -> None:
    random = np.random.default_rng(11)
    weights = random.normal(0, 6, 20_000)
    one_child = random.random(20_000) < 1 / (1 + 2.0 ** -(weights - 2.0))
    assert shift_bits(weights, one_child) == pytest.approx(-2.0, abs=0.15)


def test_a_missing_value_neither_helps_nor_harms() -> None:
    all_missing = LevelTable(np.full((1, 5), 3, dtype=np.int8), np.zeros((1, 5)))
    weights = weigh(_model(TRUE_M), all_missing, records=500)
    assert weights.fields.tolist() == [[0.0] * 5]


def test_probability_is_said_in_words_that_never_promise_certainty() -> None:
    assert in_words(0.93) == "about 93 in 100"
    assert in_words(0.99999) == "more than 99 in 100"
    assert in_words(0.0) == "fewer than 1 in 100"
