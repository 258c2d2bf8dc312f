"""One blueprint an area. A view asks `linkage.identity`, hands the answer to `present` and renders; nothing else."""

from review_ui.views import adding, review, search, settings, sign_in, students, worklist

AREAS = (
    sign_in.area,
    settings.area,
    worklist.area,
    review.area,
    adding.area,
    students.area,
    search.area,
)
