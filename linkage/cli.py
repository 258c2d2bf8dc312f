"""`nearmatch`: one command a step of the work. Commands that need the web page are found through entry points."""

from importlib.metadata import entry_points

import click

from linkage.commands import (
    accounts,
    blocking,
    evaluate,
    explain,
    ingest,
    ledger,
    link,
    rules,
    sample,
    scan,
    score_pairs,
    train,
    verify,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="near-match")
def main() -> None:
    """Finds, explains and resolves duplicate migrant-student records."""


for _module in (
    ingest,
    scan,
    link,
    score_pairs,
    explain,
    verify,
    ledger,
    sample,
    blocking,
    train,
    evaluate,
    rules,
    accounts,
):
    main.add_command(_module.command)
for _point in entry_points(group="nearmatch.commands"):
    main.add_command(_point.load())


if __name__ == "__main__":
    main()
