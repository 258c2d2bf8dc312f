"""`nearmatch accounts`: who may sign in. Passwords are made here, shown once, and replaced at the first sign-in."""

from pathlib import Path

import click

from linkage.commands.common import console, fail, now
from linkage.commands.database import database_option, open_database
from linkage.errors import LinkageError
from linkage.identity import accounts
from linkage.identity.passwords import one_time_password


@click.group("accounts")
def command() -> None:
    """List, create and reset the accounts of people who sign in."""


@command.command("list")
@database_option
def list_accounts(data: Path) -> None:
    """Show all accounts."""
    try:
        with open_database(data).unit_of_work(read_only=True) as session:
            found = accounts.listed(session)
    except LinkageError as error:
        fail(error)
    for account, disabled in found:
        where = "/".join(filter(None, (account.state, account.region, account.district))) or "-"
        click.echo("\t".join((account.username, account.role, where, "disabled" if disabled else "enabled")))


@command.command("create")
@click.argument("username")
@click.option("--name", "display_name", required=True, help="The person's name as others see it.")
@click.option("--role", required=True, help="Role id of rules/roles.yaml, such as state_data_administrator.")
@click.option("--state", default="", help="Postal code of the person's State; leave it out for none.")
@click.option("--region", default="", help="The person's region of that State; leave it out for none.")
@click.option("--district", default="", help="The person's school district; leave it out for none.")
@database_option
def create_account(  # noqa: PLR0917 - click passes them by name
    username: str, display_name: str, role: str, state: str, region: str, district: str, data: Path
) -> None:
    """Make an account and print its one-time password."""
    password = one_time_password()
    try:
        with open_database(data).unit_of_work() as session:
            accounts.create(
                session,
                username,
                display_name,
                role,
                state.upper(),
                password,
                now(),
                region=region.strip(),
                district=district.strip(),
            )
    except LinkageError as error:
        fail(error)
    _show(password)


@command.command("reset")
@click.argument("username")
@database_option
def reset_account(username: str, data: Path) -> None:
    """Give an account a new one-time password, enable it, and end its sessions."""
    password = one_time_password()
    try:
        with open_database(data).unit_of_work() as session:
            accounts.reset(session, username, password, now())
    except LinkageError as error:
        fail(error)
    _show(password)


def _show(password: str) -> None:
    console.print("One-time password, shown once; the first sign-in asks for another one:")
    click.echo(password)
