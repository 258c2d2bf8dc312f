"""`nearmatch link`: one table to deduplicate, or two to link, without a database."""

from pathlib import Path

import click
import numpy as np

from linkage.commands.common import console, fail, without_collector
from linkage.commands.mde_columns import canonical_columns
from linkage.commands.progress import stages
from linkage.commands.tables import OutPath, Unread, account_for_unread, join, read_records, say_unread_dates, write_csv
from linkage.engine.matcher import Matcher
from linkage.errors import LinkageError
from linkage.linking import Linked, link
from linkage.records import RecordTable
from rules.errors import RuleFileError
from rules.matching import ModelFile
from rules.rulebook import Rulebook, load_rulebook
from rules.yaml_file import load

FilePath = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("link")
@click.argument("files", nargs=-1, required=True, type=FilePath)
@click.option("--out", required=True, type=OutPath(), help="record_id,cluster_id")
@click.option("--pairs", "pairs_out", type=OutPath(), help="id_a,id_b,probability,band,guards")
@click.option("--model", "model_path", type=FilePath, help="What is compared how, for a table that is not MDE-shaped.")
@click.option("--id", "id_column", default="", help="Column with the record ids; default: record_id, id or row number.")
@click.option("--workers", default=0, show_default=True, help="Threads; 0 = one a processor. The result is the same.")
def command(  # noqa: PLR0917 - one parameter an option
    files: tuple[Path, ...], out: Path, pairs_out: Path | None, model_path: Path | None, id_column: str, workers: int
) -> None:
    """Find the duplicates in one table, or link two: `nearmatch link A.csv B.csv --out clusters.csv`."""
    if len(files) > 2:
        raise click.UsageError("Give one file to deduplicate, or two to link.")
    try:
        rulebook = load_rulebook()
        model = load(model_path, ModelFile) if model_path else None
        table, unread = _read(files, id_column or (model.record_id if model else ""), model)
        matcher = Matcher.of_file(rulebook, model) if model else Matcher.of_rules(rulebook)
        with without_collector(), stages() as progress:
            linked = link(table, matcher, across_only=len(files) > 1, workers=workers, progress=progress)
        _write(table, linked, out, pairs_out)
        account_for_unread(unread, out)
    except (LinkageError, RuleFileError) as error:
        fail(error)
    _summary(table, linked, rulebook, out)
    fields = model.fields if model else rulebook.matching.fields
    say_unread_dates(table, [field.columns[0] for field in fields if field.compare == "birth_date"], rulebook)


def _read(files: tuple[Path, ...], id_column: str, model: ModelFile | None) -> tuple[RecordTable, Unread]:
    read = [read_records(path, id_column, source) for path, source in zip(files, "AB", strict=False)]
    tables = [canonical_columns(table) if model is None else table for table, _ in read]
    unread = tuple(line for _, lines in read for line in lines)
    return tables[0] if len(tables) == 1 else join(*tables), unread


def _write(table: RecordTable, linked: Linked, out: Path, pairs_out: Path | None) -> None:
    write_csv(out, ("record_id", "cluster_id"), zip(table.ids, linked.clusters.tolist(), strict=True))
    if pairs_out:
        write_csv(
            pairs_out,
            ("id_a", "id_b", "probability", "band", "guards"),
            (
                (left, right, f"{chance:.6f}", band, ";".join(guards))
                for left, right, chance, band, guards in linked.pair_rows()
            ),
        )


def _summary(table: RecordTable, linked: Linked, rulebook: Rulebook, out: Path) -> None:
    clusters = int(linked.clusters.max(initial=0))
    joined = int(np.count_nonzero(linked.scored.weights.probability >= rulebook.policy.groups.link))
    console.print(f"{len(table):,} records, {linked.candidate_pairs:,} candidate pairs, {joined:,} linked pairs.")
    console.print(f"{clusters:,} clusters written to {out}.")
    if linked.left_out:
        console.print(
            f"{linked.left_out:,} linked pairs stay in two clusters: the other records there speak against them."
        )
    left_out = sum(report.pairs_left_out for report in linked.blocking)
    if left_out:
        console.print(
            f"{left_out:,} pairs share only a key that too many records have; they were not compared under it."
        )
