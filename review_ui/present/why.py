"""The why panel of an item, put together: every pair explained, the graph of a group, and what has never been compared."""

from collections.abc import Sequence
from dataclasses import dataclass

from linkage.identity.asking import Known
from linkage.identity.views import ItemView
from review_ui.present.chance import Basis
from review_ui.present.comparison import ordered_records
from review_ui.present.explanation import Explanation, Reading, explain_pairs
from review_ui.present.graph import Graph, build_graph
from rules.matching import BlockingRule


@dataclass(frozen=True, slots=True)
class Why:
    """`unmet`: column labels of pairs that no scan has compared and nobody has asked about yet. `basis`: what the chances rest on."""

    explanations: tuple[Explanation, ...]
    graph: Graph | None
    unmet: tuple[tuple[str, str], ...]
    basis: Basis


def build_why(item: ItemView, reading: Reading, known: Known, searches: Sequence[BlockingRule] = ()) -> Why:
    """`searches`: of the rules, with titles for their ids."""
    records = ordered_records(item)
    labels = {record.record_id: f"Record {number}" for number, record in enumerate(records, start=1)}
    titles = {search.id: search.title or search.id for search in searches}
    met_by = {
        frozenset((one.evidence.left, one.evidence.right)): tuple(titles.get(search, search) for search in one.met_by)
        for one in known.asked
    }
    unmet = [] if known.asked else [sorted((labels[a], labels[b])) for a, b in known.unmet]
    asked = [one.evidence for one in known.asked]
    return Why(
        explanations=explain_pairs((*item.pairs, *asked), labels, reading, known.said, met_by),
        graph=build_graph(records, labels, item.pairs, known.said, bands=reading.bands, asked=asked),
        unmet=tuple(sorted((a, b) for a, b in unmet)),
        basis=reading.basis,
    )
