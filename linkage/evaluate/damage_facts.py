"""Damage to dates, sex, birth place and parents. Same contract as `damage_names`: None where a way does not apply."""
# ruff: noqa: ARG001 - every damage has one signature, whether it draws or not

from dataclasses import replace
from datetime import date, timedelta

from linkage.evaluate import spelling
from linkage.evaluate.damage_names import Clerk, rewritten
from linkage.evaluate.dice import Dice
from linkage.evaluate.families import SNAPSHOT
from linkage.evaluate.naming import draw_adult
from linkage.evaluate.recording import PARENT_FIELDS, Person

_OLDEST = date(2002, 1, 1)  # an upload with an older child would not pass the State's own checks
_LOOK_ALIKE = {
    "0": "869",
    "1": "74",
    "2": "17",
    "3": "85",
    "4": "91",
    "5": "62",
    "6": "058",
    "7": "12",
    "8": "036",
    "9": "40",
}
_DIGIT_PLACES = (2, 3, 4, 5, 6, 7)  # of YYYYMMDD; nobody mistypes the century


def day_month_swapped(person: Person, clerk: Clerk) -> Person | None:
    born = person.birth_date
    if born.day > 12 or born.day == born.month:
        return None
    return _dated(person, f"{born.year}{born.day:02d}{born.month:02d}")


def date_digit_wrong(person: Person, clerk: Clerk) -> Person | None:
    dice, digits = clerk.dice, f"{person.birth_date:%Y%m%d}"
    for at in dice.shuffled(_DIGIT_PLACES):
        wrong = dice.pick(_LOOK_ALIKE[digits[at]]) if dice.chance(0.6) else str(dice.between(0, 9))
        changed = _dated(person, digits[:at] + wrong + digits[at + 1 :])
        if changed:
            return changed
    return None


def date_digits_swapped(person: Person, clerk: Clerk) -> Person | None:
    """Two neighbouring digits of the year, the month or the day."""
    digits = f"{person.birth_date:%Y%m%d}"
    for at in clerk.dice.shuffled((2, 4, 6)):
        changed = _dated(person, digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :])
        if changed:
            return changed
    return None


def year_wrong(person: Person, clerk: Clerk) -> Person | None:
    year = person.birth_date.year + clerk.dice.pick((-1, 1, 1, -1, 2))
    return _dated(person, f"{year}{person.birth_date:%m%d}")


def january_first(person: Person, clerk: Clerk) -> Person | None:
    """A date that somebody assigned: the year as told, sometimes by a year wrong."""
    return _dated(person, f"{person.birth_date.year + clerk.dice.pick((0, 0, 0, -1, 1))}0101")


def date_near(person: Person, clerk: Clerk) -> Person | None:
    """One day off, or the day on which the birth was registered."""
    days = clerk.dice.pick((1, -1, clerk.dice.between(2, 90)))
    return _dated(person, f"{person.birth_date + timedelta(days=days):%Y%m%d}")


def sex_wrong(person: Person, clerk: Clerk) -> Person | None:
    return replace(person, sex="M" if person.sex == "F" else "F")


def sex_other(person: Person, clerk: Clerk) -> Person | None:
    return replace(person, sex="X")


def birth_place_lost(person: Person, clerk: Clerk) -> Person | None:
    if clerk.dice.chance(0.5):
        return replace(person, birth_city="", birth_state="", birth_country="")
    return replace(person, birth_city="") if person.birth_city else None


def birth_place_spelled(person: Person, clerk: Clerk) -> Person | None:
    """Another spelling, a part of the name, or a larger town nearby."""

    def rewrite(city: str, dice: Dice) -> str | None:
        parts = city.split(" ")
        if len(parts) > 1 and dice.chance(0.5):
            return dice.pick((" ".join(parts[:-1]), " ".join(parts[1:])))
        if dice.chance(0.3):
            return dice.pick(clerk.tradition.places).city if person.birth_country != "US" else None
        return spelling.by_ear(city, dice) or spelling.mistyped(city, dice)

    return rewritten(person, ("birth_city",), rewrite, clerk.dice)


def parents_exchanged(person: Person, clerk: Clerk) -> Person | None:
    if not (person.parent1_first or person.parent2_first):
        return None
    return replace(
        person, parent1_first=person.parent2_first, parent1_last=person.parent2_last,
        parent2_first=person.parent1_first, parent2_last=person.parent1_last,
    )  # fmt: skip


def parent_missing(person: Person, clerk: Clerk) -> Person | None:
    if not (person.parent1_first and person.parent2_first):
        return None
    return _with_parent(person, clerk.dice.pick((1, 1, 2)), "", "")


def parents_missing(person: Person, clerk: Clerk) -> Person | None:
    if not (person.parent1_first or person.parent2_first):
        return None
    return replace(person, parent1_first="", parent1_last="", parent2_first="", parent2_last="")


def parent_nickname(person: Person, clerk: Clerk) -> Person | None:
    tables = spelling.tables()

    def rewrite(name: str, dice: Dice) -> str | None:
        table = tables.nicknames if dice.chance(0.5) else tables.given_abbreviations
        return spelling.looked_up(table, name, dice)

    return rewritten(person, ("parent1_first", "parent2_first"), rewrite, clerk.dice)


def parent_spelled(person: Person, clerk: Clerk) -> Person | None:
    rewrite = spelling.by_ear if clerk.dice.chance(0.6) else spelling.mistyped
    return rewritten(person, PARENT_FIELDS, rewrite, clerk.dice)


def parent_placeholder(person: Person, clerk: Clerk) -> Person | None:
    text = clerk.dice.pick(spelling.tables().placeholders["parent"])
    return _with_parent(person, clerk.dice.pick((1, 1, 2)), text, clerk.dice.pick((text, "")))


def parent_changed(person: Person, clerk: Clerk) -> Person | None:
    """A stepfather, an aunt or a guardian stands where a parent stood."""
    number, sex = clerk.dice.pick(((1, "M"), (1, "M"), (2, "F")))
    adult = draw_adult(clerk.tradition, sex, clerk.dice)
    return _with_parent(person, number, adult.first, adult.last1)


def mother_married_name(person: Person, clerk: Clerk) -> Person | None:
    father = person.parent1_last.split(" ")[0]
    if not father or not person.parent2_last or father == person.parent2_last:
        return None
    own = person.parent2_last.split(" ")[0]
    return replace(person, parent2_last=clerk.dice.pick((father, father, f"{own} de {father}", f"{own}-{father}")))


def _with_parent(person: Person, number: int, first: str, last: str) -> Person:
    return person.changed({f"parent{number}_first": first, f"parent{number}_last": last})


def _dated(person: Person, digits: str) -> Person | None:
    """The person with another birth date; None if `digits` (YYYYMMDD) is none, the same, or not a child's."""
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    possible = _OLDEST <= born < SNAPSHOT and born != person.birth_date
    return replace(person, birth_date=born) if possible else None
