"""`nearmatch notices`: what people are to be told and have not been told yet."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from linkage.commands.common import fail
from linkage.commands.database import database_option, open_database
from linkage.errors import LinkageError
from linkage.identity import notices


@click.command("notices")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@database_option
def command(as_json: bool, data: Path) -> None:
    """Show the outbox: notices that are still to be sent, oldest first. Ids only."""
    try:
        with open_database(data).unit_of_work(read_only=True) as session:
            found = notices.unsent(session)
    except LinkageError as error:
        fail(error)
    for one in found:
        if as_json:
            click.echo(json.dumps(asdict(one) | {"created": one.created.isoformat()}, ensure_ascii=False))
        else:
            to = f"account {one.to.account_id}" if one.to.account_id else one.to.key.rstrip("/")
            click.echo(f"{one.created:%Y-%m-%d %H:%M}\t{one.kind}\t{to}\titem {one.item_id}")
