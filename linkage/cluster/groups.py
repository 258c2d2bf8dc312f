"""Groups of records that may be one child.

scipy finds the connected components; inside each, records join best pair first, and two parts join only while
nobody has said "different", the group stays within its limit, and at least half of the pairs between the parts hold
(so that one wrong link does not chain two children together). What stays outside is reported, never dropped.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import networkx as nx
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Pair = tuple[int, int]
Rows = tuple[int, ...]  # of one group, ascending


@dataclass(frozen=True, slots=True)
class Links:
    """Edges between rows (smaller row first): probability by pair, and what people have decided."""

    probability: Mapping[Pair, float]
    must: frozenset[Pair] = frozenset()
    cannot: frozenset[Pair] = frozenset()


@dataclass(frozen=True, slots=True)
class Limits:
    """`link`: join from this probability on. `most`: largest group, 0 for no limit."""

    link: float
    most: int = 0


@dataclass(frozen=True, slots=True)
class Grouping:
    """`left_out`: pairs at or above `link` that no group holds together: where larger groups were cut."""

    groups: tuple[Rows, ...]
    left_out: tuple[Pair, ...]


@dataclass(slots=True)
class _Parts:
    """Parts of one component while it is being joined."""

    part_of: dict[int, int]
    members: dict[int, set[int]] = field(default_factory=dict)

    def join(self, a: int, b: int) -> None:
        small, large = sorted((a, b), key=lambda part: len(self.members[part]))
        for row in self.members.pop(small):
            self.part_of[row] = large
            self.members[large].add(row)


def group(links: Links, limits: Limits) -> Grouping:
    """Groups of two or more rows, ascending, whatever the order of the pairs."""
    strong = dict.fromkeys(links.must, 1.0)
    strong |= {p: x for p, x in links.probability.items() if x >= limits.link and p not in links.must}
    for pair in links.cannot:
        strong.pop(pair, None)
    groups: list[Rows] = []
    left_out: list[Pair] = []
    for component in _components(strong):
        parts = _join_best_first(component, links, limits)
        groups += [tuple(sorted(members)) for members in parts.members.values() if len(members) > 1]
        left_out += [pair for pair in component if parts.part_of[pair[0]] != parts.part_of[pair[1]]]
    return Grouping(tuple(sorted(groups)), tuple(sorted(left_out)))


def _components(edges: Mapping[Pair, float]) -> list[dict[Pair, float]]:
    """Edges by connected component."""
    if not edges:
        return []
    pairs = np.array(sorted(edges))
    rows, flat = np.unique(pairs, return_inverse=True)
    ends = flat.reshape(pairs.shape)
    graph = coo_array((np.ones(len(pairs)), (ends[:, 0], ends[:, 1])), shape=(len(rows), len(rows)))
    labels = connected_components(graph, directed=False)[1]
    found: dict[int, dict[Pair, float]] = {}
    for (left, right), label in zip(pairs.tolist(), labels[ends[:, 0]].tolist(), strict=True):
        found.setdefault(label, {})[left, right] = edges[left, right]
    return list(found.values())


def _join_best_first(component: Mapping[Pair, float], links: Links, limits: Limits) -> _Parts:
    rows = sorted({row for pair in component for row in pair})
    parts = _Parts({row: row for row in rows}, {row: {row} for row in rows})
    for pair in sorted(component, key=lambda one: (one not in links.must, -component[one], one)):
        a, b = parts.part_of[pair[0]], parts.part_of[pair[1]]
        if a != b and _may_join(parts.members[a], parts.members[b], component, links, limits):
            parts.join(a, b)
    return parts


def _may_join(a: set[int], b: set[int], edges: Mapping[Pair, float], links: Links, limits: Limits) -> bool:
    between = [(x, y) if x < y else (y, x) for x in a for y in b]
    if any(pair in links.cannot for pair in between):
        return False
    if any(pair in links.must for pair in between):
        return True
    if limits.most and len(a) + len(b) > limits.most:
        return False
    return 2 * sum(pair in edges for pair in between) >= len(between)


def weak_bridges(members: Rows, links: Links, least: float) -> tuple[Pair, ...]:
    """Links below `least` whose loss would tear the group apart (networkx bridges); none in a group of two."""
    if len(members) < 3:
        return ()
    inside = {p: x for p, x in links.probability.items() if p[0] in members and p[1] in members and p not in links.must}
    graph = nx.Graph(list(inside) + [pair for pair in links.must if set(pair) <= set(members)])
    bridges = {(min(pair), max(pair)) for pair in nx.bridges(graph)}
    return tuple(sorted(pair for pair in bridges if inside.get(pair, 1.0) < least))
