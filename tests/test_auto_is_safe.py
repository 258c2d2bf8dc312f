"""The band `auto` holds no two children, also where twins, cousins, namesakes and young fathers are many times as common."""

import pytest

from linkage.engine.matcher import Matcher
from linkage.evaluate.rates import Rates
from linkage.evaluate.sample import generate, record_table
from linkage.linking import link
from rules.rulebook import load_rulebook

MANY_ALIKE = Rates(twins=0.1, cousins=0.1, young_fathers=0.6, namesakes=0.1, duplicates=0.2)


@pytest.mark.parametrize(("seed", "damage"), [(104, 1.0), (105, 2.0)])
def test_no_two_children_are_in_auto(seed: int, damage: float) -> None:
    table, truth = record_table(generate(seed, records=3_000, rates=MANY_ALIKE.scaled(damage)))
    child_of = {one.record_key: one.child_id for one in truth}
    auto = [row for row in link(table, Matcher.of_rules(load_rulebook())).pair_rows() if row[3] == "auto"]
    assert [row for row in auto if child_of[row[0]] != child_of[row[1]]] == []
    assert len(auto) > 40
    assert all(chance >= 0.995 and not guards for _, _, chance, _, guards in auto)
