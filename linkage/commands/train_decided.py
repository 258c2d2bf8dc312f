"""`nearmatch train --from-decisions`: what people have decided sharpens the weights, if it is enough and if it helps."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from linkage.cluster.links import components
from linkage.commands.common import console
from linkage.commands.progress import stages
from linkage.engine.local import Space
from linkage.engine.matcher import Matcher
from linkage.errors import ModelError
from linkage.identity.decided_pairs import DecidedPair, DecidedPairs, decided_pairs
from linkage.identity.views import Verdict
from linkage.records import Int64, PairTable, RecordTable
from linkage.score.decided import DIFFERENT, LEAST, SAME, TWINS, Decided, Sharpened, Undecided, sharpen
from linkage.score.weights_file import write_weights
from linkage.store.current import current_table, version_table
from linkage.store.database import Database
from rules.matching import Provenance
from rules.rulebook import Rulebook

_CODE = {Verdict.SAME: SAME, Verdict.DIFFERENT: DIFFERENT, Verdict.TWINS: TWINS}


@dataclass(frozen=True, slots=True)
class Stored:
    """All current records, the decisions, and the records as they were when decided on: rows 2i and 2i + 1 are pair i."""

    table: RecordTable
    decided: DecidedPairs
    seen: RecordTable


def train_on_decisions(database: Database, out: Path, rulebook: Rulebook, seed: int, least: int = LEAST) -> None:
    """Write sharpened weights to `out`. Raises ModelError, and writes nothing, where there is too little or it is no help.

    `least`: decisions needed of each side.
    """
    stored = read_stored(database)
    refuse_too_few(stored.decided, least)
    with stages() as progress:
        matcher = Matcher.of_rules(rulebook)
        found = sharpened(stored, matcher, matcher.prepare(stored.table, progress=progress), seed)
    console.print(
        f"Learned from {found.learned:,} decided pairs; on {found.held_out:,} that were held back the log loss was "
        f"{found.before:.4f} bits a pair before, and is {found.after:.4f} after."
    )
    if not found.is_better:
        raise ModelError(
            "The new weights do worse on decisions they have not seen. Nothing was written.",
            "Keep the weights in force; try again when more has been decided.",
        )
    provenance = _provenance(found, stored, rulebook)
    out.write_text(write_weights(found.estimate, provenance), encoding="utf-8")
    console.print(f"Written to {out}. Look with `nearmatch rules diff` at what it changes before it goes live.")


def read_stored(database: Database) -> Stored:
    """One moment of the database."""
    with database.unit_of_work(read_only=True) as session:
        decided = decided_pairs(session)
        sides = [side for one in decided.pairs for side in (one.left, one.right)]
        return Stored(current_table(session)[0], decided, version_table(session, sides))


def refuse_too_few(decided: DecidedPairs, least: int) -> None:
    """Raises ModelError saying how many decisions of which side are missing."""
    said = {
        "same child": decided.count(Verdict.SAME),
        "different children or twins": decided.count(Verdict.DIFFERENT, Verdict.TWINS),
    }
    missing = [
        f'{least - count:,} more "{name}" (there are {count:,} of {least:,})'
        for name, count in said.items()
        if count < least
    ]
    if missing:
        alone = (
            f" {decided.alone:,} pairs do not count, for one person alone stands behind them." if decided.alone else ""
        )
        raise ModelError(
            f"Too few decisions to learn from: {' and '.join(missing)} are missing.{alone} Nothing was written.",
            "Decide more near matches, or keep the weights in force.",
        )


def sharpened(stored: Stored, matcher: Matcher, space: Space, seed: int) -> Sharpened:
    """The model in force, sharpened on the candidate pairs of all stored records and on the decisions among them."""
    pairs, engine, model = stored.decided.pairs, matcher.engine, matcher.ready()
    rows = np.arange(2 * len(pairs), dtype=np.int64)
    asked = PairTable.of(rows[::2], rows[1::2])
    seen = engine.prepare(matcher.standardize(stored.seen), space.census)
    decided = Decided(
        engine.score(seen, asked, model).compared,
        np.array([_CODE[one.verdict] for one in pairs], dtype=np.int8),
        _islands(pairs),
    )
    kept, share = engine.some_candidates(space)
    undecided = kept.levels.levels[~_are_decided(kept.pairs, pairs, space)]
    found = sharpen(model, decided, Undecided(undecided, space.census.records, share), seed=seed)
    population = replace(found.estimate.model, population=max(space.census.records, 2))
    return replace(found, estimate=replace(found.estimate, model=population))


def _are_decided(candidates: PairTable, pairs: tuple[DecidedPair, ...], space: Space) -> NDArray[np.bool_]:
    """Which candidate pairs people have decided: they must not count twice."""
    row = {record: number for number, record in enumerate(space.table.ids)}
    ends = [(row[str(one.left[0])], row[str(one.right[0])]) for one in pairs]
    size = len(space.table)
    known = [min(end) * size + max(end) for end in ends]
    return np.isin(candidates.left * size + candidates.right, np.array(known, dtype=np.int64))


def _islands(pairs: tuple[DecidedPair, ...]) -> Int64:
    """A number for the pairs that are connected by the records they share."""
    records = np.array([(one.left[0], one.right[0]) for one in pairs], dtype=np.int64)
    distinct, flat = np.unique(records, return_inverse=True)
    ends = flat.reshape(records.shape)
    return components(len(distinct), ends[:, 0], ends[:, 1])[ends[:, 0]]


def _provenance(found: Sharpened, stored: Stored, rulebook: Rulebook) -> Provenance:
    decided = stored.decided
    said = (
        f"{decided.count(Verdict.SAME)} same, {decided.count(Verdict.DIFFERENT)} different, "
        f"{decided.count(Verdict.TWINS)} twins"
    )
    return Provenance(
        made=date.today().isoformat(),  # noqa: DTZ011 - the day on this machine's calendar
        method=(
            f"sharpened with decisions of people ({said}); log loss on {found.held_out} held back "
            f"{found.before:.4f} -> {found.after:.4f}; before: {rulebook.weights.provenance.method}"
        ),
        records=len(stored.table),
        pairs=found.estimate.pairs,
        rounds=found.estimate.rounds,
        rulebook=rulebook.hash[:16],
    )
