"""Which column of the sender holds which element: guessed from the header, shown, saved, and given back next time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from linkage.errors import ColumnMappingError
from rules.mde_list import MdeElement, MdeList, fold


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Canonical column -> header of the sender; "" says that the sender has no such column.

    `unmapped`: headers that no element uses; their cells are kept as sent. `contested`: optional elements that several
    headers claim, so that none is used.
    """

    columns: Mapping[str, str]
    unmapped: tuple[str, ...] = ()
    contested: tuple[str, ...] = ()

    @classmethod
    def from_options(cls, options: Iterable[str], mde: MdeList) -> "ColumnMapping":
        """Reads `--map` options such as `last_name_1=Apellido Paterno`. Raises ColumnMappingError."""
        columns: dict[str, str] = {}
        for option in options:
            column, equals, header = option.partition("=")
            column = column.strip()
            if not equals or column not in mde.columns:
                raise ColumnMappingError(
                    f"`--map {option}` does not name an element.",
                    'Write it as --map last_name_1="Apellido Paterno"; the elements are: '
                    + ", ".join(mde.columns)
                    + ".",
                )
            columns[column] = header.strip()
        return cls(columns)

    def overridden_by(self, other: "ColumnMapping") -> "ColumnMapping":
        """This mapping (say, the saved one) with what `other` (say, `--map`) says on top."""
        return ColumnMapping(dict(self.columns) | dict(other.columns))


def recognized(header: Sequence[str], mde: MdeList) -> int:
    """How many cells of a line name an element: a line with none is no header."""
    return sum(mde.claim(cell) is not None for cell in header)


def map_columns(header: Sequence[str], mde: MdeList, given: ColumnMapping | None = None) -> ColumnMapping:
    """Assign headers to elements; `given` wins, the rest is guessed from the headers that are left.

    Raises ColumnMappingError: a given header is not in the file, or a mandatory element has no column or two.
    """
    columns = _given_columns(header, given)
    taken = set(columns.values())
    claimants = _claimants([name for name in header if name not in taken], mde)
    contested = []
    for column, headers in claimants.items():
        if column in columns:
            continue
        if len(headers) == 1:
            columns[column] = headers[0]
        elif mde.element(column).mandatory or column in mde.at_least_one:
            raise _two_columns(mde.element(column), headers)
        else:
            contested.append(column)
    _refuse_missing(columns, header, mde)
    used = set(columns.values())
    ordered = {column: columns[column] for column in mde.columns if column in columns}
    return ColumnMapping(ordered, tuple(name for name in header if name and name not in used), tuple(contested))


def _claimants(header: Iterable[str], mde: MdeList) -> dict[str, list[str]]:
    """Column -> the headers with the best claim on it: exact ones push synonyms out."""
    exact: dict[str, list[str]] = defaultdict(list)
    synonyms: dict[str, list[str]] = defaultdict(list)
    for name in header:
        claim = mde.claim(name)
        if claim:
            (exact if claim.exact else synonyms)[claim.column].append(name)
    return dict(synonyms) | dict(exact)


def _given_columns(header: Sequence[str], given: ColumnMapping | None) -> dict[str, str]:
    if given is None:
        return {}
    found = {column: _find(name, header, column) for column, name in given.columns.items()}
    doubled = [name for name, times in Counter(filter(None, found.values())).items() if times > 1]
    if doubled:
        columns = ", ".join(f"`{column}`" for column, name in found.items() if name == doubled[0])
        raise ColumnMappingError(f"The column `{doubled[0]}` is mapped to {columns}.", "Keep one of them.")
    return found


def _find(name: str, header: Sequence[str], column: str) -> str:
    """The header called `name`, letter for letter or else apart from case, accents and punctuation."""
    if not name:
        return ""
    matches = [text for text in header if text == name] or [text for text in header if fold(text) == fold(name)]
    if len(matches) == 1:
        return matches[0]
    problem = "two columns are" if matches else "no column is"
    raise ColumnMappingError(
        f"`{column}` is mapped to `{name}`, but {problem} called that in this file. Columns: {_listed(header)}.",
        f'Say which it is now, as in --map {column}="Name of the column", or --map {column}= if there is none any more.',
    )


def _two_columns(element: MdeElement, headers: Sequence[str]) -> ColumnMappingError:
    if len(set(headers)) < len(headers):
        remedy = "Rename one of them in the file."
    else:
        remedy = f'Say which it is, as in --map {element.column}="{headers[0]}".'
    return ColumnMappingError(f"{element.label} is claimed by {len(headers)} columns: {_listed(headers)}.", remedy)


def _refuse_missing(columns: Mapping[str, str], header: Sequence[str], mde: MdeList) -> None:
    missing = [element for element in mde.mandatory if not columns.get(element.column)]
    if not missing and not any(columns.get(column) for column in mde.at_least_one):
        missing = [mde.element(column) for column in mde.at_least_one]
        lead = "None of these dates has a column, and one is needed: "
    else:
        lead = "No column was found for: "
    if missing:
        used = set(columns.values())
        left = [name for name in header if name and name not in used]
        example = left[0] if left else "Name of the column"
        raise ColumnMappingError(
            lead + "; ".join(element.label for element in missing) + f". Columns left over: {_listed(left)}.",
            f'Say where it is, as in --map {missing[0].column}="{example}".',
        )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"
