"""Which column of a table holds what. Everything that standardizing knows about a table beforehand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

CHILD = "child"


@dataclass(frozen=True, slots=True)
class NameLayout:
    """Column names of the parts of one person's name; "" = the table has no such column."""

    first: str = ""
    middle: str = ""
    last1: str = ""
    last2: str = ""

    @property
    def columns(self) -> tuple[str, str, str, str]:
        """In slot order: FIRST, MIDDLE, LAST1, LAST2."""
        return self.first, self.middle, self.last1, self.last2


class CodeKind(StrEnum):
    """How the values of a code column are read."""

    PLAIN = "plain"  # folded as they are
    SEX = "sex"  # F, M, X
    SUFFIX = "suffix"  # JR, SR, II ...; takes the suffixes that stand in name fields
    YES_NO = "yes_no"  # Y, N
    MULTIPLE_BIRTH = "multiple_birth"  # Y, N; a name field that says TWIN makes it Y
    STATE = "state"
    COUNTRY = "country"


# Columns with these names are read in their own way in every table, unless a layout says otherwise.
USUAL_KINDS: Mapping[str, CodeKind] = {
    "sex": CodeKind.SEX,
    "suffix": CodeKind.SUFFIX,
    "multiple_birth": CodeKind.MULTIPLE_BIRTH,
    "birth_state": CodeKind.STATE,
    "birth_country": CodeKind.COUNTRY,
}


@dataclass(frozen=True, slots=True)
class Layout:
    """`names` by role: child, parent1, parent2. `kinds`: how to read a code column; a column without a kind is PLAIN."""

    names: Mapping[str, NameLayout] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    kinds: Mapping[str, CodeKind] = field(default_factory=lambda: USUAL_KINDS)

    def kind(self, column: str) -> CodeKind:
        return self.kinds.get(column, CodeKind.PLAIN)

    def column_of(self, kind: CodeKind) -> str:
        """The first code column of this kind, "" if there is none."""
        return next((column for column in self.codes if self.kind(column) is kind), "")

    def columns(self) -> tuple[str, ...]:
        """All columns that the layout reads."""
        parts = [column for name in self.names.values() for column in name.columns if column]
        return (*parts, *self.dates, *self.codes)


MDE_LAYOUT = Layout(
    names={
        CHILD: NameLayout("first_name", "middle_name", "last_name_1", "last_name_2"),
        "parent1": NameLayout(first="parent1_first", last1="parent1_last"),
        "parent2": NameLayout(first="parent2_first", last1="parent2_last"),
    },
    dates=("birth_date",),
    codes=(
        "sex",
        "suffix",
        "multiple_birth",
        "birth_city",
        "birth_state",
        "birth_country",
        "birth_date_verification",
    ),
)
