"""Damage to a child's name: each function spoils a record in one way, or returns None where that way does not apply.

A function never leaves First Name or Last Name 1 empty: a State's own form would not let it.
"""
# ruff: noqa: ARG001 - every damage has one signature, whether it draws or not

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from linkage.evaluate import spelling
from linkage.evaluate.dice import Dice
from linkage.evaluate.pools import Tradition
from linkage.evaluate.recording import NAME_FIELDS, PARENT_FIELDS, Person

GIVEN = ("first_name", "middle_name")
SURNAMES = ("last_name_1", "last_name_2")
_PARTICLE = re.compile(
    r"^(de la|de los|de las|dela|delos|del|de|das|dos|da|do|al-|st\.?|saint-)[ -]?(?=\w)", re.IGNORECASE
)
Rewrite = Callable[[str, Dice], str | None]


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who makes the mistake: the draws, and the tradition that other names are taken from."""

    dice: Dice
    tradition: Tradition


# ---- surnames -----------------------------------------------------------------------------------------------------------


def surname_dropped(person: Person, clerk: Clerk) -> Person | None:
    return replace(person, last_name_2="") if person.last_name_2 else None


def first_surname_dropped(person: Person, clerk: Clerk) -> Person | None:
    return replace(person, last_name_1=person.last_name_2, last_name_2="") if person.last_name_2 else None


def surnames_swapped(person: Person, clerk: Clerk) -> Person | None:
    if not person.last_name_2 or person.last_name_1 == person.last_name_2:
        return None
    return replace(person, last_name_1=person.last_name_2, last_name_2=person.last_name_1)


def surnames_hyphenated(person: Person, clerk: Clerk) -> Person | None:
    return _joined(person, "-")


def surnames_together(person: Person, clerk: Clerk) -> Person | None:
    return _joined(person, " ")


def surnames_glued(person: Person, clerk: Clerk) -> Person | None:
    glued = _joined(person, "")
    if glued is None or clerk.dice.chance(0.5):
        return glued
    return replace(glued, last_name_1=glued.last_name_1[:1] + glued.last_name_1[1:].lower())


def surname_as_middle(person: Person, clerk: Clerk) -> Person | None:
    """The first surname behind the given names, the second alone as Last Name 1."""
    if not person.last_name_2:
        return None
    middle = f"{person.middle_name} {person.last_name_1}".strip()
    return replace(person, middle_name=middle, last_name_1=person.last_name_2, last_name_2="")


def middle_as_surname(person: Person, clerk: Clerk) -> Person | None:
    """The middle name, in some traditions the mother's surname, filed as a surname."""
    if not person.middle_name or person.last_name_2:
        return None
    surnames = (person.middle_name, person.last_name_1)
    first, second = surnames if clerk.dice.chance(0.5) else surnames[::-1]
    return replace(person, middle_name="", last_name_1=first, last_name_2=second)


def surname_abbreviated(person: Person, clerk: Clerk) -> Person | None:
    def rewrite(surname: str, dice: Dice) -> str | None:
        if short := spelling.looked_up(spelling.tables().surname_abbreviations, surname, dice):
            return short
        return spelling.squeezed(surname) if dice.chance(0.15) else None

    return rewritten(person, SURNAMES, rewrite, clerk.dice)


def surname_changed(person: Person, clerk: Clerk) -> Person | None:
    """A stepfather's or foster family's surname, the mother's, or the father's after he has recognized the child."""
    dice, mother = clerk.dice, person.parent2_last.split(" ")[0]
    if person.last_name_2 and mother and dice.chance(0.3):
        return replace(person, last_name_1=mother, last_name_2="")
    new = clerk.tradition.surnames.draw(dice)
    if new == person.last_name_1:
        return None
    if not person.parent1_first and dice.chance(0.5):
        return replace(person, last_name_1=new, last_name_2=person.last_name_1)
    return replace(person, last_name_1=new)


def particle_lost(person: Person, clerk: Clerk) -> Person | None:
    return rewritten(person, SURNAMES, lambda surname, _: _split_particle(surname)[1], clerk.dice)


def particle_glued(person: Person, clerk: Clerk) -> Person | None:
    def rewrite(surname: str, dice: Dice) -> str | None:
        particle, rest = _split_particle(surname)
        return (particle.replace(" ", "") + rest.lower()).capitalize() if rest else None

    return rewritten(person, SURNAMES, rewrite, clerk.dice)


