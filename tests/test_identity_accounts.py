"""Accounts and sessions, with the clock in hand."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from linkage.errors import StateChangeError, UnknownIdError
from linkage.identity import accounts, passwords, regions, sessions
from linkage.identity.views import Account
from linkage.store.database import Database
from linkage.store.models import AccountRow, SessionRow
from tests.identity_helpers import START

pytest_plugins = ["tests.identity_fixtures"]

FIRST = "brown kettle orchard 7"
SECOND = "seven slow green ferries"


def _create(
    database: Database, username: str = "ana", state: str = "TX", role: str = "state_data_administrator"
) -> Account:
    with database.unit_of_work() as session:
        return accounts.create(session, username, "Ana Prieto", role, state, FIRST, START)


def _sign_in(database: Database, password: str, username: str = "ana") -> Account | None:
    with database.unit_of_work() as session:
        return accounts.authenticate(session, username, password, START)


def _session(database: Database, account: Account) -> str:
    with database.unit_of_work() as session:
        return sessions.start(session, account.id, START)


def _seen(database: Database, token: str, after: timedelta) -> bool:
    """One request, as the pages treat it."""
    with database.unit_of_work(read_only=True) as session:
        visit = sessions.visit(session, token, START + after)
    if visit and visit.seen_due:
        with database.unit_of_work() as session:
            sessions.keep_alive(session, token, START + after)
    return visit is not None


def test_a_person_signs_in_and_has_the_permissions_of_the_role(database: Database) -> None:
    created = _create(database)
    assert _sign_in(database, FIRST, " Ana ") == created
    assert created.may("item:decide")
    assert not created.may("account:manage")
    with database.unit_of_work(read_only=True) as session:
        assert accounts.must_change_password(session, created.id)
        assert accounts.listed(session) == [(created, False)]


def test_unknown_wrong_and_disabled_look_alike(database: Database) -> None:
    _create(database)
    assert _sign_in(database, FIRST, "nobody") is None
    for _ in range(3):
        assert _sign_in(database, "wrong wrong wrong wrong") is None
    assert _sign_in(database, FIRST) is None
    with database.unit_of_work(read_only=True) as session:
        assert accounts.listed(session)[0][1]


def test_an_unknown_name_takes_a_password_check_as_well(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str | None] = []

    def matches(password: str, stored: str | None) -> bool:
        checked.append(stored)
        return False

    monkeypatch.setattr(passwords, "matches", matches)
    assert _sign_in(database, FIRST, "nobody") is None
    assert checked == [None]
    monkeypatch.undo()
    assert not passwords.matches(FIRST, None)


def test_a_right_password_forgets_the_wrong_ones(database: Database) -> None:
    _create(database)
    for _ in range(3):
        _sign_in(database, "wrong")
        _sign_in(database, "wrong")
        assert _sign_in(database, FIRST) is not None


def test_a_reset_enables_the_account_and_ends_its_sessions(database: Database) -> None:
    account = _create(database)
    token = _session(database, account)
    for _ in range(3):
        _sign_in(database, "wrong")
    with database.unit_of_work() as session:
        accounts.reset(session, "ana", SECOND, START)
    assert _sign_in(database, SECOND) is not None
    assert not _seen(database, token, timedelta(0))
    with pytest.raises(UnknownIdError), database.unit_of_work() as session:
        accounts.reset(session, "nobody", SECOND, START)


def test_a_session_ends_after_thirty_idle_minutes(database: Database) -> None:
    account = _create(database)
    almost = timedelta(minutes=29, seconds=59)
    token = _session(database, account)
    assert _seen(database, token, almost)
    assert _seen(database, token, 2 * almost)
    assert not _seen(database, token, 2 * almost + timedelta(minutes=30))


def test_the_last_use_of_a_session_is_written_once_a_minute_at_most(database: Database) -> None:
    token = _session(database, _create(database))
    written = set()
    for seconds in range(0, 181, 10):
        assert _seen(database, token, timedelta(seconds=seconds))
        with database.unit_of_work(read_only=True) as session:
            written.add(session.scalars(select(SessionRow.last_seen)).one() - START)
    assert written == {timedelta(minutes=minutes) for minutes in range(4)}


def test_a_session_that_was_ended_meanwhile_is_not_kept_alive(database: Database) -> None:
    token = _session(database, _create(database))
    with database.unit_of_work() as session:
        sessions.end(session, token, START)
        sessions.keep_alive(session, token, START + timedelta(minutes=5))
    with database.unit_of_work(read_only=True) as session:
        assert session.scalars(select(SessionRow.last_seen)).one() == START
    assert not _seen(database, token, timedelta(minutes=5))


def test_a_session_ends_after_eight_hours_however_busy(database: Database) -> None:
    token = _session(database, _create(database))
    assert all(_seen(database, token, timedelta(minutes=minutes)) for minutes in range(20, 480, 20))
    assert not _seen(database, token, timedelta(hours=8))


def test_signing_out_and_being_disabled_end_a_session(database: Database) -> None:
    account = _create(database)
    token, other = _session(database, account), _session(database, account)
    with database.unit_of_work() as session:
        sessions.end(session, token, START)
        sessions.end(session, "no such token", START)
    assert not _seen(database, token, timedelta(0))
    assert _seen(database, other, timedelta(0))
    for _ in range(3):
        _sign_in(database, "wrong")
    assert not _seen(database, other, timedelta(0))


def test_neither_tokens_nor_passwords_are_kept(database: Database) -> None:
    token = _session(database, _create(database))
    with database.unit_of_work(read_only=True) as session:
        kept = [*session.scalars(select(SessionRow.token_hash)), *session.scalars(select(AccountRow.password_hash))]
    assert all(secret not in one for one in kept for secret in (token, FIRST))
    assert kept[-1].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_changing_the_password_ends_all_sessions_and_the_old_password(database: Database) -> None:
    account = _create(database)
    token = _session(database, account)
    with database.unit_of_work() as session:
        assert "present password" in accounts.change_password(session, account.id, "wrong", SECOND, START)
        assert "differ" in accounts.change_password(session, account.id, FIRST, FIRST, START)
        assert accounts.change_password(session, account.id, FIRST, SECOND, START) == ""
    assert not _seen(database, token, timedelta(0))
    assert _sign_in(database, FIRST) is None
    assert _sign_in(database, SECOND) is not None
    with database.unit_of_work(read_only=True) as session:
        assert not accounts.must_change_password(session, account.id)


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short enough", "15 characters"),
        ("x" * 129, "128"),
        ("the dog of ana prieto", "your name"),
        ("where ÁNA-LUISA lives", "your name"),
        ("deep in the heart of texas", "State"),
        ("migrant education 2026", "State"),
        ("passwordpassword", "repeats"),
        ("aaaaaaaaaaaaaaaaa", "repeats"),
        ("abc123abc123abc12", "repeats"),
    ],
)
def test_passwords_that_are_refused(database: Database, password: str, reason: str) -> None:
    with database.unit_of_work() as session:
        account = accounts.create(session, "ana-luisa", "Ana Prieto", "primary_user", "TX", FIRST, START)
        assert reason in accounts.change_password(session, account.id, FIRST, password, START)


def test_one_time_passwords_are_long_and_pass_the_rules(database: Database) -> None:
    made = {passwords.one_time_password() for _ in range(50)}
    assert len(made) == 50
    limits = database.policy.sessions
    assert not any(passwords.refusal(one, username="ana", display_name="", state="TX", policy=limits) for one in made)


@pytest.mark.parametrize(
    ("username", "role", "state", "reason"),
    [
        ("two words", "primary_user", "TX", "one word"),
        ("", "primary_user", "TX", "one word"),
        ("ANA", "primary_user", "TX", "taken"),
        ("eva", "king", "TX", "no role `king`"),
        ("eva", "primary_user", "QQ", "postal code"),
    ],
)
def test_accounts_that_cannot_be_created(database: Database, username: str, role: str, state: str, reason: str) -> None:
    _create(database)
    with pytest.raises(StateChangeError, match=reason):
        _create(database, username, state, role)


@pytest.mark.parametrize(
    ("role", "where", "refused"),
    [
        ("state_data_administrator", {}, ""),
        ("state_data_administrator", {"region": "Valley"}, ""),
        ("regional_data_administrator", {"region": "Valley"}, ""),
        ("district_data_administrator", {"district": "Weslaco ISD"}, ""),
        ("district_data_administrator", {}, "of one district, not of one state"),
        ("regional_data_administrator", {"district": "Weslaco ISD"}, "of one region, not of one district"),
        ("regional_data_administrator", {"region": "Coast"}, "no region"),
        ("regional_data_administrator", {"region": "Valley", "district": "Weslaco ISD"}, "not of both"),
        ("district_data_administrator", {"state": "", "district": "Weslaco ISD"}, "of a State"),
    ],
)
def test_an_account_is_of_a_state_a_region_or_a_district(
    database: Database, role: str, where: dict[str, str], refused: str
) -> None:
    """Nobody gets a whole State by leaving the district out."""
    with database.unit_of_work() as session:
        regions.assign(session, None, "TX", "Valley", ["Weslaco ISD"], now=START)
    place = {"state": "TX", "region": "", "district": ""} | where

    def create() -> Account:
        with database.unit_of_work() as session:
            return accounts.create(
                session, "dora", "Dora", role, place["state"], FIRST, START, region=place["region"], district=place["district"]
            )  # fmt: skip

    if refused:
        with pytest.raises(StateChangeError, match=refused):
            create()
        return
    created = create()
    assert (created.state, created.region, created.district) == tuple(place.values())
    assert _sign_in(database, FIRST, "dora") == created
