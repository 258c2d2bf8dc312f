"""Reviews and split proposals: whole students before a person, and students that fall apart, whatever the order."""

import random
from collections.abc import Mapping
from itertools import combinations

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.cluster.groups import Limits, Rows, group
from linkage.cluster.links import Links, Pair
from linkage.propose.near_matches import propose
from linkage.propose.reviews import reviews, unexplained
from linkage.propose.splits import SplitLimits, falling_apart, propose_splits
from linkage.records import Float64, Int64, PairEvidence

SIZE = 9
NAMES = tuple(map(str, range(1, SIZE + 1)))
NO_ONE = np.empty((0, 2), dtype=np.int64)
SPLIT = SplitLimits(apart=0.02, link=0.5, most=5)


def _shown(links: Links, most: int = 5) -> tuple[Rows, ...]:
    return reviews(group(links, Limits(0.5, most), NAMES), links, NAMES, most)


def _said(left: str, right: str, probability: float, *guards: str) -> PairEvidence:
    return PairEvidence(left, right, 0.0, probability, "near", guards, ())


def test_a_link_that_no_group_holds_is_shown_with_both_students_whole() -> None:
    links = Links.of_pairs(SIZE, {(0, 3): 0.9, (1, 3): 0.05, (2, 3): 0.05}, must=[(0, 1), (1, 2)])
    assert _shown(links) == ((0, 1, 2), (0, 1, 2, 3))


def test_links_between_the_same_two_students_make_one_review_the_linked_records_first() -> None:
    large = [(0, row) for row in range(1, 7)]
    links = Links.of_pairs(SIZE, {(6, 7): 0.8, (5, 7): 0.9, (0, 8): 0.02}, must=large)
    assert (0, 1, 5, 6, 7) in _shown(links)
    assert len(_shown(links)) == 3


def test_what_may_speak_against_is_asked_for_but_nothing_inside_a_student() -> None:
    links = Links.of_pairs(SIZE, {(0, 3): 0.9}, must=[(0, 1), (1, 2)])
    left, right = unexplained([(0, 1, 2, 3), (5, 6)], links)
    assert list(zip(left.tolist(), right.tolist(), strict=True)) == [(1, 3), (2, 3)]


def test_a_group_held_by_a_weak_bridge_carries_the_guard_and_one_student_is_no_proposal() -> None:
    said = {("a", "b"): _said("a", "b", 0.9, "GUARD-SEX"), ("c", "b"): _said("b", "c", 0.6)}
    (one,) = propose([("a", "b", "c"), ("d", "e")], said, {"d": "S", "e": "S"}, {("a", "b", "c")})
    assert one.guards == ("GUARD-SEX", "GUARD-BRIDGE")
    assert (one.members, one.probability, len(one.pairs)) == (("a", "b", "c"), 0.6, 2)


def test_the_records_of_one_student_need_no_link_of_their_own() -> None:
    (one,) = propose([("a", "b", "c")], {("a", "c"): _said("a", "c", 0.8)}, {"a": "S", "b": "S"}, set())
    assert one.probability == 0.8


def _fallen(chances: Mapping[Pair, float], students: Mapping[str, str], vouched: Int64 = NO_ONE) -> list[set[Rows]]:
    def score(left: Int64, right: Int64) -> Float64:
        pairs = zip(left.tolist(), right.tolist(), strict=True)
        return np.array([chances.get((min(pair), max(pair)), 0.001) for pair in pairs])

    found = falling_apart(students, NAMES, vouched, SPLIT, score)
    return [{tuple(sorted(part)) for part in one.parts} for one in found]


ONE = dict.fromkeys(NAMES[:4], "S")


def test_twins_merged_long_ago_are_two_parts_of_two_records() -> None:
    assert _fallen({(0, 1): 0.9, (2, 3): 0.95}, ONE) == [{(0, 1), (2, 3)}]


def test_one_doubtful_pair_between_the_parts_or_inside_one_is_no_reason_to_split() -> None:
    assert _fallen({(0, 1): 0.9, (2, 3): 0.95, (1, 2): 0.03}, ONE) == []
    assert _fallen({(0, 1): 0.9, (1, 2): 0.9, (2, 3): 0.2}, ONE) == []


