"""What a decision would do, on the screen, for `nearmatch decide` and `nearmatch undo`."""

from collections.abc import Iterable

import click

from linkage.commands.acting import say_json, say_table
from linkage.identity.previews import Preview
from linkage.identity.regrouping import Group

preview_option = click.option("--preview", is_flag=True, help="Say what it would do, and change nothing.")


def say_groups(groups: Iterable[Group]) -> None:
    """The students afterwards."""
    rows = ((group.student_id or "a new ID", ", ".join(map(str, group.records))) for group in groups)
    say_table("The students afterwards", ("student", "records"), rows)


def say_preview(found: Preview, as_json: bool) -> None:
    """What a proposal would do."""
    if as_json:
        say_json(found)
        return
    say_groups(found.groups)
    if found.retired:
        click.echo(f"Retired, and leading to another student: {', '.join(found.retired)}.")
    click.echo(found.count)
    if found.second_person:
        click.echo(f"Somebody else must agree, because {found.second_person}.")
    if found.applies_at:
        click.echo(f"It takes effect on {found.applies_at:%Y-%m-%d}.")
    click.echo(f"Concerned: {', '.join(found.told)}.")
    click.echo(found.refusal or "Nothing has been changed; the same command without --preview decides.")