def particle_parked(person: Person, clerk: Clerk) -> Person | None:
    """`Cruz, María de la`: the particle follows the given names."""
    particle, rest = _split_particle(person.last_name_1)
    if not rest:
        return None
    field = "middle_name" if person.middle_name else "first_name"
    return person.changed({field: f"{getattr(person, field)} {particle.strip(' -')}", "last_name_1": rest})


def suffix_lost(person: Person, clerk: Clerk) -> Person | None:
    return replace(person, suffix="") if person.suffix else None


def suffix_in_surname(person: Person, clerk: Clerk) -> Person | None:
    if not person.suffix:
        return None
    field = "last_name_2" if person.last_name_2 or clerk.dice.chance(0.2) else "last_name_1"
    return person.changed({"suffix": "", field: f"{getattr(person, field)} {person.suffix}".strip()})


# ---- given names --------------------------------------------------------------------------------------------------------


def given_dropped(person: Person, clerk: Clerk) -> Person | None:
    if person.middle_name:
        return replace(person, middle_name="")
    first, _, rest = person.first_name.partition(" ")
    return replace(person, first_name=first) if rest else None


def opener_dropped(person: Person, clerk: Clerk) -> Person | None:
    """The second given name is the call name and stands alone."""
    if person.middle_name:
        return replace(person, first_name=person.middle_name, middle_name="")
    last = person.first_name.split(" ")[-1]
    return replace(person, first_name=last) if last != person.first_name else None


def given_initial(person: Person, clerk: Clerk) -> Person | None:
    if len(person.middle_name) < 3:
        return None
    return replace(person, middle_name=person.middle_name[0] + clerk.dice.pick(("", ".")))


def given_reordered(person: Person, clerk: Clerk) -> Person | None:
    if not person.middle_name or person.middle_name == person.first_name:
        return None
    return replace(person, first_name=person.middle_name, middle_name=person.first_name)


def given_glued(person: Person, clerk: Clerk) -> Person | None:
    first, _, rest = f"{person.first_name} {person.middle_name}".strip().partition(" ")
    return replace(person, first_name=(first + rest.replace(" ", "").lower()), middle_name="") if rest else None


def given_abbreviated(person: Person, clerk: Clerk) -> Person | None:
    table = spelling.tables().given_abbreviations
    return rewritten(person, GIVEN, lambda name, dice: _any_word(name, dice, table), clerk.dice)


def nickname(person: Person, clerk: Clerk) -> Person | None:
    name, dice = person.first_name, clerk.dice
    known = spelling.looked_up(spelling.tables().nicknames, name.split(" ")[-1], dice)
    pet = known or (spelling.shortened(name, dice) if dice.chance(0.5) else None)
    return replace(person, first_name=pet) if pet and pet != name else None


def given_english(person: Person, clerk: Clerk) -> Person | None:
    table = spelling.tables().english
    return rewritten(person, GIVEN, lambda name, dice: spelling.looked_up(table, name, dice), clerk.dice)


def given_replaced(person: Person, clerk: Clerk) -> Person | None:
    """The name that teachers use; the given name may move to the middle."""
    names = spelling.tables().school_names.get(person.sex)
    if not names:
        return None
    middle = person.first_name if clerk.dice.chance(0.4) else person.middle_name
    return replace(person, first_name=clerk.dice.pick(names), middle_name=middle)


# ---- the name as a whole ------------------------------------------------------------------------------------------------


def first_last_exchanged(person: Person, clerk: Clerk) -> Person | None:
    if person.first_name == person.last_name_1:
        return None
    return replace(person, first_name=person.last_name_1, last_name_1=person.first_name)


def name_recut(person: Person, clerk: Clerk) -> Person | None:
    """The same words in the same order, divided elsewhere into first, middle and last; of a chain, the end may be lost."""
    dice = clerk.dice
    tokens = " ".join(filter(None, (getattr(person, field) for field in NAME_FIELDS))).split()
    if len(tokens) < 2:
        return None
    if clerk.tradition.grammar == "chain" and len(tokens) > 2 and dice.chance(0.5):
        tokens = tokens[:2]
    one = dice.between(1, len(tokens) - 1)
    two = dice.between(one, len(tokens) - 1)
    cut = replace(
        person, first_name=" ".join(tokens[:one]), middle_name=" ".join(tokens[one:two]),
        last_name_1=" ".join(tokens[two:]), last_name_2="",
    )  # fmt: skip
    return cut if cut != person else None


