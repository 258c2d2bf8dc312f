"""`nearmatch regions`: which school districts make the regions of a State."""

import json
from pathlib import Path

import click

from linkage.commands.common import fail, now
from linkage.commands.database import database_option, open_database
from linkage.errors import LinkageError
from linkage.identity import regions


@click.group("regions")
def command() -> None:
    """List and set the regions of States."""


@command.command("list")
@click.option("--state", default="", help="Postal code of a State; leave it out for all.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: State, region, districts.")
@database_option
def list_regions(state: str, as_json: bool, data: Path) -> None:
    """Show the regions and their districts."""
    try:
        with open_database(data).unit_of_work(read_only=True) as session:
            found = regions.listed(session, state.upper())
    except LinkageError as error:
        fail(error)
    if as_json:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    for code, of_state in found.items():
        for region, districts in of_state.items():
            click.echo("\t".join((code, region, *districts)))


@command.command("set")
@click.argument("state")
@click.argument("region")
@click.option("--district", "districts", multiple=True, help="A district of the region; once for each.")
@database_option
def set_region(state: str, region: str, districts: tuple[str, ...], data: Path) -> None:
    """Say which districts make a region: these and no others. Without any the region ends."""
    try:
        with open_database(data).unit_of_work() as session:
            regions.assign(session, None, state.upper(), region, districts, now=now())
    except LinkageError as error:
        fail(error)
