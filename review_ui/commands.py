"""`nearmatch serve` and `nearmatch demo`. They live here because linkage knows no web page."""

import logging
from collections.abc import Sequence
from pathlib import Path

import click

from linkage.commands.common import console, fail, now
from linkage.commands.database import database_option, database_url, open_database, standing_folder
from linkage.errors import LinkageError
from review_ui.app import create_app
from review_ui.demo import SignIn, prepare_people, store_sample
from review_ui.server import Address, Server, log_to_stderr, refuse_taken_port
from review_ui.settings import Settings
from rules.errors import RuleFileError

port_option = click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on."
)
host_option = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")


@click.command("serve")
@port_option
@host_option
@click.option(
    "--tls", is_flag=True, envvar="NEARMATCH_TLS", help="People come over https, through a proxy: cookies demand it."
)
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes; more than one on PostgreSQL.",
)
@database_option
def serve(port: int, host: str, tls: bool, workers: int, data: Path) -> None:
    """Serve the review queue."""
    address = Address(host, port)
    log_to_stderr(logging.INFO)
    try:
        refuse_taken_port(address)
        open_database(data).close()
        app = create_app(Settings(database_url(data), tls=tls, standing=standing_folder(data)))
    except (LinkageError, RuleFileError) as error:
        fail(error)
    Server(app, address, workers=workers, ready=lambda: console.print(f"Near Match is at {address.url}")).run()


@click.command("demo")
@port_option
@host_option
@click.option("--records", default=6000, show_default=True, type=click.IntRange(1, 200_000), help="Records to invent.")
@database_option
def demo(port: int, host: str, records: int, data: Path) -> None:
    """Serve the review queue with invented families of three States; data that are there are kept."""
    address = Address(host, port)
    log_to_stderr(logging.WARNING)
    try:
        refuse_taken_port(address)
        database = open_database(data)
        fresh = store_sample(database, data, records, now(), console, standing_folder(data))
        people = prepare_people(database, now())
        database.close()
        app = create_app(Settings(database_url(data), standing=standing_folder(data)))
    except (LinkageError, RuleFileError) as error:
        fail(error)
    if not fresh:
        console.print(f"The data in {data} are kept.")
    Server(app, address, workers=1, ready=lambda: click.echo(welcome(address, people))).run()


def welcome(address: Address, people: Sequence[SignIn]) -> str:
    """What a newcomer needs: where, as whom, and what to try first."""
    lines = ["", f"Near Match is at {address.url}", "", "Sign in as"]
    for one in people:
        password = one.password or "(the password you have chosen)"
        lines.append(f"  {one.person.username:<9} {password:<31} {one.person.title}")
    if any(one.password for one in people):
        lines.append("Each password works once; the first sign-in asks for one of your own.")
    lines += [
        "",
        "Try this first",
        "  1. Sign in as tx.admin, open the first near match that shows TX and WA, and merge its records.",
        "  2. In a private window sign in as wa.admin, open the same near match, and say what you would decide:",
        "     the first answer is not shown before the second.",
        "  3. Open the student: both records are there under one ID. Undo the merge.",
        "",
        "Ctrl-C stops the server; the data stay.",
    ]
    return "\n".join(lines)
