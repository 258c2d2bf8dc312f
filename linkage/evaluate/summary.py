"""What a sample holds, in numbers: the line that `nearmatch sample` prints, and what tests hold it to."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from linkage.evaluate.labels import labels_of
from linkage.evaluate.pairs import count_within
from linkage.evaluate.sample import Sample


@dataclass(frozen=True, slots=True)
class Summary:
    """Pairs are pairs of children, not of records; `duplicates` are records beyond a child's first."""

    records: int
    children: int
    duplicates: int
    duplicates_inside: int  # of these, in a State that has a record of the child already
    sibling_pairs: int  # twins included
    twin_pairs: int
    cousin_pairs: int
    father_son_pairs: int
    namesake_pairs: int
    damage: Mapping[str, int]  # kind -> records, commonest first


def summarize(sample: Sample) -> Summary:
    """Count the sample."""
    truth = sample.truth
    children = {entry.child_id: entry for entry in truth}
    here = {(entry.child_id, entry.record_key.partition(":")[0]) for entry in truth}
    damage = Counter(kind for entry in truth for kind in entry.damage)
    groups = labels_of(tuple(children.values())).relations
    return Summary(
        records=len(truth),
        children=len(children),
        duplicates=len(truth) - len(children),
        duplicates_inside=len(truth) - len(here),
        sibling_pairs=count_within(groups["siblings"]),
        twin_pairs=count_within(groups["twins"]),
        cousin_pairs=count_within(groups["cousins"]),
        father_son_pairs=count_within(groups["father and son"]),
        namesake_pairs=count_within(groups["namesakes"]),
        damage=dict(sorted(damage.items(), key=lambda item: (-item[1], item[0]))),
    )
