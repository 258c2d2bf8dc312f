"""The commands that act for a person: a story each, as somebody at the server would do it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from linkage.cli import main
from linkage.store.database import Database
from linkage.store.models import LedgerEvent
from tests.dob_helpers import CERTIFICATE, TEXAS_SAYS, WASHINGTON_SAYS, WORD, two_records
from tests.identity_helpers import World, child


@dataclass(slots=True)
class Desk:
    """A data folder with records of Texas (1, 2) and Washington (3), and the administrators Ana, Ben (TX) and Wanda (WA)."""

    world: World
    folder: Path

    def run(self, *arguments: object) -> Result:
        return CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)

    def said(self, *arguments: object) -> Any:
        """What a command that succeeds prints as JSON."""
        result = self.run(*arguments, "--json")
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    def refused(self, *arguments: object) -> str:
        """Why a command fails."""
        result = self.run(*arguments)
        assert (result.exit_code, result.stdout) == (1, "")
        return result.stderr.replace("\n", " ")

    def ledger(self) -> list[tuple[str, int | None, str]]:
        """Kind, account and door of every event."""
        with self.world.database.unit_of_work(read_only=True) as session:
            events = session.scalars(select(LedgerEvent).order_by(LedgerEvent.seq)).all()
        return [(event.kind, event.actor_id, json.loads(event.payload)["through"]) for event in events]

    def records(self) -> tuple[int, int, int]:
        self.world.upload("TX", child("T1"), child("T2", first_name="Mena"))
        self.world.upload("WA", child("W1", last_name_2=""))
        return self.world.record("TX", "T1"), self.world.record("TX", "T2"), self.world.record("WA", "W1")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    data = tmp_path / "data"
    data.mkdir()
    monkeypatch.setenv("NEARMATCH_DATA", str(data))
    database = Database(f"sqlite:///{data / 'nearmatch.sqlite3'}")
    database.upgrade()
    world = World(database, tmp_path)
    for name, state in (("ana", "TX"), ("ben", "TX"), ("wanda", "WA"), ("flora", "FL")):
        world.person(name, state)
    world.person("sam", "TX", "secondary_user")
    return Desk(world, tmp_path)


def test_the_worklist_is_listed_filtered_counted_and_shown_within_the_jurisdiction(desk: Desk) -> None:
    texas, other, washington = desk.records()
    desk.world.scan([texas, washington], [texas, other])
    found = desk.said("worklist", "list", "--as", "ana")
    assert found["total"] == 2
    assert {"item_id", "kind", "status", "version", "states", "places"} <= set(found["items"][0])
    assert "names" not in found["items"][0]
    across = desk.said("worklist", "list", "--as", "ana", "--state", "wa", "--kind", "near_match", "--sort", "oldest")
    assert [item["states"] for item in across["items"]] == [["TX", "WA"]]
    assert desk.said("worklist", "list", "--as", "ana", "--status", "applied", "--limit", 1)["items"] == []
    assert desk.said("worklist", "list", "--as", "flora")["total"] == 0
    assert desk.said("worklist", "counts", "--as", "ana")["lists"]["jurisdiction"] == 2
    item = across["items"][0]["item_id"]
    shown = desk.said("worklist", "show", item, "--as", "ana")
    assert {"summary", "records", "pairs", "decisions", "allowed", "master"} <= set(shown)
    assert "Ximena" not in desk.run("worklist", "list", "--as", "ana").output
    assert "Both surnames agree." in desk.run("worklist", "show", item, "--as", "ana").stdout
    assert "belong to another State" in desk.refused("worklist", "show", item, "--as", "flora")
    assert "No account" in desk.refused("worklist", "list", "--as", "nobody")


def test_a_merge_across_states_is_previewed_proposed_validated_and_undone(desk: Desk) -> None:
    texas, _, washington = desk.records()
    item, before = desk.world.open_item(texas, washington), desk.world.students()
    preview = desk.said("decide", "same", item, "--as", "ana", "--keep", before[washington], "--preview")
    assert preview["groups"] == [{"student_id": before[washington], "records": [texas, washington]}]
    assert preview["second_person"]
    assert desk.world.students() == before
    asked = ("decide", "same", item, "--as", "ana", "--keep", before[washington], "--key", "once")
    proposed = desk.said(*asked)
    assert (proposed["status"], proposed) == ("waiting_validation", desk.said(*asked))
    assert "other State" in desk.refused("decide", "validate", item, "--as", "ben")
    assert desk.said("decide", "validate", item, "--as", "wanda")["student_id"] == before[washington]
    since = desk.said("undo", proposed["decision_id"], "--as", "wanda", "--preview")
    assert set(since) == {"since", "groups", "refusal"}
    undone = desk.run("undo", proposed["decision_id"], "--as", "wanda", "--note", "Two papers.")
    assert "The item is open again." in undone.stdout
    assert desk.world.students() == before
    assert desk.world.problems() == []


def test_a_decision_on_an_older_version_is_refused(desk: Desk) -> None:
    texas, _, washington = desk.records()
    item = desk.world.open_item(texas, washington)
    desk.said("decide", "claim", item, "--as", "wanda", "--version", 1)
    assert "Wanda of WA took the item" in desk.refused("decide", "different", item, "--as", "ana", "--version", 1)
    assert "Somebody else is working" in desk.refused("decide", "twins", item, "--as", "ana")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["claim"], "claimed"),
        (["different", "--reason", "documents"], "applied"),
        (["twins"], "applied"),
        (["need-information", "--whom", "recruiter", "--due", "2099-01-04", "--note", "Which year?"], "waiting_information"),
        (["reassign", "--to", "ben"], "open"),
        (["same", "--record", "1", "--record", "3"], "waiting_validation"),
    ],
)  # fmt: skip
def test_every_first_word_is_a_command(desk: Desk, words: list[str], status: str) -> None:
    item = desk.world.open_item(*desk.records())
    verdict, *options = words
    assert desk.said("decide", verdict, item, *options, "--as", "ana")["status"] == status


def test_the_words_that_answer_another_one_are_commands(desk: Desk) -> None:
    texas, _, washington = desk.records()
    item = desk.world.open_item(texas, washington)

    def say(word: str, who: str = "ana", *options: str) -> str:
        status: str = desk.said("decide", word, item, *options, "--as", who)["status"]
        return status

    assert [say("claim"), say("release")] == ["claimed", "open"]
    assert [say("same"), say("withdraw")] == ["waiting_validation", "open"]
    assert [say("same"), say("reject", "wanda")] == ["waiting_validation", "open"]
    assert [say("need-information", "ana", "--note", "?"), say("reopen", "wanda")] == ["waiting_information", "open"]
    assert "at the State already" in desk.refused("decide", "escalate", item, "--as", "ana")


def test_records_are_regrouped_and_flagged_by_the_parts_they_are_put_into(desk: Desk) -> None:
    texas, other, washington = desk.records()
    first = desk.world.students()
    merge = desk.said("decide", "flag-merge", first[texas], first[washington], "--keep", first[texas], "--as", "ana")
    assert merge["status"] == "waiting_validation"
    assert desk.said("decide", "withdraw", merge["item_id"], "--as", "ana")["status"] == "withdrawn"
    item = desk.world.open_item(texas, other, washington)
    parts = ("--part", f"{texas},{washington}", "--part", other)
    assert len(desk.said("decide", "regroup", item, *parts, "--twins", "--preview", "--as", "ana")["groups"]) == 2
    desk.said("decide", "regroup", item, *parts, "--twins", "--as", "ana")
    student = desk.said("decide", "validate", item, "--as", "wanda")["student_id"]
    assert desk.world.students()[texas] == desk.world.students()[washington] == student
    split = desk.said("decide", "flag-split", student, "--part", texas, "--part", washington, "--as", "wanda")
    desk.said("decide", "validate", split["item_id"], "--as", "ana")
    assert len(set(desk.world.students().values())) == 3
    assert desk.run("decide", "regroup", item, "--part", "one", "--as", "ana").exit_code == 2
    assert desk.run("decide", "regroup", item, "--part", "1:2", "--as", "ana").exit_code == 2


def test_a_student_is_shown_and_exported_by_whoever_may(desk: Desk) -> None:
    texas, _, washington = desk.records()
    before = desk.world.students()
    desk.world.merge(desk.world.people["ana"], desk.world.people["wanda"], texas, washington)
    retired = ({before[texas], before[washington]} - set(desk.world.students().values())).pop()
    shown = desk.run("student", retired, "--as", "ana", "--history")
    assert "is retired; it leads to" in shown.stderr
    assert "Quetzal" in shown.stdout
    assert "What you may take back" in shown.stdout
    assert {"student_id", "fields", "source_records", "timeline"} <= set(desk.said("student", retired, "--as", "ana"))
    for form, holds in (("html", "<!doctype html>"), ("csv", "section,number"), ("json", '"format": 1')):
        path = desk.folder / f"student.{form}"
        assert desk.run("student", retired, "--as", "ana", "--export", form, "--out", path).exit_code == 0
        assert holds in path.read_text(encoding="utf-8")
        assert path.stat().st_mode & 0o077 == 0
    assert "role does not include" in desk.refused("student", retired, "--as", "sam", "--json")
    assert desk.run("student", retired, "--as", "ana", "--export", "csv").exit_code == 2
    assert "There is no student" in desk.refused("student", "000000000000", "--as", "ana")


def test_a_dispute_is_entered_once_listed_and_withdrawn(desk: Desk) -> None:
    texas, *_ = desk.records()
    student = desk.world.students()[texas]
    desk.world.person("petra", "TX", "privacy_act_administrator")
    paper = desk.folder / "statement.txt"
    paper.write_text("Her name is Jimena.\n", encoding="utf-8")
    enter = ("dispute", "enter", texas, "--made-by", "parent", "--file", paper, "--key", "once", "--as", "petra")
    number = desk.said(*enter)["dispute_id"]
    assert desk.said(*enter)["dispute_id"] == number
    assert "sent before" in desk.refused(*enter, "--text", "Something else.")
    desk.said("dispute", "enter", texas, "--made-by", "student", "--text", "I am Ximena.", "--as", "petra")
    said = desk.said("dispute", "list", student, "--as", "ana")["disputes"]
    assert [one["statement"] for one in said] == ["Her name is Jimena.", "I am Ximena."]
    for _ in range(2):
        assert f"Dispute {number} is withdrawn." in desk.run("dispute", "withdraw", number, "--as", "petra").stdout
    assert desk.said("dispute", "list", student, "--as", "petra")["disputes"][0]["withdrawn"]
    assert "role does not include" in desk.refused(*enter[:-1], "ana")
    kinds = [(kind, through) for kind, _, through in desk.ledger()[-3:]]
    assert kinds == [("dispute_entered", "command_line")] * 2 + [("dispute_withdrawn", "command_line")]


def test_a_statement_comes_from_standard_input_and_may_not_be_anything_but_text(desk: Desk) -> None:
    texas, *_ = desk.records()
    desk.world.person("petra", "TX", "privacy_act_administrator")
    enter = ["dispute", "enter", str(texas), "--made-by", "parent", "--as", "petra"]
    assert CliRunner().invoke(main, enter, input="Jimena.").exit_code == 0
    assert "no text in UTF-8" in CliRunner().invoke(main, enter, input=b"\xff").stderr
    assert CliRunner().invoke(main, enter, input="x" * 5000).exit_code == 1


def test_none_of_the_records_shown_is_this_child(desk: Desk) -> None:
    texas, other, washington = desk.records()
    none_of = ("decide", "none-of", texas, other, washington, "--key", "once", "--as", "ana")
    done = desk.said(*none_of)
    assert (done["status"], done) == ("applied", desk.said(*none_of))
    item = desk.world.open_item(texas, washington)
    assert "different children" in desk.refused("decide", "same", item, "--as", "ana")
    assert "jurisdiction" in desk.refused("decide", "none-of", texas, washington, "--as", "flora")
    assert desk.world.problems() == []


def test_an_export_leaves_its_trace_and_looking_does_not(desk: Desk) -> None:
    texas, *_ = desk.records()
    student, ana = desk.world.students()[texas], desk.world.people["ana"]
    before = len(desk.ledger())
    desk.run("student", student, "--as", "ana", "--history")
    desk.said("student", student, "--as", "ana")
    desk.run("student", student, "--as", "ana", "--export", "html", "--out", desk.folder / "one.html")
    assert desk.ledger()[before:] == [("student_exported", ana.id, "command_line")] * 2


def test_a_birth_date_is_settled_step_by_step(desk: Desk) -> None:
    texas, washington = two_records(desk.world, WORD, CERTIFICATE)
    near = desk.world.open_item(texas, washington)
    case = desk.said("dob", "open", near, "--key", "once", "--as", "ana")
    item = case["item_id"]
    assert desk.said("dob", "open", near, "--key", "once", "--as", "ana") == case
    assert case["next_step"]["id"] == "ask_recruiter"
    seen = ("--says", WASHINGTON_SAYS, "--seen-by", "Rosa Ibarra", "--seen-at", "school", "--seen-on", "2026-02-20")
    document = ("--record", washington, "--document", CERTIFICATE, *seen)
    wrong = desk.said("dob", "evidence", "add", item, *document, "--as", "wanda")["evidence"][0]["evidence_id"]
    desk.said("dob", "evidence", "withdraw", item, "--evidence", wrong, "--note", "Misread.", "--as", "wanda")
    proof = desk.said("dob", "evidence", "add", item, *document, "--as", "wanda")["evidence"][0]["evidence_id"]
    assert desk.said("dob", "choose", item, "--procedure", "neither", "--as", "ana")["chosen"]
    assert not desk.said("dob", "choose", item, "--as", "ana")["chosen"]
    assert "for an administrator of Washington" in desk.refused(
        "dob", "step", item, "--step", "ask_recruiter", "--result", "confirmed", "--as", "ana"
    )
    desk.said("dob", "step", item, "--step", "ask_recruiter", "--result", "confirmed", "--as", "wanda")
    desk.said("dob", "step", item, "--step", "tell_other_state", "--result", "same_child", "--as", "wanda")
    settled = desk.said("dob", "settle", item, "--evidence", proof, "--as", "wanda")
    assert settled["status"] == "waiting_information"
    shown = desk.run("dob", "show", item, "--as", "ana").stdout
    assert f"Texas must correct record {texas}" in " ".join(shown.split())
    assert TEXAS_SAYS in shown


def test_the_characters_of_a_name_cannot_command_the_terminal(desk: Desk) -> None:
    desk.world.upload("TX", child("T1", first_name="[bold]Ana", birth_city="Wes\x1b[2Jlaco"))
    shown = desk.run("student", desk.world.students()[desk.world.record("TX", "T1")], "--as", "ana").stdout
    assert "[bold]Ana" in shown.replace("[Bold]", "[bold]")
    assert "\x1b" not in shown
