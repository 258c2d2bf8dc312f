"""The dictionary of distinct name tokens: text -> Token with everything that the rules derive from the text alone."""

from collections.abc import Iterable

from linkage.records import Token, TokenTable
from linkage.standardize.phonetics import sounds
from rules.folding import LOST
from rules.name_tables import NameTables

_NONE: frozenset[str] = frozenset()
_DIMINUTIVES = ("ITA", "ITO")
_SHORTEST_STEM = 3


class TokenIndex:
    """Gives each distinct text a code, in the order of first appearance."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def code(self, text: str) -> int:
        return self._codes.setdefault(text, len(self._codes))

    def table(self, tables: NameTables) -> TokenTable:
        return build_tokens(self._codes, tables)


def build_tokens(texts: Iterable[str], tables: NameTables) -> TokenTable:
    """One Token a folded text, in the order given."""
    return TokenTable(tuple(make_token(text, tables) for text in texts))


def make_token(text: str, tables: NameTables) -> Token:
    """Never raises, whatever the text; a token without Latin letters has no Soundex, Metaphone and NYSIIS."""
    heard = sounds(text)
    given, surname = tables.given, tables.surname
    return Token(
        text=text,
        soundex=heard.soundex,
        metaphone=heard.metaphone,
        nysiis=heard.nysiis,
        es_keys=heard.es,
        es_given_keys=heard.es_given,
        given_spellings=given.spellings.get(text, _NONE),
        surname_spellings=surname.spellings.get(text, _NONE),
        given_formals=given.formals.get(text) or _full_forms(text, given.known),
        surname_formals=surname.formals.get(text, _NONE),
        given_confusables=given.confusables.get(text, _NONE),
        surname_confusables=surname.confusables.get(text, _NONE),
        weak=text in tables.weak,
        wildcard=LOST in text,
        unisex=text in tables.unisex,
    )


def _full_forms(text: str, known: frozenset[str]) -> frozenset[str]:
    """PAOLITA stands for PAOLA, JUANCITO for JUAN: a diminutive that no table lists, of a name that one does."""
    if text in known or not text.endswith(_DIMINUTIVES):
        return _NONE
    ending = text[-1]
    stems = [text[:-3]] + ([text[:-4]] if text[-4:-3] == "C" else [])
    forms = {form for stem in stems if len(stem) >= _SHORTEST_STEM for form in (stem, stem + ending) if form in known}
    return frozenset(forms)
