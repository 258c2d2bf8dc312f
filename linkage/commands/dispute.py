"""`nearmatch dispute`: what a parent or student says against a record. Shown with it, at most withdrawn; it decides nothing."""

from dataclasses import asdict
from pathlib import Path
from typing import TextIO

import click

from linkage.commands.acting import (
    acting,
    as_option,
    json_option,
    key_option,
    say_json,
    say_table,
)
from linkage.commands.common import now
from linkage.commands.database import database_option
from linkage.identity import students
from linkage.identity.student import disputes


@click.group("dispute")
def command() -> None:
    """Enter, withdraw and list what parents and students say against a record."""


@command.command("enter")
@click.argument("record_id", metavar="RECORD", type=int)
@click.option("--made-by", type=click.Choice(disputes.MADE_BY), required=True, help="Who says it.")
@click.option("--text", help="What is said. Others on the server may see it while the command runs; --file is safer.")
@click.option(
    "--file",
    type=click.File(encoding="utf-8"),
    default="-",
    help="A text file with what is said; left out, it is read from standard input.",
)
@as_option
@key_option
@json_option
@database_option
def enter(  # noqa: PLR0917 - click passes them by name
    record_id: int, made_by: str, text: str | None, file: TextIO, username: str, key: str, as_json: bool, data: Path
) -> None:
    """Keep a statement with RECORD."""
    said = _read(file) if text is None else text
    with acting(data, username) as (session, account):
        number = disputes.enter(session, account, record_id, said, made_by=made_by, idempotency_key=key, now=now())
    if as_json:
        say_json({"dispute_id": number, "record_id": record_id})
    else:
        click.echo(f"Dispute {number} is kept with record {record_id}.")


def _read(file: TextIO) -> str:
    """One character more than fits is enough to be refused."""
    try:
        return file.read(disputes.LONGEST + 1)
    except UnicodeDecodeError as error:
        raise click.UsageError("The statement is no text in UTF-8.") from error


@command.command("withdraw")
@click.argument("dispute_id", metavar="DISPUTE", type=int)
@as_option
@json_option
@database_option
def withdraw(dispute_id: int, username: str, as_json: bool, data: Path) -> None:
    """Say that a statement no longer stands; it can still be read. Doing it twice does nothing twice."""
    with acting(data, username) as (session, account):
        disputes.withdraw(session, account, dispute_id, now=now())
    if as_json:
        say_json({"dispute_id": dispute_id, "withdrawn": True})
    else:
        click.echo(f"Dispute {dispute_id} is withdrawn.")


@command.command("list")
@click.argument("student_id", metavar="STUDENT")
@as_option
@json_option
@database_option
def list_(student_id: str, username: str, as_json: bool, data: Path) -> None:
    """List the statements about a student's records, oldest first, also those withdrawn. They are personal data."""
    with acting(data, username, read_only=True) as (session, account):
        found = students.consolidated(session, account, student_id)
    said = found.record.disputes
    if as_json:
        say_json({"student_id": found.student_id, "disputes": [asdict(one) for one in said]})
        return
    if not said:
        click.echo("Nobody disputes these records.")
    header = ("dispute", "record", "made by", "entered (UTC)", "by", "withdrawn (UTC)", "statement")
    rows = (
        (one.dispute_id, one.record_id, one.made_by, one.entered, one.entered_by, one.withdrawn, one.statement)
        for one in said
    )
    say_table("", header, rows)
