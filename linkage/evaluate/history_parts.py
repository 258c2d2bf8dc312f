"""Parts of an invented sample for a history: what was uploaded when, who was merged by mistake, what was corrected later."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from linkage.evaluate.sample import Row, Sample, Truth

FAMILIES = 12  # of the first upload: those of whose children there are several records
BETWEEN = ("TX", "WA")
_TOLD_APART = ("first_name", "birth_date")  # by the beginning of the one, and the year of the other


@dataclass(frozen=True, slots=True)
class Correction:
    """A State sends a record again, with another birth date."""

    record_key: str
    birth_date: str


def merged_by_mistake(sample: Sample) -> list[tuple[str, str]]:
    """Record keys of two children of Texas who were taken for one: a pair of twins, and a pair of siblings; where there are such."""
    rows = _rows(sample)
    texas = [one for one in sample.truth if one.record_key.startswith("TX:")]
    found: dict[str, tuple[str, str]] = {}
    for group in ("twin_group", "family_id"):
        for one, other in combinations([truth for truth in texas if getattr(truth, group)], 2):
            if getattr(one, group) != getattr(other, group) or one.child_id == other.child_id:
                continue
            names, dates = ({rows[side.record_key][column][:4] for side in (one, other)} for column in _TOLD_APART)
            if len(names) == 2 and (len(dates) == 2) is (group == "family_id"):
                found[group] = one.record_key, other.record_key
                break
    return list(found.values())


def first_upload(sample: Sample) -> set[str]:
    """Record keys of some families with several records of a child; first those on whose birth date Texas and Washington differ."""
    born = _rows(sample)
    by_child: dict[str, list[Truth]] = {}
    for one in sample.truth:
        by_child.setdefault(one.child_id, []).append(one)
    several = [found for found in by_child.values() if len(found) > 1]
    several.sort(key=lambda found: not _differ(found, born))
    families = dict.fromkeys(found[0].family_id for found in several)
    first = set(list(families)[:FAMILIES])
    return {one.record_key for one in sample.truth if one.family_id in first}


def _differ(found: Sequence[Truth], born: Mapping[str, Row]) -> bool:
    said = {(one.record_key[:2], born[one.record_key]["birth_date"]) for one in found}
    return len(found) == len(BETWEEN) == len({date for _, date in said}) and {state for state, _ in said} == {*BETWEEN}


def _rows(sample: Sample) -> dict[str, Row]:
    """Record key -> its last row."""
    return {f"{state}:{row['state_student_id']}": row for state, rows in sample.rows.items() for row in rows}


def only(sample: Sample, keys: Collection[str]) -> Sample:
    """These records of the sample, and the States that have some."""
    rows = {
        state: tuple(row for row in found if f"{state}:{row['state_student_id']}" in keys)
        for state, found in sample.rows.items()
    }
    kept = tuple(one for one in sample.truth if one.record_key in keys)
    return replace(sample, rows={state: found for state, found in rows.items() if found}, truth=kept)


def corrected(sample: Sample, correction: Correction | None) -> Sample:
    if correction is None:
        return sample
    state, _, number = correction.record_key.partition(":")
    rows = tuple(
        {**row, "birth_date": correction.birth_date} if row["state_student_id"] == number else row
        for row in sample.rows[state]
    )
    return replace(sample, rows={**sample.rows, state: rows})
