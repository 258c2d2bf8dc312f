"""Which value is shown where records differ, field by field. Pure.

The birth date: what was settled by evidence, then the date on the most reliable document, then that of the record that arrived
last; its verification comes from the same record. Every other field: what the record says that arrived last, of those that say
anything. Nothing is hidden: what the others say stands beside it.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from linkage.identity.context import column_title
from linkage.identity.student.views import ConsolidatedField
from linkage.identity.views import RecordView
from linkage.store.records import DEMOGRAPHICS
from rules.dob_evidence import DobEvidence

BORN, VERIFIED = "birth_date", "birth_date_verification"
LAST, ONLY = "Said by the record that arrived last.", "Only one record says anything."
AGREE = "All records that say anything agree."

Settled = Mapping[str, str]  # a birth date that was settled -> the code of the document that it rests on


def survive(
    records: Sequence[RecordView], rules: DobEvidence, settled: Settled, disputed: AbstractSet[str]
) -> tuple[ConsolidatedField, ...]:
    """Every field; `records`: the latest first; `disputed`: ids of the records that somebody disputes."""
    by_proof = sorted(records, key=lambda one: _trust(one, rules, settled))
    fields = []
    for column in DEMOGRAPHICS:
        ordered = by_proof if column in (BORN, VERIFIED) else records
        said = [(record, record.values[column]) for record in ordered if record.values[column]]
        if column == VERIFIED and by_proof and not by_proof[0].values[VERIFIED]:
            said = []  # the date shown was seen on no document, whatever others saw for theirs
        value = said[0][1] if said else ""
        fields.append(
            ConsolidatedField(
                column=column,
                title=column_title(column),
                value=value,
                source=_source(said[0][0], column, rules) if said else "",
                others=tuple((_source(one, column, rules), other) for one, other in said if other != value),
                why=_why(column, said, rules, settled),
                disputed=any(record.record_id in disputed for record, _ in said),
            )
        )
    return tuple(fields)


def _trust(record: RecordView, rules: DobEvidence, settled: Settled) -> tuple[bool, bool, int]:
    """Smaller is trusted more; sorting keeps the latest of equals first."""
    born = record.values[BORN]
    return not born, born not in settled, rules.rank_of(record.values[VERIFIED])


def _source(record: RecordView, column: str, rules: DobEvidence) -> str:
    document = _within_a_sentence(rules.title_of(record.values[VERIFIED])) if column == BORN else ""
    seen = f"seen on {document}, " if document else ""
    return f"{record.state}, {seen}received {record.received:%Y-%m-%d}"


def _why(column: str, said: Sequence[tuple[RecordView, str]], rules: DobEvidence, settled: Settled) -> str:
    if not said:
        return ""
    record, value = said[0]
    if column == BORN and value in settled:
        return f"Settled by evidence: {_within_a_sentence(rules.title_of(settled[value]))}."
    if len({other for _, other in said}) == 1:
        return AGREE if len(said) > 1 else ONLY
    if column == VERIFIED:
        return "From the record whose birth date is shown."
    ranks = {rules.rank_of(one.values[VERIFIED]) for one, other in said if other != value}
    if column == BORN and rules.rank_of(record.values[VERIFIED]) < min(ranks):
        return "On the most reliable document."
    return LAST


def _within_a_sentence(title: str) -> str:
    return title[:1].lower() + title[1:]
