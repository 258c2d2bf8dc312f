"""What a change of rules would do to records: the same table is matched twice, under the old rules and under the new ones."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from linkage.engine.local import Progress
from linkage.engine.matcher import Matcher
from linkage.evaluate.pairs import count_within
from linkage.linking import Linked, link
from linkage.pair_scoring import ScoredPair, score_pairs
from linkage.records import PairEvidence, RecordTable, TextColumn
from rules.rulebook import Rulebook

IdPair = tuple[str, str]
NONE = "none"  # the band of a pair that is not shown
SHOWN = "shown"  # a pair that a run shows met under some rule
UNMET = "not compared"  # the level of every field of a pair that no blocking rule finds


@dataclass(frozen=True, slots=True)
class PairChange:
    """A pair that stands in another band. A probability is None where the pair is not shown: it is below the near band."""

    left: str
    right: str
    old_band: str
    new_band: str
    old_probability: float | None
    new_probability: float | None


@dataclass(frozen=True, slots=True)
class RuleDifference:
    """`bands`: (old band, new band) -> pairs that moved. `levels`: field -> pairs of `changed` whose level in it differs.

    `guarded`: pairs that moved from one band of those shown to another and carry other guards than before. `joined` and `parted`: pairs of records that only the
    new, or only the old rules put into one group.
    """

    records: int
    old_shown: int
    new_shown: int
    bands: Mapping[tuple[str, str], int]
    levels: Mapping[str, int]
    guarded: int
    joined: int
    parted: int
    changed: tuple[PairChange, ...]


def compare_rules(
    table: RecordTable,
    old: Rulebook,
    new: Rulebook,
    *,
    progress: Callable[[str], Progress] | None = None,
) -> RuleDifference:
    """Match `table` under both rulebooks. `progress("old")` and `progress("new")` give the report of each run."""
    before = link(table, Matcher.of_rules(old), progress=progress("old") if progress else None)
    after = link(table, Matcher.of_rules(new), progress=progress("new") if progress else None)
    shown_before, shown_after = _by_pair(before), _by_pair(after)
    moved = [
        pair
        for pair in sorted(shown_before.keys() | shown_after.keys())
        if _band(shown_before.get(pair)) != _band(shown_after.get(pair))
    ]
    sides = _Sides(table, (old, new), (shown_before, shown_after), moved)
    both = count_within(before.clusters, after.clusters)
    return RuleDifference(
        records=len(table),
        old_shown=len(shown_before),
        new_shown=len(shown_after),
        bands=Counter((_band(shown_before.get(pair)), _band(shown_after.get(pair))) for pair in moved),
        levels=sides.levels_changed(),
        guarded=sides.guards_changed(),
        joined=count_within(after.clusters) - both,
        parted=count_within(before.clusters) - both,
        changed=tuple(_change(pair, shown_before.get(pair), shown_after.get(pair)) for pair in moved),
    )


def _by_pair(found: Linked) -> dict[IdPair, PairEvidence]:
    return {(min(one.left, one.right), max(one.left, one.right)): one for one in found.pairs}


def _band(one: PairEvidence | None) -> str:
    return one.band if one else NONE


def _change(pair: IdPair, before: PairEvidence | None, after: PairEvidence | None) -> PairChange:
    chances = (before.probability if before else None, after.probability if after else None)
    return PairChange(*pair, _band(before), _band(after), *chances)


class _Sides:
    """What the moved pairs look like under both rulebooks; a pair that one of them does not show is scored by itself."""

    def __init__(
        self,
        table: RecordTable,
        rulebooks: tuple[Rulebook, Rulebook],
        shown: tuple[Mapping[IdPair, PairEvidence], Mapping[IdPair, PairEvidence]],
        moved: Sequence[IdPair],
    ) -> None:
        self._fields = {field.id: field.title for rulebook in rulebooks for field in rulebook.matching.fields}
        self._shown_by_both = [all(pair in found for found in shown) for pair in moved]
        self._pairs = [
            self._evidence(table, rulebook, found, moved) for rulebook, found in zip(rulebooks, shown, strict=True)
        ]

    def levels_changed(self) -> dict[str, int]:
        """Title of a field -> pairs whose level in it differs; the commonest first."""
        counts: Counter[str] = Counter()
        for before, after in zip(*self._pairs, strict=True):
            old, new = _levels(before), _levels(after)
            counts.update(title for field, title in self._fields.items() if old.get(field) != new.get(field))
            counts.update([UNMET] if bool(before.met_by) != bool(after.met_by) else [])
        return dict(counts.most_common())

    def guards_changed(self) -> int:
        """Pairs that both rulebooks show: what is scored by itself is not told of enrollments, and lacks their guard."""
        return sum(
            set(before.evidence.guards) != set(after.evidence.guards)
            for before, after, shown in zip(*self._pairs, self._shown_by_both, strict=True)
            if shown
        )

    @staticmethod
    def _evidence(
        table: RecordTable, rulebook: Rulebook, shown: Mapping[IdPair, PairEvidence], moved: Sequence[IdPair]
    ) -> list[ScoredPair]:
        wanted = [pair for pair in moved if pair not in shown]
        scored = dict(zip(wanted, score_pairs(*_only(table, wanted), rulebook), strict=True)) if wanted else {}
        return [scored[pair] if pair in scored else ScoredPair(shown[pair], (SHOWN,)) for pair in moved]


def _levels(one: ScoredPair) -> dict[str, str]:
    return {line.field: line.level for line in one.evidence.lines}


def _only(table: RecordTable, pairs: Sequence[IdPair]) -> tuple[RecordTable, list[tuple[int, int]]]:
    """The records of the pairs alone, and the pairs as rows of that smaller table."""
    ids = sorted({record for pair in pairs for record in pair})
    place = {record: row for row, record in enumerate(table.ids)}
    rows = np.array([place[record] for record in ids], dtype=np.int64)
    columns = {name: TextColumn(column.codes[rows], column.values) for name, column in table.columns.items()}
    smaller = RecordTable(tuple(ids), columns, tuple(table.sources[row] for row in rows.tolist()))
    at = {record: row for row, record in enumerate(ids)}
    return smaller, [(at[left], at[right]) for left, right in pairs]
