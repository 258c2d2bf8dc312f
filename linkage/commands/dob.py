"""`nearmatch dob`: which birth date is right, by which document, and which State corrects its record."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from linkage.commands.acting import (
    acting,
    as_option,
    day,
    day_of,
    json_option,
    key_option,
    note_option,
    say_json,
    say_table,
    version_option,
    words,
)
from linkage.commands.common import now
from linkage.commands.database import database_option
from linkage.commands.decide import about_item, item_options
from linkage.identity import scope
from linkage.identity.dob import cases, evidence, page, steps
from linkage.identity.dob.cases import Entry
from linkage.identity.dob.evidence import Document
from linkage.identity.dob.page import CaseView
from linkage.identity.views import Verdict
from rules.dob_evidence import PROCEDURES, Step

item_argument = click.argument("item_id", metavar="ITEM", type=int)


def entry_options(function: Callable[..., None]) -> Callable[..., None]:
    """What every entry in a case takes."""
    for option in (database_option, json_option, key_option, as_option, note_option, version_option, item_argument):
        function = option(function)
    return function


@click.group("dob")
def command() -> None:
    """Settle which birth date is right: evidence, steps, and the State that corrects its own record."""


@command.command("open")
@click.argument("near_match_id", metavar="ITEM", type=int)
@version_option
@as_option
@key_option
@json_option
@database_option
def open_case(  # noqa: PLR0917 - click passes them by name
    near_match_id: int, version: int | None, username: str, key: str, as_json: bool, data: Path
) -> None:
    """Say that the birth date must be settled before the near match ITEM is decided."""
    with acting(data, username) as (session, account):
        seen = scope.item_in_scope(session, account, near_match_id).version if version is None else version
        item_id = cases.open_case(session, account, near_match_id, seen, idempotency_key=key, now=now())
        found = page.case(session, account, item_id, now=now())
    _say(found, as_json)


@command.command("show")
@item_argument
@as_option
@json_option
@database_option
def show(item_id: int, username: str, as_json: bool, data: Path) -> None:
    """Show both sides, the evidence, what was done, and the next step."""
    with acting(data, username, read_only=True) as (session, account):
        found = page.case(session, account, item_id, now=now())
    _say(found, as_json)


@command.group("evidence")
def evidence_group() -> None:
    """Enter and withdraw documents that somebody has seen."""


@evidence_group.command("add")
@click.option("--record", "record_id", type=int, required=True, help="The record that the document speaks for.")
@click.option("--document", "code", required=True, help="Its code in rules/dob_evidence.yaml; 1004: birth certificate.")
@click.option("--says", type=day, required=True, help="The birth date on it.")
@click.option("--seen-by", required=True, help="Who saw it.")
@click.option("--seen-at", required=True, help="Where.")
@click.option("--seen-on", type=day, required=True, help="On which day.")
@entry_options
def add_evidence(
    *, record_id: int, code: str, says: datetime, seen_by: str, seen_at: str, seen_on: datetime, **given: Any
) -> None:
    """Enter a document that somebody has seen."""
    document = Document(record_id, code, says.date(), seen_by, seen_at, seen_on.date())
    _enter(lambda session, account, entry: evidence.add(session, account, entry, document, now=now()), **given)


@evidence_group.command("withdraw")
@click.option("--evidence", "evidence_id", type=int, required=True, help="Its number.")
@entry_options
def withdraw_evidence(evidence_id: int, **given: Any) -> None:
    """Take evidence back that was entered wrongly; the note says why. It stays to be seen."""
    _enter(lambda session, account, entry: evidence.withdraw(session, account, entry, evidence_id, now=now()), **given)


@command.command("step")
@click.option("--step", "step_id", required=True, help="The step, as `nearmatch dob show` names it.")
@click.option("--result", required=True, help="What came of it; one of the step's results.")
@entry_options
def step(step_id: str, result: str, **given: Any) -> None:
    """Say what came of a step."""
    _enter(lambda session, account, entry: steps.record(session, account, entry, step_id, result, now=now()), **given)


@command.command("choose")
@click.option("--procedure", default="", help=f"{', '.join(PROCEDURES)}; left out, as the evidence suggests.")
@entry_options
def choose(procedure: str, **given: Any) -> None:
    """Follow a procedure from its first step on."""
    _enter(lambda session, account, entry: steps.choose(session, account, entry, procedure, now=now()), **given)


@command.command("settle")
@click.option("--evidence", "evidence_id", type=int, required=True, help="The evidence on which the date rests.")
@click.option("--due", type=day, help="By which day the record should be corrected.")
@item_options
def settle(item_id: int, version: int | None, due: datetime | None, **given: Any) -> None:
    """Say which birth date is right. The State whose record differs must correct it and send it again."""
    about_item(Verdict.SETTLE_DATE, item_id, version, due=day_of(due), **given)


def _enter(
    enter: Callable[..., object],
    *,
    item_id: int,
    version: int | None,
    note: str,
    username: str,
    key: str,
    as_json: bool,
    data: Path,
) -> None:
    """Enter something in a case, as it stands or as `version`, and show the case."""
    with acting(data, username) as (session, account):
        seen = scope.item_in_scope(session, account, item_id).version if version is None else version
        enter(session, account, Entry(item_id, seen, key, note))
        found = page.case(session, account, item_id, now=now())
    _say(found, as_json)


def _say(found: CaseView, as_json: bool) -> None:
    if as_json:
        say_json(found)
        return
    say_table(f"Item {found.item_id}: birth date", ("", ""), _facts(found))
    sides = (
        (one.record_id, one.role, one.state, one.state_student_id, one.birth_date, one.document) for one in found.sides
    )
    say_table("What the records say", ("record", "side", "State", "State's ID", "birth date", "seen on"), sides)
    seen = (
        (
            one.evidence_id,
            one.record_id,
            one.document,
            one.birth_date,
            one.seen_by,
            one.seen_at,
            one.seen_on,
            "withdrawn" if one.withdrawn_by else "",
        )
        for one in found.evidence
    )
    say_table("Evidence", ("number", "record", "document", "says", "seen by", "at", "on", ""), seen)
    done = ((one.at, one.actor, one.title, one.result, one.note) for one in found.log)
    say_table("Done", ("at (UTC)", "who", "step", "result", "note"), done)
    if found.next_step:
        say_table("Next step", ("", ""), _next(found.next_step))


def _facts(found: CaseView) -> Iterator[tuple[str, object]]:
    yield "status", words(found.status)
    yield "version", found.version
    yield "near match", found.near_match_id
    yield "procedure", f"{found.procedure}: {found.procedure_title}" + (" (chosen)" if found.chosen else "")
    if found.agreed_date:
        yield "settled", f"{found.agreed_date}, by evidence {found.rests_on}"
    if found.turn:
        yield "next", found.turn


def _next(step: Step) -> Iterator[tuple[str, str]]:
    yield step.id, step.do
    for result in step.results:
        yield f"--result {result.id}", result.title
