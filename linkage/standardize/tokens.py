"""The dictionary of distinct name tokens: text -> Token with everything that the rules derive from the text alone."""

from collections.abc import Iterable

from linkage.records import Token, TokenTable
from linkage.standardize.glued import SHORTEST_SURNAME
from linkage.standardize.phonetics import sounds
from rules.folding import LOST
from rules.name_tables import NameTables, ScopeTables

_NONE: frozenset[str] = frozenset()


class TokenIndex:
    """Gives each distinct text a code, in the order of first appearance."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def code(self, text: str) -> int:
        return self._codes.setdefault(text, len(self._codes))

    def __len__(self) -> int:
        return len(self._codes)

    def kept(self, codes: Iterable[int]) -> "TokenIndex":
        """An index of these tokens only: the first of them gets the code 0."""
        texts, index = tuple(self._codes), TokenIndex()
        for code in codes:
            index.code(texts[code])
        return index

    def table(self, tables: NameTables) -> TokenTable:
        return build_tokens(self._codes, tables)


def build_tokens(texts: Iterable[str], tables: NameTables) -> TokenTable:
    """One Token a folded text, in the order given."""
    return TokenTable(tuple(make_token(text, tables) for text in texts))


def make_token(text: str, tables: NameTables) -> Token:
    """Never raises, whatever the text; a token without Latin letters has no Soundex and no Metaphone."""
    heard = sounds(text)
    given, surname = tables.given, tables.surname
    bare = _without_particle(text, surname)
    return Token(
        text=text,
        soundex=heard.soundex,
        metaphone=heard.metaphone,
        es_keys=heard.es | sounds(bare).es if bare else heard.es,
        es_given_keys=heard.es_given,
        given_spellings=given.spellings.get(text, _NONE),
        surname_spellings=surname.spellings.get(text, _NONE),
        given_formals=given.formals.get(text, _NONE),
        surname_formals=frozenset({bare}) if bare else surname.formals.get(text, _NONE),
        given_confusables=given.confusables.get(text, _NONE),
        surname_confusables=surname.confusables.get(text, _NONE),
        weak=text in tables.weak,
        wildcard=LOST in text,
        unisex=text in tables.unisex,
    )


def _without_particle(text: str, scope: ScopeTables) -> str:
    """ALMASRI -> MASRI, "" for any other word: an unknown surname may be written in one word with a particle."""
    if text in scope.known:
        return ""
    rests = (text.removeprefix(particle) for particle in scope.glued if text.startswith(particle))
    return next((rest for rest in rests if len(rest) >= SHORTEST_SURNAME), "")
