"""Names of children born together: shared first, shared second, turned round, a pair of genders, a rhyme."""

import unicodedata
from functools import lru_cache

from linkage.evaluate.dice import Dice
from linkage.evaluate.naming import Given, draw_given
from linkage.evaluate.pools import Tradition

_TRADITIONAL = {"Cosme": "Damián", "Pedro": "Pablo", "Hassan": "Hussein", "Adán": "Eva", "Jacob": "Esau"}


def plain(text: str) -> str:
    """Lower case without accents."""
    marks_apart = unicodedata.normalize("NFKD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in marks_apart if not unicodedata.combining(letter))


def twin_given(tradition: Tradition, given: Given, sex: str, twin_sex: str, dice: Dice) -> Given:
    """Given names for the twin of a child called `given`; alike where that is possible."""
    first, second = given
    shapes: list[Given] = []
    other = draw_given(tradition, twin_sex, dice)[0]
    if second and sex == twin_sex and other not in given:
        shapes += [(other, second), (second, first)]
        shapes += [(first, other)] * (4 if first in tradition.openers.get(sex, ()) else 0)
    kept = second if sex == twin_sex else ""
    shapes += [(match, kept) for match in matches(tradition, first, sex, twin_sex) if match != second]
    return dice.pick(shapes) if shapes else draw_given(tradition, twin_sex, dice)


@lru_cache(maxsize=4096)
def matches(tradition: Tradition, first: str, sex: str, twin_sex: str) -> tuple[str, ...]:
    """Up to three names for the twin: the traditional partner, the other gender's form, rhymes and near spellings."""
    pool = tradition.given[twin_sex].names
    if sex != twin_sex:
        return tuple(name for name in pool if _stem(name) == _stem(first))[:3]
    partner = tuple(name for name in pool if name == _TRADITIONAL.get(first))
    return (partner + tuple(name for name in pool if _rhymes(plain(name), plain(first))))[:3]


def _stem(name: str) -> str:
    return plain(name).rstrip("oae")


def _rhymes(one: str, other: str) -> bool:
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    return (one[0] == other[0] and one[-2:] == other[-2:]) or one[1:] == other[1:]
