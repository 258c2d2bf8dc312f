"""Groups: the right records together, decisions respected, nothing lost, whatever the order."""

import math
import random
from itertools import combinations

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.cluster.groups import Limits, Rows, Why, group, weak_bridges
from linkage.cluster.links import Links, Pair, answered, held_together
from linkage.cluster.refine import MOST_BITS, UNMET_BITS

SIZE = 15
ROWS = st.integers(0, SIZE - 1)
PAIRS = st.tuples(ROWS, ROWS).filter(lambda pair: pair[0] < pair[1])
CHANCES = st.floats(0.0, 1.0) | st.sampled_from([0.05, 0.5, 0.9, 0.9, 0.999])
EDGES = st.dictionaries(PAIRS, CHANCES, max_size=40)
SOME = st.sets(PAIRS, max_size=5)
HALF = Limits(0.5)
MOST = st.sampled_from([0, 2, 5])


def _links(edges: dict[Pair, float], must: set[Pair] | None = None, cannot: set[Pair] | None = None) -> Links:
    return Links.of_pairs(SIZE, edges, must=must or (), cannot=cannot or ())


def _members(links: Links, limits: Limits = HALF) -> list[Rows]:
    return list(group(links, limits).groups())


def _oracle(edges: dict[Pair, float], must: set[Pair], cannot: set[Pair], limits: Limits) -> list[Rows]:
    """The rule word for word: look at every two parts, join the best, begin again."""
    parts = [{row} for row in range(SIZE)]

    def bits(pair: Pair) -> float:
        chance = edges.get(pair)
        if chance is None:
            return UNMET_BITS
        if chance in (0.0, 1.0):
            return MOST_BITS if chance else -MOST_BITS
        return min(max(math.log2(chance) - math.log2(1 - chance), -MOST_BITS), MOST_BITS)

    def between(a: set[int], b: set[int]) -> set[Pair]:
        return {(min(x, y), max(x, y)) for x in a for y in b}

    def may_join(a: set[int], b: set[int]) -> bool:
        pairs = between(a, b)
        few = not limits.most or len(a | b) <= limits.most
        return few and not pairs & cannot and any(edges.get(pair) is not None for pair in pairs)

    for x, y in sorted(must):
        a, b = (next(part for part in parts if row in part) for row in (x, y))
        if a is not b and not between(a, b) & cannot:
            parts.remove(b)
            a |= b
    while True:
        values = [
            (sum(map(bits, between(a, b))) / len(between(a, b)), -min(a | b), -max(min(a), min(b)), a, b)
            for a, b in combinations(parts, 2)
            if may_join(a, b)
        ]
        best = max(values, key=lambda one: one[:3], default=None)
        if best is None or best[0] < math.log2(limits.link / (1 - limits.link)):
            return sorted(tuple(sorted(part)) for part in parts if len(part) > 1)
        parts.remove(best[4])
        best[3].update(best[4])


def test_two_records_above_the_limit_are_one_group_and_two_below_are_not() -> None:
    assert _members(_links({(1, 2): 0.9, (4, 5): 0.4})) == [(1, 2)]


def test_no_pairs_and_no_records_make_no_groups() -> None:
    assert _members(_links({})) == []
    assert group(Links.of_pairs(0, {}), Limits(0.5)).groups() == ()


def test_a_human_no_keeps_two_records_apart_even_through_a_third_and_the_cut_says_so() -> None:
    grouping = group(_links({(1, 2): 0.99, (2, 3): 0.98}, cannot={(1, 3)}), Limits(0.5))
    assert grouping.groups() == ((1, 2),)
    assert [(cut.pair, cut.why) for cut in grouping.left_out] == [((2, 3), Why.REFUSED)]


def test_a_human_yes_joins_records_that_the_score_would_not() -> None:
    assert _members(_links({(4, 7): 0.01}, must={(4, 7)})) == [(4, 7)]


def test_a_human_no_on_the_pair_itself_wins_over_a_yes_and_over_a_chain_of_yeses() -> None:
    assert _members(_links({}, must={(1, 2)}, cannot={(1, 2)})) == []
    assert _members(_links({}, must={(1, 2), (2, 3)}, cannot={(1, 3)})) == [(1, 2)]


def test_one_wrong_link_does_not_chain_two_tight_groups() -> None:
    tight = {(a, b): 0.99 for part in ((0, 1, 2), (3, 4, 5)) for a, b in combinations(part, 2)}
    grouping = group(_links(tight | {(2, 3): 0.9}), Limits(0.5))
    assert grouping.groups() == ((0, 1, 2), (3, 4, 5))
    assert [(cut.pair, cut.why) for cut in grouping.left_out] == [((2, 3), Why.APART)]


def test_a_pair_that_was_refused_counts_more_against_a_group_than_one_that_never_met() -> None:
    two_links = {(0, 1): 0.97, (1, 2): 0.97}
    assert _members(_links(two_links)) == [(0, 1, 2)]
    assert _members(_links(two_links | {(0, 2): 0.01})) == [(0, 1)]


def test_a_group_never_outgrows_its_limit_and_the_cut_says_so() -> None:
    grouping = group(_links(dict.fromkeys(combinations(range(8), 2), 0.9)), Limits(0.5, most=5))
    assert max(map(len, grouping.groups())) <= 5
    assert {cut.why for cut in grouping.left_out} == {Why.TOO_MANY}


