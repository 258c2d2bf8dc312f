"""`nearmatch sample`: invents the uploads of a few States, with the truth beside them."""

from dataclasses import replace
from pathlib import Path

import click

from linkage.evaluate.pools import places
from linkage.evaluate.rates import Rates
from linkage.evaluate.sample import DEFAULT_STATES, generate
from linkage.evaluate.summary import Summary, summarize
from linkage.evaluate.upload import UploadFile, write

DEFAULT_SEED = 20261101


def _states(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    states = tuple(state.strip().upper() for state in value.split(","))
    known = places().states
    if len(set(states)) < len(states) or not all(state in known for state in states):
        raise click.BadParameter(f"{value!r} is not a list like TX,WA of different States out of {', '.join(known)}.")
    return states


@click.command("sample")
@click.option(
    "--out", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write."
)
@click.option("--seed", default=DEFAULT_SEED, show_default=True, help="The same seed gives the same files.")
@click.option(
    "--records",
    default=6000,
    show_default=True,
    type=click.IntRange(1, 2_000_000),
    help="Source records, all States together.",
)
@click.option("--states", default=",".join(DEFAULT_STATES), show_default=True, callback=_states, help="Postal codes.")
@click.option(
    "--duplicates",
    default=Rates().duplicates,
    show_default=True,
    type=click.FloatRange(0, 0.8),
    help="Share of the records.",
)
@click.option(
    "--damage-scale", default=1.0, show_default=True, type=click.FloatRange(0, 10), help="More or less damage."
)
def command(  # noqa: PLR0917 - click passes one argument an option
    folder: Path, seed: int, records: int, states: tuple[str, ...], duplicates: float, damage_scale: float
) -> None:
    """Invent migratory families and write one upload a State (TX.csv ...) and truth.csv. No real person is in them."""
    rates = replace(Rates(), duplicates=duplicates).scaled(damage_scale)
    sample = generate(seed, records=records, states=states, rates=rates)
    for file in write(sample, folder):
        click.echo(_file_line(file))
    click.echo(f"{folder / 'truth.csv'}: {len(sample.truth):,} lines, {_truth_line(summarize(sample))}")


def _file_line(file: UploadFile) -> str:
    lines = file.lines + file.defective
    return (
        f"{file.path}: {lines:,} lines in {file.encoding}, {file.records:,} students, "
        f"{file.defective} defective lines for quarantine"
    )


def _truth_line(summary: Summary) -> str:
    return (
        f"{summary.children:,} children, {summary.duplicates:,} duplicates ({summary.duplicates_inside:,} inside a State); "
        f"pairs of children: {summary.sibling_pairs:,} siblings, of them {summary.twin_pairs:,} twins, "
        f"{summary.cousin_pairs:,} cousins with one name, {summary.father_son_pairs:,} father and son, "
        f"{summary.namesake_pairs:,} strangers with one name"
    )
