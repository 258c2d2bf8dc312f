"""`nearmatch explain`: why two stored records look like one child, or why not, in words."""

from pathlib import Path

import click
from rich.table import Table

from linkage.commands.common import fail, out
from linkage.commands.database import database_option, open_database
from linkage.errors import LinkageError, UnknownIdError
from linkage.pair_scoring import ScoredPair, score_pairs
from linkage.score.explain import in_words
from linkage.store.current import one_table
from rules.errors import RuleFileError
from rules.policy import Policy
from rules.rulebook import load_rulebook


@click.command("explain")
@click.argument("first")
@click.argument("second")
@database_option
def command(first: str, second: str, data: Path) -> None:
    """Explain the records FIRST and SECOND (source record numbers, or STATE:student-id such as TX:100234)."""
    try:
        rulebook = load_rulebook()
        with open_database(data).unit_of_work() as session:
            table = one_table(session, (first, second))
        if len(set(table.ids)) == 1:
            raise UnknownIdError(f"`{first}` and `{second}` are one and the same record.", "Name two records.")
        scored = score_pairs(table, [(0, 1)], rulebook)[0]
    except (LinkageError, RuleFileError) as error:
        fail(error)
    _print(scored, rulebook.policy)


def _print(scored: ScoredPair, policy: Policy) -> None:
    found = scored.evidence
    out.print(f"Of pairs like this, {in_words(found.probability)} are one child (band: {found.band}).")
    out.print(_waterfall(scored))
    for guard_id in found.guards:
        guard = policy.guard(guard_id)
        out.print(f"{guard.title} ({guard_id}): {guard.sentence}")
    if scored.met_by:
        met = f"Blocking finds this pair: {', '.join(scored.met_by)}."
    else:
        met = "Blocking does not find this pair: a scan never compares it."
    out.print(met)


def _waterfall(scored: ScoredPair) -> Table:
    table = Table(box=None)
    table.add_column("bits", justify="right")
    table.add_column("field")
    table.add_column("what was found")
    for line in scored.evidence.lines:
        table.add_row(f"{line.weight:+.1f}", line.title, line.sentence)
    table.add_row(f"{scored.evidence.weight:+.1f}", "Together", "")
    return table
