"""One blueprint an area. A view asks `linkage.identity`, hands the answer to `present` and renders; nothing else."""

from review_ui.views import (
    adding,
    birth_dates,
    bulk,
    disputes,
    flags,
    regroup,
    reveal,
    review,
    search,
    settings,
    sign_in,
    students,
    undoing,
    worklist,
)

AREAS = (
    sign_in.area,
    settings.area,
    worklist.area,
    bulk.area,
    review.area,
    birth_dates.area,
    regroup.area,
    undoing.area,
    reveal.area,
    adding.area,
    students.area,
    disputes.area,
    flags.area,
    search.area,
)
