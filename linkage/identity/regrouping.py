"""Who is one student: the records that the statements in force connect. Pure: statements in, groups and their IDs out.

A merge, a split, a regrouping and an undo are one thing: other statements are in force, and the students become what these
connect. Of two statements about one pair of records the later one counts, so that a split overrules the merge before it, and
taking the split back lets the merge count again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

Pair = tuple[int, int]

MUST_LINK, CANNOT_LINK, TWINS = "must_link", "cannot_link", "twins"
REFUSALS = (CANNOT_LINK, TWINS)
ASKED_AGAIN = "asked_again"  # a "no" that has ended because a fact changed: it says nothing, but what it overruled stays overruled

YET_TO_COME = 1 << 62  # the number of a decision that is only being considered: later than all


@dataclass(frozen=True, slots=True)
class Statement:
    """What a decision says of a pair of records, smaller id first: one child (must_link) or not."""

    decision_id: int
    kind: str
    pair: Pair


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the records concerned before anything changes.

    `students`: record -> student. `anchors`: every ID that one of them has had -> the record it was made for. `created`: of these IDs.
    `taken`: those of them that belong to other records now.
    """

    students: Mapping[int, str]
    anchors: Mapping[str, int]
    created: Mapping[str, datetime]
    taken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Group:
    """Records of one student, ascending; `student_id` "" asks for a new ID."""

    student_id: str
    records: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The students to be, by their first record, and the statements that would be broken: a "no" inside a group."""

    groups: tuple[Group, ...]
    contradictions: tuple[Statement, ...]


def pairs_of(records: Iterable[int]) -> list[Pair]:
    """Every pair of the records, smaller id first."""
    return list(combinations(sorted(set(records)), 2))


def pairs_between(parts: Sequence[Iterable[int]]) -> list[Pair]:
    """Every pair of records of two different parts, smaller id first."""
    return sorted((min(a, b), max(a, b)) for one, other in combinations(parts, 2) for a in one for b in other)


def in_force(statements: Iterable[Statement]) -> dict[Pair, Statement]:
    """Of the statements about each pair the latest one."""
    latest: dict[Pair, Statement] = {}
    for one in sorted(statements, key=lambda statement: statement.decision_id):
        latest[one.pair] = one
    return latest


def components(records: Iterable[int], links: Iterable[Pair]) -> list[list[int]]:
    """The records in groups that the links connect: each ascending, the groups by their first record."""
    group = {record: {record} for record in records}
    for a, b in links:
        joined = group[a] | group[b]
        for record in joined:
            group[record] = joined
    return sorted({min(members): sorted(members) for members in group.values()}.values())


def plan(known: Known, statements: Iterable[Statement], *, keeps: Mapping[int, str], before: Mapping[int, str]) -> Plan:
    """Groups of the records concerned and the ID of each.

    `keeps`: record -> ID that its group is to keep, because somebody chose it. `before`: record -> the ID it had before a decision
    that is taken back, if it has stayed since where that put it. A group that does not change keeps its ID; another one gets the ID
    that most of its records had before, or have now; then one that was made for one of them; then a new one. No ID goes to two groups.
    """
    force = in_force(statements)
    groups = components(known.students, [pair for pair, one in force.items() if one.kind == MUST_LINK])
    group_of = {record: number for number, records in enumerate(groups) for record in records}
    made_for = [(record, student) for student, record in known.anchors.items() if record in group_of]
    chosen: dict[int, str] = {}
    as_it_is = [(records[0], known.students[records[0]]) for records in groups if _is_student(records, known.students)]
    for wishes in (keeps.items(), as_it_is, (dict(known.students) | dict(before)).items(), made_for):
        _grant(chosen, [(group_of[record], student) for record, student in wishes], group_of, known)
    refused = (one for pair, one in force.items() if one.kind in REFUSALS and group_of[pair[0]] == group_of[pair[1]])
    return Plan(
        groups=tuple(Group(chosen.get(number, ""), tuple(records)) for number, records in enumerate(groups)),
        contradictions=tuple(sorted(refused, key=lambda one: one.pair)),
    )


def _is_student(records: Sequence[int], students: Mapping[int, str]) -> bool:
    """Whether these records, and no others, are one student now."""
    owners = {students[record] for record in records}
    return len(owners) == 1 and len(records) == sum(owner in owners for owner in students.values())


def _grant(
    chosen: dict[int, str], wishes: Sequence[tuple[int, str]], group_of: Mapping[int, int], known: Known
) -> None:
    """Give each group that has none yet the ID it wishes for.

    Where two wish for one ID, or one for two: the group with the record that the ID was made for, then the ID of most records, then
    the oldest.
    """
    counted = Counter(wishes)

    def claim(wish: tuple[int, str]) -> tuple[bool, int, datetime, str, int]:
        group, student = wish
        at_home = group_of.get(known.anchors.get(student, -1)) == group
        return not at_home, -counted[wish], known.created[student], student, group

    for group, student in sorted(counted, key=claim):
        if group not in chosen and student not in known.taken and student not in chosen.values():
            chosen[group] = student


def redirects(known: Known, found: Plan) -> dict[str, str]:
    """Every ID of `known` that no group keeps -> the student of the record it was made for. All groups have their IDs."""
    kept = {group.student_id for group in found.groups} | known.taken
    student_of = {record: group.student_id for group in found.groups for record in group.records}
    return {
        student: student_of[record]
        for student, record in sorted(known.anchors.items())
        if student not in kept and record in student_of
    }
