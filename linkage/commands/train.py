"""`nearmatch train`: estimates the weights of the comparison levels, without labels, and counts how common names are."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import click
import numpy as np

from linkage.commands.common import console, fail
from linkage.commands.database import database_option, open_database
from linkage.commands.mde_columns import canonical_columns
from linkage.commands.progress import stages
from linkage.commands.tables import OutPath, Unread, account_for_unread, read_records, write_csv
from linkage.commands.train_decided import train_on_decisions
from linkage.compare.census import count_names, count_values
from linkage.engine.matcher import Matcher
from linkage.errors import LinkageError
from linkage.evaluate.sample import generate, record_table
from linkage.records import RecordTable, StandardTable
from linkage.score.calibrate import shift_bits
from linkage.score.em import Estimate
from linkage.score.model import Model
from linkage.score.weights_file import write_weights
from rules.errors import RuleFileError
from rules.matching import Provenance
from rules.name_shares import HEADER
from rules.rulebook import Rulebook, load_rulebook

# A name carried by fewer than this many people is not written: the list stays short and names nobody.
LEAST_CARRIERS = 3
# Pairs less probable than this say nothing about where the bands should lie.
LEAST_CALIBRATED = 1e-4


@click.command("train")
@click.argument("table", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=OutPath(), help="Where the weights are written, e.g. rules/weights.yaml.")
@click.option("--shares-out", type=OutPath(), help="Where the shares of names are written, e.g. rules/name_shares.csv.")
@click.option("--seed", default=101, show_default=True, help="Seed of the invented families and of the random pairs.")
@click.option(
    "--records", default=20_000, show_default=True, help="How many records are invented when no TABLE is given."
)
@click.option("--from-decisions", is_flag=True, help="Sharpen the weights in force with what people have decided.")
@database_option
def command(  # noqa: PLR0917 - click passes one argument an option
    table: Path | None, out: Path, shares_out: Path | None, seed: int, records: int, from_decisions: bool, data: Path
) -> None:
    """Estimate the weights on TABLE (MDE columns, one record a row), or on invented families when none is given.

    No labels are used, but for the calibration: that takes invented families, whose truth is known. With --from-decisions the
    weights in force are sharpened on the stored records instead, if the decisions are many enough and it helps.
    """
    if from_decisions and (table or shares_out):
        raise click.UsageError("--from-decisions takes the stored records: no TABLE, and no --shares-out.")
    try:
        rulebook = load_rulebook()
        if from_decisions:
            train_on_decisions(open_database(data), out, rulebook, seed)
            return
        unread: Unread = ()
        if table:
            given, unread = read_records(table, "", "")
            read = canonical_columns(given)
        else:
            read = record_table(generate(seed, records=records))[0]
        estimate, standard = train(read, rulebook, seed)
        if not table:
            estimate = replace(estimate, model=calibrated(estimate.model, rulebook, seed + 1, records))
        out.write_text(write_weights(estimate, _provenance(estimate, read, rulebook, table, seed)), encoding="utf-8")
        if shares_out:
            write_csv(shares_out, HEADER, name_shares(standard))
        account_for_unread(unread, out)
    except (LinkageError, RuleFileError) as error:
        fail(error)
    said = "settled" if estimate.converged else "had not settled"
    console.print(
        f"{len(read):,} records, {estimate.pairs:,} pairs; the weights {said} after {estimate.rounds} rounds."
    )
    console.print(f"Written to {out}.")


def train(table: RecordTable, rulebook: Rulebook, seed: int) -> tuple[Estimate, StandardTable]:
    """Estimate the shares of the levels of the fields of rules/matching.yaml on a table without labels."""
    matcher = Matcher.untrained(rulebook)
    with stages() as progress:
        space = matcher.prepare(table, progress=progress)
        return matcher.engine.train(space, family=True, seed=seed), space.table


def calibrated(model: Model, rulebook: Rulebook, seed: int, records: int) -> Model:
    """The model with the shift that makes it true on invented families it has not seen."""
    table, truth = record_table(generate(seed, records=records))
    matcher = replace(Matcher.untrained(rulebook), model=model)
    scored, _ = matcher.engine.find(matcher.prepare(table), model, LEAST_CALIBRATED)
    child = np.unique([one.child_id for one in truth], return_inverse=True)[1]
    pairs = scored.pairs
    return replace(model, calibration=shift_bits(scored.weights.weight, child[pairs.left] == child[pairs.right]))


def name_shares(table: StandardTable) -> Iterable[tuple[str, str, str]]:
    """Rows of rules/name_shares.csv: names and towns of at least LEAST_CARRIERS records, most common first."""
    given = count_names(table, ("child", "parent1", "parent2"), surnames=False)
    surname = count_names(table, ("child",), surnames=True)
    towns = count_values(table.codes["birth_city"])
    for kind, counts in (("given", given), ("surname", surname), ("city", towns)):
        total = sum(counts.values())
        for text, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
            if count >= LEAST_CARRIERS:
                yield kind, text, f"{count / total:.3g}"


def _provenance(estimate: Estimate, table: RecordTable, rulebook: Rulebook, path: Path | None, seed: int) -> Provenance:
    source = f"table {path.name}" if path else f"invented families, seed {seed}, calibrated on seed {seed + 1}"
    return Provenance(
        made=date.today().isoformat(),  # noqa: DTZ011 - the day on this machine's calendar
        method=f"EM without labels on {source}; u from random pairs",
        records=len(table),
        pairs=estimate.pairs,
        rounds=estimate.rounds,
        rulebook=rulebook.hash[:16],
    )
