"""Surnames taken apart: first and second surname, and the particles before them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rules.name_tables import NameTables

FIRST, SECOND, PARTICLE = "First surname", "Second surname", "Particle"
WORD = re.compile(r"[^\s-]+")


@dataclass(frozen=True, slots=True)
class NamePart:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of characters of a name field."""

    start: int
    end: int
    particle: bool


def parted(text: str, tables: NameTables) -> tuple[Cut, ...]:
    """The names and particles of a surname field, in characters of the field as given."""
    found = list(WORD.finditer(text))
    folded = [tables.fold(word[0]) or word[0] for word in found]
    return tuple(
        Cut(found[piece.start].start(), found[piece.end - 1].end(), piece.particle)
        for piece in tables.surname.particles.pieces(folded)
    )


def same_but_particles(one: str, other: str, tables: NameTables) -> bool:
    """Whether two surname fields hold the same names, one of them with a particle that the other has not."""
    cuts = [parted(text, tables) for text in (one, other)]
    names = [
        [tables.fold(text[cut.start : cut.end]) for cut in found if not cut.particle]
        for text, found in zip((one, other), cuts, strict=True)
    ]
    return bool(names[0]) and names[0] == names[1] and any(cut.particle for found in cuts for cut in found)


def surname_parts(
    first: str, second: str, first_cuts: Sequence[Cut], second_cuts: Sequence[Cut]
) -> tuple[tuple[NamePart, ...], bool]:
    """The labelled parts of both fields, and whether they say more than the fields do.

    Where the second field is empty, the second name of the first is the second surname. The texts may be dots: the cuts are of the true ones.
    """
    parts: list[NamePart] = []
    names = 0
    for cut in first_cuts:
        label = PARTICLE if cut.particle else SECOND if names and not second_cuts else FIRST
        names += not cut.particle
        parts.append(NamePart(label, first[cut.start : cut.end]))
    parts += [NamePart(PARTICLE if cut.particle else SECOND, second[cut.start : cut.end]) for cut in second_cuts]
    telling = any(part.label == PARTICLE for part in parts) or (names > 1 and not second_cuts)
    return tuple(parts), telling
