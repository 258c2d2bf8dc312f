"""Masked roles: dots that can be compared, values revealed one by one, each counted and kept in the ledger without the value."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from linkage.compare.differences import name_difference
from linkage.errors import NotAllowedError, StateChangeError, UnknownIdError
from linkage.identity import reveals, students, worklist
from linkage.identity.masking import DOT, Mask, dots
from linkage.identity.search import find
from linkage.identity.student.export import as_html
from linkage.identity.student.views import ConsolidatedView
from linkage.identity.views import Account, Status, Verdict
from linkage.store.models import LedgerEvent
from rules.in_force import load_policy, load_roles
from rules.policy import Masking
from rules.roles import Role
from tests.identity_helpers import Pair, World, child

pytest_plugins = ["tests.identity_fixtures"]

HIDDEN = ("Ximena", "XIMENA", "Quetzal", "Ocampo", "2012-08-03", "Rosalba", "T1")


@pytest.fixture
def reviewer(world: World) -> Account:
    return world.person("rita", "TX", "data_reviewer")


def reveal(world: World, who: Account, item: int | None, record: int, field: str) -> None:
    with world.database.unit_of_work() as session:
        reveals.reveal(session, who, item, record, field, world.tick())


def mask_of(world: World, who: Account, *records: int) -> Mask:
    with world.database.unit_of_work(read_only=True) as session:
        return reveals.mask_of(session, who, records, world.now)


def left(world: World, who: Account) -> int:
    with world.database.unit_of_work(read_only=True) as session:
        return reveals.left_today(session, who, world.now)


def student(world: World, who: Account, record: int) -> ConsolidatedView:
    with world.database.unit_of_work(read_only=True) as session:
        return students.consolidated(session, who, world.students()[record], now=world.now)


def test_a_mask_keeps_length_words_and_what_is_missing() -> None:
    assert dots("María José") == f"{DOT * 5} {DOT * 4}"
    assert dots("2012-08-03") == "••••-••-••"
    assert dots("O'Brien-Cruz") == "•'•••••-••••"
    assert dots("") == ""
    assert dots(dots("Ana")) == "•••"


def test_marks_made_from_the_true_values_fit_the_dots() -> None:
    found = name_difference("last_name_1", "Hernández", "Hernandes")
    assert found.left_marks
    assert all(end <= len(dots("Hernández")) for _, end in found.left_marks)


def test_nothing_of_a_child_is_on_a_masked_page_and_the_codes_are(world: World, pair: Pair, reviewer: Account) -> None:
    item = world.open_item(pair.texas, pair.washington)
    mask = mask_of(world, reviewer, pair.texas, pair.washington)
    page = mask.item(world.item(reviewer, item))
    together = student(world, reviewer, pair.texas)
    with world.database.unit_of_work(read_only=True) as session:
        hits = find(session, reviewer, name="quetzal")
        rows, _ = worklist.page(session, reviewer, worklist.Wanted(), now=world.now)
    said = repr((page, together, hits, rows))
    assert [value for value in HIDDEN if value in said] == []
    assert len(hits) == 2
    assert page.records[0].values["sex"] == "F"
    assert page.records[0].values["last_name_1"] == DOT * 7
    assert page.records[1].values["last_name_2"] == ""
    assert page.records[0].student_id == world.students()[pair.texas]
    assert page.pairs == world.item(reviewer, item).pairs


def test_who_is_not_masked_sees_every_value(world: World, pair: Pair) -> None:
    view = world.item(pair.ana, world.open_item(pair.texas, pair.washington))
    mask = mask_of(world, pair.ana, pair.texas)
    together = student(world, pair.ana, pair.texas)
    assert (mask.item(view), mask.student(together)) == (view, together)


def test_a_revealed_value_is_seen_by_that_person_alone_and_for_some_minutes(
    world: World, pair: Pair, reviewer: Account
) -> None:
    item = world.open_item(pair.texas, pair.washington)
    reveal(world, reviewer, item, pair.texas, "first_name")
    page = mask_of(world, reviewer, pair.texas, pair.washington).item(world.item(reviewer, item))
    assert page.records[0].values["first_name"] == "Ximena"
    assert page.records[1].values["first_name"] == DOT * 6
    assert set(page.records[0].raw.values()) & {"Ximena", "Quetzal"} == set()
    assert page.summary.names[0] == f"{DOT * 6} {DOT * 7} {DOT * 6}"
    fields = student(world, reviewer, pair.texas).fields
    assert {one.value for one in fields if one.column in {"first_name", "last_name_1"}} == {"Ximena", DOT * 7}
    assert mask_of(world, world.person("rob", "TX", "data_reviewer"), pair.texas).visible == frozenset()
    world.now += timedelta(minutes=world.database.policy.masking.revealed_minutes)
    assert mask_of(world, reviewer, pair.texas).visible == frozenset()


def test_paper_shows_no_revealed_value_because_it_outlasts_the_minutes(
    world: World, pair: Pair, reviewer: Account
) -> None:
    reveal(world, reviewer, None, pair.texas, "first_name")
    clerk = replace(reviewer, permissions=reviewer.permissions | {"student:print"})
    with world.database.unit_of_work(read_only=True) as session:
        printed = as_html(students.consolidated(session, clerk, world.students()[pair.texas]), clerk, made=world.now)
    assert [value for value in HIDDEN if value in printed] == []


def test_a_name_in_one_line_is_seen_once_all_its_parts_are(world: World, pair: Pair, reviewer: Account) -> None:
    item = world.open_item(pair.texas, pair.washington)
    for column in ("first_name", "middle_name", "last_name_1", "last_name_2"):
        assert DOT in mask_of(world, reviewer, pair.texas).item(world.item(reviewer, item)).summary.names[0]
        reveal(world, reviewer, item, pair.texas, column)
    names = mask_of(world, reviewer, pair.texas).item(world.item(reviewer, item)).summary.names
    assert names == ("Ximena Quetzal Ocampo", f"{DOT * 6} {DOT * 7}")


def test_each_reveal_is_in_the_ledger_once_with_ids_and_the_number_of_the_element(
    world: World, pair: Pair, reviewer: Account
) -> None:
    item = world.open_item(pair.texas, pair.washington)
    for _ in range(2):
        reveal(world, reviewer, item, pair.texas, "last_name_1")
    reveal(world, reviewer, None, pair.washington, "birth_date")
    with world.database.unit_of_work(read_only=True) as session:
        events = select(LedgerEvent.payload).where(LedgerEvent.kind == "value_revealed").order_by(LedgerEvent.seq)
        said = [json.loads(payload) for payload in session.scalars(events)]
    assert [(one["record"], one["element"], one["item"]) for one in said] == [
        (pair.texas, 6, item),
        (pair.washington, 10, None),
    ]
    assert world.problems() == []


def test_no_more_than_the_days_share_is_revealed_and_the_next_day_there_is_a_new_one(
    world: World, pair: Pair, reviewer: Account
) -> None:
    few = world.database.policy.masking.model_copy(update={"most_a_day": 2})
    world.database.policy = world.database.policy.model_copy(update={"masking": few})
    item = world.open_item(pair.texas, pair.washington)
    for field in ("first_name", "birth_date", "first_name"):
        reveal(world, reviewer, item, pair.texas, field)
    assert left(world, reviewer) == 0
    with pytest.raises(StateChangeError, match="2 masked values within 24 hours"):
        reveal(world, reviewer, item, pair.texas, "last_name_1")
    world.now += timedelta(hours=24)
    assert left(world, reviewer) == 2
    reveal(world, reviewer, item, pair.texas, "last_name_1")


def test_nobody_reveals_what_is_not_his_to_see(world: World, pair: Pair, reviewer: Account) -> None:
    item = world.open_item(pair.texas, pair.washington)
    world.upload("TX", child("T2"))
    with pytest.raises(UnknownIdError):
        reveal(world, world.person("flo", "FL", "data_reviewer"), item, pair.texas, "first_name")
    with pytest.raises(UnknownIdError):
        reveal(world, reviewer, item, world.record("TX", "T2"), "first_name")
    with pytest.raises(UnknownIdError):
        reveal(world, reviewer, None, 999, "first_name")
    with pytest.raises(NotAllowedError):
        reveal(world, replace(reviewer, permissions=frozenset({"item:view"})), None, pair.texas, "first_name")
    with pytest.raises(StateChangeError, match="not masked"):
        reveal(world, reviewer, item, pair.texas, "sex")


def test_who_does_not_see_the_names_never_merges_alone(world: World, reviewer: Account) -> None:
    long_ago = {"qualifying_arrival_date": "2015-06-01", "enrollment_date": "2015-09-02", "birth_date": "1999-08-03"}
    world.upload("TX", child("T1", **long_ago), child("T2", **long_ago))
    item = world.open_item(world.record("TX", "T1"), world.record("TX", "T2"))
    assert world.item(reviewer, item).second_person == "your role does not see names and birth dates"
    assert world.decide(reviewer, item, Verdict.SAME).status is Status.WAITING_VALIDATION
    assert world.decide(world.person("ana", "TX"), item, Verdict.VALIDATE).status is Status.APPLIED


def test_the_roles_that_only_look_are_masked_and_the_fields_are_elements_of_a_child() -> None:
    masked = {role.id for role in load_roles().roles if role.masked}
    assert masked == {"secondary_user", "privacy_act_administrator", "data_reviewer"}
    fields = load_policy().masking.fields
    assert {"first_name", "birth_date", "parent1_first", "state_student_id"} <= fields
    with pytest.raises(ValueError, match="takes no files away"):
        Role(id="clerk", title="Clerk", permissions=frozenset({"student:export"}), masked=True)
    with pytest.raises(ValueError, match="`shoe_size` is not a child's own element"):
        Masking(revealed_minutes=1, most_a_day=1, fields=frozenset({"shoe_size"}))
