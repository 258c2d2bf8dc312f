"""What a sample holds, in numbers: the line that `nearmatch sample` prints, and what tests hold it to."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from linkage.evaluate.sample import Sample, Truth


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
    return Summary(
        records=len(truth),
        children=len(children),
        duplicates=len(truth) - len(children),
        duplicates_inside=len(truth) - len(here),
        sibling_pairs=len(child_pairs(children.values(), "family_id")),
        twin_pairs=len(child_pairs(children.values(), "twin_group")),
        cousin_pairs=len(child_pairs(children.values(), "cousin_group")),
        father_son_pairs=len(child_pairs(children.values(), "father_son_group")),
        namesake_pairs=len(child_pairs(children.values(), "namesake_group")),
        damage=dict(sorted(damage.items(), key=lambda item: (-item[1], item[0]))),
    )


def child_pairs(truth: Iterable[Truth], group: str) -> list[tuple[str, str]]:
    """Pairs of different children who share a value of the truth column `group`."""
    members: dict[str, set[str]] = {}
    for entry in truth:
        if value := getattr(entry, group):
            members.setdefault(value, set()).add(entry.child_id)
    return [pair for children in members.values() for pair in combinations(sorted(children), 2)]
