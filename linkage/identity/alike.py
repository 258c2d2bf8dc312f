"""Children who may be the one about to be entered: the engine's search among all records, beside the search by name in `search`.

It knows nicknames, misspellings, exchanged names and damaged dates as a scan does, and says of each child how probable it is and
why. It looks among the standing records of the last full scan, and at what was stored since.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.engine.standing import Standing
from linkage.errors import NoStandingError
from linkage.identity.context import require
from linkage.identity.name_forms import readings
from linkage.identity.views import Account, Likeness
from linkage.records import RecordTable, TextColumn
from linkage.score.explain import explain
from linkage.store.current import current_table
from linkage.store.models import Membership
from linkage.store.since import moment_of, refuse_unfit
from linkage.store.standing_files import Kept, load, newest
from rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class _Open:
    """The standing records of one folder, and those stored since, as they stand after version `last_version_id`."""

    place: Path | None
    kept: Kept
    later: Standing
    last_version_id: int


class StandingDesk:
    """Finds children among the records of one database. Threads may share it: what is open is replaced whole, never changed."""

    def __init__(self, folder: Path, rulebook: Rulebook) -> None:
        self._folder, self._rulebook = folder, rulebook
        self._open: _Open | None = None

    def find(self, session: Session, account: Account, values: Mapping[str, str], *, limit: int = 50) -> list[Likeness]:
        """The children whose records may be of the child with these values (MDE column -> text), the most probable first.

        Raises NotAllowedError, and NoStandingError until a scan has looked at (nearly) all that is stored.
        """
        require(account, "student:search")
        one = RecordTable(
            ids=("",), columns={name: TextColumn.of((text,)) for name, text in values.items()}, sources=(account.state,)
        )
        now = self._up_to_date(session)
        newer = set(now.later.part.ids.tolist())
        found = [
            *(like for like in _alike(now.kept.standing, one) if like.record_id not in newer),
            *_alike(now.later, one),
        ]
        return _of_students(session, sorted(found, key=lambda like: (-like.probability, like.record_id)), limit)

    def _up_to_date(self, session: Session) -> _Open:
        """What is open, opened anew if a scan has kept others, and with what was stored since."""
        place, last = newest(self._folder), moment_of(session).last_version_id
        known = self._open
        if known is None or (known.place, known.last_version_id) != (place, last):
            kept = known.kept if known and known.place == place else load(place, self._rulebook)
            refuse_unfit(session, kept)
            table, _ = current_table(session, after=kept.moment.last_version_id)
            known = self._open = _Open(place, kept, kept.standing.beside(table), last)
        return known


def find_alike(
    desk: StandingDesk, session: Session, account: Account, *, name: str, birth_date: str = "", limit: int = 10
) -> list[Likeness]:
    """Children who are likely the one searched for, beside what `search.find` finds: the name in one line, read in every sensible way.

    `birth_date`: a whole date in ISO form, or "". Of each child the best reading counts. Nothing is found before the first scan.
    """
    found: dict[str, Likeness] = {}
    try:
        for given, surnames in readings(name):
            values = {"first_name": given, "last_name_1": surnames, "birth_date": birth_date}
            for one in desk.find(session, account, values, limit=limit):
                found[one.student_id] = max(found.get(one.student_id, one), one, key=lambda like: like.probability)
    except NoStandingError:
        return []
    return sorted(found.values(), key=lambda like: (-like.probability, like.record_id))[:limit]


def _alike(standing: Standing, one: RecordTable) -> list[Likeness]:
    """The standing records that may be of the same child as the only record of `one`."""
    found = standing.search(one)
    rows, chances = found.pairs.right.tolist(), found.weights.probability.tolist()
    return [
        Likeness(
            student_id="",
            record_id=str(standing.part.ids[row]),
            probability=chance,
            lines=explain(standing.matcher.ready(), found.compared, found.weights, number),
        )
        for number, (row, chance) in enumerate(zip(rows, chances, strict=True))
    ]


def _of_students(session: Session, found: list[Likeness], limit: int) -> list[Likeness]:
    """The best record of each student."""
    records = [int(one.record_id) for one in found]
    statement = select(Membership.source_record_id, Membership.student_id).where(
        Membership.source_record_id.in_(records), Membership.valid_to.is_(None)
    )
    student = dict(session.execute(statement).all())
    best: dict[str, Likeness] = {}
    for one in found:
        owner = student[int(one.record_id)]
        best.setdefault(owner, replace(one, student_id=owner))
    return list(best.values())[:limit]
