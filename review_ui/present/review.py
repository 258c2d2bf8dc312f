"""The review page, put together: the records side by side, and what this person can say."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from linkage.identity.previews import Preview
from linkage.identity.views import ItemView
from review_ui.present.comparison import FieldGroup, Grid, build_grid
from review_ui.present.deciding import Deciding, build_deciding, is_split


@dataclass(frozen=True, slots=True)
class Review:
    item: ItemView
    grid: Grid
    deciding: Deciding
    students: tuple[str, ...]  # the ids the records belong to now

    @property
    def splits(self) -> bool:
        """Whether the page asks if one student is one child."""
        return is_split(self.item)


def build_review(
    item: ItemView,
    groups: Sequence[FieldGroup],
    *,
    preview: Preview | None = None,
    needs_reason: bool = False,
    meant: Collection[str] = (),
    keep: str = "",
) -> Review:
    """`preview`: of a merge. `meant`, `keep`: what the person has chosen already; see `deciding`."""
    grid = build_grid(item, groups)
    labels = {head.record.record_id: head.label for head in grid.heads}
    return Review(
        item=item,
        grid=grid,
        deciding=build_deciding(item, labels, preview, needs_reason=needs_reason, meant=meant, keep=keep),
        students=tuple(dict.fromkeys(head.record.student_id for head in grid.heads)),
    )
