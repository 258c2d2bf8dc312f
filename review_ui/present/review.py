"""The review page, put together: the grid, the explanations, what may be decided and what each button would do."""

from collections.abc import Sequence
from dataclasses import dataclass

from linkage.identity.views import DecisionView, ItemView, Status, Verdict
from linkage.propose.splits import SPLIT
from review_ui.present import words
from review_ui.present.comparison import FieldGroup, Grid, build_grid
from review_ui.present.explanation import Explanation, explain_pairs

SETTLING = (Verdict.SAME, Verdict.DIFFERENT, Verdict.TWINS, Verdict.SETTLE_DATE)


@dataclass(frozen=True, slots=True)
class Choice:
    """A button, and what pressing it does."""

    verdict: Verdict
    label: str
    effect: str
    style: str  # primary, apart, plain


@dataclass(frozen=True, slots=True)
class Review:
    item: ItemView
    grid: Grid
    explanations: tuple[Explanation, ...]
    choices: tuple[Choice, ...]
    done: DecisionView | None  # the decision this page is shown after
    undoable: DecisionView | None  # the decision this person may take back
    students: tuple[str, ...]  # the ids the records belong to now

    @property
    def splits(self) -> bool:
        """Whether the page asks if one student is one child."""
        return is_split(self.item)

    @property
    def chooses_members(self) -> bool:
        """Of three records or more, a person may mean some only."""
        return Verdict.SAME in self.item.allowed and len(self.grid.heads) > 2


def is_split(item: ItemView) -> bool:
    """Whether the item asks if one student is one child, and the records are one student still."""
    return item.summary.kind == SPLIT and len({record.student_id for record in item.records}) == 1


def build_review(item: ItemView, groups: Sequence[FieldGroup], *, decided: int = 0) -> Review:
    """`decided`: id of the decision the person has just made, 0 for none."""
    grid = build_grid(item, groups)
    labels = {head.record.record_id: head.label for head in grid.heads}
    return Review(
        item=item,
        grid=grid,
        explanations=explain_pairs(item.pairs, labels),
        choices=_choices(item),
        done=next((decision for decision in item.decisions if decision.decision_id == decided), None),
        undoable=undoable_decision(item),
        students=tuple(dict.fromkeys(head.record.student_id for head in grid.heads)),
    )


def undoable_decision(item: ItemView) -> DecisionView | None:
    """The decision in force, if this person may take it back. The validation of a merge is taken back with the merge."""
    if Verdict.UNDO not in item.allowed:
        return None
    in_force = [decision for decision in item.decisions if decision.verdict in SETTLING and not decision.undone]
    return in_force[-1] if in_force else None


def _choices(item: ItemView) -> tuple[Choice, ...]:
    merge = _merge_effect(item)
    same = f"Somebody else validates it first, because {item.second_person}. " if item.second_person else ""
    if is_split(item):
        same, merge = "They stay one student, and are not asked about again unless an identity field changes.", ""
    every = (
        Choice(Verdict.SAME, "Same child", same + merge, "primary"),
        Choice(Verdict.VALIDATE, "Validate: same child", merge, "primary"),
        Choice(
            Verdict.DIFFERENT,
            "Different children",
            "They stay apart, and are proposed again only if a name, birth date or another identity field changes.",
            "apart",
        ),
        Choice(
            Verdict.TWINS, "Twins", "They stay apart and are remembered as twins or siblings of one birth.", "apart"
        ),
        Choice(Verdict.REJECT, "Do not validate", "Nothing is merged; the item is open again.", "apart"),
        Choice(Verdict.WITHDRAW, "Withdraw", "Takes “same child” back; the item is open again.", "plain"),
        Choice(Verdict.REOPEN, "Open again", "The information is here; the item can be decided.", "primary"),
        Choice(
            Verdict.NEED_INFORMATION,
            "Need more information",
            "The item waits. Write in the note what is needed, and from whom.",
            "plain",
        ),
    )
    return tuple(choice for choice in every if choice.verdict in item.allowed)


def _merge_effect(item: ItemView) -> str:
    others = {record.student_id for record in item.records} - {item.master}
    lead = "the other ID leads" if len(others) == 1 else f"the {len(others)} other IDs lead"
    kept = words.student_id_words(item.master)
    return f"Then they are one student: ID {kept} stays, {lead} to it. It can be undone at any time."


def outcome_sentence(decision: DecisionView, item: ItemView) -> str:
    """What the decision has done, for the person who made it."""
    if decision.verdict is Verdict.SAME and item.summary.status is Status.WAITING_VALIDATION:
        return f"Your “same child” is noted. It now waits for {item.summary.waiting_for}; nothing is merged yet."
    if decision.verdict is Verdict.SAME and is_split(item):
        return "Noted. The records stay one student."
    return OUTCOMES[decision.verdict]


OUTCOMES = {
    Verdict.SAME: "The records are now one student.",
    Verdict.DIFFERENT: "Noted: different children. The records stay apart.",
    Verdict.TWINS: "Noted: twins. The records stay apart.",
    Verdict.NEED_INFORMATION: "Noted. The item waits for information.",
    Verdict.VALIDATE: "Validated. The records are now one student.",
    Verdict.REJECT: "Noted. Nothing was merged and the item is open again.",
    Verdict.WITHDRAW: "Withdrawn. The item is open again.",
    Verdict.REOPEN: "The item is open again.",
    Verdict.UNDO: "Taken back.",
    Verdict.REGROUP: "Noted: which records are which child.",
    Verdict.SETTLE_DATE: "Noted: which birth date is right.",
    Verdict.CLAIM: "The item is yours for a while.",
    Verdict.RELEASE: "The item is free again.",
    Verdict.REASSIGN: "Handed on.",
    Verdict.ESCALATE: "Passed up.",
    Verdict.APPLY: "Applied on its day.",
}
