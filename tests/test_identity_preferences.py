"""What people set for themselves: how the screens look, which letter does what, and worklists under a name."""

import pytest

from linkage.errors import StateChangeError, UnknownIdError
from linkage.identity import preferences, saved_views, sessions
from linkage.identity.preferences import ACTIONS, TITLES, Preferences, effective
from linkage.identity.views import Account
from tests.identity_helpers import World

pytest_plugins = ["tests.identity_fixtures"]


def keep(world: World, who: Account, wanted: Preferences) -> Preferences | None:
    with world.database.unit_of_work() as session:
        preferences.keep(session, who, wanted)
    return kept_by(world, who)


def kept_by(world: World, who: Account) -> Preferences | None:
    """As each page of this person finds it."""
    with world.database.unit_of_work() as session:
        token = sessions.start(session, who.id, world.now)
    with world.database.unit_of_work(read_only=True) as session:
        visit = sessions.visit(session, token, world.now)
        assert visit
        return visit.preferences


def keep_view(world: World, who: Account, name: str, query: str) -> saved_views.View:
    with world.database.unit_of_work() as session:
        return saved_views.keep(session, who, name, query, now=world.tick())


def views(world: World, who: Account) -> list[tuple[str, str]]:
    with world.database.unit_of_work(read_only=True) as session:
        return [(one.name, one.query) for one in saved_views.listed(session, who)]


def test_who_has_chosen_nothing_has_our_defaults_and_every_action_has_a_letter_of_its_own(world: World) -> None:
    ana = world.person("ana", "TX")
    assert kept_by(world, ana) is None
    assert effective(Preferences()) == ACTIONS
    assert len(set(ACTIONS.values())) == len(ACTIONS)
    assert set(TITLES) == set(ACTIONS)


def test_what_a_person_chose_is_kept_and_chosen_anew_and_is_nobody_elses(world: World) -> None:
    ana, ben = world.person("ana", "TX"), world.person("ben", "TX")
    keep(world, ana, Preferences("es", "dark", "compact", False, {"same": "Y", "next": "j"}))
    kept = keep(world, ana, Preferences("es", "light", "compact", False, {"same": "Y", "next": "j"}))
    assert kept == Preferences("es", "light", "compact", False, {"same": "y"})
    assert kept
    assert effective(kept) == ACTIONS | {"same": "y"}
    assert kept_by(world, ben) is None


def test_two_actions_may_exchange_their_letters(world: World) -> None:
    kept = keep(world, world.person("ana", "TX"), Preferences(keys={"same": "n", "different": "m"}))
    assert (effective(kept)["same"], effective(kept)["different"]) == ("n", "m")


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        (Preferences(language="xx"), "no choice"),
        (Preferences(theme="pink"), "no choice"),
        (Preferences(density=""), "no choice"),
        (Preferences(keys={"same": "mm"}), "“Same child” needs one letter"),
        (Preferences(keys={"same": " "}), "one letter"),
        (Preferences(keys={"same": "\t"}), "one letter"),
        (Preferences(keys={"same": "1"}), "cannot be a digit"),
        (Preferences(keys={"same": "T"}), "“Same child” and “Twins or siblings” have the same key, t"),
        (Preferences(keys={"dance": "d"}), "No key can be set"),
    ],
)
def test_a_choice_that_is_none_is_refused_in_words(world: World, wanted: Preferences, problem: str) -> None:
    with pytest.raises(StateChangeError, match=problem):
        keep(world, world.person("ana", "TX"), wanted)


def test_a_view_keeps_filters_only_and_never_a_search(world: World) -> None:
    ana = world.person("ana", "TX")
    kept = keep_view(world, ana, "  Hidalgo,  oldest ", "?list=mine&search=234411809139&district=La+Joya&kind=&page=3")
    assert (kept.name, kept.query) == ("Hidalgo, oldest", "list=mine&district=La+Joya")
    assert saved_views.filters_of(f"kind=near_match&district={'x' * 61}") == "kind=near_match"


def test_a_view_of_the_same_name_is_replaced_and_views_are_ones_own(world: World) -> None:
    ana, ben = world.person("ana", "TX"), world.person("ben", "TX")
    first = keep_view(world, ana, "Mine", "list=mine")
    assert keep_view(world, ana, "Mine", "list=mine&sort=due").id == first.id
    keep_view(world, ben, "Mine", "list=claimed")
    assert (views(world, ana), views(world, ben)) == ([("Mine", "list=mine&sort=due")], [("Mine", "list=claimed")])
    with pytest.raises(UnknownIdError), world.database.unit_of_work() as session:
        saved_views.remove(session, ben, first.id)
    with world.database.unit_of_work() as session:
        saved_views.remove(session, ana, first.id)
    assert views(world, ana) == []


def test_no_more_views_than_a_person_can_look_through_and_no_nameless_ones(world: World) -> None:
    ana = world.person("ana", "TX")
    for number in range(saved_views.MOST):
        keep_view(world, ana, f"View {number}", "list=mine")
    with pytest.raises(StateChangeError, match="no more can be kept"):
        keep_view(world, ana, "One more", "list=mine")
    assert keep_view(world, ana, "View 7", "list=overdue").query == "list=overdue"
    for name in ("", "  ", "x" * 61, "two\u0007bells"):
        with pytest.raises(StateChangeError, match="name of up to 60"):
            keep_view(world, ana, name, "list=mine")
