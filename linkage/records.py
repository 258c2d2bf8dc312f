"""The few columnar types that travel between the rooms. Read after `pipeline.py`.

Everything is an immutable dataclass of NumPy columns; row i of every column of a table is the same record.
Nothing here matches: a room builds these, the next room reads them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Int8 = NDArray[np.int8]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]

MISSING = -1  # code of a missing value in a CodeColumn

# Where in the name a token stood. Given names are slots 0-1, surnames 2-3.
FIRST, MIDDLE, LAST1, LAST2 = 0, 1, 2, 3


@dataclass(frozen=True, slots=True, eq=False)
class TextColumn:
    """A column of texts, dictionary coded: row i reads `values[codes[i]]`. A value may stand there that no row has.

    It is read like a tuple of str: by row, in order, by length.
    """

    codes: Int32
    values: tuple[str, ...]  # each once

    @classmethod
    def of(cls, texts: Iterable[str]) -> "TextColumn":
        """Codes in the order of first appearance."""
        texts = tuple(texts)
        codes = {text: code for code, text in enumerate(dict.fromkeys(texts))}
        numbers = np.fromiter(map(codes.__getitem__, texts), dtype=np.int32, count=len(texts))
        return cls(numbers, tuple(codes))

    @classmethod
    def blank(cls, rows: int) -> "TextColumn":
        """A column in which nothing is said."""
        return cls(np.zeros(rows, dtype=np.int32), ("",))

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: int) -> str:
        return self.values[int(self.codes[row])]

    def __iter__(self) -> Iterator[str]:
        return map(self.values.__getitem__, self.codes.tolist())

    def rows(self, which: Int64 | NDArray[np.bool_]) -> "TextColumn":
        """Some rows of it, by number or by a mask."""
        return TextColumn(self.codes[which], self.values)

    def or_else(self, other: "TextColumn") -> "TextColumn":
        """The texts; where a row says nothing, what the other column says there."""
        both = self.followed_by(other)
        said = np.array([bool(text) for text in self.values], dtype=np.bool_)[self.codes]
        return TextColumn(np.where(said, both.codes[: len(self)], both.codes[len(self) :]), both.values)

    def followed_by(self, other: "TextColumn") -> "TextColumn":
        """The rows of both, one behind the other."""
        codes = {text: code for code, text in enumerate(self.values)}
        renumber = np.array([codes.setdefault(text, len(codes)) for text in other.values], dtype=np.int32)
        return TextColumn(np.concatenate([self.codes, renumber[other.codes]]), tuple(codes))


# What is read of an enrollment: first day enrolled, or else resident; last day; State of the school, or else of the move.
ENROLLMENT_COLUMNS = ("enrollment_date", "residency_date", "withdrawal_date", "facility_state", "move_to_state")


@dataclass(frozen=True, slots=True)
class Enrollments:
    """All enrollments of each record: record i owns rows offsets[i]:offsets[i + 1] of the ENROLLMENT_COLUMNS."""

    offsets: Int64  # n + 1
    columns: Mapping[str, TextColumn]


@dataclass(frozen=True, slots=True)
class RecordTable:
    """Records as text, one way in for scan, link and score-pairs. Missing = "".

    `columns` uses the canonical column names of `rules/mde/` (first_name, last_name_1, birth_date, ...) or, with a model
    file of the user's own, the column names of that table. `sources` names the file or State each record comes from.
    `enrollments`: where a record may have more than the one enrollment that columns can hold.
    """

    ids: tuple[str, ...]
    columns: Mapping[str, TextColumn]
    sources: tuple[str, ...]
    enrollments: Enrollments | None = None

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class NameColumn:
    """The name tokens of each record, in the order written: record i owns offsets[i]:offsets[i + 1].

    `tokens` are codes into the table's TokenTable, `slots` say where each token stood (FIRST .. LAST2).
    Particles are not tokens: a `de la` before a token is remembered in the token's `particle` bit.
    """

    offsets: Int64  # n + 1
    tokens: Int32
    slots: Int8
    particle: Int8  # 1 where a particle (de la, del, al-) stood before the token


@dataclass(frozen=True, slots=True)
class Token:
    """One distinct name token: folded text and everything the rules derive from the text alone.

    `given_spellings` / `surname_spellings`: canonical spellings it is one of (strength equal).
    `given_formals` / `surname_formals`: full forms it may stand for: nickname, abbreviation, translation (compatible).
    `given_confusables` / `surname_confusables`: canonical names it is often confused with (similar, never equal).
    `es_keys`: alternates of the Spanish key of `naming` 6.4; `es_given_keys` the same in given mode (J = Y).
    """

    text: str
    soundex: str
    metaphone: str
    es_keys: frozenset[str]
    es_given_keys: frozenset[str]
    given_spellings: frozenset[str]
    surname_spellings: frozenset[str]
    given_formals: frozenset[str]
    surname_formals: frozenset[str]
    given_confusables: frozenset[str]
    surname_confusables: frozenset[str]
    weak: bool  # so common as a first token (María, José) that agreement on it alone says little
    wildcard: bool  # holds a lost letter, written "?" in `text`
    unisex: bool


@dataclass(frozen=True, slots=True)
class TokenTable:
    """The dictionary of distinct tokens of one run: code -> Token."""

    tokens: tuple[Token, ...]

    def __len__(self) -> int:
        return len(self.tokens)


@dataclass(frozen=True, slots=True)
class DateColumn:
    """Dates as numbers. year 0 = missing. An impossible date (month 13) keeps its numbers with valid = 0.

    `soft` = 1: an assigned-looking day (January 1): the year is usable, month and day say next to nothing.
    `other_*`: the date's other reading, other_year 0 = none. A year that both calendars have (2004) stays as written, and the
    other reading is Gregorian; a year that is none of ours (1433) is converted, and the other reading is what was written.
    """

    year: Int32
    month: Int8
    day: Int8
    valid: Int8
    soft: Int8
    other_year: Int32
    other_month: Int8
    other_day: Int8


@dataclass(frozen=True, slots=True)
class CodeColumn:
    """Any other value, dictionary coded: codes[i] indexes `values`, MISSING where there is none."""

    codes: Int32
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attendance:
    """When and where each record was enrolled: record i owns offsets[i]:offsets[i + 1].

    `start` and `end` are days since 1970-01-01, both in the interval; `place` is the State as `hashing.hash64` of its code.
    """

    offsets: Int64  # n + 1
    start: Int64
    end: Int64
    place: Int64


@dataclass(frozen=True, slots=True)
class StandardTable:
    """Records in comparable form. `names` is keyed by role ("child", "parent1", "parent2"), `dates` and `codes` by column.

    `attendance` is None where the table does not tell of enrollments.
    """

    ids: tuple[str, ...]
    sources: tuple[str, ...]
    tokens: TokenTable
    names: Mapping[str, NameColumn]
    dates: Mapping[str, DateColumn]
    codes: Mapping[str, CodeColumn]
    attendance: Attendance | None = None

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class PairTable:
    """Candidate pairs as row numbers, left < right, each pair once; `rules`: bit set of the blocking rules that met, 0 if not asked."""

    left: Int64
    right: Int64
    rules: Int64

    @classmethod
    def of(cls, left: Int64, right: Int64) -> "PairTable":
        """Pairs of which nobody asks under which rules they met."""
        return cls(left, right, np.zeros(len(left), dtype=np.int64))

    def __len__(self) -> int:
        return len(self.left)


@dataclass(frozen=True, slots=True)
class LevelTable:
    """One comparison level a pair and field (columns in the order of the model's fields).

    `rarity`: bits by which the values that agree are rarer than the average agreeing value; 0 where the level is no
    agreement on a value.
    """

    levels: Int8  # pairs x fields
    rarity: Float64  # pairs x fields


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One bar of the explanation. The weights of a pair's lines add up to the pair's weight."""

    field: str  # id of the field in rules/matching.yaml, or "prior", "others"
    title: str  # "Surnames"
    level: str  # id of the comparison level, "" for prior and others
    sentence: str  # "One of two surnames agrees; the other is missing."
    weight: float  # bits; negative speaks against


@dataclass(frozen=True, slots=True)
class PairEvidence:
    """Everything said of one pair of records: ids, never values."""

    left: str
    right: str
    weight: float
    probability: float
    band: str  # auto, near, none
    guards: tuple[str, ...]  # guard ids of rules/policy.yaml
    lines: tuple[EvidenceLine, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A thing a person must decide: records that may be one child, or one student that may be two children.

    `key` depends on kind and members only.
    """

    key: str
    kind: str  # near_match, suggested_split
    members: tuple[str, ...]  # record ids, ascending
    pairs: tuple[PairEvidence, ...]
    guards: tuple[str, ...]
    probability: (
        float  # of the weakest link that holds the group together; of a split, of the strongest that speaks against it
    )
    parts: tuple[tuple[str, ...], ...] = ()  # of a split: the student's records, one part a child
