"""Which procedure a conflict follows, and which of its steps comes next. Pure: the rules and the log in, the next step out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from rules.dob_evidence import Procedure, Step

OPEN = "open"  # the step of the log by which somebody asked the question
CHOOSE = "choose"  # that by which somebody chose a procedure


@dataclass(frozen=True, slots=True)
class Done:
    """A line of the log: what came of which step of which procedure."""

    procedure: str
    step: str
    result: str


@dataclass(frozen=True, slots=True)
class Progress:
    """`step`: what is to be done next; None if the date can be settled (`settle`) or the records are two children (`stop`)."""

    step: Step | None
    then: Literal["step", "settle", "stop"]


def suggested(receiving: int, holders: Collection[int]) -> str:
    """The procedure, by which records rest on a document of the strongest tier. `receiving`: the receiving State's record."""
    others = any(record != receiving for record in holders)
    if receiving in holders:
        return "both" if others else "receiving_state"
    return "sending_state" if others else "neither"


def progress(name: str, procedure: Procedure, log: Sequence[Done]) -> Progress:
    """Where a procedure stands. It begins anew when it is chosen, when a result says so, and after steps of another one."""
    position, ended = 0, ""
    for done in log:
        step = procedure.step(done.step) if done.procedure == name else None
        result = step.result(done.result) if step else None
        if step is None or result is None:  # another procedure, or a choice; or a step that the rules no longer have
            position, ended = 0, ""
            continue
        place = procedure.steps.index(step)
        position = {"next": place + 1, "again": place, "start_over": 0}.get(result.then, position)
        ended = result.then if result.then in ("settle", "stop") else ""
    if ended == "stop":
        return Progress(None, "stop")
    if ended == "settle" or position >= len(procedure.steps):
        return Progress(None, "settle")
    return Progress(procedure.steps[position], "step")
