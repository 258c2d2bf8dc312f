"""Groups: the right records together, decisions respected, nothing lost."""

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.cluster.groups import Limits, Links, group, weak_bridges

ROWS = st.integers(0, 14)
PAIRS = st.tuples(ROWS, ROWS).filter(lambda pair: pair[0] < pair[1])
EDGES = st.dictionaries(PAIRS, st.floats(0.0, 1.0), max_size=40)


def _members(links: Links, limits: Limits) -> list[tuple[int, ...]]:
    return list(group(links, limits).groups)


def test_two_records_above_the_limit_are_one_group() -> None:
    assert _members(Links({(1, 2): 0.9}), Limits(0.5)) == [(1, 2)]


def test_a_pair_below_the_limit_joins_nothing() -> None:
    assert _members(Links({(1, 2): 0.4}), Limits(0.5)) == []


def test_a_human_no_keeps_two_records_apart_even_through_a_third() -> None:
    links = Links({(1, 2): 0.99, (2, 3): 0.98}, cannot=frozenset({(1, 3)}))
    grouping = group(links, Limits(0.5))
    assert grouping.groups == ((1, 2),)
    assert grouping.left_out == ((2, 3),)


def test_a_human_yes_joins_records_that_the_score_would_not() -> None:
    assert _members(Links({}, must=frozenset({(4, 7)})), Limits(0.5)) == [(4, 7)]


def test_one_wrong_link_does_not_chain_two_tight_groups() -> None:
    tight = {(a, b): 0.99 for part in ((0, 1, 2), (3, 4, 5)) for a in part for b in part if a < b}
    grouping = group(Links(tight | {(2, 3): 0.6}), Limits(0.5))
    assert grouping.groups == ((0, 1, 2), (3, 4, 5))
    assert grouping.left_out == ((2, 3),)


def test_a_group_never_outgrows_its_limit() -> None:
    everybody = {(a, b): 0.9 for a in range(8) for b in range(a + 1, 8)}
    assert all(len(members) <= 5 for members in _members(Links(everybody), Limits(0.5, most=5)))


def test_a_weak_bridge_is_named_and_a_triangle_has_none() -> None:
    path = Links({(0, 1): 0.99, (1, 2): 0.6})
    assert weak_bridges((0, 1, 2), path, 0.9) == ((1, 2),)
    triangle = Links({(0, 1): 0.99, (1, 2): 0.6, (0, 2): 0.7})
    assert weak_bridges((0, 1, 2), triangle, 0.9) == ()


@settings(max_examples=150)
@given(EDGES, st.sets(PAIRS, max_size=5))
def test_groups_lie_inside_components_hold_no_forbidden_pair_and_lose_no_link(
    edges: dict[tuple[int, int], float], no: set[tuple[int, int]]
) -> None:
    links = Links(edges, cannot=frozenset(no))
    grouping = group(links, Limits(0.5))
    strong = {pair for pair, chance in edges.items() if chance >= 0.5 and pair not in no}
    oracle = {row: number for number, part in enumerate(nx.connected_components(nx.Graph(strong))) for row in part}
    inside = set()
    for members in grouping.groups:
        assert len({oracle[row] for row in members}) == 1
        pairs = {(a, b) for a in members for b in members if a < b}
        assert not pairs & no
        inside |= pairs
    assert strong - inside == set(grouping.left_out)


@settings(max_examples=50)
@given(EDGES, st.randoms(use_true_random=False))
def test_the_order_of_the_pairs_does_not_matter(edges: dict[tuple[int, int], float], random: object) -> None:
    shuffled = list(edges.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert group(Links(edges), Limits(0.5)) == group(Links(dict(shuffled)), Limits(0.5))


@settings(max_examples=80)
@given(EDGES)
def test_without_limits_or_refusals_cliques_equal_connected_components(edges: dict[tuple[int, int], float]) -> None:
    parts = list(nx.connected_components(nx.Graph([pair for pair, chance in edges.items() if chance >= 0.5])))
    whole = {(a, b): 0.9 for part in parts for a in part for b in part if a < b}
    assert _members(Links(whole), Limits(0.5)) == sorted(tuple(sorted(part)) for part in parts)
