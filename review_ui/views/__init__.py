"""One blueprint an area. A view asks `linkage.identity`, hands the answer to `present` and renders; nothing else."""

from review_ui.views import birth_dates, disputes, flags, review, search, settings, sign_in, students, worklist

AREAS = (
    sign_in.area,
    settings.area,
    worklist.area,
    review.area,
    birth_dates.area,
    students.area,
    disputes.area,
    flags.area,
    search.area,
)
