"""The documentation names all that there is, and nothing that there is not."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import click
import pytest

from linkage.cli import main
from linkage.ingest.reasons import Reason
from rules.guards import GUARD_IDS

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
CODE = [path for package in ("linkage", "review_ui", "rules") for path in (ROOT / package).rglob("*.py")]


def text(*parts: str) -> str:
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


def commands(group: click.Group = main, prefix: str = "nearmatch") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with its whole name: "nearmatch accounts add"."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command, name
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}", command


COMMANDS = dict(commands())


def sections(page: str) -> dict[str, str]:
    """Heading -> text up to the next heading of any depth."""
    parts = re.split(r"^#+ +(.+)$", page, flags=re.MULTILINE)
    return {heading.strip("` "): body for heading, body in zip(parts[1::2], parts[2::2], strict=True)}


# At the head of the page, and of the part on deciding.
TOLD_ONCE = {"--data", "--as", "--json", "--key", "--version", "--note", "--reason", "--preview"}


def options(command: click.Command) -> set[str]:
    """The long options of a command."""
    return {name for each in command.params for name in (*each.opts, *each.secondary_opts) if name.startswith("--")}


def test_every_command_is_described():
    described = {heading for heading in sections(text("docs", "command-line.md")) if heading.startswith("nearmatch ")}
    assert described == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_is_described_and_no_other(name):
    told = set(re.findall(r"--[a-z][a-z-]+", sections(text("docs", "command-line.md"))[name]))
    assert options(COMMANDS[name]) - TOLD_ONCE <= told <= options(COMMANDS[name])


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_help(name):
    command = COMMANDS[name]
    silent = [each.name for each in command.params if isinstance(each, click.Option) and not each.help]
    assert command.help
    assert silent == []


def test_commands_named_anywhere_exist():
    known = {name.removeprefix("nearmatch ").split()[0] for name in COMMANDS}
    named = {
        word
        for page in PAGES
        for word in re.findall(r"(?:`|^)nearmatch ([a-z][a-z-]*)", page.read_text(), re.MULTILINE)
    }
    assert named <= known


def test_every_command_that_the_project_declares_is_loaded():
    declared = tomllib.loads(text("pyproject.toml"))["project"]["entry-points"]["nearmatch.commands"]
    assert set(declared) == {point.name for point in entry_points(group="nearmatch.commands")}
    assert {f"nearmatch {name}" for name in declared} <= set(COMMANDS)


def test_every_reason_for_quarantine_is_described_and_no_other():
    table = sections(text("docs", "command-line.md"))["nearmatch ingest"]
    assert re.findall(r"^\| `([a-z_]+)`", table, flags=re.MULTILINE) == [reason.value for reason in Reason]


def test_every_setting_is_described_and_no_other():
    pattern = r"NEARMATCH_[A-Z_]+"
    used = {name for path in CODE for name in re.findall(pattern, path.read_text(encoding="utf-8"))}
    described = {name for page in PAGES for name in re.findall(pattern, page.read_text(encoding="utf-8"))}
    assert described == used


def test_every_make_target_is_described_and_no_other():
    targets = set(re.findall(r"^([a-z-]+):.*## ", text("Makefile"), flags=re.MULTILINE))
    assert set(re.findall(r"^\| `make ([a-z-]+)", text("docs", "install.md"), flags=re.MULTILINE)) == targets
    named = {word for page in PAGES for word in re.findall(r"(?:`|^)make ([a-z-]+)", page.read_text(), re.MULTILINE)}
    assert named <= targets


def test_every_guard_is_described_and_no_other():
    table = sections(text("docs", "rule-files.md"))["Guards"]
    assert re.findall(r"^\| `(GUARD-[A-Z-]+)`", table, flags=re.MULTILINE) == list(GUARD_IDS)
    assert set(re.findall(r"GUARD-[A-Z]+(?:-[A-Z]+)*", text("docs", "rule-files.md"))) == set(GUARD_IDS)


def test_every_rule_file_is_described():
    page = text("docs", "rule-files.md")
    files = {str(path.relative_to(ROOT)) for path in (ROOT / "rules").rglob("*.yaml")} | {"cultural_name_rules.yaml"}
    assert [name for name in sorted(files) if f"`{name}`" not in page] == []


def test_every_room_is_on_the_tour():
    rooms = [path.parent.name for path in (ROOT / "linkage").glob("*/__init__.py")]
    assert [room for room in rooms if f"`{room}`" not in text("docs", "tour.md")] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    broken = [name for name in targets if not name.startswith("https://") and not (page.parent / name).exists()]
    assert broken == []


def test_every_section_of_the_cultural_cheat_sheet_is_described_and_no_other():
    sections_of_file = re.findall(r"^([a-z_]+):", text("cultural_name_rules.yaml"), flags=re.MULTILINE)
    described = re.findall(r"^\| `([a-z_]+)` \| .*\|.*\|$", text("docs", "rule-files.md"), flags=re.MULTILINE)
    assert described == sections_of_file
