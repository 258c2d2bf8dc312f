"""Parts the words of a name field into names, the particles before them, and words that join (DE LA CRUZ, ABDUL RAHMAN)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

Phrase = tuple[str, ...]


class Name(NamedTuple):
    text: str
    particle: bool  # a particle stood before it


class Piece(NamedTuple):
    """Words start to end (exclusive) that are one name, or one particle."""

    start: int
    end: int
    particle: bool


class Parted(NamedTuple):
    names: tuple[Name, ...]
    trailing: Phrase  # particles that end the field, with no name behind them


@dataclass(frozen=True, slots=True)
class Particles:
    """Folded particles and joiners of one scope. `shifting` ones belong to the next field when they fill one alone."""

    before: frozenset[Phrase]
    between: frozenset[Phrase]
    shifting: frozenset[Phrase]
    joiners: frozenset[str]

    def part(self, words: Sequence[str]) -> Parted:
        """`DE LA CRUZ Y LUNA` -> CRUZ (particle), LUNA (particle)."""
        names: list[Name] = []
        after = False
        for start, end, particle in self.pieces(words):
            if particle and end == len(words):
                return Parted(tuple(names), tuple(words[start:]))
            if not particle:
                names.append(Name("".join(words[start:end]), after))
            after = particle
        return Parted(tuple(names), ())

    def pieces(self, words: Sequence[str]) -> list[Piece]:
        """The names and particles in the order written: `DE LA CRUZ` -> DE LA (particle), CRUZ."""
        pieces: list[Piece] = []
        at, after, has_name = 0, False, False
        while at < len(words):
            length = self._particle_at(words, at, has_name=has_name)
            particle = length > 0
            if not particle:
                length, has_name = (1 if after else self._joined_at(words, at)), True
            pieces.append(Piece(at, at + length, particle))
            at, after = at + length, particle
        return pieces

    def names_of(self, words: Sequence[str]) -> Phrase:
        """The names alone; words that are nothing but particles are taken for names."""
        parted = self.part(words)
        return (*(name.text for name in parted.names), *parted.trailing)

    def _particle_at(self, words: Sequence[str], at: int, *, has_name: bool) -> int:
        """Number of words of the longest particle that starts at `at`; 0 if none."""
        for length in range(min(3, len(words) - at), 0, -1):
            phrase = tuple(words[at : at + length])
            if phrase in self.before:
                return length
            if has_name and phrase in self.between and at + length < len(words):
                return length
        return 0

    def _joined_at(self, words: Sequence[str], at: int) -> int:
        """Number of words that make one name: ABD AL MALIK -> 3, any other word -> 1."""
        if words[at] not in self.joiners or at + 1 == len(words):
            return 1
        article = (words[at + 1],) in self.before | self.between
        return 3 if article and at + 2 < len(words) else 2
