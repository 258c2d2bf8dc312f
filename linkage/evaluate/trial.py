"""One honest trial: match an invented sample whose truth is known, with the rules as shipped, and count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from linkage.engine.local import Progress
from linkage.engine.matcher import Matcher
from linkage.evaluate.measures import IdPair, PairMeasures, calibration, pair_measures, pairs_within, recall_by
from linkage.evaluate.sample import Sample, Truth, record_table
from linkage.linking import Linked, link
from linkage.records import PairEvidence
from rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class FalseMerges:
    """Pairs of two different children of one kind: how many there are, are joined by `link`, and stand in `auto`."""

    kind: str
    pairs: int
    joined: int
    auto: int


@dataclass(frozen=True, slots=True)
class Trial:
    records: int
    candidate_pairs: int
    linked: PairMeasures  # pairs in one cluster of `link`
    near: PairMeasures  # pairs shown to people: near and auto
    auto: PairMeasures
    by_tradition: Mapping[str, tuple[int, float]]  # recall of the pairs shown
    by_damage: Mapping[str, tuple[int, float]]
    false_merges: tuple[FalseMerges, ...]
    calibration: Sequence[tuple[float, float, int]]


def run_trial(sample: Sample, rulebook: Rulebook, *, progress: Progress | None = None) -> Trial:
    """Link the sample and count against its truth."""
    table, truth = record_table(sample)
    found = link(table, Matcher.of_rules(rulebook), progress=progress)
    true = pairs_within({one.record_key: one.child_id for one in truth})
    shown = {_pair(one) for one in found.pairs}
    clusters = dict(zip(table.ids, map(str, found.clusters.tolist()), strict=True))
    return Trial(
        records=len(table),
        candidate_pairs=found.candidate_pairs,
        linked=pair_measures(true, pairs_within(clusters)),
        near=pair_measures(true, shown),
        auto=pair_measures(true, {_pair(one) for one in found.pairs if one.band == "auto"}),
        by_tradition=recall_by(true, shown, {one.record_key: one.tradition for one in truth}),
        by_damage=_by_damage(true, shown, truth),
        false_merges=tuple(_false_merges(truth, clusters, found)),
        calibration=calibration((one.probability, _pair(one) in true) for one in found.pairs),
    )


def _pair(one: PairEvidence) -> IdPair:
    return (one.left, one.right) if one.left < one.right else (one.right, one.left)


def _by_damage(true: set[IdPair], shown: set[IdPair], truth: Sequence[Truth]) -> dict[str, tuple[int, float]]:
    damage = {one.record_key: set(one.damage) for one in truth}
    hits: dict[str, list[bool]] = {}
    for pair in true:
        for kind in damage[pair[0]] | damage[pair[1]]:
            hits.setdefault(kind, []).append(pair in shown)
    return {kind: (len(some), sum(some) / len(some)) for kind, some in sorted(hits.items())}


def _false_merges(truth: Sequence[Truth], clusters: Mapping[str, str], found: Linked) -> list[FalseMerges]:
    auto = {_pair(one) for one in found.pairs if one.band == "auto"}
    counted = []
    for kind, group in _KINDS.items():
        pairs = _different_children(truth, group)
        joined = sum(clusters[left] == clusters[right] for left, right in pairs)
        counted.append(FalseMerges(kind, len(pairs), joined, len(pairs & auto)))
    return counted


_KINDS = {
    "twins": "twin_group",
    "siblings": "family_id",
    "cousins": "cousin_group",
    "father and son": "father_son_group",
    "namesakes": "namesake_group",
}


def _different_children(truth: Sequence[Truth], group: str) -> set[IdPair]:
    """Pairs of records of two children of one group; twins are not counted among the siblings."""
    groups: dict[str, list[Truth]] = {}
    for one in truth:
        if getattr(one, group):
            groups.setdefault(getattr(one, group), []).append(one)
    pairs = set()
    for members in groups.values():
        for a, b in combinations(members, 2):
            twins = group == "family_id" and a.twin_group and a.twin_group == b.twin_group
            if a.child_id != b.child_id and not twins:
                pairs.add((min(a.record_key, b.record_key), max(a.record_key, b.record_key)))
    return pairs
