"""What a search found: children with all their records, those that met it first."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from linkage.identity.views import Likeness, SearchHit
from linkage.records import EvidenceLine
from linkage.score.explain import in_words

SPEAKS = 0.5  # bits: a line below says hardly anything
LINES = 4  # of a likeness, on each side
NO_FIELDS = frozenset({"prior", "others"})


@dataclass(frozen=True, slots=True)
class FoundStudent:
    """`records`: those that met the search, then the student's others, which have no reason."""

    student_id: str
    records: tuple[SearchHit, ...]

    @property
    def name(self) -> str:
        return self.records[0].name


@dataclass(frozen=True, slots=True)
class LikelyStudent:
    """`speaks_for`, `against`: the lines that weigh most, those of most weight first."""

    student: FoundStudent
    chance: str
    speaks_for: tuple[EvidenceLine, ...]
    against: tuple[EvidenceLine, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """`limited`: there may be more. `record_ids`: all that stand on the page."""

    students: tuple[FoundStudent, ...] = ()
    likely: tuple[LikelyStudent, ...] = ()
    records_met: int = 0
    limited: bool = False

    @property
    def record_ids(self) -> tuple[str, ...]:
        shown = [*self.students, *(one.student for one in self.likely)]
        return tuple(dict.fromkeys(record.record_id for student in shown for record in student.records))


def build_results(
    hits: Sequence[SearchHit],
    likenesses: Sequence[Likeness],
    others: Mapping[str, SearchHit],
    *,
    without: Collection[str] = (),
    limit: int,
) -> Results:
    """`others`: record id -> line, of every record of the students found. `without`: students that stand on the page already."""
    kept = [hit for hit in hits if hit.student_id not in without]
    met: dict[str, list[SearchHit]] = {}
    for hit in kept:
        met.setdefault(hit.student_id, []).append(hit)
    students = [FoundStudent(student_id, _all(student_id, found, others)) for student_id, found in met.items()]
    likely = [_likely(one, others) for one in likenesses if one.student_id not in without]
    return Results(tuple(students), tuple(likely), len(kept), len(hits) >= limit)


def _all(student_id: str, first: Sequence[SearchHit], others: Mapping[str, SearchHit]) -> tuple[SearchHit, ...]:
    there = {hit.record_id for hit in first}
    rest = (hit for hit in others.values() if hit.student_id == student_id and hit.record_id not in there)
    return (*first, *rest)


def _likely(one: Likeness, others: Mapping[str, SearchHit]) -> LikelyStudent:
    lines = [line for line in one.lines if line.field not in NO_FIELDS and abs(line.weight) >= SPEAKS]
    student = FoundStudent(one.student_id, _all(one.student_id, [others[one.record_id]], others))
    return LikelyStudent(
        student,
        in_words(one.probability),
        _heaviest(line for line in lines if line.weight > 0),
        _heaviest(line for line in lines if line.weight < 0),
    )


def _heaviest(lines: Iterable[EvidenceLine]) -> tuple[EvidenceLine, ...]:
    return tuple(sorted(lines, key=lambda line: -abs(line.weight))[:LINES])
