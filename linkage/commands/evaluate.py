"""`nearmatch evaluate`: matches records whose truth is known and tells what was found, missed and mixed up."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click
from rich.table import Table

from linkage.commands.common import console, fail, now, out
from linkage.commands.labelled_tables import read_labelled
from linkage.commands.progress import stages
from linkage.commands.tables import OutPath
from linkage.engine.matcher import Matcher
from linkage.errors import LinkageError
from linkage.evaluate.findings import FEW
from linkage.evaluate.intervals import Range, wilson
from linkage.evaluate.measures import KindRecall
from linkage.evaluate.rates import Rates
from linkage.evaluate.report import About, html_report
from linkage.evaluate.sample import generate
from linkage.evaluate.trial import Answer, Trial, measure, run_trial
from linkage.evaluate.truth_file import NAMED_LINES, TruthFile, read_truth
from linkage.linking import link
from rules.errors import RuleFileError
from rules.matching import ModelFile
from rules.rulebook import Rulebook, load_rulebook
from rules.yaml_file import load

FilePath = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("evaluate")
@click.argument("tables", nargs=-1, type=FilePath)
@click.option("--truth", type=FilePath, help="What is true of the TABLES: record_id,child_id or id_a,id_b.")
@click.option("--model", "model_path", type=FilePath, help="What is compared how, for TABLES that are not MDE-shaped.")
@click.option("--id", "id_column", default="", help="Column of the TABLES with the record ids.")
@click.option("--html", type=OutPath(), help="Write the figures as a page for reading and printing.")
@click.option(
    "--seed", default=900, show_default=True, help="Seed of the sample; the shipped weights saw seeds 101 and 102."
)
@click.option("--records", default=6_000, show_default=True, help="Source records in the sample.")
@click.option("--damage-scale", default=1.0, show_default=True, help="Multiplies every rate of damage.")
def command(  # noqa: PLR0917 - click passes one argument an option
    tables: tuple[Path, ...],
    truth: Path | None,
    model_path: Path | None,
    id_column: str,
    html: Path | None,
    seed: int,
    records: int,
    damage_scale: float,
) -> None:
    """Measure the matching on TABLES whose --truth is known, or on invented families when none is named."""
    if bool(tables) != bool(truth):
        raise click.UsageError("TABLES and --truth go together: which records, and what is true of them.")
    try:
        rulebook = load_rulebook()
        if truth:
            model = load(model_path, ModelFile) if model_path else None
            trial, notes = _on_own(_Own(tables, truth, model, id_column), rulebook)
            subject = f"{', '.join(path.name for path in tables)} against {truth.name}"
        else:
            trial, notes = _on_sample(seed, records, damage_scale, rulebook), ()
            subject = f"Invented families, seed {seed}, damage x {damage_scale:g}"
        if html:
            about = About(subject, now().date().isoformat(), rulebook.hash, notes)
            html.write_text(html_report(trial, about), encoding="utf-8")
    except (LinkageError, RuleFileError) as error:
        fail(error)
    for note in notes:
        console.print(note)
    for printed in _printed(trial):
        out.print(printed)
    if html:
        console.print(f"Written to {html}.")


@dataclass(frozen=True, slots=True)
class _Own:
    tables: tuple[Path, ...]
    truth: Path
    model: ModelFile | None
    id_column: str


def _on_sample(seed: int, records: int, damage_scale: float, rulebook: Rulebook) -> Trial:
    try:
        sample = generate(seed, records=records, rates=Rates().scaled(damage_scale))
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    with stages() as progress:
        return run_trial(sample, rulebook, progress=progress)


def _on_own(own: _Own, rulebook: Rulebook) -> tuple[Trial, tuple[str, ...]]:
    table = read_labelled(own.tables, own.id_column, own.model, now().date())
    truth = read_truth(own.truth, table.ids)
    matcher = Matcher.of_file(rulebook, own.model) if own.model else Matcher.of_rules(rulebook)
    with stages() as progress:
        found = link(table, matcher, progress=progress)
    return measure(truth.labels, Answer.of(found), rulebook.policy), tuple(_notes(own.truth.name, truth))


def _notes(name: str, truth: TruthFile) -> list[str]:
    notes = []
    if truth.strangers:
        lines = ", ".join(map(str, truth.strangers[:NAMED_LINES])) + (
            " ..." if len(truth.strangers) > NAMED_LINES else ""
        )
        notes.append(
            f"{name}: {len(truth.strangers):,} lines name a record that the tables do not have, and are left out (line {lines})."
        )
    if truth.implied:
        notes.append(
            f"{name}: {truth.implied:,} further pairs follow from its pairs (A is B and B is C), and count as true."
        )
    if truth.unused:
        notes.append(f"{name}: columns that mean nothing here: {', '.join(truth.unused)}.")
    return notes


def _printed(trial: Trial) -> list[Table]:
    return [
        _pairs(trial),
        _children(trial),
        _false_merges(trial),
        *(
            _recall(kind, found)
            for kind, found in (("tradition", trial.by_tradition), ("damage", trial.by_damage))
            if found
        ),
        _calibration(trial),
        _thresholds(trial),
    ]


def _pairs(trial: Trial) -> Table:
    title = (
        f"{trial.records:,} records, {trial.candidate_pairs:,} candidate pairs, {trial.linked.true_pairs:,} true pairs"
    )
    table = Table("pairs", "found", "precision", "recall", "F1", title=title)
    for name, one in (("joined by link", trial.linked), ("shown (near and auto)", trial.near), ("auto", trial.auto)):
        figures = (one.precision, one.precision_range), (one.recall, one.recall_range), (one.f1, one.f1_range)
        table.add_row(name, f"{one.found_pairs:,}", *(_figure(*figure) for figure in figures))
    return table


def _children(trial: Trial) -> Table:
    one = trial.clusters
    title = f"{one.exact:,} of {one.true_groups:,} children with several records found exactly"
    table = Table("groups", "precision", "recall", "F1", title=title)
    exact = (
        (one.exact_precision, wilson(one.exact, one.found_groups)),
        (one.exact_recall, wilson(one.exact, one.true_groups)),
    )
    b3 = (one.b3_precision, one.b3_precision_range), (one.b3_recall, one.b3_recall_range)
    table.add_row("exact", *(_figure(*figure) for figure in (*exact, (one.exact_f1, one.exact_range))))
    table.add_row("record by record (B-cubed)", *(_figure(*figure) for figure in (*b3, (one.b3_f1, one.b3_range))))
    return table


def _false_merges(trial: Trial) -> Table:
    table = Table("different children", "pairs", "joined by link", "at most", "in auto", title="False merges")
    for one in trial.false_merges:
        most = f"{wilson(one.joined, one.pairs).high:.2%}" if one.pairs >= FEW else "too few"
        table.add_row(one.kind, f"{one.pairs:,}", f"{one.joined:,}", most, str(one.auto))
    return table


def _recall(kind: str, found: Mapping[str, KindRecall]) -> Table:
    table = Table(kind, "true pairs", "joined", "shown", title=f"Recall by {kind}")
    for name, one in found.items():
        share = _figure(one.recall, one.range) if one.pairs >= FEW else f"{one.shown} (too few to say)"
        table.add_row(name, f"{one.pairs:,}", f"{one.joined:,}", share)
    return table


def _calibration(trial: Trial) -> Table:
    title = f"Calibration: off by {trial.calibration.error:.3f} on average, Brier score {trial.calibration.brier:.4f}"
    table = Table("probability said", "true share", "pairs", title=title)
    for one in trial.calibration.bins:
        table.add_row(f"{one.said:.3f}", _figure(one.share, one.range), f"{one.pairs:,}")
    return table


def _thresholds(trial: Trial) -> Table:
    table = Table("joined from", "pairs", "precision", "recall", "F1", title="Thresholds")
    marks = {trial.marks.near: " near", trial.marks.link: " link", trial.marks.auto: " auto"}
    for one in trial.thresholds:
        least = f"{one.probability:g}{marks.get(one.probability, '')}"
        table.add_row(least, f"{one.found:,}", f"{one.precision:.4f}", f"{one.recall:.4f}", f"{one.f1:.4f}")
    return table


def _figure(value: float, bounds: Range) -> str:
    return f"{value:.4f} ({bounds.low:.3f}-{bounds.high:.3f})"
