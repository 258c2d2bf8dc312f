"""`nearmatch`: one command a step of the work. Commands that need the web page are found through entry points."""

from importlib import import_module
from importlib.metadata import entry_points

import click

_OURS = (
    "accounts",
    "blocking",
    "decide",
    "dispute",
    "dob",
    "due",
    "evaluate",
    "explain",
    "ingest",
    "ledger",
    "link",
    "notices",
    "regions",
    "rules",
    "sample",
    "scan",
    "score-pairs",
    "student",
    "train",
    "undo",
    "verify",
    "worklist",
    "worklist-sheet",
)
_OTHERS = "nearmatch.commands"  # entry points


class _Commands(click.Group):
    """Loads a command when it is called: all of them together take longer to load than a table of 10,000 records to link."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted([*_OURS, *entry_points(group=_OTHERS).names])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name in _OURS:
            command: click.Command = import_module(f"linkage.commands.{cmd_name.replace('-', '_')}").command
            return command
        return next((point.load() for point in entry_points(group=_OTHERS, name=cmd_name)), None)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="near-match")
def main() -> None:
    """Finds, explains and resolves duplicate migrant-student records."""


if __name__ == "__main__":
    main()
