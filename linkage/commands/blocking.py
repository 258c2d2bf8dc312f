"""`nearmatch blocking`: what each blocking rule finds on a table, what it costs, and what all of them miss."""

from pathlib import Path

import click
from rich.table import Table

from linkage.block.report import BlockingFindings, findings, recall
from linkage.commands.common import console, fail, out
from linkage.commands.database import database_option, open_database
from linkage.commands.mde_columns import canonical_columns
from linkage.commands.progress import stages
from linkage.commands.tables import read_records
from linkage.engine.matcher import Matcher
from linkage.errors import LinkageError
from linkage.identity.missed_pairs import missed_pairs
from linkage.linking import SEED
from linkage.records import RecordTable
from linkage.store.current import current_table
from rules.errors import RuleFileError
from rules.matching import ModelFile
from rules.rulebook import load_rulebook
from rules.yaml_file import load

FilePath = click.Path(exists=True, dir_okay=False, path_type=Path)

# Pairs less probable than this are not counted among the matches: together they are many, and say little.
LEAST = 0.05


@click.group("blocking")
def command() -> None:
    """See how well the blocking rules find the pairs that are worth comparing."""


@command.command("report")
@click.argument("table", required=False, type=FilePath)
@click.option("--model", "model_path", type=FilePath, help="What is compared how, for a TABLE that is not MDE-shaped.")
@database_option
def report(table: Path | None, model_path: Path | None, data: Path) -> None:
    """Report what each blocking rule finds among the stored records, or in TABLE."""
    if model_path and not table:
        raise click.UsageError("A model file needs a TABLE.")
    try:
        rulebook = load_rulebook()
        model = load(model_path, ModelFile) if model_path else None
        matcher = Matcher.of_file(rulebook, model) if model else Matcher.of_rules(rulebook)
        found = examine(_records(table, model, data), matcher)
    except (LinkageError, RuleFileError) as error:
        fail(error)
    _print(found)


@command.command("missed")
@database_option
def missed(data: Path) -> None:
    """List the pairs that people added while they reviewed and no scan had shown, and the rules that would find them."""
    try:
        rulebook = load_rulebook()
        with open_database(data).unit_of_work(read_only=True) as session:
            found = missed_pairs(session, rulebook)
    except (LinkageError, RuleFileError) as error:
        fail(error)
    if not found:
        out.print("Nobody has added a record that a scan had not shown.")
        return
    table = Table(box=None)
    for heading in ("records", "item", "probability", "one student", "blocking rules that find them"):
        table.add_column(heading)
    for one in found:
        met = ", ".join(one.met_by) or "none"
        joined = "yes" if one.one_student else "no"
        table.add_row(f"{one.record_a}, {one.record_b}", f"{one.item_id}", f"{one.probability:.3f}", joined, met)
    out.print(table)
    out.print(f"{sum(not one.met_by for one in found):,} of {len(found):,} pairs meet under no blocking rule.")


def examine(records: RecordTable, matcher: Matcher) -> BlockingFindings:
    """Score all candidate pairs of the records, and count by rule. A model without weights is estimated first."""
    with stages() as progress:
        space = matcher.prepare(records, progress=progress)
        if matcher.model is None:
            matcher = matcher.trained_on(space, seed=SEED)
        scored, _ = matcher.engine.find(space, matcher.ready(), LEAST, progress=progress)
    return findings(space.index, scored.pairs, scored.weights.probability)


def _records(table: Path | None, model: ModelFile | None, data: Path) -> RecordTable:
    if table is None:
        with open_database(data).unit_of_work(read_only=True) as session:
            return current_table(session)[0]
    read, unread = read_records(table, model.record_id if model else "", "")
    if unread:
        console.print(
            f"{len(unread):,} lines could not be read and are left out; `nearmatch link` lists them in a file."
        )
    return read if model else canonical_columns(read)


def _print(found: BlockingFindings) -> None:
    title = f"{found.records:,} records, {found.pairs:,} pairs compared, about {found.matches:,.0f} matches among them"
    table = Table(title=title, box=None)
    table.add_column("rule", no_wrap=True)
    for heading in ("keys", "pairs", "alone", "refined", "left out", "recall", "alone"):
        table.add_column(heading, justify="right")
    for one in found.rules:
        table.add_row(
            one.blocks.rule,
            f"{one.blocks.blocks:,}",
            f"{one.pairs:,}",
            f"{one.pairs_alone:,}",
            f"{one.blocks.keys_refined:,}",
            f"{one.blocks.pairs_left_out:,}",
            f"{recall(one.matches, found):.1%}",
            f"{recall(one.matches_alone, found):.2%}",
        )
    out.print(table)
    out.print(f"All rules together find at most {recall(found.matches, found):.2%} of the matches.")
    out.print(
        f"Estimated without labels: a pair counts as a match as far as it is probable (from {LEAST:.0%} on). How many matches "
        f"all rules miss (at least {found.missed:,.0f}) is judged from how many were found by one rule only, and by two only. "
        "Rules that look at the same fields miss the same matches, and a record that resembles its partner under no rule "
        "leaves no trace: the true number is higher."
    )
