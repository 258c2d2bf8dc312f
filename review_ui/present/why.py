"""The why panel of an item, put together: every pair explained, the graph of a group, and what has never been compared."""

from collections.abc import Sequence
from dataclasses import dataclass

from linkage.identity.pair_words import PairWord
from linkage.identity.views import ItemView
from linkage.pair_scoring import ScoredPair
from linkage.propose.division import IdPair
from review_ui.present.comparison import ordered_records
from review_ui.present.explanation import Basis, Explanation, Reading, explain_pairs
from review_ui.present.graph import Graph, build_graph
from rules.matching import BlockingRule


@dataclass(frozen=True, slots=True)
class Why:
    """`unmet`: column labels of pairs that no scan has compared and nobody has asked about yet. `basis`: what the chances rest on."""

    explanations: tuple[Explanation, ...]
    graph: Graph | None
    unmet: tuple[tuple[str, str], ...]
    basis: Basis

    @property
    def said(self) -> tuple[Explanation, ...]:
        """The pairs of which a person has said something."""
        return tuple(one for one in self.explanations if one.said)


def build_why(
    item: ItemView,
    reading: Reading,
    said: Sequence[PairWord],
    unmet: Sequence[IdPair],
    *,
    asked: Sequence[ScoredPair] = (),
    searches: Sequence[BlockingRule] = (),
) -> Why:
    """`asked`: what the engine says now of the pairs of `unmet`; empty while nobody has asked. `searches` have titles for their ids."""
    records = ordered_records(item)
    labels = {record.record_id: f"Record {number}" for number, record in enumerate(records, start=1)}
    titles = {search.id: search.title or search.id for search in searches}
    met_by = {
        frozenset((one.evidence.left, one.evidence.right)): tuple(titles.get(search, search) for search in one.met_by)
        for one in asked
    }
    open_pairs = [sorted((labels[a], labels[b])) for a, b in unmet] if not asked else []
    return Why(
        explanations=explain_pairs((*item.pairs, *(one.evidence for one in asked)), labels, reading, said, met_by),
        graph=build_graph(records, labels, item.pairs, said, reading.bands),
        unmet=tuple(sorted((a, b) for a, b in open_pairs)),
        basis=reading.basis,
    )
