"""Many threads decide on a few hot items at once; what each was told, and what is stored afterwards.

report = stress(world, threads=50, items=20, tries=6)
report.faults()    in words, empty if one decision won each version and everybody else was told
"""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from threading import Barrier

from sqlalchemy import select

from linkage.errors import ConflictError, StateChangeError
from linkage.identity import decisions, worklist
from linkage.identity.views import Account, ItemView, Outcome, Request, Status, Verdict
from linkage.store.models import Decision, WorklistItem
from tests.identity_helpers import World, child

SAID = (
    Verdict.SAME,
    Verdict.DIFFERENT,
    Verdict.TWINS,
    Verdict.CLAIM,
    Verdict.RELEASE,
    Verdict.NEED_INFORMATION,
    Verdict.REOPEN,
    Verdict.VALIDATE,
    Verdict.REJECT,
    Verdict.WITHDRAW,
)


@dataclass(frozen=True, slots=True)
class Try:
    """What one person was answered. `kind`: won, told (somebody was faster), refused (the rules), broken (anything else)."""

    kind: str
    item_id: int
    words: str
    decision_id: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    tries: Sequence[Try]
    stored: Sequence[tuple[int, int, int]]  # decision, item, version of it that was decided on
    versions: dict[int, int]  # item -> its version now
    problems: Sequence[str]  # broken invariants

    @property
    def counts(self) -> Counter[str]:
        return Counter(one.kind for one in self.tries)

    def faults(self) -> list[str]:
        """What must not be: server errors, lost updates, two winners, losers that do not learn who and when."""
        faults = [f"broken: {one.words}" for one in self.tries if one.kind == "broken"]
        faults += [
            f"not told who and when: {one.words}"
            for one in self.tries
            if one.kind == "told" and " on 2026-" not in one.words
        ]
        won = sorted(one.decision_id for one in self.tries if one.kind == "won")
        if won != sorted(decision for decision, _, _ in self.stored):
            faults.append(f"{len(won)} decisions were acknowledged, {len(self.stored)} are stored")
        for item, version in self.versions.items():
            taken = sorted(seen for _, one, seen in self.stored if one == item)
            if taken != list(range(1, version)):
                faults.append(f"item {item} is at version {version}, won were {taken}")
        return [*faults, *self.problems]


def stress(world: World, *, threads: int, items: int, tries: int, seed: int = 1) -> Report:
    """Each thread looks at a random item and decides something, as often as `tries` says; the first time all at one moment."""
    hot = _hot_items(world, items)
    people = [world.person(f"{state.lower()}{number}", state) for state in ("TX", "WA") for number in range(5)]
    start = Barrier(threads)

    def work(number: int) -> list[Try]:
        dice, who = Random(f"{seed} {number}"), people[number % len(people)]
        start.wait()
        return [_try(world, who, hot[dice.randrange(items)], dice, f"{number}-{one}") for one in range(tries)]

    with ThreadPoolExecutor(threads) as pool:
        done = [one for some in pool.map(work, range(threads)) for one in some]
    with world.database.unit_of_work(read_only=True) as session:
        stored = [(one.id, one.item_id, one.item_version) for one in session.scalars(select(Decision))]
        versions = {one.id: one.version for one in session.scalars(select(WorklistItem))}
    return Report(done, stored, versions, world.problems())


def _hot_items(world: World, items: int) -> list[int]:
    names = [f"H{number}" for number in range(items)]
    for state in ("TX", "WA"):
        world.upload(state, *map(child, names))
    pairs = [(world.record("TX", name), world.record("WA", name)) for name in names]
    return list(world.scan(*pairs).changes.opened)


def _try(world: World, who: Account, item_id: int, dice: Random, key: str) -> Try:
    try:
        with world.database.unit_of_work(read_only=True) as session:
            seen = worklist.item(session, who, item_id, now=world.now)
        outcome = _decide(world, who, seen, dice, key)
    except ConflictError as error:
        return Try("told", item_id, str(error))
    except StateChangeError as error:
        return Try("refused", item_id, str(error))
    except Exception as error:  # noqa: BLE001 - a server error is what is counted
        return Try("broken", item_id, f"{type(error).__name__}: {error}")
    return Try("won", item_id, outcome.sentence, outcome.decision_id)


def _decide(world: World, who: Account, seen: ItemView, dice: Random, key: str) -> Outcome:
    """Something that this person may say of what he or she has seen."""
    applied = [one for one in seen.decisions if not one.undone and one.verdict not in (Verdict.UNDO, Verdict.REOPEN)]
    with world.database.unit_of_work() as session:
        if seen.summary.status is Status.APPLIED and applied:
            return decisions.undo(session, who, applied[-1].decision_id, note="", idempotency_key=key, now=world.now)
        allowed = sorted(seen.allowed.intersection(SAID)) or [Verdict.CLAIM]
        request = Request(int(seen.summary.item_id), seen.summary.version, dice.choice(allowed), key, note="Asked.")
        return decisions.decide(session, who, request, now=world.now)
