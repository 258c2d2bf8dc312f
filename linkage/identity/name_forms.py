"""Other forms of a name that somebody types: nicknames and spellings of the name rules, and initials that sound alike in Spanish."""

from collections.abc import Iterator

from linkage.identity.name_keys import sounds
from rules.name_tables import NameTables, ScopeTables

# Soundex keeps the first letter, and that is where Jimena and Ximena, Hernández and Ernandes, Vaca and Baca part.
_INITIALS = (
    ("J", "X", "G", "Y", "H"),
    ("B", "V"),
    ("C", "K", "Q"),
    ("S", "Z", "C"),
    ("LL", "Y"),
    ("I", "Y"),
    ("GU", "W", "HU"),
)
_VOWELS = "AEIOU"


def other_forms(word: str, tables: NameTables) -> frozenset[str]:
    """Nicknames, full names and spellings of a folded word, as single words, without the word itself: GUADALUPE and LUPE for LUPITA."""
    found = {form for scope in (tables.given, tables.surname) for form in _forms(word, scope)}
    return frozenset(form for form in found if " " not in form) - {word}


def sound_codes(word: str) -> list[str]:
    """The Soundex codes under which a folded word may stand."""
    return sounds([word, *_other_initials(word)])


def readings(name: str) -> tuple[tuple[str, str], ...]:
    """What may be the given names and what the surnames of a name in one line, the likeliest first; "López, Ana": one reading.

    Either may come first, and either may be several words.
    """
    before, comma, after = name.partition(",")
    if comma and before.strip() and after.strip():
        return ((after.strip(), before.strip()),)
    words = name.replace(",", " ").split()
    if len(words) < 2:
        return ((name.strip(), ""), ("", name.strip())) if words else ()
    at = [1, 2, *range(3, len(words))] if len(words) < 4 else [2, 1, *range(3, len(words))]
    ways = [(words[:cut], words[cut:]) for cut in at if cut < len(words)]
    both = [one for given, rest in ways for one in ((given, rest), (rest, given))]
    return tuple(dict.fromkeys((" ".join(given), " ".join(surnames)) for given, surnames in both))


def _forms(word: str, scope: ScopeTables) -> Iterator[str]:
    """The usual names of a word, and every word that is a form of one of these."""
    usual = {word, *scope.formals.get(word, ()), *scope.spellings.get(word, ())}
    yield from usual
    for table in (scope.formals, scope.spellings):
        yield from (form for form, names in table.items() if usual & names)


def _other_initials(word: str) -> Iterator[str]:
    for group in _INITIALS:
        for initial in group:
            if word.startswith(initial):
                yield from (other + word.removeprefix(initial) for other in group if other != initial)
    if word[:1] == "H":
        yield word[1:] or word
    elif word[:1] in _VOWELS:
        yield f"H{word}"
