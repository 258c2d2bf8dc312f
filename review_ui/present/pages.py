"""Which rows of how many a page shows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pages:
    number: int  # from 1
    total: int  # rows
    rows: int  # a page

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.rows))

    @property
    def first_row(self) -> int:
        return (self.number - 1) * self.rows + 1

    @property
    def last_row(self) -> int:
        return min(self.number * self.rows, self.total)
