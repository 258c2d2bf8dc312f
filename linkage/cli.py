"""`nearmatch`: one command a step of the work. Commands that need the web page are found through entry points."""

from importlib.metadata import entry_points

import click

from linkage.commands import (
    accounts,
    blocking,
    due,
    evaluate,
    explain,
    ingest,
    ledger,
    link,
    notices,
    regions,
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


_MODULES = (
    ingest, scan, due, notices, link, score_pairs, explain, verify, ledger, sample, blocking, train, evaluate, rules, accounts, regions,
)  # fmt: skip
for _module in _MODULES:
    main.add_command(_module.command)
for _point in entry_points(group="nearmatch.commands"):
    main.add_command(_point.load())


if __name__ == "__main__":
    main()