def test_cluster_numbers_follow_the_first_row_of_each_cluster() -> None:
    assert group(Links.of_pairs(5, {(1, 3): 0.9}), Limits(0.5)).numbers().tolist() == [1, 2, 3, 2, 4]


def test_a_weak_bridge_is_named_and_a_triangle_or_a_human_yes_has_none() -> None:
    path = {(0, 1): 0.99, (1, 2): 0.6, (0, 2): 0.1}
    assert weak_bridges([(0, 1, 2)], _links(path), 0.5, 0.9) == {(0, 1, 2): ((1, 2),)}
    assert weak_bridges([(0, 1, 2)], _links(path | {(0, 2): 0.7}), 0.5, 0.9) == {}
    assert weak_bridges([(0, 1, 2)], _links(path, must={(1, 2)}), 0.5, 0.9) == {}


def test_a_human_no_answers_for_every_record_that_is_held_together_with_the_two() -> None:
    links = _links({(0, 1): 0.9, (1, 2): 0.8, (2, 3): 0.7, (5, 6): 0.9}, must={(0, 1), (2, 3)}, cannot={(3, 0)})
    assert len(set(held_together(links)[:4].tolist())) == 2
    assert answered(links).tolist() == [False, True, False, False]


def test_hundreds_of_records_that_all_look_alike_are_grouped_too() -> None:
    dice = np.random.default_rng(3)
    left, right = np.triu_indices(300, 1)
    chance = np.where((left < 150) == (right < 150), 0.9, 0.2)
    chance[dice.random(len(chance)) < 0.05] = 0.4
    found = group(Links.of(300, left, right, chance), Limits(0.5)).groups()
    assert found == (tuple(range(150)), tuple(range(150, 300)))


@settings(max_examples=300)
@given(EDGES, SOME, SOME, MOST)
def test_groups_are_what_the_rule_says_word_for_word(
    edges: dict[Pair, float], must: set[Pair], cannot: set[Pair], most: int
) -> None:
    limits = Limits(0.5, most)
    assert _members(_links(edges, must - cannot, cannot), limits) == _oracle(edges, must - cannot, cannot, limits)


@settings(max_examples=150)
@given(EDGES, SOME)
def test_groups_lie_inside_components_hold_no_forbidden_pair_and_lose_no_link(
    edges: dict[Pair, float], no: set[Pair]
) -> None:
    grouping = group(_links(edges, cannot=no), Limits(0.5))
    strong = {pair for pair, chance in edges.items() if chance >= 0.5 and pair not in no}
    component = {row: number for number, part in enumerate(nx.connected_components(nx.Graph(strong))) for row in part}
    inside = set()
    for members in grouping.groups():
        assert len({component[row] for row in members}) == 1
        pairs = set(combinations(members, 2))
        assert not pairs & no
        inside |= pairs
    assert strong - inside == {cut.pair for cut in grouping.left_out}


@settings(max_examples=100)
@given(EDGES, SOME, SOME, MOST, st.randoms(use_true_random=False))
def test_neither_the_order_of_the_rows_nor_of_the_pairs_nor_repetition_matters(
    edges: dict[Pair, float], must: set[Pair], cannot: set[Pair], most: int, dice: random.Random
) -> None:
    names = [f"record {row}" for row in range(SIZE)]
    place = dice.sample(range(SIZE), SIZE)
    moved = sorted(range(SIZE), key=place.__getitem__)
    given_twice = [(place[a], place[b], x) for (a, b), x in edges.items()] * 2
    dice.shuffle(given_twice)
    columns = np.array(given_twice, dtype=np.float64).reshape(-1, 3).T
    left, right = columns[:2].astype(np.int64)
    told = [[(place[a], place[b]) for a, b in pairs] for pairs in (must, cannot)]
    again = group(
        Links.of(SIZE, left, right, columns[2], must=told[0], cannot=told[1]),
        Limits(0.5, most),
        [names[row] for row in moved],
    )
    before = group(_links(edges, must, cannot), Limits(0.5, most), names)
    found = sorted(tuple(sorted(moved[row] for row in members)) for members in again.groups())
    assert found == list(before.groups())


@settings(max_examples=80)
@given(EDGES)
def test_cliques_equal_connected_components(edges: dict[Pair, float]) -> None:
    parts = list(nx.connected_components(nx.Graph([pair for pair, chance in edges.items() if chance >= 0.5])))
    whole = {(a, b): 0.9 for part in parts for a, b in combinations(sorted(part), 2)}
    assert _members(_links(whole)) == sorted(tuple(sorted(part)) for part in parts)


@settings(max_examples=80)
@given(EDGES)
def test_a_weak_bridge_is_a_link_without_which_networkx_finds_the_group_in_two(edges: dict[Pair, float]) -> None:
    links = _links(edges)
    groups = _members(links)
    found = weak_bridges(groups, links, 0.5, 0.9)
    for members in (one for one in groups if len(one) > 2):
        strong = {pair for pair in combinations(members, 2) if edges.get(pair, 0.0) >= 0.5}
        for pair in strong:
            left = nx.Graph(list(strong - {pair}))
            left.add_nodes_from(members)
            weak = edges[pair] < 0.9 and not nx.is_connected(left)
            assert (pair in found.get(members, ())) == weak
