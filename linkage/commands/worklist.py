"""`nearmatch worklist`: what waits for whom, and one item in full."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import click

from linkage.commands.acting import acting, as_option, json_option, say_json, say_table, words
from linkage.commands.common import console, now
from linkage.commands.database import database_option
from linkage.identity import worklist
from linkage.identity.context import column_title
from linkage.identity.reveals import mask_of
from linkage.identity.views import ItemSummary, ItemView, Kind, RecordView, Status
from linkage.identity.work_lists import Sort, Wanted, WorkList
from linkage.records import PairEvidence


class OneOf(click.Choice[StrEnum]):
    """A member of `codes`, written as its code."""

    def __init__(self, codes: type[StrEnum]) -> None:
        super().__init__([*codes])

    def normalize_choice(self, choice: object, ctx: click.Context | None) -> str:  # noqa: ARG002 - click's signature
        return str(choice)


@click.group("worklist")
def command() -> None:
    """List the items of an account's jurisdiction, count them, and show one."""


@command.command("list")
@click.option(
    "--list",
    "list",
    type=OneOf(WorkList),
    default="jurisdiction",
    show_default=True,
    help="Which list.",
)
@click.option("--status", type=OneOf(Status), help="Instead of a list: items of this status, finished ones as well.")
@click.option("--kind", type=OneOf(Kind), help="Items of this kind.")
@click.option("--state", default="", help="Items that concern this State; its postal code.")
@click.option("--district", default="", help="Items that concern this school district.")
@click.option("--older-than", type=click.IntRange(min=0), metavar="DAYS", help="Items that have waited so many days.")
@click.option("--guard", default="", help="Items with this guard, such as GUARD-MB.")
@click.option("--in-child-count/--not-in-child-count", default=None, help="Whether a child counts in the child count.")
@click.option("--assignee", default="", metavar="USERNAME", help="Items handed to this person.")
@click.option("--search", default="", help="The number of an item, a student ID, or a State's student ID.")
@click.option("--sort", type=OneOf(Sort), default="decidable", show_default=True, help="In which order.")
@click.option("--offset", type=click.IntRange(min=0), default=0, help="Leave out so many from the first on.")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=worklist.PAGE, show_default=True, help="How many to show."
)
@as_option
@json_option
@database_option
def list_items(
    *, username: str, data: Path, as_json: bool, offset: int, limit: int, older_than: int | None, **filters: Any
) -> None:
    """Show the items of a list. Ids only: no name is shown."""
    age = None if older_than is None else timedelta(days=older_than)
    wanted = Wanted(older_than=age, **filters | {"state": filters["state"].upper()})
    with acting(data, username, read_only=True) as (session, account):
        found, total = worklist.page(session, account, wanted, offset=offset, limit=limit, now=now())
    if as_json:
        say_json({"total": total, "items": [_without_names(one) for one in found]})
        return
    say_table("", ("item", "kind", "status", "States", "records", "probability", "due", "guards"), map(_row, found))
    console.print(f"{len(found):,} of {total:,} items.")


def _without_names(item: ItemSummary) -> dict[str, Any]:
    return {name: value for name, value in asdict(item).items() if name != "names"}


def _row(item: ItemSummary) -> tuple[object, ...]:
    return (
        item.item_id,
        words(item.kind),
        words(item.status),
        " ".join(item.states),
        item.record_count,
        f"{item.probability:.3f}",
        item.resolve_due,
        " ".join(guard.removeprefix("GUARD-") for guard in item.guards),
    )


@command.command("counts")
@as_option
@json_option
@database_option
def counts(username: str, data: Path, as_json: bool) -> None:
    """Count the items on each list and in each status."""
    with acting(data, username, read_only=True) as (session, account):
        lists = dict(worklist.list_counts(session, account, now=now()))
        statuses = dict(worklist.counts(session, account))
    if as_json:
        say_json({"lists": lists, "statuses": statuses})
        return
    say_table("Lists", ("list", "items"), ((words(one), number) for one, number in lists.items()))
    say_table("Statuses", ("status", "items"), ((words(one), number) for one, number in statuses.items()))


@command.command("show")
@click.argument("item_id", metavar="ITEM", type=int)
@as_option
@json_option
@database_option
def show(item_id: int, username: str, data: Path, as_json: bool) -> None:
    """Show one item in full: its records side by side, the evidence, what has been said of it, what you may say now."""
    with acting(data, username, read_only=True) as (session, account):
        found = worklist.item(session, account, item_id, now=now(), openly=True)
        found = mask_of(session, account).item(found)
    if as_json:
        say_json(found)
        return
    _say_item(found)


def _say_item(item: ItemView) -> None:
    summary = item.summary
    say_table(f"Item {summary.item_id}", ("", ""), _facts(item))
    names = [f"record {one.record_id}" for one in item.records]
    say_table("Records", ("", *names), _side_by_side(item.records))
    for pair in item.pairs:
        say_table(_heading(pair), ("bits", "field", "what was found"), _lines(pair))
    made = (
        (one.decision_id, one.at, one.actor, words(one.verdict), one.note, "undone" if one.undone else "")
        for one in item.decisions
    )
    say_table("Decisions", ("number", "at (UTC)", "who", "said", "note", ""), made)


def _facts(item: ItemView) -> Iterator[tuple[str, object]]:
    summary = item.summary
    yield "asks", words(summary.kind)
    yield "status", words(summary.status)
    yield "version", summary.version
    yield "probability", f"{summary.probability:.3f}"
    for name, value in (
        ("guards", ", ".join(summary.guards)),
        ("waits for", summary.waiting_for),
        ("to be settled by", summary.resolve_due),
        ("asked again", item.returned),
        ("changed since", ", ".join(f"record {one}" for one in item.changed_since)),
        ("survives a merge", item.master),
        ("second person", item.second_person),
        ("you may say", ", ".join(sorted(words(one) for one in item.allowed)) or item.refusal),
    ):
        if value:
            yield name, value


def _side_by_side(records: tuple[RecordView, ...]) -> Iterator[tuple[object, ...]]:
    """Of every field that any record fills, what each says."""
    yield "State", *(f"{one.state} {one.state_student_id}" for one in records)
    yield "student", *(one.student_id for one in records)
    for column in records[0].values if records else ():
        said = [one.values[column] for one in records]
        if any(said) and column != "state_student_id":
            yield column_title(column), *said


def _heading(pair: PairEvidence) -> str:
    return f"Records {pair.left} and {pair.right}: {pair.weight:+.1f} bits ({pair.band})"


def _lines(pair: PairEvidence) -> Iterator[tuple[object, ...]]:
    return ((f"{line.weight:+.1f}", line.title, line.sentence) for line in pair.lines)
