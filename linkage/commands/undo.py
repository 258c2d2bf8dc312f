"""`nearmatch undo`: take an applied decision back, at any later time."""

from pathlib import Path

import click

from linkage.commands.acting import (
    acting,
    as_option,
    json_option,
    key_option,
    note_option,
    say_json,
    say_outcome,
    say_table,
)
from linkage.commands.common import now
from linkage.commands.database import database_option
from linkage.commands.previewing import preview_option, say_groups
from linkage.identity import undoing
from linkage.identity.undoing import UndoPreview


@click.command("undo")
@click.argument("decision_id", metavar="DECISION", type=int)
@preview_option
@note_option
@as_option
@key_option
@json_option
@database_option
def command(  # noqa: PLR0917 - click passes them by name
    decision_id: int, preview: bool, note: str, username: str, key: str, as_json: bool, data: Path
) -> None:
    """Take the applied decision with this number back. Everything else that was decided or has arrived since still counts."""
    with acting(data, username, read_only=preview) as (session, account):
        if preview:
            found = undoing.preview(session, account, decision_id)
        else:
            outcome = undoing.undo(session, account, decision_id, note=note, idempotency_key=key, now=now())
    if preview:
        _say(found, as_json)
    else:
        say_outcome(outcome, as_json)


def _say(found: UndoPreview, as_json: bool) -> None:
    if as_json:
        say_json(found)
        return
    say_table("Since then", ("at (UTC)", "what"), ((event.at, event.sentence) for event in found.since))
    say_groups(found.groups)
    click.echo(found.refusal or "Nothing has been changed; the same command without --preview takes the decision back.")
