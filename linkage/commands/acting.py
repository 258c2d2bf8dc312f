"""What the commands share that act for a person: whose rights, which key, how a result is shown.

Whoever runs a command on the server is trusted to name the account; nothing here asks for a password.
"""

import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from pydantic import BaseModel
from rich.table import Table
from rich.text import Text
from sqlalchemy.orm import Session

from linkage.commands.common import fail, out
from linkage.commands.database import open_database
from linkage.errors import LinkageError
from linkage.identity import accounts
from linkage.identity.views import Account, Outcome
from rules.errors import RuleFileError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

as_option = click.option(
    "--as",
    "username",
    required=True,
    metavar="USERNAME",
    help="Act with the rights of this account. Whoever runs the command on the server is trusted to name it.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
key_option = click.option(
    "--key",
    default="",
    callback=lambda _context, _option, value: value or f"command-{secrets.token_hex(12)}",
    help="Name of this one request: sent twice under one name, it is done once. Made anew for every call if left out.",
)
note_option = click.option("--note", default="", help="What should be remembered of it. No personal data.")
reason_option = click.option("--reason", default="", help="Code of a reason in rules/policy.yaml, such as documents.")
version_option = click.option(
    "--version", type=int, help="Version that you have looked at: refused if the item has changed since."
)
day = click.DateTime(["%Y-%m-%d"])


@contextmanager
def acting(data: Path, username: str, *, read_only: bool = False) -> Iterator[tuple[Session, Account]]:
    """One unit of work of a person. What goes wrong in it ends the command, with what to do, and nothing is written."""
    try:
        with open_database(data).unit_of_work(read_only=read_only) as session:
            yield session, accounts.named(session, username)
    except (LinkageError, RuleFileError) as error:
        fail(error)


def day_of(at: datetime | None) -> date | None:
    """The day that an option names."""
    return at.date() if at else None


def say_outcome(outcome: Outcome, as_json: bool) -> None:
    """What a decision did."""
    if as_json:
        say_json(outcome)
        return
    click.echo(outcome.sentence)
    click.echo(f"Item {outcome.item_id}: {words(outcome.status)}. Decision {outcome.decision_id}.")


def say_json(result: "DataclassInstance | dict[str, Any]") -> None:
    """One JSON document on standard output; days and moments as ISO 8601."""
    content = result if isinstance(result, dict) else asdict(result)
    click.echo(json.dumps(content, indent=2, ensure_ascii=False, default=_text))


def _text(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, BaseModel):
        return value.model_dump()
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def say_table(title: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table with a title; nothing if it has no rows."""
    table = Table(box=None, pad_edge=False, show_header=any(header))
    for name in header:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(plain(cell)) for cell in row))
    if not table.row_count:
        return
    if title:
        out.print(Text(title, style="bold"))
    out.print(table)


def plain(value: object) -> str:
    """A value for the screen: moments to the minute, and no character that a terminal would obey."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    text = "" if value is None else str(value)
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def words(code: str) -> str:
    """A status, kind or list in words: waiting for validation."""
    return code.replace("waiting_", "waiting_for_").replace("_", " ")
