"""Dots for letters and digits: what a masked role sees of a child. Pure: it is told what is masked and what was revealed.

Every character becomes one character, and blanks, hyphens and the like stay. So length and words can be compared, and the marks that
`compare.differences` makes from the true values fit the dots: one sees that one letter differs, and not which.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from linkage.identity.context import column_title
from linkage.identity.record_views import NAME_COLUMNS
from linkage.identity.student.views import ConsolidatedRecord, ConsolidatedView
from linkage.identity.views import ItemSummary, ItemView, RecordView, SearchHit

DOT = "•"

Visible = frozenset[tuple[str, str]]  # record id, column


def dots(text: str) -> str:
    """The text with a dot for each letter and digit, of the same length; empty stays empty."""
    return "".join(DOT if character.isalnum() else character for character in text)


@dataclass(frozen=True, slots=True)
class Mask:
    """`fields`: the columns that are masked, none for who sees everything. `visible`: what the person has revealed."""

    fields: frozenset[str] = frozenset()
    visible: Visible = frozenset()

    def hides(self, record_id: str, column: str) -> bool:
        """Whether this person sees dots there."""
        return column in self.fields and (record_id, column) not in self.visible

    def values(self, record_id: str, values: Mapping[str, str]) -> dict[str, str]:
        """The values of a record by column."""
        return {column: dots(text) if self.hides(record_id, column) else text for column, text in values.items()}

    def record(self, view: RecordView) -> RecordView:
        """The record; its row as sent is masked whole, because nobody knows what stands in which column."""
        if not self.fields:
            return view
        return replace(
            view,
            state_student_id=self._state_id(view.record_id, view.state_student_id),
            values=self.values(view.record_id, view.values),
            raw={header: dots(text) for header, text in view.raw.items()},
            sent=self.values(view.record_id, view.sent),
        )

    def hit(self, hit: SearchHit) -> SearchHit:
        """A line of the search."""
        if not self.fields:
            return hit
        return replace(
            hit,
            state_student_id=self._state_id(hit.record_id, hit.state_student_id),
            name=self._name(hit.record_id, hit.name),
            birth_date=dots(hit.birth_date) if self.hides(hit.record_id, "birth_date") else hit.birth_date,
        )

    def summary(self, summary: ItemSummary, record_ids: tuple[str, ...] = ()) -> ItemSummary:
        """A row of the worklist. `record_ids`: of the names, in their order; without them no name is visible."""
        if not self.fields:
            return summary
        ids = record_ids or ("",) * len(summary.names)
        names = tuple(self._name(record_id, name) for record_id, name in zip(ids, summary.names, strict=True))
        return replace(summary, names=names)

    def item(self, item: ItemView) -> ItemView:
        """The review page. Compare and mark differences before, for dots look alike."""
        ids = tuple(record.record_id for record in item.records)
        return replace(
            item,
            summary=self.summary(item.summary, ids),
            records=tuple(self.record(one) for one in item.records),
            then={record_id: self.values(record_id, values) for record_id, values in item.then.items()},
        )

    def student(self, student: ConsolidatedView) -> ConsolidatedView:
        """The consolidated record of a student, with its IDs, versions and history. Statements and notes of people stay."""
        if not self.fields:
            return student
        state_ids = {
            record.state_student_id: self._state_id(record.record_id, record.state_student_id)
            for record in student.records
        }
        return replace(
            student,
            record=self.together(student.record),
            ids=tuple(replace(one, value=state_ids.get(one.value, one.value)) for one in student.ids),
            stays=tuple(
                replace(one, state_student_id=self._state_id(one.record_id, one.state_student_id))
                for one in student.stays
            ),
            history=tuple(replace(one, sentence=_with(one.sentence, state_ids)) for one in student.history),
        )

    def together(self, record: ConsolidatedRecord) -> ConsolidatedRecord:
        """What records say together. A value is visible where one record that says it was revealed."""
        said = {(column, one.values.get(column, "")) for one in record.records for column in self._seen(one)}
        hidden = {column_title(column): column for column in self.fields}

        def shown(column: str, value: str) -> str:
            return dots(value) if column in self.fields and (column, value) not in said else value

        return replace(
            record,
            records=tuple(self.record(one) for one in record.records),
            fields=tuple(
                replace(
                    one,
                    value=shown(one.column, one.value),
                    others=tuple((source, shown(one.column, value)) for source, value in one.others),
                )
                for one in record.fields
            ),
            versions=tuple(
                replace(
                    version,
                    state_student_id=self._state_id(version.record_id, version.state_student_id),
                    changes=tuple(
                        replace(
                            change,
                            before=shown(hidden.get(change.title, ""), change.before),
                            after=shown(hidden.get(change.title, ""), change.after),
                        )
                        for change in version.changes
                    ),
                )
                for version in record.versions
            ),
        )

    def _seen(self, record: RecordView) -> list[str]:
        return [column for column in self.fields if (record.record_id, column) in self.visible]

    def _state_id(self, record_id: str, state_student_id: str) -> str:
        return dots(state_student_id) if self.hides(record_id, "state_student_id") else state_student_id

    def _name(self, record_id: str, name: str) -> str:
        """A name in one line is visible once each of its parts is."""
        return dots(name) if any(self.hides(record_id, column) for column in NAME_COLUMNS) else name


def _with(sentence: str, instead: Mapping[str, str]) -> str:
    """The sentence of the history with other State IDs; longer ones first, for one may be a part of another."""
    for state_id in sorted(instead, key=len, reverse=True):
        sentence = sentence.replace(state_id, instead[state_id]) if state_id else sentence
    return sentence
