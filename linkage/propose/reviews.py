"""Which records stand before a person together: a group, or two students whole that one link or a few connect.

A link that no group holds is shown with all records of the two students, for those that do not fit speak as well.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from linkage.cluster.groups import Grouping, Rows
from linkage.cluster.links import Links, Pair, held_together
from linkage.records import Int64


def reviews(grouping: Grouping, links: Links, names: Sequence[str], most: int) -> tuple[Rows, ...]:
    """Sets of rows, each ascending: the groups, and the students that the other links connect, `most` records of them.

    `names`: one a row; they settle ties. Where two students have more records than are shown, those with links come first.
    """
    student = held_together(links)
    outside = (grouping.first[links.left] != grouping.first[links.right]) & (
        student[links.left] != student[links.right]
    )
    chance = links.probability[outside].tolist()
    ends = zip(links.left[outside].tolist(), links.right[outside].tolist(), strict=True)
    found = dict(zip(ends, chance, strict=True))
    by_students: dict[Pair, list[Pair]] = {}
    for a, b in sorted(found, key=lambda pair: (-found[pair], *sorted((names[pair[0]], names[pair[1]])))):
        x, y = sorted((int(student[a]), int(student[b])))
        by_students.setdefault((x, y), []).append((a, b))
    whole = _students(student)
    shown = set()
    for two, pairs in by_students.items():
        linked = (row for pair in pairs for row in sorted(pair, key=names.__getitem__))
        rest = sorted((row for one in two for row in whole.get(one, ())), key=names.__getitem__)
        shown.add(tuple(sorted(list(dict.fromkeys([*linked, *rest]))[:most])))
    groups = grouping.groups()
    return groups + tuple(sorted(shown - set(groups)))


def _students(student: Int64) -> Mapping[int, list[int]]:
    """The rows of the students that have more than one."""
    found: dict[int, list[int]] = {}
    for row in np.flatnonzero(np.bincount(student)[student] > 1).tolist() if len(student) else ():
        found.setdefault(int(student[row]), []).append(row)
    return found


def unexplained(shown: Sequence[Rows], links: Links) -> tuple[Int64, Int64]:
    """The pairs inside the reviews that are no links, of records of two students: what may speak against is shown too."""
    student = held_together(links)
    known = set(zip(links.left.tolist(), links.right.tolist(), strict=True))
    pairs = {pair for members in shown if len(members) > 2 for pair in combinations(members, 2)} - known
    ends = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    ends = ends[student[ends[:, 0]] != student[ends[:, 1]]]
    return ends[:, 0], ends[:, 1]
