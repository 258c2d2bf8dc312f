"""Groups of records that may be one child.

Connected components are found first. A component whose pairs all hold is a group. In any other, parts join best first
(`refine`), so that one wrong link does not chain two children together. What stays outside is reported, never dropped.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from linkage.cluster.links import Links, Pair, components, pair_keys
from linkage.cluster.refine import MOST_BITS, Component, refine
from linkage.records import Int64

Rows = tuple[int, ...]  # of one group, ascending


@dataclass(frozen=True, slots=True)
class Limits:
    """`link`: join from this probability on. `most`: largest group, 0 for no limit."""

    link: float
    most: int = 0


class Why(StrEnum):
    """Why a link at or above the limit does not hold two groups together."""

    REFUSED = "refused"  # a person said that a record here and a record there are different children
    TOO_MANY = "too_many"  # together they would be more than a review shows
    APART = "apart"  # the other pairs between the two groups speak against it


@dataclass(frozen=True, slots=True)
class Cut:
    """A link that no group holds together: where a larger group was cut."""

    pair: Pair
    why: Why


@dataclass(frozen=True, slots=True)
class Grouping:
    """`first`: for each row, the first row of its group; a row alone is a group of its own."""

    first: Int64
    left_out: tuple[Cut, ...]

    def groups(self) -> tuple[Rows, ...]:
        """The groups of two or more rows, ascending."""
        order = np.argsort(self.first, kind="stable")
        starts = np.flatnonzero(np.diff(self.first[order], prepend=-1))
        ends = np.append(starts[1:], len(order))
        large = ends - starts > 1
        rows = order.tolist()
        return tuple(tuple(rows[a:b]) for a, b in zip(starts[large].tolist(), ends[large].tolist(), strict=True))

    def numbers(self) -> Int64:
        """Cluster numbers from 1, in the order of each cluster's first row."""
        numbers: Int64 = np.unique(self.first, return_inverse=True)[1].reshape(-1) + 1
        return numbers


def group(links: Links, limits: Limits, names: Sequence[str] | None = None) -> Grouping:
    """Group the rows, whatever the order of the pairs.

    `names`: one a row, all different; ties are settled by them, so that the order of the rows does not count either.
    """
    left, right = _strong(links, limits)
    label = components(links.size, left, right)
    rows, edges = np.bincount(label), np.bincount(label[left], minlength=label.max(initial=0) + 1)
    settled = edges == rows * (rows - 1) // 2
    barred = label[links.cannot]
    settled[barred[barred[:, 0] == barred[:, 1], 0]] = False
    if limits.most:
        settled &= rows <= limits.most
    low = np.empty(len(rows), dtype=np.int64)
    every = np.arange(links.size, dtype=np.int64)
    low[label[::-1]] = every[::-1]  # of what is written twice the last stays: the first row of each component
    first = np.where(settled[label], low[label], every)
    odds = limits.link / (1 - limits.link)
    for members, component in _unsettled(links, label, ~settled, names):
        for part in refine(component, float(np.log2(odds)), limits.most):
            found = [members[one] for one in part]
            first[found] = min(found)
    return Grouping(first, _left_out(links, left, right, first, limits.most))


def _strong(links: Links, limits: Limits) -> tuple[Int64, Int64]:
    """The pairs that join: those at or above the limit, and what people say; never those that people refuse."""
    keys = pair_keys(links.size, links.left, links.right)[links.probability >= limits.link]
    must, cannot = (pair_keys(links.size, ends[:, 0], ends[:, 1]) for ends in (links.must, links.cannot))
    if len(must):
        keys = np.union1d(keys, must)
    if len(cannot):
        keys = keys[~np.isin(keys, cannot)]
    return keys // links.size, keys % links.size


