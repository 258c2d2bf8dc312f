"""Names written as one word: DELACRUZ, LUNAREYES, ANASOFIA. Divided only where the tables leave no doubt."""

from rules.name_tables import ScopeTables
from rules.particles import Phrase

SHORTEST_SURNAME = 4
SHORTEST_GIVEN = 3
SHORTEST_SPELLING = 5  # of a given name that is not in its usual spelling
# Particles that are glued to a surname, longest first. LA and SAN are not among them: LAMAS and SANCHEZ are names.
_GLUED_PARTICLES = (("DE", "LAS"), ("DE", "LOS"), ("DE", "LA"), ("DEL",), ("DOS",), ("DE",), ("DA",))


class Divider:
    """Divides the words of one scope; remembers every word."""

    def __init__(self, scope: ScopeTables, *, surnames: bool) -> None:
        self._scope = scope
        self._surnames = surnames
        self._shortest = SHORTEST_SURNAME if surnames else SHORTEST_GIVEN
        self._memo: dict[str, Phrase] = dict(scope.divided)

    def divide(self, word: str) -> Phrase:
        """`DELACRUZ` -> DE, LA, CRUZ; a word that is a name of its own, or that can be divided in two ways, stays whole."""
        found = self._memo.get(word)
        if found is None:
            found = self._memo[word] = self._divide(word)
        return found

    def _divide(self, word: str) -> Phrase:
        if len(word) < 2 * SHORTEST_GIVEN or word in self._scope.known:
            return (word,)
        if self._surnames:
            for particle in _GLUED_PARTICLES:
                rest = word.removeprefix("".join(particle))
                if rest != word and self._is_part(rest):
                    return (*particle, rest)
        cuts = [cut for cut in range(self._shortest, len(word) - self._shortest + 1) if self._parts_at(word, cut)]
        return (word[: cuts[0]], word[cuts[0] :]) if len(cuts) == 1 else (word,)

    def _parts_at(self, word: str, cut: int) -> bool:
        return self._is_part(word[:cut]) and self._is_part(word[cut:])

    def _is_part(self, text: str) -> bool:
        if text in self._scope.full:
            return len(text) >= self._shortest
        return not self._surnames and len(text) >= SHORTEST_SPELLING and text in self._scope.spellings
