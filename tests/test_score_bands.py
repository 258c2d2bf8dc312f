"""Bands rise with the probability; a weights file gives back the model it was written from."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.score.bands import NONE, band_codes
from linkage.score.em import Estimate
from linkage.score.guards import bits_of
from linkage.score.model import from_weights
from linkage.score.weights_file import write_weights
from rules.matching import Weights
from rules.yaml_file import load
from tests.compare_helpers import MATCHER, RULEBOOK

CHANCES = st.lists(st.floats(0, 1), min_size=1, max_size=6).map(sorted)


@settings(max_examples=80, deadline=None)
@given(CHANCES, st.sampled_from(["", "GUARD-MB", "GUARD-SEX"]))
def test_a_likelier_pair_is_never_in_a_lower_band(chances: list[float], guard: str) -> None:
    limits = RULEBOOK.policy.bands
    guards = np.full(len(chances), bits_of([guard] if guard else []), dtype=np.int64)
    codes = band_codes(np.array(chances), guards, limits)
    assert (np.diff(codes) >= 0).all()
    assert (codes == NONE).tolist() == [chance < limits.near for chance in chances]


def test_a_weights_file_gives_back_the_model_even_where_a_level_was_hardly_seen(tmp_path: Path) -> None:
    model = MATCHER.ready()
    shares = tuple(np.where(share < 1, np.maximum(share * 1e-9, 1e-7), share) for share in model.match.shares)
    seldom = replace(model, match=replace(model.match, shares=shares))
    path = tmp_path / "weights.yaml"
    path.write_text(write_weights(Estimate(seldom, 1, True, 1), RULEBOOK.weights.provenance), encoding="utf-8")
    read = load(path, Weights)
    again = from_weights(model.fields, model.levels, read.fields, read.prior)
    for written, found in zip(seldom.match.shares, again.match.shares, strict=True):
        np.testing.assert_allclose(found, written, atol=1e-8)
    np.testing.assert_allclose(again.match.per_record, model.match.per_record, rtol=1e-4)
