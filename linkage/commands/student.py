"""`nearmatch student`: one child's consolidated record, its history, and an export to hand on."""

import os
from collections.abc import Iterator
from pathlib import Path

import click

from linkage.commands.acting import acting, as_option, json_option, say_table, words
from linkage.commands.common import console, now
from linkage.commands.database import database_option
from linkage.commands.tables import OutPath
from linkage.identity import students
from linkage.identity.student import export
from linkage.identity.student.views import ConsolidatedView


@click.command("student")
@click.argument("student_id", metavar="STUDENT")
@click.option("--history", is_flag=True, help="Show also every change, stay and decision.")
@click.option("--export", "form", type=click.Choice(export.FORMS), help="Write the whole record to a file.")
@click.option("--out", "path", type=OutPath(), help="The file of the export; only you may read it.")
@as_option
@json_option
@database_option
def command(  # noqa: PLR0917 - click passes them by name
    student_id: str, history: bool, form: str | None, path: Path | None, username: str, as_json: bool, data: Path
) -> None:
    """Show the consolidated record of a student; a retired ID leads to the student that it has become.

    It shows personal data. To print JSON, or to export, takes the right to export, and the ledger keeps that it was done.
    """
    if (form is None) != (path is None):
        raise click.UsageError("--export and --out belong together.")
    text = ""
    taken_out = form or ("json" if as_json else "")
    with acting(data, username, read_only=not taken_out) as (session, account):
        found = students.consolidated(session, account, student_id)
        if taken_out:
            text = export.exported(session, account, found, taken_out, now=now())
    if path:
        _write(path, text)
        console.print(f"Written to {path}. It holds personal data.", markup=False)
    elif as_json:
        click.echo(text, nl=False)
    else:
        _say(found, history)


def _write(path: Path, text: str) -> None:
    """Whole or not at all, and for nobody else to read. The lines of a CSV end as they are."""
    unfinished = path.with_name(path.name + ".part")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(
        os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline=""
    ) as file:
        file.write(text)
    unfinished.replace(path)


def _say(found: ConsolidatedView, history: bool) -> None:
    if found.redirected_from:
        console.print(f"{found.redirected_from} is retired; it leads to {found.student_id}.", markup=False)
    say_table(
        f"Student {found.student_id}",
        ("", "value", "from", "other values"),
        ((one.title, one.value, one.source, _others(one.others)) for one in found.fields if one.value or one.others),
    )
    say_table("IDs", ("kind", "ID", "State"), ((words(one.kind), one.value, one.state) for one in found.ids))
    records = ((one.record_id, one.state, one.state_student_id, one.version, one.received) for one in found.records)
    say_table("Records", ("record", "State", "State's ID", "version", "received"), records)
    timeline = (
        (one.number, one.kind, one.start, one.end, one.what, one.state, ", ".join(map(str, one.overlaps)))
        for one in found.record.timeline
    )
    say_table("Timeline", ("", "what", "from", "to", "where", "State", "at the same time as"), timeline)
    if history:
        _say_history(found)


def _say_history(found: ConsolidatedView) -> None:
    say_table("Changes", ("record", "version", "field", "before", "after"), _changes(found))
    stays = ((one.record_id, one.student_id, one.joined, one.joined_by, one.left, one.left_by) for one in found.stays)
    say_table("Stays", ("record", "student", "joined", "by", "left", "by"), stays)
    events = ((event.at, event.actor, event.sentence) for event in found.history)
    say_table("What happened", ("at (UTC)", "who", "what"), events)
    undoable = ((one.decision_id, one.at, one.actor, words(one.verdict)) for one in found.undoable)
    say_table("What you may take back", ("decision", "at (UTC)", "who", "said"), undoable)


def _changes(found: ConsolidatedView) -> Iterator[tuple[object, ...]]:
    """What later versions changed; the first says all that a record says."""
    for version in found.record.versions:
        if version.number > 1:
            for one in version.changes:
                yield version.record_id, version.number, one.title, one.before, one.after


def _others(others: tuple[tuple[str, str], ...]) -> str:
    return "; ".join(f"{value} ({source})" for source, value in others)