def test_a_yes_that_stands_keeps_two_records_together_whatever_the_score() -> None:
    pairs = {(0, 1): 0.9, (2, 3): 0.95}
    assert _fallen(pairs, ONE, np.array([[1, 2]])) == []
    assert _fallen(pairs | {(2, 3): 0.001}, ONE, np.array([[1, 2]])) == [{(0, 1, 2), (3,)}]


def test_a_split_names_its_parts_and_the_strongest_pair_that_speaks_against_it() -> None:
    def score(left: Int64, right: Int64) -> Float64:
        return np.where(left + right == 1, 0.9, 0.01 - 0.001 * right)

    fallen = falling_apart(dict.fromkeys(NAMES[:3], "S"), NAMES, NO_ONE, SPLIT, score)
    said = {(a, b): _said(a, b, 0.01, "GUARD-MB") for a, b in combinations(NAMES[:3], 2)}
    (one,) = propose_splits(fallen, NAMES, said)
    assert (one.kind, one.members, one.parts) == ("suggested_split", ("1", "2", "3"), (("1", "2"), ("3",)))
    assert (one.probability, one.guards, len(one.pairs)) == (0.008, ("GUARD-MB",), 3)


def test_a_review_of_a_large_student_shows_at_most_five_records_and_some_of_each_part() -> None:
    fallen = falling_apart(
        dict.fromkeys(NAMES, "S"),
        NAMES,
        NO_ONE,
        SPLIT,
        lambda left, right: np.where((left < 7) == (right < 7), 0.9, 0.01),
    )
    assert len(fallen[0].shown) == 5
    assert set(fallen[0].shown) & {7, 8}


CHANCES = st.sampled_from([0.0, 0.01, 0.02, 0.3, 0.5, 0.9])
EVERY = list(combinations(range(SIZE), 2))


@settings(max_examples=150)
@given(
    st.lists(CHANCES, min_size=len(EVERY), max_size=len(EVERY)),
    st.lists(st.sampled_from("STU"), min_size=SIZE, max_size=SIZE),
    st.sets(st.sampled_from(EVERY), max_size=3),
)
def test_students_fall_apart_exactly_where_networkx_says_so(
    chances: list[float], owners: list[str], vouched: set[Pair]
) -> None:
    chance = dict(zip(EVERY, chances, strict=True))
    inside = {(a, b) for a, b in vouched if owners[a] == owners[b]}
    expected = []
    for owner in dict.fromkeys(owners):
        rows = [row for row in range(SIZE) if owners[row] == owner]
        loose, tight = (
            {tuple(sorted(part)) for part in nx.connected_components(_graph(rows, chance, inside, least))}
            for least in (0.02, 0.5)
        )
        if len(loose) > 1 and loose == tight:
            expected.append(loose)
    students = dict(zip(NAMES, owners, strict=True))
    assert _fallen(chance, students, np.array(sorted(inside), dtype=np.int64).reshape(-1, 2)) == expected


def _graph(rows: list[int], chance: Mapping[Pair, float], yes: set[Pair], least: float) -> "nx.Graph[int]":
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(rows)
    graph.add_edges_from(pair for pair in combinations(rows, 2) if chance[pair] >= least or pair in yes)
    return graph


@settings(max_examples=150)
@given(
    st.dictionaries(st.sampled_from(EVERY), st.sampled_from([0.1, 0.3, 0.6, 0.9, 0.9]), max_size=14),
    st.sets(st.sampled_from(EVERY), max_size=5),
    st.randoms(use_true_random=False),
)
def test_reviews_do_not_depend_on_the_order_of_the_rows(
    edges: dict[Pair, float], must: set[Pair], dice: random.Random
) -> None:
    place = dice.sample(range(SIZE), SIZE)
    names = tuple(NAMES[place.index(row)] for row in range(SIZE))
    moved = {(min(place[a], place[b]), max(place[a], place[b])): x for (a, b), x in edges.items()}
    links = Links.of_pairs(SIZE, moved, must=[(place[a], place[b]) for a, b in must])
    found = reviews(group(links, Limits(0.5, 4), names), links, names, 4)
    again = {frozenset(names[row] for row in rows) for rows in found}
    before = _shown(Links.of_pairs(SIZE, edges, must=must), 4)
    assert again == {frozenset(NAMES[row] for row in rows) for rows in before}