def _unsettled(
    links: Links, label: Int64, wanted: NDArray[np.bool_], names: Sequence[str] | None
) -> Iterator[tuple[list[int], Component]]:
    """The rows and the pairs of each wanted component; the rows in the order of their names."""
    with np.errstate(divide="ignore"):
        bits = np.log2(links.probability) - np.log2(1 - links.probability)
    bits = np.clip(bits, -MOST_BITS, MOST_BITS)
    rows = _by_label(label, np.arange(links.size), wanted)
    pairs = _inside(label, links.left, links.right, wanted)
    must = _inside(label, links.must[:, 0], links.must[:, 1], wanted)
    cannot = _inside(label, links.cannot[:, 0], links.cannot[:, 1], wanted)
    for number, found in rows.items():
        members = found.tolist()
        if names is not None:
            members.sort(key=names.__getitem__)
        place = {row: at for at, row in enumerate(members)}
        here = pairs.get(number, _NONE)
        known = zip(_pairs(links.left[here], links.right[here], place), bits[here].tolist(), strict=True)
        told = (
            sorted(set(_pairs(ends[at, 0], ends[at, 1], place)))
            for ends, at in ((links.must, must.get(number, _NONE)), (links.cannot, cannot.get(number, _NONE)))
        )
        yield members, Component(len(members), [(a, b, one) for (a, b), one in known], *told)


_NONE = np.empty(0, dtype=np.int64)


def _by_label(label: Int64, items: Int64, wanted: NDArray[np.bool_]) -> dict[int, Int64]:
    """Those of `items` whose label (one an item) is wanted, by label."""
    kept = wanted[label]
    label, items = label[kept], items[kept]
    order = np.argsort(label, kind="stable")
    numbers, starts = np.unique(label[order], return_index=True)
    return dict(zip(numbers.tolist(), np.split(items[order], starts[1:]), strict=True)) if len(numbers) else {}


def _inside(label: Int64, left: Int64, right: Int64, wanted: NDArray[np.bool_]) -> dict[int, Int64]:
    """Positions of the pairs that lie inside a wanted component, by component."""
    positions = np.flatnonzero(label[left] == label[right])
    return _by_label(label[left[positions]], positions, wanted)


def _pairs(left: Int64, right: Int64, place: dict[int, int]) -> list[Pair]:
    both = ((place[a], place[b]) for a, b in zip(left.tolist(), right.tolist(), strict=True))
    return [(a, b) if a < b else (b, a) for a, b in both]


def _left_out(links: Links, left: Int64, right: Int64, first: Int64, most: int) -> tuple[Cut, ...]:
    cut = first[left] != first[right]
    left, right = left[cut], right[cut]

    def keys(a: Int64, b: Int64) -> Int64:
        return pair_keys(links.size, np.minimum(first[a], first[b]), np.maximum(first[a], first[b]))

    refused = np.isin(keys(left, right), keys(links.cannot[:, 0], links.cannot[:, 1]))
    size = np.bincount(first, minlength=links.size)
    many = size[first[left]] + size[first[right]] > most if most else np.zeros(len(left), dtype=bool)
    why = [Why.REFUSED if no else Why.TOO_MANY if much else Why.APART for no, much in zip(refused, many, strict=True)]
    return tuple(Cut(pair, one) for pair, one in zip(zip(left.tolist(), right.tolist(), strict=True), why, strict=True))


def weak_bridges(groups: Sequence[Rows], links: Links, link: float, least: float) -> dict[Rows, tuple[Pair, ...]]:
    """For each group of three or more that has some: its links below `least` whose loss would tear it apart (networkx).

    Links are the pairs from `link` on, and what people say, which is never weak.
    """
    large = [members for members in groups if len(members) > 2]
    here = np.zeros(links.size, dtype=bool)
    here[[row for members in large for row in members]] = True
    inside = np.flatnonzero(here[links.left] & here[links.right] & (links.probability >= link))
    ends = zip(links.left[inside].tolist(), links.right[inside].tolist(), strict=True)
    chance = dict(zip(ends, links.probability[inside].tolist(), strict=True))
    chance |= dict.fromkeys(map(tuple, links.must.tolist()), 1.0)
    found = {members: _weak(members, chance, least) for members in large}
    return {members: pairs for members, pairs in found.items() if pairs}


def _weak(members: Rows, chance: dict[Pair, float], least: float) -> tuple[Pair, ...]:
    pairs = [(a, b) for at, a in enumerate(members) for b in members[at + 1 :] if (a, b) in chance]
    if not any(chance[pair] < least for pair in pairs):
        return ()
    import networkx as nx  # noqa: PLC0415 - an eighth of a second that nobody pays whose links are strong

    bridges = {(min(pair), max(pair)) for pair in nx.bridges(nx.Graph(pairs))}
    return tuple(sorted(pair for pair in bridges if chance[pair] < least))
