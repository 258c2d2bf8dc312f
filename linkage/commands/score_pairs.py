"""`nearmatch score-pairs`: scores given pairs of records, columns with prefixes a_ and b_."""

from collections.abc import Sequence
from pathlib import Path

import click
from rich.text import Text

from linkage.commands.common import console, fail
from linkage.commands.tables import OutPath, read_whole, say_unread_dates, write_csv
from linkage.errors import LinkageError, ModelError
from linkage.ingest.table import PlainTable
from linkage.pair_scoring import ScoredPair, score_pairs
from linkage.records import ENROLLMENT_COLUMNS, EvidenceLine, RecordTable, TextColumn
from rules.errors import RuleFileError
from rules.rulebook import load_rulebook

COLUMNS = (
    "first_name", "middle_name", "last_name_1", "last_name_2", "suffix", "sex", "birth_date", "multiple_birth",
    "birth_city", "birth_state", "birth_country", "parent1_first", "parent1_last", "parent2_first", "parent2_last",
)  # fmt: skip
OPTIONAL = ("birth_date_verification", *ENROLLMENT_COLUMNS)
ADDED = ("probability", "band", "weight", "guards", "explanation", "blocked")
NEEDED = ("first_name", "last_name_1", "birth_date")


@click.command("score-pairs")
@click.argument("pairs", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=OutPath(), help="PAIRS with the answer added.")
def command(pairs: Path, out: Path) -> None:
    """Score the pairs of records in PAIRS: a probability, a band, the guards and the reasons for each."""
    try:
        rulebook = load_rulebook()
        table = read_whole(pairs)
        records, rows = records_of_pairs(pairs.name, table)
        scored = score_pairs(records, rows, rulebook)
        kept = [number for number, header in enumerate(table.headers) if header not in ADDED]
        write_csv(out, (*(table.headers[number] for number in kept), *ADDED), _answers(table, kept, scored))
    except (LinkageError, RuleFileError) as error:
        fail(error)
    _say_not_compared(table)
    say_unread_dates(records, ["birth_date"], rulebook)
    console.print(f"{len(scored):,} pairs scored and written to {out}.")


def records_of_pairs(name: str, table: PlainTable) -> tuple[RecordTable, list[tuple[int, int]]]:
    """Rows 2i and 2i + 1 of the records are the two sides of pair i. A column that is absent is missing everywhere."""
    position = {header.strip().lower(): number for number, header in enumerate(table.headers)}
    for column in (f"{side}_{needed}" for side in "ab" for needed in NEEDED):
        if column not in position:
            raise ModelError(
                f"{name} has no column `{column}`.", "Columns are named like a_first_name and b_first_name."
            )
    sides = [[position.get(f"{side}_{column}", -1) for column in (*COLUMNS, *OPTIONAL)] for side in "ab"]
    cells = [tuple(row[at] if at >= 0 else "" for at in side) for row in table.rows for side in sides]
    texts = list(zip(*cells, strict=True)) if cells else [()] * len(sides[0])
    columns = dict(zip((*COLUMNS, *OPTIONAL), map(TextColumn.of, texts), strict=True))
    ids = tuple(f"{number}{side}" for number in range(1, len(table) + 1) for side in "ab")
    records = RecordTable(ids, columns, ("pairs",) * len(ids))
    return records, [(2 * number, 2 * number + 1) for number in range(len(table))]


def _say_not_compared(table: PlainTable) -> None:
    """A misspelled header is passed through like any other column; nobody should take it for compared."""
    known = {f"{side}_{column}" for side in "ab" for column in (*COLUMNS, *OPTIONAL)}
    other = [header for header in table.headers if header.lower()[:2] in ("a_", "b_") and header.lower() not in known]
    if other:
        console.print(Text(f"Passed through, not compared: {', '.join(other)}."))


def _answers(table: PlainTable, kept: Sequence[int], scored: tuple[ScoredPair, ...]) -> list[tuple[str, ...]]:
    """The columns kept, and the answer; an answer that the file had from before makes room for the new one."""
    return [(*(row[at] for at in kept), *_answer(one)) for row, one in zip(table.rows, scored, strict=True)]


def _answer(one: ScoredPair) -> tuple[str, ...]:
    found = one.evidence
    return (
        f"{found.probability:.6f}",
        found.band,
        f"{found.weight:.3f}",
        ";".join(found.guards),
        " ".join(_in_words(line) for line in found.lines),
        "yes" if one.blocked else "no",
    )


def _in_words(line: EvidenceLine) -> str:
    return f"[{line.weight:+.1f}] {line.title}: {line.sentence}"
