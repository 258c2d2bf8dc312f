"""How each tradition makes a child's name out of its parents' and where a careful clerk would file the parts.

A `Name` is what the family would write on a form. What really ends up in a State's database is `recording.py` and `damage.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from linkage.evaluate.dice import Dice
from linkage.evaluate.pools import Tradition

Given = tuple[str, str]  # first given name, second given name or ""

OPENER_SHARE = 0.3  # children whose first given name is one of the tradition's openers (María, José)
ONE_SURNAME_SHARE = 0.04  # children of two-surname families who were registered with one
FATHERS_GIVEN_SHARE = 0.3  # Maya and island children whose surname is the father's given name
TITLE_SHARE = 0.35  # Karen and Burmese names that are written with Saw, Naw ...
TITLE_ALONE_SHARE = 0.2  # Sikh children whose only surname is Singh or Kaur


@dataclass(frozen=True, slots=True)
class Name:
    first: str
    middle: str
    last1: str
    last2: str
    suffix: str = ""

    @property
    def given(self) -> Given:
        return self.first, self.middle


@dataclass(frozen=True, slots=True)
class Adult:
    """A parent. In a chain tradition `last1` and `last2` are the father's and the grandfather's names."""

    first: str
    last1: str
    last2: str


@dataclass(frozen=True, slots=True)
class Parents:
    father: Adult | None
    mother: Adult | None

    @property
    def either(self) -> Adult:
        """The parent whose surname the children carry."""
        adult = self.father or self.mother
        if adult is None:
            raise ValueError("a family has at least one parent, known to it if not to the clerk")
        return adult


def draw_adult(tradition: Tradition, sex: str, dice: Dice) -> Adult:
    first = tradition.adults[sex].draw(dice)
    last2 = tradition.surnames.draw(dice) if tradition.grammar in TWO_SURNAMES else ""
    return Adult(first, tradition.surnames.draw(dice), last2)


def draw_given(tradition: Tradition, sex: str, dice: Dice, opener: str = "") -> Given:
    """Given names of one child; with `opener`, the family's first given name and another."""
    pool = tradition.given[sex]
    if not opener and sex in tradition.openers and dice.chance(OPENER_SHARE):
        opener = dice.pick(tradition.openers[sex])
    first = opener or pool.draw(dice)
    if " " in first or not (opener or dice.chance(tradition.second_given)):
        return first, ""
    second = pool.draw(dice)
    return first, "" if second == first or " " in second else second


@dataclass(frozen=True, slots=True)
class Form:
    """What a grammar makes a name from."""

    tradition: Tradition
    given: Given
    sex: str
    parents: Parents
    dice: Dice


def compose(form: Form) -> Name:
    """The child's full name by the grammar of its tradition."""
    name = GRAMMARS[form.tradition.grammar](form)
    if form.sex == "M" and form.dice.chance(form.tradition.suffix):
        return replace(name, suffix=form.dice.pick(("Jr", "Jr.", "II", "III")))
    return name


def _two_surnames(form: Form) -> Name:
    father, mother = form.parents.father, form.parents.mother
    if father is None or mother is None:
        return Name(*form.given, form.parents.either.last1, form.parents.either.last2)
    one = form.dice.chance(ONE_SURNAME_SHARE)
    return Name(*form.given, father.last1, "" if one else mother.last1)


def _maya(form: Form) -> Name:
    name, father = _two_surnames(form), form.parents.father
    return replace(name, last1=father.first) if father and form.dice.chance(FATHERS_GIVEN_SHARE) else name


def _one_surname(form: Form) -> Name:
    return Name(*form.given, form.parents.either.last1, "")


def _loose_surname(form: Form) -> Name:
    adult = form.parents.either
    return Name(*form.given, adult.first if form.dice.chance(FATHERS_GIVEN_SHARE) else adult.last1, "")


def _chain(form: Form) -> Name:
    return Name(form.given[0], form.parents.either.first, form.parents.either.last1, "")


def _syllables(form: Form) -> Name:
    """One name of two to four syllables, sometimes with a title; no family name at all."""
    dice, syllables = form.dice, form.tradition.syllables
    parts = form.given[0].split()
    parts += [dice.pick(syllables) for _ in range(dice.between(0 if len(parts) > 1 else 1, 2))]
    if dice.chance(TITLE_SHARE):
        parts.insert(0, dice.pick(form.tradition.titles[form.sex]))
    return Name(" ".join(parts[:-1]), "", parts[-1], "")


def _vietnamese(form: Form) -> Name:
    return Name(form.given[0], form.dice.pick(form.tradition.middles[form.sex]), form.parents.either.last1, "")


def _mother_middle(form: Form) -> Name:
    mother = form.parents.mother
    return Name(" ".join(filter(None, form.given)), mother.last1 if mother else "", form.parents.either.last1, "")


def _mother_first(form: Form) -> Name:
    father, mother = form.parents.father, form.parents.mother
    if father is None or mother is None:
        return _one_surname(form)
    return Name(*form.given, mother.last1, father.last1)


def _punjabi(form: Form) -> Name:
    title = "Singh" if form.sex == "M" else "Kaur"
    if form.dice.chance(TITLE_ALONE_SHARE):
        return Name(form.given[0], "", title, "")
    return Name(form.given[0], title, form.parents.either.last1, "")


Grammar = Callable[[Form], Name]
GRAMMARS: dict[str, Grammar] = {
    "two_surnames": _two_surnames,
    "maya": _maya,
    "one_surname": _one_surname,
    "loose_surname": _loose_surname,
    "chain": _chain,
    "syllables": _syllables,
    "vietnamese": _vietnamese,
    "mother_middle": _mother_middle,
    "mother_first": _mother_first,
    "punjabi": _punjabi,
}
TWO_SURNAMES = frozenset({"two_surnames", "maya", "mother_first"})
