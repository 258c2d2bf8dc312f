"""The review page, put together: the records side by side, and what this person can say."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from linkage.identity.previews import Preview
from linkage.identity.side_by_side import SideBySide
from linkage.identity.views import ItemView
from review_ui.present.comparison import Grid, build_grid
from review_ui.present.deciding import Deciding, build_deciding, is_split
from review_ui.present.field_groups import FieldGroup
from review_ui.present.journey import Journey, build_journey


@dataclass(frozen=True, slots=True)
class Review:
    item: ItemView
    grid: Grid
    deciding: Deciding
    students: tuple[str, ...]  # the ids the records belong to now
    journey: Journey | None
    left_today: int | None  # how many masked values may still be looked at; None for who sees everything

    @property
    def splits(self) -> bool:
        """Whether the page asks if one student is one child."""
        return is_split(self.item)


def build_review(
    item: ItemView,
    groups: Sequence[FieldGroup],
    beside: SideBySide | None = None,
    *,
    preview: Preview | None = None,
    needs_reason: bool = False,
    meant: Collection[str] = (),
    keep: str = "",
    above: bool = True,
) -> Review:
    """`item` with its true values: a masked role gets them as dots here. `preview`: of a merge. `meant`, `keep`: what the person has
    chosen already; `above`: see `deciding`.
    """
    grid = _grid(item, groups, beside)
    labels = {head.record.record_id: head.label for head in grid.heads}
    return Review(
        item=beside.mask.item(item) if beside else item,
        grid=grid,
        deciding=build_deciding(item, labels, preview, needs_reason=needs_reason, meant=meant, keep=keep, above=above),
        students=tuple(dict.fromkeys(head.record.student_id for head in grid.heads)),
        journey=build_journey(beside.together.timeline, labels, beside.attendance) if beside else None,
        left_today=beside.left_today if beside else None,
    )


def _grid(item: ItemView, groups: Sequence[FieldGroup], beside: SideBySide | None) -> Grid:
    if beside is None:
        return build_grid(item, groups)
    return build_grid(item, groups, together=beside.together, retired=beside.retired, mask=beside.mask)
