"""How one written name is spoiled: by ear, by finger, by scanner, by software. Text in, text out; None = does not apply."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from linkage.evaluate.alike import plain
from linkage.evaluate.dice import Dice
from linkage.evaluate.pools import read_data, words

CUTS = (8, 10, 12, 15, 20, 25, 30)  # widths of name fields in the systems States came from
LOST_LETTERS = ("?", "\ufffd", "#", "_")


@dataclass(frozen=True, slots=True)
class Tables:
    """data/damage.yaml. The keys of the name tables are plain: lower case, no accents."""

    nicknames: Mapping[str, tuple[str, ...]]
    english: Mapping[str, tuple[str, ...]]
    given_abbreviations: Mapping[str, tuple[str, ...]]
    surname_abbreviations: Mapping[str, tuple[str, ...]]
    respellings: Mapping[str, tuple[str, ...]]
    school_names: Mapping[str, tuple[str, ...]]
    placeholders: Mapping[str, tuple[str, ...]]
    sounds: tuple[tuple[re.Pattern[str], str], ...]
    nearby_keys: Mapping[str, str]
    scanned: tuple[tuple[str, str], ...]
    html_entities: Mapping[str, str]
    dos_letters: Mapping[str, str]


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The tables, read once."""
    data = read_data("damage.yaml")
    by_name = ("nicknames", "english", "given_abbreviations", "surname_abbreviations", "respellings")
    return Tables(
        **{table: _by_plain_name(data[table]) for table in by_name},
        school_names={sex: words(names) for sex, names in data["school_names"].items()},
        placeholders={
            where: tuple(word.replace("_", " ") for word in text.split())
            for where, text in data["placeholders"].items()
        },
        sounds=tuple((re.compile(pattern), replacement) for pattern, replacement in data["sounds"]),
        nearby_keys=data["nearby_keys"],
        scanned=tuple((read, seen) for read, seen in data["scanned"]),
        html_entities=data["html_entities"],
        dos_letters=data["dos_letters"],
    )


def looked_up(table: Mapping[str, tuple[str, ...]], name: str, dice: Dice) -> str | None:
    """Another form of the whole `name`, out of one of the name tables."""
    forms = table.get(plain(name))
    return dice.pick(forms) if forms else None


def by_ear(word: str, dice: Dice) -> str | None:
    """Another spelling that sounds alike: a known one, or one rule of sound applied once."""
    if dice.chance(0.5) and (known := looked_up(tables().respellings, word, dice)):
        return None if known == word else known
    sounds, lower = tables().sounds, word.lower()
    start = dice.between(0, len(sounds) - 1)
    for offset in range(len(sounds)):
        pattern, replacement = sounds[(start + offset) % len(sounds)]
        changed = pattern.sub(replacement, lower, count=1)
        if changed != lower and changed:
            return cased(changed, word)
    return None


def mistyped(word: str, dice: Dice) -> str | None:
    """One slip of the finger: a neighbouring key, a letter lost, doubled or exchanged with the next. Words of 3 letters or more."""
    if len(word) < 3:
        return None
    at = dice.between(0 if dice.chance(0.1) else 1, len(word) - 1)
    kind, letter = dice.between(0, 3), word[at].lower()
    if kind == 0 and letter in tables().nearby_keys:
        changed = word[:at] + dice.pick(tables().nearby_keys[letter]) + word[at + 1 :]
    elif kind == 1:
        changed = word[:at] + word[at + 1 :]
    elif kind == 2:
        changed = word[:at] + letter + word[at:]
    else:
        at = min(at, len(word) - 2)
        changed = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    changed = cased(changed.lower(), word)
    return None if changed == word else changed


def misread(word: str, dice: Dice) -> str | None:
    """What a scanner makes of it: rn as m, o as 0."""
    confusions = [(read, seen) for read, seen in tables().scanned if read in word[1:].lower()]
    if not confusions:
        return None
    read, seen = dice.pick(confusions)
    at = word.lower().index(read, 1)
    return word[:at] + seen + word[at + len(read) :]


def cut(text: str, dice: Dice) -> str | None:
    """Cut off at the width of an old field."""
    widths = [width for width in CUTS if width < len(text)]
    return text[: dice.pick(widths)].rstrip(" -'") if widths else None


def without_accents(text: str) -> str:
    folded = plain(text)
    return cased(folded, text) if len(folded) == len(text) else folded


def garbled(text: str, style: int, dice: Dice) -> str:
    """Letters outside ASCII as broken software shows them; `style` 0-3: UTF-8 as Windows-1252, lost, HTML, DOS."""
    if style == 0:
        return text.encode("utf-8").decode("cp1252", errors="replace")
    if style == 1:
        lost = dice.pick(LOST_LETTERS)
        return "".join(letter if letter.isascii() else lost for letter in text)
    table = tables().html_entities if style == 2 else tables().dos_letters
    return "".join(letter if letter.isascii() else table.get(letter, "?") for letter in text)


def shortened(name: str, dice: Dice) -> str | None:
    """A pet form that no table knows: the first syllable, or a diminutive."""
    if len(name) < 5 or not name.isalpha():
        return None
    if dice.chance(0.5):
        return name[: 3 if name[2].lower() not in "aeiou" else 4]
    stem = name.rstrip("aoeáé")
    return stem + dice.pick(("ito", "ita", "is", "y", "i"))


def squeezed(surname: str) -> str | None:
    """First letter, consonants, last letter: an abbreviation made up on the spot (Cstllns)."""
    if len(surname) < 7 or not surname.isalpha():
        return None
    inner = "".join(letter for letter in surname[1:-1] if plain(letter) not in "aeiou")
    return surname[0] + inner + surname[-1]


def cased(text: str, like: str) -> str:
    """`text` (lower case) with the capitals of `like`: letter for letter where the lengths agree, else word by word."""
    if like.isupper() and len(like) > 1:
        return text.upper()
    if len(text) == len(like):
        return "".join(new.upper() if old.isupper() else new for new, old in zip(text, like, strict=True))
    return " ".join(word[:1].upper() + word[1:] for word in text.split(" ")) if like[:1].isupper() else text


def _by_plain_name(table: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {plain(name.replace("_", " ")): words(forms) for name, forms in table.items()}
