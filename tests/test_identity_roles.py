"""Who may what, as shipped in rules/roles.yaml."""

from pathlib import Path

import pytest

from linkage.identity.states import MOVES, Who
from rules.errors import RuleFileError
from rules.in_force import load_policy, load_roles

ADMINISTRATORS = {"state_data_administrator", "regional_data_administrator", "district_data_administrator"}
STUDENT_DATA = {"student:search", "student:view", "item:view"}


# Who decides or proposes beside the administrators, and may take back what he or she proposed.
BESIDE = {"item:decide": {"data_reviewer"}, "item:withdraw": {"primary_user", "data_reviewer"}}


def test_only_data_administrators_validate_and_undo() -> None:
    """The service needs no right."""
    for permission in {move.permission for move in MOVES.values() if move.who is not Who.SERVICE}:
        holders = {role.id for role in load_roles().roles if permission in role.permissions}
        assert holders == ADMINISTRATORS | BESIDE.get(permission, set()), permission


def test_people_who_manage_accounts_or_read_summaries_see_no_child() -> None:
    without = {role.id for role in load_roles().roles if not role.permissions & STUDENT_DATA}
    assert {"state_user_administrator", "regional_user_administrator", "government_administrator"} <= without
    managers = [role for role in load_roles().roles if "account:manage" in role.permissions]
    assert all(role.permissions == {"account:manage"} for role in managers)


def test_secondary_users_look_and_primary_users_also_propose() -> None:
    primary, secondary = (load_roles().find(f"{kind}_user") for kind in ("primary", "secondary"))
    assert primary
    assert secondary
    assert primary.permissions - secondary.permissions == {"student:propose", "student:export", "item:withdraw"}


def test_a_folder_of_ones_own_replaces_one_file_and_keeps_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEARMATCH_RULES", str(tmp_path))
    own = "roles:\n  - {id: clerk, title: Clerk, permissions: [student:search]}\n"
    (tmp_path / "roles.yaml").write_text(own, encoding="utf-8")
    assert [role.id for role in load_roles().roles] == ["clerk"]
    assert load_policy().sessions.wrong_passwords == 3


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("roles:\n  - {id: clerk, title: Clerk, permissions: [everything]}\n", "pattern"),
        ("roles:\n  - {id: a, title: A, permissions: []}\n  - {id: a, title: B, permissions: []}\n", "stands twice"),
    ],
)
def test_a_faulty_role_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, problem: str
) -> None:
    monkeypatch.setenv("NEARMATCH_RULES", str(tmp_path))
    (tmp_path / "roles.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RuleFileError, match=problem):
        load_roles()
