"""`rules/mde/*.yaml` as a typed, immutable model: the elements of an upload, their headers, codes and spellings."""

import re
import unicodedata
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import Field, model_validator

from rules.rule_paths import own_folder, rule_path
from rules.yaml_file import RuleModel, load

CURRENT = "mde/2023.yaml"

# "4", "#4", "MDE 4", "MDE04 First Name", "4. First Name", with "_" read as a space: mark, number, rest.
_NUMBERED = re.compile(r"\s*(mde|#)?[\s#(.:-]*0{0,2}(\d{1,2})(?!\w)[\s.:)-]*(.*)", re.IGNORECASE | re.DOTALL)


def fold(text: str) -> str:
    """Case, accents, spaces and punctuation away: what two spellings of one header or code have in common."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in decomposed if letter.isalnum())


class CodeList(RuleModel):
    """Code -> its title and other accepted spellings."""

    unknown: Literal["missing", "keep"]
    codes: dict[str, tuple[str, ...]]

    @model_validator(mode="after")
    def _spelled_once(self) -> "CodeList":
        seen: dict[str, str] = {}
        for code, spellings in self.codes.items():
            for key in {fold(text) for text in (code, *spellings)}:
                if key in seen:
                    raise ValueError(f"`{key}` is a spelling of both `{seen[key]}` and `{code}`")
                seen[key] = code
        return self

    @cached_property
    def _index(self) -> dict[str, str]:
        return {fold(text): code for code, spellings in self.codes.items() for text in (code, *spellings)}

    def find(self, text: str) -> str | None:
        """The code that `text` spells, or None."""
        return self._index.get(fold(text))

    def title(self, code: str) -> str:
        """A code in words, for screens; the code itself where the list has no words for it."""
        return next(iter(self.codes.get(code, ())), code)


class MdeElement(RuleModel):
    number: int = Field(gt=0, lt=100)
    column: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    block: Literal["demographic", "move", "enrollment"]
    mandatory: bool = False
    type: Literal["name", "text", "date", "yes_no", "sex", "code"]
    max_length: int = Field(gt=0)
    codes: str = ""
    synonyms: tuple[str, ...] = ()

    @property
    def code_list(self) -> str:
        """Name of the code list that reads this element, "" for names, text and dates."""
        return self.type if self.type in ("sex", "yes_no") else self.codes

    @property
    def label(self) -> str:
        return f"{self.title} (MDE {self.number}, `{self.column}`)"


class Claim(NamedTuple):
    """What a header says it is. `exact`: by number, column name or title; otherwise by a synonym."""

    column: str
    exact: bool


class MdeList(RuleModel):
    version: str
    at_least_one: tuple[str, ...]
    elements: tuple[MdeElement, ...]
    code_lists: dict[str, CodeList]

    @model_validator(mode="after")
    def _consistent(self) -> "MdeList":
        numbers = [element.number for element in self.elements]
        if len(set(numbers)) != len(numbers):
            raise ValueError("an element number stands twice")
        for column in self.at_least_one:
            self.element(column)
        for element in self.elements:
            if element.code_list and element.code_list not in self.code_lists:
                raise ValueError(f"`{element.column}` uses a code list `{element.code_list}` that does not exist")
            if element.type == "code" and not element.codes:
                raise ValueError(f"`{element.column}` is of type code and names no code list")
        self._refuse_shared_headers()
        return self

    def _refuse_shared_headers(self) -> None:
        seen: dict[str, str] = {}
        for element in self.elements:
            own = dict.fromkeys((fold(element.column), fold(element.title)))
            for key in (*own, *map(fold, element.synonyms)):
                if key in seen:
                    raise ValueError(f"the header `{key}` stands twice: for `{seen[key]}` and `{element.column}`")
                seen[key] = element.column

    @cached_property
    def _by_column(self) -> dict[str, MdeElement]:
        return {element.column: element for element in self.elements}

    @cached_property
    def _by_number(self) -> dict[int, str]:
        return {element.number: element.column for element in self.elements}

    @cached_property
    def _by_name(self) -> dict[str, Claim]:
        claims = {fold(text): Claim(e.column, exact=False) for e in self.elements for text in e.synonyms}
        return claims | {fold(text): Claim(e.column, exact=True) for e in self.elements for text in (e.column, e.title)}

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(element.column for element in self.elements)

    @property
    def mandatory(self) -> tuple[MdeElement, ...]:
        return tuple(element for element in self.elements if element.mandatory)

    def block(self, name: str) -> tuple[str, ...]:
        """The columns of one block: demographic, move or enrollment."""
        return tuple(element.column for element in self.elements if element.block == name)

    def element(self, column: str) -> MdeElement:
        """Raises ValueError for a column that is not in the list."""
        if column not in self._by_column:
            raise ValueError(f"`{column}` is not a column of the element list {self.version}")
        return self._by_column[column]

    def codes_of(self, element: MdeElement) -> CodeList | None:
        return self.code_lists.get(element.code_list)

    def claim(self, header: str) -> Claim | None:
        """Which element a header names: by title or synonym, or by number.

        A number without "MDE" or "#" counts only alone or before the title of the same element, so that "3 Year Plan"
        is not element 3. A number that contradicts its title ("MDE 4 Last Name 1") names nothing.
        """
        by_name = self._by_name.get(fold(header))
        numbered = _NUMBERED.fullmatch(header.replace("_", " "))
        if by_name or not numbered:
            return by_name
        mark, number, rest = numbered.groups()
        column = self._by_number.get(int(number))
        named = self._by_name.get(fold(rest))
        agrees = named.column == column if named else bool(mark) or not fold(rest)
        return Claim(column, exact=True) if column and agrees else None


def load_mde_list(path: Path | None = None) -> MdeList:
    """The element list in the folder that NEARMATCH_RULES names, or else as shipped. Raises RuleFileError."""
    return _load(path) if path else _current(own_folder())


@lru_cache
def _current(folder: Path | None) -> MdeList:
    return _load(rule_path(CURRENT, folder))


@lru_cache
def _load(path: Path) -> MdeList:
    return load(path, MdeList)
