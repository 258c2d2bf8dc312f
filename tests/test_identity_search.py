"""Search: by names as people remember them, by dates as people mix them up, by any ID ever given."""

import pytest

from linkage.errors import NotAllowedError
from linkage.identity.name_forms import readings
from linkage.identity.search import find, problems
from linkage.identity.views import Account, SearchHit
from rules.rulebook import load_rulebook
from tests.identity_helpers import Pair, World, child

pytest_plugins = ["tests.identity_fixtures"]


@pytest.fixture
def clerk(world: World) -> Account:
    world.upload(
        "TX",
        child("T1", first_name="María Guadalupe", last_name_1="García", last_name_2="López", birth_date="2012-08-03"),
        child("T2", first_name="José", last_name_1="Hernández-Ruiz", last_name_2="", birth_date="2012-03-08"),
        child("T3", first_name="Jose", last_name_1="Fernandez", last_name_2="Ruiz", birth_date="2010-12-25"),
    )
    return world.person("pat", "WA", "primary_user")


def _find(world: World, who: Account, **criteria: str) -> list[SearchHit]:
    with world.database.unit_of_work(read_only=True) as session:
        return find(session, who, **criteria)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "found", "why"),
    [
        ("garcia lopez", ["T1"], "same name"),
        ("LÓPEZ maría", ["T1"], "same name"),
        ("Garsia Guadalupe", ["T1"], "sounds like"),
        ("ruiz", ["T3", "T2"], "same name"),
        ("hernandez jose", ["T2"], "same name"),
        ("lopez jose", [], ""),
        ("  ", [], ""),
        ("'; --", [], ""),
    ],
)
def test_names(world: World, clerk: Account, name: str, found: list[str], why: str) -> None:
    hits = _find(world, clerk, name=name)
    assert [hit.state_student_id for hit in hits] == found
    assert {hit.why for hit in hits} <= {why}


@pytest.mark.parametrize("written", ["2012-08-03", "08/03/2012", "8/3/2012", "20120803"])
def test_birth_dates_also_with_day_and_month_swapped(world: World, clerk: Account, written: str) -> None:
    hits = _find(world, clerk, birth_date=written)
    assert [(hit.state_student_id, hit.why) for hit in hits] == [
        ("T1", "same birth date"),
        ("T2", "day and month swapped"),
    ]


@pytest.mark.parametrize("written", ["25/12/2010", "25-12-2010"])
def test_a_day_that_cannot_be_a_month_is_read_as_the_day(world: World, clerk: Account, written: str) -> None:
    assert [hit.state_student_id for hit in _find(world, clerk, birth_date=written)] == ["T3"]


@pytest.mark.parametrize(
    ("typed", "faulty"),
    [
        ({}, {"name"}),
        ({"name": "%", "birth_date": "2012-13"}, {"name", "birth_date"}),
        ({"name": "garcia", "birth_date": "02/30/2012"}, {"birth_date"}),
        ({"any_id": "%"}, set()),
        ({"name": "王小明"}, set()),
    ],
)
def test_what_cannot_be_searched_for_is_named_by_field(typed: dict[str, str], faulty: set[str]) -> None:
    found = problems(**({"name": " ", "birth_date": "", "any_id": ""} | typed))
    assert set(found) == faulty


def test_a_student_id_is_found_with_the_gaps_it_is_shown_with(world: World, pair: Pair) -> None:
    home = world.students()
    world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    for student_id, why in ((home[pair.texas], "student ID"), (home[pair.washington], "retired ID")):
        for gap in (" ", "-", "\u00a0"):
            hits = _find(world, pair.ana, any_id=gap.join((student_id[:4], student_id[4:8], student_id[8:])))
            assert [hit.why for hit in hits] == [why, why]


@pytest.mark.parametrize("written", ["soon", "2012-13-45", "12"])
def test_a_date_that_cannot_be_read_finds_nothing(world: World, clerk: Account, written: str) -> None:
    assert _find(world, clerk, birth_date=written) == []
    assert _find(world, clerk, birth_date=written, name="garcia") == []


