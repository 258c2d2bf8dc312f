"""Who exists: families with their children, and the kinds of children that a matcher confuses.

The hard negatives are made here, each with a group id that the truth file repeats: twins, cousins with one name, young fathers
with a son of their name, strangers with one common name. Siblings are the children of one family.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import accumulate

from linkage.evaluate.alike import matches, twin_given
from linkage.evaluate.dice import Dice
from linkage.evaluate.naming import TWO_SURNAMES, Adult, Form, Given, Name, Parents, compose, draw_adult, draw_given
from linkage.evaluate.pools import Place, Pool, Tradition, places, traditions
from linkage.evaluate.rates import Rates

SNAPSHOT = date(2026, 11, 1)  # the invented States upload on this day; the clock is never read
LAST_BIRTH = date(2026, 2, 1)
GROUP_KINDS = ("twin", "cousin", "father_son", "namesake")
SIZES = (1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6)  # children a family, before the youngest would be unborn
SAME_SEX = 0.4  # twins who had to be of one sex; of the others half are
GENDER_PAIR = 0.5  # twins named alike whose names can be one name in two genders
NAMESAKE_TRIES = 12  # children looked at before the one with the commonest names gets a namesake
_SHARES = tuple(accumulate(tradition.share for tradition in traditions()))
_FULL_GIVEN = frozenset(
    {*TWO_SURNAMES, "one_surname", "loose_surname"}
)  # grammars where first + middle are the given names


@dataclass(frozen=True, slots=True)
class Child:
    child_id: str
    family_id: str
    tradition: Tradition
    name: Name
    sex: str
    birth: date
    birth_place: Place
    multiple: bool
    parents: Parents
    parents_known: bool


@dataclass(frozen=True, slots=True)
class Family:
    family_id: str
    home: str  # State of the first stay
    children: tuple[Child, ...]


@dataclass(frozen=True, slots=True)
class Population:
    """`groups` maps a kind of hard negative to child id -> group id; every group has two members or more."""

    families: tuple[Family, ...]
    groups: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class _Seed:
    """What a family starts from: its first child, drawn or taken over from people who exist already."""

    tradition: Tradition
    parents: Parents
    home: str
    given: Given
    sex: str
    birth: date
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class _Birth:
    family_id: str
    when: date
    place: Place
    known: bool  # the clerk knows the parents


def invent_population(dice: Dice, *, children: int, states: Sequence[str], rates: Rates) -> Population:
    """Families with exactly `children` children, the last family cut short where it must be."""
    maker = _FamilyMaker(dice, tuple(states), rates)
    while maker.children < children:
        maker.household()
    surplus = maker.children - children
    while surplus:
        last = maker.families.pop()
        kept = last.children[: max(0, len(last.children) - surplus)]
        surplus -= len(last.children) - len(kept)
        if kept:
            maker.families.append(replace(last, children=kept))
    present = {child.child_id for family in maker.families for child in family.children}
    groups = {kind: _whole_groups(members, present) for kind, members in maker.groups.items()}
    return Population(tuple(maker.families), groups)


def _whole_groups(members: dict[str, str], present: set[str]) -> dict[str, str]:
    """The memberships of children who are present, in groups that still have two."""
    inside = {child: group for child, group in members.items() if child in present}
    sizes: dict[str, int] = {}
    for group in inside.values():
        sizes[group] = sizes.get(group, 0) + 1
    return {child: group for child, group in inside.items() if sizes[group] > 1}


@dataclass(slots=True)
class _FamilyMaker:
    dice: Dice
    states: tuple[str, ...]
    rates: Rates
    families: list[Family] = field(default_factory=list)
    groups: dict[str, dict[str, str]] = field(default_factory=lambda: {kind: {} for kind in GROUP_KINDS})
    children: int = 0

    def household(self) -> None:
        """One family, and sometimes the family next door or a stranger's that a matcher would confuse with it."""
        if self.families and self.dice.chance(self.rates.namesakes):
            self._namesakes()
            return
        family = self._family(self._fresh())
        if self.dice.chance(self.rates.cousins):
            self._cousins(family)
        for child in family.children:
            if child.sex == "M" and _years_old(child.birth) >= 17 and self.dice.chance(self.rates.young_fathers):
                self._young_father(child, family.home)
                break

    def _fresh(self) -> _Seed:
        dice = self.dice
        tradition = dice.weighted(traditions(), _SHARES)
        mother = draw_adult(tradition, "F", dice)
        father = None if dice.chance(self.rates.single_mothers) else draw_adult(tradition, "M", dice)
        birth = self._registered(tradition, SNAPSHOT - timedelta(days=dice.between(280, 20 * 365)), [])
        sex = dice.pick("FM")
        given = self._feast_name(tradition, sex, birth) or draw_given(tradition, sex, dice)
        return _Seed(tradition, Parents(father, mother), dice.pick(self.states), given, sex, birth)

    def _namesakes(self) -> None:
        """A family of strangers whose first child has the full, common name of a child there already."""
        dice = self.dice
        model = min((dice.pick(dice.pick(self.families).children) for _ in range(NAMESAKE_TRIES)), key=_rarity)
        tradition, own = model.tradition, model.parents
        father = replace(draw_adult(tradition, "M", dice), last1=own.either.last1)
        mother = draw_adult(tradition, "F", dice)
        if own.father and own.mother:
            mother = replace(mother, last1=own.mother.last1)
        shift = dice.pick((0, dice.between(1, 30), 365, dice.between(-200, 200), dice.between(-700, 700)))
        birth = min(LAST_BIRTH, model.birth + timedelta(days=shift))
        home = dice.pick(self.states)
        seed = _Seed(tradition, Parents(father, mother), home, _given_names(model), model.sex, birth)
        self._group("namesake", model, self._family(seed).children[0])

    def _cousins(self, family: Family) -> None:
        """The father's brother's family: same surnames on the father's side, one given name used in both."""
        model, dice = family.children[0], self.dice
        father = model.parents.father
        if father is None:
            return
        uncle = replace(draw_adult(model.tradition, "M", dice), last1=father.last1, last2=father.last2)
        parents = Parents(uncle, draw_adult(model.tradition, "F", dice))
        home = family.home if dice.chance(0.7) else dice.pick(self.states)
        birth = min(LAST_BIRTH, model.birth + timedelta(days=dice.between(-700, 700)))
        seed = _Seed(model.tradition, parents, home, _given_names(model), model.sex, birth)
        self._group("cousin", model, self._family(seed).children[0])

    def _young_father(self, father: Child, home: str) -> None:
        """A son of the same given names, 16 years younger or more."""
        tradition, dice = father.tradition, self.dice
        born = father.birth + timedelta(days=dice.between(16 * 365 + 4, 20 * 365))
        if born > LAST_BIRTH or tradition.grammar not in _FULL_GIVEN:
            return
        surnames = (father.name.last1, father.name.last2)
        adult = Adult(father.name.first, *(surnames[::-1] if tradition.grammar == "mother_first" else surnames))
        parents = Parents(adult, draw_adult(tradition, "F", dice))
        suffix = dice.pick(("Jr", "Jr.", "", ""))
        seed = _Seed(tradition, parents, home, _given_names(father), "M", born, suffix)
        self._group("father_son", father, self._family(seed).children[0])

    def _group(self, kind: str, one: Child, other: Child) -> None:
        self.groups[kind][other.child_id] = self.groups[kind].setdefault(one.child_id, one.child_id)

    def _family(self, seed: _Seed) -> Family:
        dice, family_id = self.dice, f"F{len(self.families) + 1:06d}"
        known = _years_old(seed.birth) < 16 or not dice.chance(self.rates.out_of_school_youth)
        wanted = dice.pick(SIZES) if known else 1
        children: list[Child] = []
        birth, place = seed.birth, self._birth_place(seed.tradition)
        while len(children) < wanted and birth <= LAST_BIRTH:
            if children and dice.chance(0.3):
                place = self._birth_place(seed.tradition)
            when = self._registered(seed.tradition, birth, children) if children else birth
            children += self._birth(seed, children, _Birth(family_id, when, place, known))
            birth += timedelta(days=dice.between(290, 1400))
        self.families.append(Family(family_id, seed.home, tuple(children)))
        return self.families[-1]

    def _birth(self, seed: _Seed, elder: list[Child], birth: _Birth) -> list[Child]:
        """One birth: a child, twins or triplets. Children of a family share an opener (María), never a whole given name."""
        dice = self.dice
        count = 1
        if dice.chance(self.rates.twins):
            count = 3 if dice.chance(self.rates.triplets) else 2
        babies: list[Child] = []
        while len(babies) < count:
            sex, given = self._next_given(seed, babies, eldest=not elder, when=birth.when)
            name = compose(Form(seed.tradition, given, sex, seed.parents, dice))
            if any(_clash(seed.tradition, name, child.name) for child in (*elder, *babies)):
                continue
            if seed.suffix and not elder and not babies:
                name = replace(name, suffix=seed.suffix)
            babies.append(self._child(seed, birth, name, sex, multiple=count > 1))
        for twin in babies[1:]:
            self._group("twin", babies[0], twin)
        return babies

    def _next_given(self, seed: _Seed, babies: list[Child], *, eldest: bool, when: date) -> tuple[str, Given]:
        dice, tradition, rates = self.dice, seed.tradition, self.rates
        if eldest and not babies:
            return seed.sex, seed.given
        if not babies:
            sex = dice.pick("FM")
            alike = sex in tradition.openers and dice.chance(rates.alike_siblings)
            opener = dice.pick(tradition.openers[sex]) if alike else ""
            return sex, self._feast_name(tradition, sex, when) or draw_given(tradition, sex, dice, opener)
        first = babies[0]
        alike = dice.chance(min(0.9, rates.similar_twin_names))
        other = "M" if first.sex == "F" else "F"
        partners = matches(tradition, first.name.first, first.sex, other) if alike else ()
        if partners and dice.chance(GENDER_PAIR):
            return other, (dice.pick(partners), "")
        sex = first.sex if dice.chance(SAME_SEX) else dice.pick("FM")
        if alike:
            return sex, twin_given(tradition, _given_names(first), first.sex, sex, dice)
        return sex, draw_given(tradition, sex, dice)

    def _child(self, seed: _Seed, birth: _Birth, name: Name, sex: str, *, multiple: bool) -> Child:
        self.children += 1
        return Child(
            f"C{self.children:06d}", birth.family_id, seed.tradition, name, sex, birth.when, birth.place, multiple,
            seed.parents, birth.known,
        )  # fmt: skip

    def _feast_name(self, tradition: Tradition, sex: str, when: date) -> Given | None:
        name = tradition.feasts.get(f"{when:%m-%d}", {}).get(sex)
        return (name, "") if name and self.dice.chance(min(0.9, self.rates.feast_day_names)) else None

    def _registered(self, tradition: Tradition, when: date, elder: list[Child]) -> date:
        """The date on the papers: January 1 where it was assigned, unless an elder child already has that one."""
        assigned = when.replace(month=1, day=1)
        taken = any(abs((child.birth - assigned).days) < 280 for child in elder)
        return assigned if not taken and self.dice.chance(tradition.assigned_january) else when

    def _birth_place(self, tradition: Tradition) -> Place:
        dice = self.dice
        if not dice.chance(tradition.born_in_us):
            return dice.pick(tradition.places)
        if dice.chance(0.2):
            return dice.pick(places().elsewhere)
        state = places().states[dice.pick(sorted(places().states))]
        return Place(dice.pick(state.towns), state.code, "US")


def _years_old(birth: date) -> int:
    return (SNAPSHOT - birth).days // 365


def _clash(tradition: Tradition, one: Name, other: Name) -> bool:
    """Nobody calls two of their children by one name; María X and María Y are two."""
    if one.first != other.first:
        return False
    opens = any(one.first in names for names in tradition.openers.values())
    return one.middle == other.middle or not (opens and one.middle and other.middle)


def _rarity(child: Child) -> float:
    """Rank of the child's rarest name, in a large tradition less rare; a name that is not in the lists is rarest of all."""
    tradition, name = child.tradition, child.name
    if tradition.grammar not in _FULL_GIVEN:
        return 9999
    ranks = [_rank(tradition.surnames, surname) for surname in (name.last1, name.last2) if surname]
    ranks += [_rank(tradition.given[child.sex], given) for given in name.given if given]
    return max(ranks) / tradition.share


def _rank(pool: Pool, name: str) -> int:
    return pool.names.index(name) if name in pool.names else 9999


def _given_names(child: Child) -> Given:
    """The given names alone: in some traditions the middle name of the form is a parent's name or a title."""
    return child.name.given if child.tradition.grammar in _FULL_GIVEN else (child.name.first, "")