def placeholder(person: Person, clerk: Clerk) -> Person | None:
    """Something stands where nothing is known: NMN, SIN APELLIDO, or FNU with the whole name filed as surname."""
    dice, texts = clerk.dice, spelling.tables().placeholders
    if clerk.tradition.grammar in ("syllables", "chain") and dice.chance(0.4):
        whole = " ".join(filter(None, (person.first_name, person.middle_name, person.last_name_1)))
        return replace(person, first_name=dice.pick(texts["first"]), middle_name="", last_name_1=whole)
    empty = [where for where in ("middle", "last2") if not getattr(person, _PLACEHOLDER_FIELD[where])]
    if not empty:
        return None
    where = dice.pick(empty)
    return person.changed({_PLACEHOLDER_FIELD[where]: dice.pick(texts[where])})


def phonetic(person: Person, clerk: Clerk) -> Person | None:
    return rewritten(person, NAME_FIELDS, _in_one_word(spelling.by_ear), clerk.dice)


def typo(person: Person, clerk: Clerk) -> Person | None:
    return rewritten(person, NAME_FIELDS, _in_one_word(spelling.mistyped), clerk.dice)


def scanned(person: Person, clerk: Clerk) -> Person | None:
    return rewritten(person, NAME_FIELDS, spelling.misread, clerk.dice)


def truncated(person: Person, clerk: Clerk) -> Person | None:
    return rewritten(person, NAME_FIELDS, spelling.cut, clerk.dice)


def accents_lost(person: Person, clerk: Clerk) -> Person | None:
    return _everywhere(person, spelling.without_accents)


def mojibake(person: Person, clerk: Clerk) -> Person | None:
    style = clerk.dice.between(0, 3)
    return _everywhere(person, lambda text: spelling.garbled(text, style, clerk.dice))


# ---- helpers ------------------------------------------------------------------------------------------------------------

_PLACEHOLDER_FIELD = {"middle": "middle_name", "last2": "last_name_2"}


def rewritten(person: Person, fields: Sequence[str], rewrite: Rewrite, dice: Dice) -> Person | None:
    """`rewrite` applied to one of `fields`, the first in random order that it changes."""
    for field in dice.shuffled(fields):
        text = getattr(person, field)
        changed = rewrite(text, dice) if text else None
        if changed and changed != text:
            return person.changed({field: changed})
    return None


def _joined(person: Person, link: str) -> Person | None:
    if not person.last_name_2:
        return None
    return replace(person, last_name_1=f"{person.last_name_1}{link}{person.last_name_2}", last_name_2="")


def _split_particle(surname: str) -> tuple[str, str]:
    found = _PARTICLE.match(surname)
    return (found[0], surname[found.end() :]) if found else ("", "")


def _any_word(text: str, dice: Dice, table: Mapping[str, tuple[str, ...]]) -> str | None:
    """The first word of `text` that the table knows, in its other form."""
    tokens = text.split(" ")
    for index, token in enumerate(tokens):
        if form := spelling.looked_up(table, token, dice):
            return " ".join((*tokens[:index], form, *tokens[index + 1 :]))
    return None


def _in_one_word(rewrite: Rewrite) -> Rewrite:
    """`rewrite` for one random word of a field; particles and initials are left alone."""

    def inside(text: str, dice: Dice) -> str | None:
        tokens = text.split(" ")
        long = [index for index, token in enumerate(tokens) if len(token) > 3] or [0]
        index = dice.pick(long)
        changed = rewrite(tokens[index], dice)
        return " ".join((*tokens[:index], changed, *tokens[index + 1 :])) if changed else None

    return inside


def _everywhere(person: Person, change: Callable[[str], str]) -> Person | None:
    """`change` in every field that holds a letter outside ASCII; such damage is done by a system, not to one field."""
    fields = (*NAME_FIELDS, *PARENT_FIELDS, "birth_city")
    changes = {field: change(text) for field in fields if not (text := getattr(person, field)).isascii()}
    return person.changed(changes) if changes else None
