"""The undo page: the students as they would be afterwards."""

from linkage.identity.context import state_name
from linkage.identity.undoing import UndoPreview
from linkage.identity.views import ItemView
from review_ui.present import words
from review_ui.present.preview import NEW_ID, StudentToBe, listed


def students_to_be(item: ItemView, found: UndoPreview) -> tuple[StudentToBe, ...]:
    """Each student after the undo with its records; records of other items are only counted."""
    names = {int(record.record_id): f"{state_name(record.state)} {record.state_student_id}" for record in item.records}
    students = []
    for group in found.groups:
        known = [names[record] for record in group.records if record in names]
        further = len(group.records) - len(known)
        if further:
            known.append("1 more record" if further == 1 else f"{further} more records")
        students.append(StudentToBe(words.student_id_words(group.student_id) or NEW_ID, listed(known)))
    return tuple(students)
