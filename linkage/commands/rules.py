"""`nearmatch rules`: before a change of the rules goes live. `check` says whether they are sound, `diff` what they would change."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from linkage.commands.common import console, fail, now, out
from linkage.commands.database import database_option, open_database
from linkage.commands.labelled_tables import read_labelled
from linkage.commands.progress import stages
from linkage.commands.tables import OutPath, write_csv
from linkage.engine.local import Progress
from linkage.errors import LinkageError, ModelError
from linkage.evaluate.rule_diff import RuleDifference, compare_rules
from linkage.evaluate.rule_examples import broken_examples
from linkage.records import RecordTable
from linkage.store.current import current_table
from rules.changes import RuleChange, changes
from rules.check import Checked, Section, check_files
from rules.errors import RuleFileError
from rules.rulebook import load_rulebook, read_rulebook
from rules.sources import sources_of

RulePath = click.Path(exists=True, path_type=Path)
BANDS = ("none", "near", "auto")
IN_WORDS = {
    ("none", "near"): "would be shown to people",
    ("none", "auto"): "would be shown, in auto at once",
    ("near", "auto"): "would become auto",
    ("auto", "near"): "would need a person",
    ("near", "none"): "would not be shown any more",
    ("auto", "none"): "would not be shown any more, and were auto",
}


@click.group("rules")
def command() -> None:
    """Check the rule files, and see what a change would do before it goes live."""


@command.command("check")
@click.argument("files", nargs=-1, type=RulePath)
def check(files: tuple[Path, ...]) -> None:
    """Validate all rule files in force and run the examples of the name rules. FILES (or folders) take the place of theirs."""
    try:
        sources = sources_of(files)
        found = check_files(sources)
        # Examples of rules that are not sound would only repeat that they are not.
        broken = () if found.faults else broken_examples(read_rulebook(sources), sources)
    except (LinkageError, RuleFileError) as error:
        fail(error)
    for path, holds in found.holds.items():
        out.print(Text(f"ok      {path}: {holds}"), soft_wrap=True)
    if found.sections:
        out.print(_sections(found.sections))
    faults = [*found.faults, *broken]
    for fault in faults:
        console.print(Text(str(fault), style="red"), soft_wrap=True)
    if faults:
        console.print(f"{len(faults):,} to mend. Rules that are not sound stop the start of the program.")
        raise SystemExit(1)
    out.print(f"All {_examples(found):,} examples hold.")


def _examples(found: Checked) -> int:
    return sum(section.examples for section in found.sections)


def _sections(sections: tuple[Section, ...]) -> Table:
    table = Table("section", box=None)
    for title in ("rules", "entries", "examples"):
        table.add_column(title, justify="right")
    for one in sections:
        table.add_row(one.name, f"{one.rules:,}", f"{one.entries:,}", f"{one.examples:,}")
    return table


@command.command("diff")
@click.argument("old", type=RulePath)
@click.option(
    "--table",
    "table_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Records instead of the stored ones.",
)
@click.option("--id", "id_column", default="", help="Column of the table with the record ids.")
@click.option("--pairs", "pairs_out", type=OutPath(), help="id_a,id_b and band and probability, old and new.")
@database_option
def diff(old: Path, table_path: Path | None, id_column: str, pairs_out: Path | None, data: Path) -> None:
    """Say what changes between OLD, an older rule file or a folder of them, and the rules in force, on the stored records."""
    try:
        before, after = read_rulebook(sources_of([old])), load_rulebook()
        changed = changes(before, after)
        for one in changed:
            out.print(Text(_in_words(one)), soft_wrap=True)
        if not changed:
            console.print(f"{old} says the same as the rules in force.")
            return
        table = _records(table_path, id_column, data, now().date())
        with stages() as bars:
            found = compare_rules(table, before, after, progress=lambda run: _named(bars, run))
        if pairs_out:
            write_csv(
                pairs_out, ("id_a", "id_b", "old_band", "new_band", "old_probability", "new_probability"), _rows(found)
            )
    except (LinkageError, RuleFileError) as error:
        fail(error)
    _print(found)
    if pairs_out:
        console.print(f"{len(found.changed):,} pairs written to {pairs_out}.")


def _named(bars: Progress, run: str) -> Progress:
    """The bars of one of the two runs, under names of their own."""
    return lambda stage, done, of: bars(f"{stage}, {run}", done, of)


def _records(path: Path | None, id_column: str, data: Path, today: date) -> RecordTable:
    if path:
        return read_labelled([path], id_column, None, today)
    with open_database(data).unit_of_work(read_only=True) as session:
        table = current_table(session)[0]
    if not len(table):
        raise ModelError("No record is stored yet.", "Store an upload with `nearmatch ingest`, or name a `--table`.")
    return table


def _in_words(one: RuleChange) -> str:
    return f"{one.change:<8} {one.file}: {one.rule}" + (f" ({one.what})" if one.what else "")


def _rows(found: RuleDifference) -> Iterator[tuple[str, ...]]:
    for one in found.changed:
        chances = (
            f"{chance:.6f}" if chance is not None else "" for chance in (one.old_probability, one.new_probability)
        )
        yield (one.left, one.right, one.old_band, one.new_band, *chances)


def _print(found: RuleDifference) -> None:
    out.print(
        f"{found.records:,} records: {found.old_shown:,} pairs are shown under the old rules, {found.new_shown:,} under the new."
    )
    if not found.changed:
        out.print("No pair would change its band.")
    for (before, after), count in sorted(found.bands.items(), key=lambda item: -item[1]):
        out.print(f"  {count:>8,}  {before} -> {after}: {IN_WORDS[before, after]}")
    for title, count in found.levels.items():
        out.print(f"  {count:>8,}  of these, another finding in: {title}")
    if found.guarded:
        out.print(f"  {found.guarded:>8,}  of these, other guards")
    out.print(f"{found.joined:,} pairs of records would come into one group, {found.parted:,} would leave theirs.")
