"""What nobody's browser sends and somebody always does: a plain answer, never an error of ours."""

import pytest

from linkage.identity import accounts
from tests.ui_helpers import World

ITEM = 2  # three records, two of them of Texas

ADDRESSES = {
    "/items/99999999999999999999": 404,
    "/items/2147483647": 404,
    "/items/0": 404,
    "/items/1/undo/99999999999999999999": 404,
    "/items/1?decision=99999999999999999999": 200,
    "/worklist?page=99999999999999999999": 200,
    "/worklist?page=-3": 200,
    "/worklist?status=none": 400,
    "/worklist?status=open&status=open": 400,
    "/students/123": 404,
    "/students/" + "9" * 3000: 404,
    "/students/%00": 400,
    "/students/%ff": 404,
}


@pytest.mark.parametrize(("address", "status"), ADDRESSES.items())
def test_odd_addresses_have_a_plain_answer_also_without_the_page(site: World, address: str, status: int) -> None:
    client = site.sign_in("tx.admin").client
    assert client.get(address).status_code == status
    head = client.head(address)
    assert (head.status_code, head.data) == (status, b"")


SEARCHES = [
    {"name": "%"},
    {"name": "_ _"},
    {"name": "'; DROP TABLE student; --"},
    {"name": '"'},
    {"name": "x" * 5000},
    {"name": "\u200b\x01"},
    {"name": "😀 王小明 Б"},
    {"birth_date": "1912"},
    {"birth_date": "0000-00-00"},
    {"any_id": "%"},
    {"any_id": "9" * 200},
]


@pytest.mark.parametrize("typed", SEARCHES)
def test_odd_searches_find_nothing_or_say_what_is_wrong(site: World, typed: dict[str, str]) -> None:
    visitor = site.sign_in("tx.admin")
    visitor.get("/search")
    answer = visitor.send("/search", **typed)
    said = "Nothing found" if answer.status_code == 200 else "usa-error-message"
    assert answer.status_code in (200, 400)
    assert said in answer.text


def test_a_date_that_cannot_be_read_is_said_at_its_field_and_what_was_typed_stays(site: World) -> None:
    visitor = site.sign_in("tx.admin")
    visitor.get("/search")
    answer = visitor.send("/search", name="garcia", birth_date="02/30/2012")
    assert answer.status_code == 400
    assert 'id="birth_date-problem"' in answer.text
    assert 'value="garcia"' in answer.text
    assert "Nothing found" not in answer.text


@pytest.mark.parametrize(
    ("note", "kept"),
    [
        ("😀" * 2000, "😀" * 2000),
        ("José\r\nasked\tNúñez", "José\nasked\tNúñez"),
        ("a\x01\x1b[31m\x7fb\u202ec", "a[31mbc"),
    ],
)
def test_notes_keep_what_people_write_and_lose_what_nobody_sees(site: World, note: str, kept: str) -> None:
    visitor = site.sign_in("tx.admin")
    assert visitor.decide(ITEM, "need_information", note).status_code == 303
    visitor.get(f"/items/{ITEM}")
    assert kept in visitor.text


@pytest.mark.parametrize("note", ["x" * 2001, "a\0b"])
def test_notes_that_are_refused(site: World, note: str) -> None:
    assert site.sign_in("tx.admin").decide(ITEM, "need_information", note).status_code == 400


@pytest.mark.parametrize(
    ("verdict", "fields", "status"),
    [
        ("undo", {}, 400),
        ("merge", {}, 400),
        ("same", {"version": "0"}, 400),
        ("same", {"version": "9" * 5000}, 400),
        ("same", {"key": "short"}, 400),
        ("same", {"member-99999999999999999999": "1", "member-x": "1"}, 404),
        ("same", {"member-2": "1"}, 404),
    ],
)
def test_forms_made_by_hand_are_refused(site: World, verdict: str, fields: dict[str, str], status: int) -> None:
    visitor = site.sign_in("tx.admin")
    assert visitor.decide(ITEM, verdict, **fields).status_code == status
    visitor.get(f"/items/{ITEM}")
    assert visitor.field("version") == "1"


def test_an_account_that_is_disabled_while_signed_in_sees_nothing_more(site: World) -> None:
    visitor = site.sign_in("tx.admin")
    visitor.get(f"/items/{ITEM}")
    with site.database.unit_of_work() as session:
        for _ in range(3):
            accounts.authenticate(session, "tx.admin", "wrong", site.clock())
    assert visitor.client.get(f"/items/{ITEM}").location.startswith("/sign-in")
    assert visitor.send_decision(ITEM, "different").location.startswith("/sign-in")
