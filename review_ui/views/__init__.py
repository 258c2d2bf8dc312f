"""One blueprint an area. A view asks `linkage.identity`, hands the answer to `present` and renders; nothing else."""

from review_ui.views import bulk, regroup, reveal, review, search, settings, sign_in, students, undoing, worklist

AREAS = (
    sign_in.area,
    settings.area,
    worklist.area,
    bulk.area,
    review.area,
    regroup.area,
    undoing.area,
    reveal.area,
    students.area,
    search.area,
)
