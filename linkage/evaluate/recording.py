"""What a careful clerk writes down of a child: the undamaged identity part of a source record."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from linkage.evaluate.dice import Dice
from linkage.evaluate.families import Child
from linkage.evaluate.naming import TWO_SURNAMES, Adult
from linkage.evaluate.rates import Rates
from linkage.evaluate.styles import StateStyle

_DOCUMENTS = ("1004",) * 10 + ("1007",) * 5 + ("1010",) * 2 + ("1003", "1006", "1008", "1008", "1013", "")
_JOINS_GIVEN = frozenset({*TWO_SURNAMES, "one_surname"})


@dataclass(frozen=True, slots=True)
class Person:
    """MDE 4 to 19 of one record, by canonical column name. "" = missing."""

    first_name: str
    middle_name: str
    last_name_1: str
    last_name_2: str
    suffix: str
    sex: str
    birth_date: date
    multiple_birth: str
    birth_city: str
    birth_state: str
    birth_country: str
    birth_date_verification: str
    parent1_first: str
    parent1_last: str
    parent2_first: str
    parent2_last: str

    def changed(self, changes: Mapping[str, Any]) -> "Person":
        """A copy with other values in the fields named."""
        return replace(self, **changes)

    def columns(self) -> Mapping[str, str]:
        """Column -> text, dates in ISO form."""
        values = {name: getattr(self, name) for name in _FIELDS}
        values["birth_date"] = self.birth_date.isoformat()
        return values


_FIELDS = tuple(field.name for field in fields(Person))
NAME_FIELDS = ("first_name", "middle_name", "last_name_1", "last_name_2")
PARENT_FIELDS = ("parent1_first", "parent1_last", "parent2_first", "parent2_last")


def recorded(child: Child, style: StateStyle, rates: Rates, dice: Dice) -> Person:
    """The child as one State's careful clerk files it; which fields are used is the State's habit, not damage."""
    name, place = child.name, child.birth_place
    first, middle = name.given
    if middle and child.tradition.grammar in _JOINS_GIVEN and dice.chance(style.given_together):
        first, middle = f"{first} {middle}", ""
    flag = ""
    if child.multiple:
        flag = "Y" if dice.chance(rates.twin_flag_known) else dice.pick(("", "", "N"))
    elif dice.chance(0.6):
        flag = "N"
    full = dice.chance(style.parents_two_surnames)
    father = child.parents.father if child.parents_known else None
    mother = child.parents.mother if child.parents_known else None
    return Person(
        first, middle, name.last1, name.last2, name.suffix, child.sex, child.birth, flag,
        place.city, place.state, place.country, dice.pick(_DOCUMENTS),
        *_adult(father, full), *_adult(mother, full),
    )  # fmt: skip


def _adult(adult: Adult | None, full: bool) -> tuple[str, str]:
    if adult is None:
        return "", ""
    return adult.first, f"{adult.last1} {adult.last2}".strip() if full else adult.last1
