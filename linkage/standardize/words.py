"""The words of many texts as numbers: what a rule says of a word is asked once a distinct word, whatever the texts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linkage.records import Int32, Int64, TextColumn
from rules.name_tables import NameTables
from rules.particles import Phrase

Bools = NDArray[np.bool_]

_BEGIN = ";"  # before the words of each text; no letter of folded text


@dataclass(frozen=True, slots=True)
class Words:
    """Text i owns starts[i]:starts[i + 1] of `words`."""

    starts: Int64  # n + 1
    words: TextColumn

    @classmethod
    def of(cls, texts: Sequence[str], tables: NameTables) -> "Words":
        """The words of each text, folded."""
        marked = TextColumn.of(f" {_BEGIN} ".join(["", *tables.fold_all(texts)]).split())  # its first value is _BEGIN
        begins = np.append(np.flatnonzero(marked.codes == 0), len(marked))
        codes = marked.codes[marked.codes > 0] - np.int32(1)
        return cls(begins - np.arange(len(begins)), TextColumn(codes, marked.values[1:]))

    @property
    def sizes(self) -> Int64:
        """How many words each text has."""
        return np.diff(self.starts)

    def of_text(self, number: int) -> Phrase:
        """The words of one text."""
        return tuple(
            self.words.values[code] for code in self.words.codes[self.starts[number] : self.starts[number + 1]]
        )

    def of_texts(self, which: Bools) -> Int32:
        """The codes of the words of some texts, one behind the other."""
        return self.words.codes[np.repeat(which, self.sizes)]

    def any_of(self, wanted: Callable[[str], bool]) -> Bools:
        """Texts with a wanted word."""
        found: Bools = self._wanted_words(wanted) > 0
        return found

    def all_of(self, wanted: Callable[[str], bool]) -> Bools:
        """Texts in which every word is wanted."""
        found: Bools = self._wanted_words(wanted) == self.sizes
        return found

    def _wanted_words(self, wanted: Callable[[str], bool]) -> Int64:
        """How many words of each text are wanted."""
        is_wanted = np.array([wanted(word) for word in self.words.values], dtype=np.bool_)
        return self._counted(is_wanted[self.words.codes])

    def _counted(self, here: Bools) -> Int64:
        """How many places of each text are marked."""
        before = np.append(0, np.cumsum(here))
        counts: Int64 = np.diff(before[self.starts])
        return counts

    def holding(self, phrases: Iterable[Phrase]) -> Bools:
        """Texts in which two words of a phrase stand beside each other."""
        codes, size = self.words.codes.astype(np.int64), len(self.words.values)
        number = {word: code for code, word in enumerate(self.words.values)}
        pairs = [number[a] * size + number[b] for a, b in phrases if a in number and b in number]
        begins = np.zeros(len(codes), dtype=np.bool_)
        begins[:-1] = np.isin(codes[:-1] * size + codes[1:], pairs)
        begins[self.starts[1:][self.sizes > 0] - 1] = False
        found: Bools = self._counted(begins) > 0
        return found
