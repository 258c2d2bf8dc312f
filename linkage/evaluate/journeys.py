"""Where families live and when: stays, and the moves and enrollments that a State writes down of each."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from linkage.evaluate.dice import Dice
from linkage.evaluate.families import SNAPSHOT, Child, Family
from linkage.evaluate.pools import Place, places

_FIRST_ARRIVAL = date(2023, 11, 15)
_LAST_FIRST_ARRIVAL = date(2026, 3, 15)  # leaves room for a further stay before the snapshot
_ELIGIBLE_YEARS = 3


@dataclass(frozen=True, slots=True)
class Stay:
    """A family in one town; `origin` is where the qualifying move began. `departure` is None while they are there."""

    state: str
    town: str
    origin: Place
    arrival: date
    departure: date | None


def first_stay(family: Family, dice: Dice) -> Stay:
    """The stay at home; every child is born by then."""
    youngest = max(child.birth for child in family.children)
    earliest = max(_FIRST_ARRIVAL, youngest + timedelta(days=15))
    arrival = earliest + timedelta(days=dice.between(0, max(0, (_LAST_FIRST_ARRIVAL - earliest).days)))
    abroad = family.children[0].birth_place.country != "US" and dice.chance(0.6)
    origin = family.children[0].birth_place if abroad else dice.pick(places().elsewhere)
    return Stay(family.home, dice.pick(places().states[family.home].towns), origin, arrival, None)


def next_stay(stay: Stay, state: str, dice: Dice) -> tuple[Stay, Stay]:
    """The stay, now ended, and the one that follows in `state`, in another town."""
    room = max(2, (SNAPSHOT - stay.arrival).days - 15)
    moved = stay.arrival + timedelta(days=min(room, dice.between(45, 400)))
    left = stay.arrival + timedelta(days=max(1, (moved - stay.arrival).days - dice.between(2, 20)))
    town = _another(places().states[state].towns, stay.town, dice)
    return replace(stay, departure=left), Stay(state, town, Place(stay.town, stay.state, "US"), moved, None)


def rows_of_stay(child: Child, stay: Stay, dice: Dice, further_rows: float) -> Iterator[dict[str, str]]:
    """Move and enrollment columns (MDE 20-26, 28-49, 70, 73) of one child at one stay: the first row, then further ones.

    A further row is a summer enrollment on the same move, or a new move inside the State.
    """
    enrolled = stay.arrival + timedelta(days=dice.between(0, 30))
    yield _row(child, stay, enrolled, summer=False, dice=dice)
    while dice.chance(further_rows):
        end = stay.departure or SNAPSHOT
        if (end - stay.arrival).days < 60:
            return
        later = stay.arrival + timedelta(days=dice.between(30, (end - stay.arrival).days - 10))
        if dice.chance(0.5):
            yield _row(child, stay, later, summer=True, dice=dice)
        else:
            town = _another(places().states[stay.state].towns, stay.town, dice)
            stay = replace(stay, town=town, origin=Place(stay.town, stay.state, "US"), arrival=later)
            yield _row(child, stay, later + timedelta(days=dice.between(0, 10)), summer=False, dice=dice)


def _another(towns: tuple[str, ...], town: str, dice: Dice) -> str:
    return dice.pick([other for other in towns if other != town])


def _row(child: Child, stay: Stay, enrolled: date, *, summer: bool, dice: Dice) -> dict[str, str]:
    age = _age(child.birth, enrolled)
    grade = _grade(age, out_of_school=not child.parents_known)
    schooled = grade[0] != "P" and grade != "OS"
    left = stay.departure
    if summer:
        left = enrolled + timedelta(days=dice.between(20, 45))
    verified = stay.arrival + timedelta(days=dice.between(0, 20))
    return {
        "qualifying_arrival_date": stay.arrival.isoformat(),
        "move_from_city": stay.origin.city,
        "move_from_state": stay.origin.state,
        "move_from_country": stay.origin.country,
        "move_to_city": stay.town,
        "move_to_state": stay.state,
        "eligibility_expiration_date": _eligible_until(stay.arrival).isoformat(),
        "enrollment_date": enrolled.isoformat() if schooled or summer else "",
        "enrollment_type": "03" if summer else dice.pick(("01", "01", "05", "02") if schooled else ("06", "06", "04")),
        **_facility(stay, grade, dice, schooled=schooled),
        "grade_level": grade,
        "el_indicator": dice.pick("YYN") if schooled else "",
        "iep_indicator": dice.pick("NNNNNNNY") if schooled else "",
        "med_alert": dice.pick(("None", "None", "None", "None", "Chronic", "Acute", "")),
        "pfs_flag": dice.pick("NNNY"),
        "immunization_flag": dice.pick("YYYN"),
        "withdrawal_date": left.isoformat() if left and left > enrolled else "",
        "residency_date": stay.arrival.isoformat(),
        "residency_verification_date": verified.isoformat() if dice.chance(0.5) else "",
    }


def _facility(stay: Stay, grade: str, dice: Dice, *, schooled: bool) -> dict[str, str]:
    """School or project, MDE 30-41."""
    state = places().states[stay.state]
    number = state.towns.index(stay.town)
    project = f"{stay.town} Migrant Education Project"
    level = "Elementary" if grade in ("KG", "01", "02", "03", "04", "05") else "High" if grade > "08" else "Middle"
    names = places().school_names
    index = (number * 5 + dice.between(0, 2)) % len(names)
    school = f"{names[index]} {level} School" if schooled else project
    return {
        "school_name": school,
        "project_type": "01" if schooled else "02",
        "school_id": f"{number + 1:02d}{state.zip}{index:02d}0{len(level):04d}" if schooled else "",
        "facility_name": school,
        "facility_address_1": f"{100 + number * 37 + index} Main Street",
        "facility_address_2": "",
        "facility_address_3": "",
        "facility_city": stay.town,
        "school_district": f"{stay.town} School District",
        "facility_state": stay.state,
        "facility_zip": f"{state.zip}{number:02d}",
        "telephone": f"{state.zip}55501{number:02d}",
    }


def _grade(age: int, *, out_of_school: bool) -> str:
    if out_of_school or age > 18:
        return "OS"
    if age < 5:
        return f"P{age}"
    return "KG" if age == 5 else f"{min(12, age - 5):02d}"


def _age(birth: date, on: date) -> int:
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _eligible_until(arrival: date) -> date:
    """Three years from the qualifying arrival, less a day."""
    before = arrival - timedelta(days=1)
    day = min(before.day, 28) if before.month == 2 else before.day
    return date(before.year + _ELIGIBLE_YEARS, before.month, day)
