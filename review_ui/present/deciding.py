"""What this person can say of an item: each button with what it does, the records and IDs to choose from, and what a merge would do."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from linkage.identity.previews import Preview
from linkage.identity.views import DecisionView, ItemView, Kind, RecordView, Verdict
from linkage.propose.splits import SPLIT
from review_ui.present import words
from review_ui.present.preview import PreviewCard, preview_card

SETTLING = (Verdict.SAME, Verdict.REGROUP, Verdict.DIFFERENT, Verdict.TWINS, Verdict.SETTLE_DATE)
DIVIDABLE = 3  # records; two are divided by "different children"


@dataclass(frozen=True, slots=True)
class Choice:
    """A button, and what pressing it does. `action`: of the keys, "" for none."""

    verdict: Verdict
    label: str
    effect: str
    action: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A record that can be meant or left out. `number`: the digit of its key."""

    number: int
    record_id: str
    label: str
    state: str
    meant: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A student ID that can stay."""

    student_id: str
    of: str  # the records that have it now: "Record 1"
    usual: bool  # what the rules propose
    chosen: bool


@dataclass(frozen=True, slots=True)
class Deciding:
    """`joins`, `apart`, `others`: buttons by what they do to the records. `asks`: words that need something more. `divides`: the board
    is offered. `blind`: the buttons answer what another person has answered already.
    """

    joins: tuple[Choice, ...]
    apart: tuple[Choice, ...]
    others: tuple[Choice, ...]
    asks: frozenset[Verdict]
    divides: bool
    blind: bool
    members: tuple[Member, ...]
    keeps: tuple[Kept, ...]
    card: PreviewCard | None
    needs_reason: bool
    undoable: DecisionView | None  # the decision this person may take back

    @property
    def anything(self) -> bool:
        return bool(self.joins or self.apart or self.others or self.asks or self.divides)


def build_deciding(
    item: ItemView,
    labels: dict[str, str],
    preview: Preview | None,
    *,
    needs_reason: bool = False,
    meant: Collection[str] = (),
    keep: str = "",
    above: bool = True,
) -> Deciding:
    """`labels`: record id -> "Record 1", in the order of the page. `preview`: of the merge, None where none is possible. `meant`, `keep`:
    what the person has chosen already, () and "" for nothing. `above`: somebody is, to whom it can be passed up.
    """
    possible = (item.allowed | item.answers) - (set() if above else {Verdict.ESCALATE})
    card = preview_card(preview, labels) if preview else None
    return Deciding(
        joins=_joins(item, preview, len(meant) or len(item.records)),
        apart=tuple(one for one in _apart(item) if one.verdict in possible),
        others=tuple(one for one in OTHERS if one.verdict in possible),
        asks=frozenset(possible & {Verdict.NEED_INFORMATION, Verdict.ESCALATE, Verdict.REASSIGN}),
        divides=Verdict.REGROUP in possible and (len(item.records) >= DIVIDABLE or item.summary.kind in SPLITS),
        blind=item.blind,
        members=_members(item, labels, meant) if Verdict.SAME in possible and len(item.records) >= DIVIDABLE else (),
        keeps=_keeps(item, labels, keep) if Verdict.SAME in item.allowed and not is_split(item) else (),
        card=card if not is_split(item) else None,
        needs_reason=needs_reason and Verdict.SAME in item.allowed,
        undoable=undoable_decision(item),
    )


SPLITS = (Kind.SUGGESTED_SPLIT, Kind.VALIDATE_SPLIT)


def is_split(item: ItemView) -> bool:
    """Whether the item asks if one student is one child, and the records are one student still."""
    return item.summary.kind == SPLIT and len({record.student_id for record in item.records}) == 1


def undoable_decision(item: ItemView) -> DecisionView | None:
    """The decision in force, if this person may take it back. The validation of a merge is taken back with the merge."""
    if Verdict.UNDO not in item.allowed:
        return None
    in_force = [decision for decision in item.decisions if decision.verdict in SETTLING and not decision.undone]
    return in_force[-1] if in_force else None


def _joins(item: ItemView, preview: Preview | None, number: int) -> tuple[Choice, ...]:
    if Verdict.VALIDATE in item.allowed:
        return (Choice(Verdict.VALIDATE, "Validate: same child", merge_effect(item), "same"),)
    if Verdict.SAME in item.answers:
        return (Choice(Verdict.SAME, "Same child", "If the first answer is the same, it takes effect.", "same"),)
    if Verdict.SAME not in item.allowed:
        return ()
    if is_split(item):
        stays = "They stay one student, and are not asked about again unless an identity field changes."
        return (Choice(Verdict.SAME, "Same child: keep them together", stays, "same"),)
    return (Choice(Verdict.SAME, _merge_label(item, preview, number), _merge_words(item, preview), "same"),)


def _merge_label(item: ItemView, preview: Preview | None, number: int) -> str:
    into = preview.groups[0].student_id if preview and preview.groups else item.master
    return f"Merge {number} records into {words.student_id_words(into)}"


def _merge_words(item: ItemView, preview: Preview | None) -> str:
    """Who agrees and from when, in one line."""
    if preview and preview.validator:
        return f"Same child. {preview.validator[0].upper()}{preview.validator[1:]} validates it first."
    if item.second_person:
        return f"Same child. Somebody else validates it first, because {item.second_person}."
    if preview and preview.applies_at:
        return f"Same child. Takes effect on {words.day_words(preview.applies_at)}."
    return "Same child. Takes effect at once."


def merge_effect(item: ItemView) -> str:
    others = {record.student_id for record in item.records} - {item.master}
    lead = "the other ID leads" if len(others) == 1 else f"the {len(others)} other IDs lead"
    kept = words.student_id_words(item.master)
    return f"Then they are one student: ID {kept} stays, {lead} to it. It can be undone at any time."


def _apart(item: ItemView) -> tuple[Choice, ...]:
    stay = "Kept apart, and proposed again only if a name, birth date or another identity field changes."
    twins = "Kept apart and remembered as twins or siblings."
    if item.blind:
        stay = twins = "If the first answer is another one, a third person decides."
    reject = "Nothing is merged; the item is open again." if item.summary.kind not in SPLITS else "Nothing is divided."
    return (
        Choice(Verdict.DIFFERENT, "Different children", stay, "different"),
        Choice(Verdict.TWINS, "Twins or siblings", twins, "twins"),
        Choice(Verdict.REJECT, "Do not validate", reject, "different"),
    )


OTHERS = (
    Choice(Verdict.WITHDRAW, "Withdraw", "Takes the proposal back; the item is open again."),
    Choice(Verdict.REOPEN, "Open again", "The information is here; the item can be decided."),
)


def _members(item: ItemView, labels: dict[str, str], meant: Collection[str]) -> tuple[Member, ...]:
    state = {record.record_id: record.state for record in item.records}
    return tuple(
        Member(number, record_id, label, state[record_id], not meant or record_id in meant)
        for number, (record_id, label) in enumerate(labels.items(), 1)
    )


def _keeps(item: ItemView, labels: dict[str, str], keep: str) -> tuple[Kept, ...]:
    students = tuple(dict.fromkeys(record.student_id for record in _ordered(item, labels)))
    if len(students) < 2:
        return ()
    return tuple(
        Kept(
            student,
            ", ".join(labels[record.record_id] for record in _ordered(item, labels) if record.student_id == student),
            student == item.master,
            student == (keep if keep in students else item.master),
        )
        for student in students
    )


def _ordered(item: ItemView, labels: dict[str, str]) -> Sequence[RecordView]:
    order = list(labels)
    return sorted(item.records, key=lambda record: order.index(record.record_id))
