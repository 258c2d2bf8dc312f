"""The engine's search before a student is created: what a scan would show, best first, and what was stored since the last scan."""

from dataclasses import replace
from itertools import product

import pytest

from linkage.errors import NoStandingError, NotAllowedError
from linkage.identity.alike import StandingDesk, find_alike
from linkage.identity.views import Account, Likeness
from linkage.jobs.scan import run_scan
from rules.rulebook import load_rulebook
from tests.identity_helpers import World, child

pytest_plugins = ["tests.identity_fixtures"]

RULEBOOK = load_rulebook()
# Exchanged surnames, a typo, day and month exchanged: the search by name alone would not find her.
ASKED = {
    "first_name": "Jimena",
    "last_name_1": "Ocanpo",
    "last_name_2": "Quetzal",
    "sex": "F",
    "birth_date": "2012-03-08",
    "parent2_first": "Rosalba",
}


FIRST, LAST = ("Bruno", "Thea", "Iker", "Olga", "Abel", "Nadia"), ("Vang", "Osorio", "Petrov", "Hoang")


@pytest.fixture
def clerk(world: World) -> Account:
    names = enumerate(product(FIRST, LAST), start=10)
    strangers = [
        child(f"T{number}", first_name=first, last_name_1=last, last_name_2="", birth_date=f"2010-05-{number - 5}")
        for number, (first, last) in names
    ]
    world.upload("TX", child("T1"), *strangers)
    return world.person("pat", "WA", "primary_user")


@pytest.fixture
def desk(world: World) -> StandingDesk:
    return StandingDesk(world.folder / "standing", RULEBOOK)


def scan(world: World) -> None:
    run_scan(world.database, RULEBOOK, now=world.tick(), folder=world.folder / "standing")


def find(world: World, desk: StandingDesk, who: Account) -> list[Likeness]:
    with world.database.unit_of_work(read_only=True) as session:
        return desk.find(session, who, ASKED)


def test_a_child_is_found_despite_exchanged_names_and_damage_and_the_reasons_add_up(
    world: World, clerk: Account, desk: StandingDesk
) -> None:
    scan(world)
    (found,) = find(world, desk, clerk)
    record = world.record("TX", "T1")
    assert (found.record_id, found.student_id) == (str(record), world.students()[record])
    assert found.probability >= RULEBOOK.policy.bands.near
    weight = sum(line.weight for line in found.lines)
    assert found.probability == pytest.approx(1 / (1 + 2**-weight))
    assert all(line.sentence for line in found.lines)


def test_what_was_stored_since_the_scan_is_found_in_its_newest_form(
    world: World, clerk: Account, desk: StandingDesk
) -> None:
    scan(world)
    assert len(find(world, desk, clerk)) == 1
    world.upload("TX", child("T1", first_name="Wolfgang", last_name_1="Amadeus", last_name_2="", sex="M"))
    assert find(world, desk, clerk) == []
    world.upload("TX", child("T1"))
    assert [one.record_id for one in find(world, desk, clerk)] == [str(world.record("TX", "T1"))]
    scan(world)
    assert len(find(world, desk, clerk)) == 1


def test_a_student_is_shown_once_with_the_record_that_fits_best(
    world: World, clerk: Account, desk: StandingDesk
) -> None:
    world.upload("WA", ASKED | child("W1"))
    scan(world)
    assert [one.record_id for one in find(world, desk, clerk)] == [
        str(world.record("WA", "W1")),
        str(world.record("TX", "T1")),
    ]
    ana, wanda = world.person("ana", "TX"), world.person("wanda", "WA")
    world.merge(ana, wanda, world.record("TX", "T1"), world.record("WA", "W1"))
    assert [one.record_id for one in find(world, desk, clerk)] == [str(world.record("WA", "W1"))]


def test_before_the_first_scan_and_without_permission_nothing_is_found(
    world: World, clerk: Account, desk: StandingDesk
) -> None:
    with pytest.raises(NoStandingError, match="no standing records yet"):
        find(world, desk, clerk)
    with pytest.raises(NotAllowedError):
        find(world, desk, replace(clerk, permissions=frozenset()))


@pytest.mark.parametrize("name", ["Quetzal Ocanpo Jimena", "Jimena Ocampo Quetzal", "Ocampo, Ximena"])
def test_a_name_in_one_line_finds_the_child_in_any_order(
    world: World, clerk: Account, desk: StandingDesk, name: str
) -> None:
    with world.database.unit_of_work(read_only=True) as session:
        assert find_alike(desk, session, clerk, name=name) == []
    scan(world)
    with world.database.unit_of_work(read_only=True) as session:
        found = find_alike(desk, session, clerk, name=name, birth_date="2012-08-03")
    assert [one.record_id for one in found][:1] == [str(world.record("TX", "T1"))]
