"""`nearmatch evaluate`: matches an invented sample whose truth is known and prints what was found, missed and mixed up."""

from collections.abc import Mapping

import click
from rich.table import Table

from linkage.commands.common import fail, out
from linkage.commands.progress import stages
from linkage.evaluate.measures import PairMeasures
from linkage.evaluate.rates import Rates
from linkage.evaluate.sample import generate
from linkage.evaluate.trial import Trial, run_trial
from rules.errors import RuleFileError
from rules.rulebook import load_rulebook


@click.command("evaluate")
@click.option(
    "--seed", default=900, show_default=True, help="Seed of the sample; the shipped weights saw seeds 101 and 102."
)
@click.option("--records", default=6_000, show_default=True, help="Source records in the sample.")
@click.option("--damage-scale", default=1.0, show_default=True, help="Multiplies every rate of damage.")
def command(seed: int, records: int, damage_scale: float) -> None:
    """Measure the matching on invented families: precision, recall, false merges, calibration."""
    try:
        rulebook = load_rulebook()
        sample = generate(seed, records=records, rates=Rates().scaled(damage_scale))
        with stages() as progress:
            trial = run_trial(sample, rulebook, progress=progress)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    except RuleFileError as error:
        fail(error)
    for table in (_pairs(trial), _false_merges(trial), _recall("tradition", trial.by_tradition), _calibration(trial)):
        out.print(table)
    out.print(_recall("damage", trial.by_damage))


def _pairs(trial: Trial) -> Table:
    title = (
        f"{trial.records:,} records, {trial.candidate_pairs:,} candidate pairs, {trial.linked.true_pairs:,} true pairs"
    )
    table = Table("pairs", "found", "precision", "recall", "F1", title=title)
    rows: list[tuple[str, PairMeasures]] = [
        ("joined by link", trial.linked),
        ("shown to people (near and auto)", trial.near),
        ("auto", trial.auto),
    ]
    for name, one in rows:
        table.add_row(name, f"{one.found_pairs:,}", f"{one.precision:.4f}", f"{one.recall:.4f}", f"{one.f1:.4f}")
    return table


def _false_merges(trial: Trial) -> Table:
    table = Table("different children", "pairs", "joined by link", "in auto", title="False merges")
    for one in trial.false_merges:
        share = f"{one.joined} ({one.joined / one.pairs:.2%})" if one.pairs else "0"
        table.add_row(one.kind, f"{one.pairs:,}", share, str(one.auto))
    return table


def _recall(kind: str, found: Mapping[str, tuple[int, float]]) -> Table:
    table = Table(kind, "true pairs", "shown", title=f"Recall by {kind}")
    for name, (pairs, recall) in found.items():
        table.add_row(name, f"{pairs:,}", f"{recall:.3f}")
    return table


def _calibration(trial: Trial) -> Table:
    table = Table("probability said", "true share", "pairs", title="Calibration")
    for said, true, pairs in trial.calibration:
        table.add_row(f"{said:.3f}", f"{true:.3f}", f"{pairs:,}")
    return table
