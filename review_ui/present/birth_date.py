"""A birth-date item, put together for the screen: dates that a masked role does not see, steps in their order, what settling would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from linkage.identity.context import state_name
from linkage.identity.dob.page import CaseView, ChoiceView, EvidenceView, SideView, StepView
from linkage.identity.dob.procedures import CHOOSE
from linkage.identity.masking import Mask, dots
from linkage.identity.states import UNFINISHED
from linkage.identity.views import Account, DecisionView, ItemView, Verdict
from rules.dob_evidence import DobEvidence, Step

BORN = "birth_date"


@dataclass(frozen=True, slots=True)
class Shown:
    """A date as this person sees it. `day` None: dots, or no date at all ("")."""

    text: str
    day: date | None


@dataclass(frozen=True, slots=True)
class SideLine:
    side: SideView
    state_student_id: str
    date: Shown
    tier: str  # how far its document is trusted, in words; "" if it names none


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """`agrees`: the records that say the same date, so that also who sees dots knows what fits what."""

    seen: EvidenceView
    side: SideLine
    date: Shown
    tier: str
    agrees: tuple[SideLine, ...]
    settles: bool  # the settled date rests on it


@dataclass(frozen=True, slots=True)
class StepLine:
    """`state`: done, next or later. `answer`: the last thing that came of it since the procedure began. `mine`: this person may do it."""

    step: Step
    state: str
    owners: str
    mine: bool
    answer: StepView | None


@dataclass(frozen=True, slots=True)
class ChoiceLine:
    choice: ChoiceView
    evidence: EvidenceLine
    corrects: tuple[SideLine, ...]


@dataclass(frozen=True, slots=True)
class BirthDate:
    case: CaseView
    sides: tuple[SideLine, ...]
    receiving: str  # names of States
    sending: str
    evidence: tuple[EvidenceLine, ...]
    steps: tuple[StepLine, ...]
    choices: tuple[ChoiceLine, ...]
    agreed: Shown | None
    may_enter: bool
    may_settle: bool
    undoable: DecisionView | None  # the settled date, if this person may take it back


def build_birth_date(case: CaseView, item: ItemView, rules: DobEvidence, mask: Mask, account: Account) -> BirthDate:
    """`case` and `item` are of the same birth-date item; `mask` covers what this person's role does not see."""
    sides = tuple(_side(one, rules, mask) for one in case.sides)
    evidence = tuple(_evidence(one, case, sides, rules, mask) for one in case.evidence)
    by_id = {line.seen.evidence_id: line for line in evidence}
    by_record = {line.side.record_id: line for line in sides}
    agreed = case.agreed_date
    return BirthDate(
        case=case,
        sides=sides,
        receiving=_states(sides, "receiving"),
        sending=_states(sides, "sending"),
        evidence=evidence,
        steps=_steps(case, rules, account),
        choices=tuple(
            ChoiceLine(one, by_id[one.evidence_id], tuple(by_record[side.record_id] for side in one.corrects))
            for one in case.choices
        ),
        agreed=_shown(agreed.isoformat(), mask, case.sides) if agreed else None,
        may_enter=case.status in UNFINISHED and account.may("item:decide"),
        may_settle=Verdict.SETTLE_DATE in item.allowed,
        undoable=_undoable(item),
    )


def documents(rules: DobEvidence) -> Sequence[tuple[str, Mapping[str, str]]]:
    """The documents to choose from, by how far they are trusted, the most first: title of the tier, code and words of each."""
    return [(f"{tier.id}. {tier.title}", tier.documents) for tier in rules.tiers]


def _undoable(item: ItemView) -> DecisionView | None:
    settled = [one for one in item.decisions if one.verdict is Verdict.SETTLE_DATE and not one.undone]
    return settled[-1] if settled and Verdict.UNDO in item.allowed else None


def _side(side: SideView, rules: DobEvidence, mask: Mask) -> SideLine:
    hidden = mask.hides(side.record_id, "state_student_id")
    number = dots(side.state_student_id) if hidden else side.state_student_id
    return SideLine(side, number, _shown(side.birth_date, mask, [side]), _tier(rules, side.rank))


def _evidence(
    seen: EvidenceView, case: CaseView, sides: Sequence[SideLine], rules: DobEvidence, mask: Mask
) -> EvidenceLine:
    says = seen.birth_date.isoformat()
    return EvidenceLine(
        seen=seen,
        side=next(line for line in sides if line.side.record_id == seen.record_id),
        date=_shown(says, mask, case.sides),
        tier=_tier(rules, seen.rank),
        agrees=tuple(line for line in sides if line.side.birth_date == says),
        settles=seen.evidence_id == case.rests_on,
    )


def _shown(text: str, mask: Mask, sides: Sequence[SideView]) -> Shown:
    """Dots for a masked role, but for a date that a record says whose birth date was revealed."""
    revealed = any(side.birth_date == text and not mask.hides(side.record_id, BORN) for side in sides)
    if not text or (mask.fields and BORN in mask.fields and not revealed):
        return Shown(dots(text), None)
    return Shown(text, date.fromisoformat(text))


def _tier(rules: DobEvidence, rank: int) -> str:
    return f"{rules.tiers[rank].id}. {rules.tiers[rank].title}" if rank < len(rules.tiers) else ""


def _states(sides: Sequence[SideLine], role: str) -> str:
    return " and ".join(sorted({state_name(line.side.state) for line in sides if line.side.role == role}))


def _steps(case: CaseView, rules: DobEvidence, account: Account) -> tuple[StepLine, ...]:
    steps = rules.procedures[case.procedure].steps
    here = steps.index(case.next_step) if case.next_step in steps else len(steps)
    answers = _answers(case)
    lines = []
    for number, step in enumerate(steps):
        owners = {side.state for side in case.sides if side.role == step.owner}
        state = "done" if number < here else "next" if number == here else "later"
        if state == "done" and step.id not in answers:
            state = "later" if case.next_step else "left_out"
        answer = answers.get(step.id) if state != "later" else None
        names = " or ".join(map(state_name, sorted(owners)))
        lines.append(StepLine(step, state, names, account.state in owners, answer))
    return tuple(lines)


def _answers(case: CaseView) -> Mapping[str, StepView]:
    """The last answer to each step since the procedure in force was begun."""
    found: dict[str, StepView] = {}
    for one in case.log:
        if one.step == CHOOSE or one.procedure != case.procedure:
            found = {}
        else:
            found[one.step] = one
    return found
