"""People who settle a birth date on the screens: the near match of García and Lopez, Texas (sending) and Washington (receiving)."""

import re
from dataclasses import dataclass
from pathlib import Path
from random import Random

from werkzeug.test import TestResponse

from linkage.identity.ids import IdFactory
from linkage.jobs.ingest_upload import ingest_file
from tests.ui_helpers import BASE, CHILD, RECORDS, Visitor, World

NEAR_MATCH = 1
TEXAS, WASHINGTON = ("TX", "T100"), ("WA", "W200")
TEXAS_SAYS, WASHINGTON_SAYS = "2012-08-03", "2012-03-08"
CERTIFICATE, BAPTISM, WORD = "1004", "1003", "1007"


def send_record(world: World, record: tuple[str, str], tmp_path: Path, **values: str) -> None:
    """A State sends its record (anew), with these values; Washington has the later enrollment."""
    state, number = record
    row = {"state_student_id": number} | dict(zip(CHILD, RECORDS[state][number], strict=True)) | BASE
    row |= {"enrollment_date": "2025-11-03"} if state == "WA" else {}
    row |= values
    lines = (row, {name: f'"{value}"' for name, value in row.items()}.values())
    path = tmp_path / f"{state}-{len(values)}.csv"
    path.write_text("\n".join(",".join(line) for line in lines) + "\n", encoding="utf-8")
    ingest_file(world.database, path, state, now=world.clock(), today=world.clock().date(), ids=IdFactory(Random(3)))
    world.clock.advance(minutes=1)


@dataclass
class Question:
    """A birth-date item and the two people who work on it."""

    texas: Visitor
    washington: Visitor
    item: int
    records: dict[str, str]  # State -> record id

    def page(self, who: Visitor | None = None) -> str:
        who = who or self.texas
        assert who.get(f"/items/{self.item}").status_code == 200
        return who.text

    def send(self, who: Visitor, path: str, **fields: str) -> TestResponse:
        """A form of the page as it is now."""
        self.page(who)
        hidden = {name: who.field(name) for name in ("version", "key")}
        return who.send(f"/items/{self.item}/{path}", **(hidden | fields))

    def saw(self, who: Visitor, state: str, document: str, says: str, **more: str) -> TestResponse:
        seen = {"seen_by": "Rosa Ibarra", "seen_at": "school office", "seen_on": "2026-02-20"}
        fields = {"record": self.records[state], "document": document, "birth_date": says}
        return self.send(who, "evidence", **(fields | seen | more))

    def step(self, who: Visitor, step: str, result: str, note: str = "") -> TestResponse:
        return self.send(who, "steps", step=step, result=result, note=note)

    def settle(self, who: Visitor, number: int, **more: str) -> TestResponse:
        return self.send(who, "settle", **({"evidence": str(number), "note": "", "reason": ""} | more))


def ask(world: World, tmp_path: Path, texas: str = "", washington: str = "") -> Question:
    """Both States send the child anew with these documents; Texas asks which birth date is right."""
    send_record(world, TEXAS, tmp_path, birth_date_verification=texas)
    send_record(world, WASHINGTON, tmp_path, birth_date_verification=washington)
    people = world.sign_in("tx.admin"), world.sign_in("wa.admin")
    people[0].get(f"/items/{NEAR_MATCH}")
    hidden = {name: people[0].field(name) for name in ("version", "key")}
    response = people[0].send(f"/items/{NEAR_MATCH}/birth-date", **hidden)
    assert response.status_code == 303, response.text
    item = int(re.search(r"/items/(\d+)", response.location)[1])
    people[0].get(f"/items/{item}")
    options = dict(re.findall(r'<option value="(\d+)"[^>]*>(Texas|Washington) ', people[0].text))
    return Question(*people, item, {state: record for record, state in options.items()})