def test_everything_that_is_given_must_fit(world: World, clerk: Account) -> None:
    assert [hit.state_student_id for hit in _find(world, clerk, name="jose", birth_date="12/25/2010")] == ["T3"]
    assert _find(world, clerk, name="garcia", any_id="T2") == []


def test_any_id_that_was_ever_given_finds_the_child(world: World, pair: Pair) -> None:
    home = world.students()
    world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    survivor, retired = home[pair.texas], home[pair.washington]
    for any_id, why in ((survivor, "student ID"), (retired, "retired ID")):
        hits = _find(world, pair.ana, any_id=any_id)
        assert [(hit.student_id, hit.why) for hit in hits] == [(survivor, why)] * 2
    (hit,) = _find(world, pair.ana, any_id=" w1 ")
    assert (hit.state_student_id, hit.student_id, hit.why) == ("W1", survivor, "State student ID")
    assert _find(world, pair.ana, any_id="000000000000") == []


def test_a_corrected_name_is_found_and_the_old_one_no_longer(world: World, clerk: Account) -> None:
    world.upload("TX", child("T3", first_name="Josué", last_name_1="Zamarripa", last_name_2=""))
    assert [hit.state_student_id for hit in _find(world, clerk, name="zamaripa")] == ["T3"]
    assert [hit.state_student_id for hit in _find(world, clerk, name="fernandez")] == []


def test_no_more_than_the_limit_and_nothing_without_the_right(world: World, clerk: Account) -> None:
    with world.database.unit_of_work(read_only=True) as session:
        assert len(find(session, clerk, name="jose", limit=1)) == 1
    with pytest.raises(NotAllowedError):
        _find(world, world.person("gus", "", "state_user_administrator"), name="garcia")


@pytest.mark.parametrize(
    ("written", "found", "why"),
    [
        ("2012", ["T1", "T2"], "born in that year"),
        ("2012-08", ["T1"], "born in that month"),
        ("2012-8", ["T1"], "born in that month"),
        ("08/2012", ["T1"], "born in that month"),
        ("3/2012", ["T2"], "born in that month"),
        ("1999", [], ""),
    ],
)
def test_a_part_of_the_birth_date_is_enough(
    world: World, clerk: Account, written: str, found: list[str], why: str
) -> None:
    hits = _find(world, clerk, birth_date=written)
    assert [hit.state_student_id for hit in hits] == found
    assert {hit.why for hit in hits} <= {why}


@pytest.mark.parametrize(
    ("name", "found", "why"),
    [
        ("Lupita Garcia", "T1", "another form of the name"),
        ("Pepe Ernandez", "T2", "another form of the name"),
        ("Lupita Garsyaa", "T1", "another form of the name, sounds like"),
        ("Xose Fernandez", "T3", "sounds like"),
    ],
)
def test_nicknames_and_spanish_spellings_find_the_name_and_say_so(
    world: World, clerk: Account, name: str, found: str, why: str
) -> None:
    with world.database.unit_of_work(read_only=True) as session:
        hits = find(session, clerk, name=name, tables=load_rulebook().tables)
    assert [(hit.state_student_id, hit.why) for hit in hits][:1] == [(found, why)]


def test_all_reasons_are_told_together(world: World, clerk: Account) -> None:
    (hit,) = _find(world, clerk, name="garsia", birth_date="2012", any_id="T1")
    assert hit.why == "State student ID, sounds like, born in that year"


@pytest.mark.parametrize(
    ("name", "first", "count"),
    [
        ("García López, Ana", ("Ana", "García López"), 1),
        ("Ana López", ("Ana", "López"), 2),
        ("Ana García López", ("Ana", "García López"), 4),
        ("Ana Luz García López", ("Ana Luz", "García López"), 6),
        ("Ana", ("Ana", ""), 2),
        ("  ", None, 0),
    ],
)
def test_a_name_in_one_line_is_read_in_every_sensible_way(name: str, first: tuple[str, str] | None, count: int) -> None:
    found = readings(name)
    assert len(found) == count
    assert (found[0] if found else None) == first
