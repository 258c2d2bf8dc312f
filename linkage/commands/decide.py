"""`nearmatch decide`: everything that a person can say of a worklist item, and the flags that open one."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from linkage.commands.acting import (
    acting,
    as_option,
    day,
    day_of,
    json_option,
    key_option,
    note_option,
    reason_option,
    say_outcome,
    version_option,
)
from linkage.commands.common import now
from linkage.commands.database import database_option
from linkage.commands.previewing import preview_option, say_preview
from linkage.identity import decisions, flags, previews, scope
from linkage.identity.handling import ASKED
from linkage.identity.ids import is_student_id
from linkage.identity.views import Account, Outcome, Part, Request, Verdict

Command = Callable[..., None]


class PartType(click.ParamType[Part]):
    """Records of one child, "1,2"; with the student ID that they are to keep, "1,2:300000000004"."""

    name = "RECORDS[:STUDENT]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Part:
        records, _, keeps = str(value).partition(":")
        numbers = tuple(one.strip() for one in records.split(","))
        if not all(one.isdecimal() for one in numbers):
            self.fail(f"{value!r} is not a list of record numbers like 1,2.", param, ctx)
        if keeps and not is_student_id(keeps):
            self.fail(f"{keeps!r} is not a student ID of twelve digits.", param, ctx)
        return Part(tuple(str(int(one)) for one in numbers), keeps)


parts_option = click.option(
    "--part",
    "parts",
    type=PartType(),
    multiple=True,
    required=True,
    help="Records that are one child; once for each child.",
)
twins_option = click.option("--twins", is_flag=True, help="The children are twins or siblings.")
keep_option = click.option("--keep", default="", metavar="STUDENT", help="The student ID that survives.")
records_option = click.option(
    "--record", "members", multiple=True, metavar="RECORD", help="Only these records of the item; once for each."
)


def request_options(function: Command) -> Command:
    """What every request takes."""
    for option in (database_option, json_option, key_option, as_option, reason_option, note_option):
        function = option(function)
    return function


def item_options(function: Command) -> Command:
    """What every request about an item takes."""
    return click.argument("item_id", metavar="ITEM", type=int)(version_option(request_options(function)))


@click.group("decide")
def command() -> None:
    """Decide an item of the worklist, hand it on, or propose a merge or split of your own."""


def about_item(
    verdict: Verdict,
    item_id: int,
    version: int | None,
    *,
    data: Path,
    username: str,
    key: str,
    as_json: bool,
    preview: bool = False,
    **said: Any,
) -> None:
    """Say `verdict` of an item, as it stands or as `version`; or only preview it. `said`: further fields of a Request."""
    with acting(data, username, read_only=preview) as (session, account):
        version = _version(session, account, item_id) if version is None else version
        request = Request(item_id, version, verdict, key, **said)
        if preview:
            found = previews.preview(session, account, request, now=now())
        else:
            outcome = decisions.decide(session, account, request, now=now())
    if preview:
        say_preview(found, as_json)
    else:
        say_outcome(outcome, as_json)


def _version(session: Session, account: Account, item_id: int) -> int:
    return scope.item_in_scope(session, account, item_id).version


_PLAIN = {
    Verdict.CLAIM: "Take an item for some minutes: nobody else decides it, and its students cannot be flagged.",
    Verdict.RELEASE: "Give a claimed item back; a State administrator also somebody else's.",
    Verdict.VALIDATE: "Agree, as the second person, with what somebody proposed.",
    Verdict.REJECT: "Disagree, as the second person, with what somebody proposed.",
    Verdict.WITHDRAW: "Take your proposal back before it has been applied.",
    Verdict.REOPEN: "Say that the information has come; the item can be decided again.",
    Verdict.ESCALATE: "Pass an item up: to the region, or to the State.",
}


def _plain(verdict: Verdict, told: str) -> click.Command:
    @click.command(verdict.value, help=told)
    @item_options
    def say(item_id: int, version: int | None, **given: Any) -> None:
        about_item(verdict, item_id, version, **given)

    return say


for _verdict, _told in _PLAIN.items():
    command.add_command(_plain(_verdict, _told))


@command.command("same")
@records_option
@keep_option
@preview_option
@item_options
def same(item_id: int, version: int | None, members: tuple[str, ...], **given: Any) -> None:
    """Say that the records are one child."""
    about_item(Verdict.SAME, item_id, version, members=members or None, **given)


@command.command("different")
@records_option
@item_options
def different(item_id: int, version: int | None, members: tuple[str, ...], **given: Any) -> None:
    """Say that the records are different children, each of them another one."""
    about_item(Verdict.DIFFERENT, item_id, version, members=members or None, **given)


@command.command("twins")
@records_option
@item_options
def twins(item_id: int, version: int | None, members: tuple[str, ...], **given: Any) -> None:
    """Say that the records are twins or siblings."""
    about_item(Verdict.TWINS, item_id, version, members=members or None, **given)


@command.command("regroup")
@parts_option
@twins_option
@preview_option
@item_options
def regroup(item_id: int, version: int | None, twins: bool, **given: Any) -> None:
    """Say which records are which child: a split, or a merge of some."""
    about_item(Verdict.REGROUP, item_id, version, between=_between(twins), **given)


@command.command("need-information")
@click.option("--whom", default="", help=f"Who is asked: {', '.join(ASKED)}.")
@click.option("--due", type=day, help="By which day it is wanted.")
@item_options
def need_information(item_id: int, version: int | None, due: datetime | None, **given: Any) -> None:
    """Let an item wait for information; the note says which."""
    about_item(Verdict.NEED_INFORMATION, item_id, version, due=day_of(due), **given)


@command.command("reassign")
@click.option("--to", "whom", required=True, help="A colleague's user name; or district, region or state.")
@item_options
def reassign(item_id: int, version: int | None, **given: Any) -> None:
    """Hand an item to a colleague, or to a level, sideways or down."""
    about_item(Verdict.REASSIGN, item_id, version, **given)


@command.command("flag-merge")
@click.argument("students", metavar="STUDENT...", nargs=-1, required=True)
@keep_option
@request_options
def flag_merge(students: tuple[str, ...], keep: str, **given: Any) -> None:
    """Propose that students are one child. It opens an item of its own, which waits for its validation."""
    _flag(
        lambda session, account, request: flags.flag_merge(session, account, students, request, now=now()),
        Verdict.SAME,
        keep=keep,
        **given,
    )


@command.command("flag-split")
@click.argument("student", metavar="STUDENT")
@parts_option
@twins_option
@request_options
def flag_split(student: str, twins: bool, **given: Any) -> None:
    """Propose that a student is more than one child: every record of it in one of the parts."""
    _flag(
        lambda session, account, request: flags.flag_split(session, account, student, request, now=now()),
        Verdict.REGROUP,
        between=_between(twins),
        **given,
    )


@command.command("none-of")
@click.argument("record_id", metavar="RECORD", type=int)
@click.argument("candidates", metavar="CANDIDATE...", type=int, nargs=-1, required=True)
@request_options
def none_of(record_id: int, candidates: tuple[int, ...], **given: Any) -> None:
    """Say that none of the records shown is this child: a "no" for each of them, and none among themselves."""
    _flag(
        lambda session, account, request: flags.reject_candidates(
            session, account, record_id, candidates, request, now=now()
        ),
        Verdict.DIFFERENT,
        **given,
    )


def _flag(
    flag: Callable[[Session, Account, Request], Outcome],
    verdict: Verdict,
    *,
    data: Path,
    username: str,
    key: str,
    as_json: bool,
    **said: Any,
) -> None:
    with acting(data, username) as (session, account):
        outcome = flag(session, account, Request(0, 0, verdict, key, **said))
    say_outcome(outcome, as_json)


def _between(twins: bool) -> Verdict:
    return Verdict.TWINS if twins else Verdict.DIFFERENT
