"""Three records or more as a small graph: how each pair hangs together, which link is the weakest, where a person has said no."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import cos, pi, sin

from linkage.identity.pair_words import PairWord
from linkage.identity.regrouping import MUST_LINK, REFUSALS
from linkage.identity.views import RecordView
from linkage.records import PairEvidence
from linkage.score.explain import in_words
from rules.policy import Bands

FEWEST, MOST = 3, 6  # records that a drawing helps with; of more the list says it better
WIDTH, HEIGHT = 360, 300
RADIUS = 112
# How far along a line through the middle its number stands: where no other line crosses it. Of an odd circle, that is its own middle.
INNER_ODD, INNER_EVEN = 0.5, 0.4


@dataclass(frozen=True, slots=True)
class Node:
    number: str
    state: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Edge:
    """`kind`: no (a person said no), yes (a person said one child), strong, near, thin, or unmet (no scan compared them). `left`, `right`: numbers of the records.

    `short` stands on the line, out of 100; `chance` is the same in words; both "" where nobody has compared the two.
    """

    kind: str
    left: str
    right: str
    anchor: str
    short: str
    chance: str
    said: PairWord | None
    weakest: bool
    alone: bool  # nothing else holds its two sides together
    line: tuple[float, float, float, float]
    place: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Graph:
    """`drawn`: whether a picture helps; the list of edges is there anyway."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    drawn: bool
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def weakest(self) -> Edge | None:
        return next((edge for edge in self.edges if edge.weakest), None)


def build_graph(
    records: Sequence[RecordView],
    labels: Mapping[str, str],
    pairs: Sequence[PairEvidence],
    said: Sequence[PairWord],
    *,
    bands: Bands,
    asked: Sequence[PairEvidence] = (),
) -> Graph | None:
    """None for two records. `records` in the order of the columns; `asked`: pairs that no scan compared, compared just now."""
    if len(records) < FEWEST:
        return None
    ids = [record.record_id for record in records]
    places = dict(zip(ids, _circle(len(ids)), strict=True))
    numbers = {one: labels[one].split()[-1] for one in ids}
    found = {frozenset((pair.left, pair.right)): pair for pair in pairs}
    late = {frozenset((pair.left, pair.right)): pair for pair in asked}
    words_of = {frozenset((word.left, word.right)): word for word in said}
    holding = {both: pair.probability for both, pair in found.items() if not _refused(words_of.get(both))}
    weakest = weakest_link(ids, holding)
    nodes = [Node(numbers[one.record_id], one.state, *places[one.record_id]) for one in records]
    share = INNER_ODD if len(ids) % 2 else INNER_EVEN
    edges = []
    for a, b in combinations(ids, 2):
        both = frozenset((a, b))
        pair, word = found.get(both) or late.get(both), words_of.get(both)
        inner = 1 < ids.index(b) - ids.index(a) < len(ids) - 1
        edges.append(
            Edge(
                kind=_kind(found.get(both), word, bands),
                left=numbers[a],
                right=numbers[b],
                anchor=f"why-{labels[a]}-{labels[b]}".lower().replace(" ", "") if pair else "",
                short=_short(pair.probability) if pair else "",
                chance=in_words(pair.probability) if pair else "",
                said=word,
                weakest=both == weakest,
                alone=both == weakest
                and not _connected(ids, [other for other, p in holding.items() if other != both and p >= bands.near]),
                line=(*places[a], *places[b]),
                place=_between(places[a], places[b], share if inner else 0.5),
            )
        )
    return Graph(tuple(nodes), tuple(edges), len(ids) <= MOST)


def weakest_link(ids: Sequence[str], chances: Mapping[frozenset[str], float]) -> frozenset[str] | None:
    """Of the links that hold the records together, joined best first, the last one that is needed; None if they fall apart without it."""
    part = {one: one for one in ids}
    last = None
    for both in sorted(chances, key=lambda pair: (-chances[pair], sorted(pair))):
        a, b = (part[one] for one in sorted(both))
        if a != b:
            part = {one: (a if root == b else root) for one, root in part.items()}
            last = both
    return last


def _connected(ids: Sequence[str], links: Sequence[frozenset[str]]) -> bool:
    reached, waiting = {ids[0]}, [ids[0]]
    while waiting:
        one = waiting.pop()
        for other in {name for link in links if one in link for name in link} - reached:
            reached.add(other)
            waiting.append(other)
    return len(reached) == len(ids)


def _refused(word: PairWord | None) -> bool:
    return word is not None and word.kind in REFUSALS


def _kind(pair: PairEvidence | None, word: PairWord | None, bands: Bands) -> str:
    if word is not None and word.kind in REFUSALS:
        return "no"
    if word is not None and word.kind == MUST_LINK:
        return "yes"
    if pair is None:
        return "unmet"
    return "strong" if pair.probability >= bands.auto else "near" if pair.probability >= bands.near else "thin"


def _short(probability: float) -> str:
    """The chance as it stands on a line, out of 100."""
    hundredths = round(100 * probability)
    return "<1" if probability < 0.005 else ">99" if probability > 0.995 else str(hundredths)


def _circle(number: int) -> list[tuple[float, float]]:
    """Places on a circle, the first one on top."""
    angles = [2 * pi * at / number - pi / 2 for at in range(number)]
    return [
        (round(WIDTH / 2 + RADIUS * 1.2 * cos(angle), 1), round(HEIGHT / 2 + RADIUS * sin(angle), 1))
        for angle in angles
    ]


def _between(a: tuple[float, float], b: tuple[float, float], share: float) -> tuple[float, float]:
    return round(a[0] + share * (b[0] - a[0]), 1), round(a[1] + share * (b[1] - a[1]), 1)
