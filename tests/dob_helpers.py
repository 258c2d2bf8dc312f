"""Two records of one child with different birth dates, and people who settle which one is right."""

from dataclasses import dataclass
from datetime import date

from linkage.identity.dob import cases, evidence, page, steps
from linkage.identity.dob.cases import Entry
from linkage.identity.dob.evidence import Document
from linkage.identity.dob.page import CaseView
from linkage.identity.views import Account, Outcome, Verdict
from tests.identity_helpers import World, child

TEXAS_SAYS, WASHINGTON_SAYS = "2012-08-03", "2012-03-08"
CERTIFICATE, PASSPORT, BAPTISM, WORD = "1004", "1008", "1003", "1007"


@dataclass(slots=True)
class Conflict:
    """Texas sent the child on; Washington received it in autumn. `near` waits for `item`."""

    world: World
    texas: int
    washington: int
    ana: Account  # Texas, the sending State
    wanda: Account  # Washington, the receiving State
    near: int
    item: int

    def view(self, who: Account | None = None) -> CaseView:
        with self.world.database.unit_of_work(read_only=True) as session:
            return page.case(session, who or self.ana, self.item, now=self.world.now)

    def entry(self, *, version: int | None = None, key: str = "", note: str = "") -> Entry:
        version = self.view().version if version is None else version
        return Entry(self.item, version, key or f"key-{next(self.world.keys)}", note)

    def see(self, who: Account, record: int, code: str, says: str, *, entry: Entry | None = None) -> int:
        """Enter a document. Returns its number."""
        document = Document(record, code, date.fromisoformat(says), "Rosa Ibarra", "school office", date(2026, 2, 20))
        entry = entry or self.entry()
        with self.world.database.unit_of_work() as session:
            return evidence.add(session, who, entry, document, now=self.world.tick())

    def withdraw(self, who: Account, evidence_id: int, *, note: str = "Read wrongly.") -> None:
        entry = self.entry(note=note)
        with self.world.database.unit_of_work() as session:
            evidence.withdraw(session, who, entry, evidence_id, now=self.world.tick())

    def do(self, who: Account, step: str, result: str, *, entry: Entry | None = None) -> None:
        entry = entry or self.entry(note="By telephone.")
        with self.world.database.unit_of_work() as session:
            steps.record(session, who, entry, step, result, now=self.world.tick())

    def choose(self, who: Account, procedure: str) -> None:
        entry = self.entry()
        with self.world.database.unit_of_work() as session:
            steps.choose(session, who, entry, procedure, now=self.world.tick())

    def settle(self, who: Account, evidence_id: int | None, **more: object) -> Outcome:
        return self.world.decide(who, self.item, Verdict.SETTLE_DATE, evidence_id=evidence_id, **more)

    def texas_sends(self, **values: str) -> None:
        self.world.upload("TX", child("T1", **({"birth_date": TEXAS_SAYS} | values)))

    def washington_sends(self, **values: str) -> None:
        self.world.upload("WA", child("W1", **({"birth_date": WASHINGTON_SAYS} | WASHINGTON | values)))


WASHINGTON = {"first_name": "XIMENA", "enrollment_date": "2025-11-03", "school_name": "Hillside"}


def two_records(world: World, texas: str, washington: str) -> tuple[int, int]:
    """Upload both; `texas` and `washington`: the documents that they name."""
    world.upload("TX", child("T1", birth_date=TEXAS_SAYS, birth_date_verification=texas))
    values = WASHINGTON | {"birth_date": WASHINGTON_SAYS, "birth_date_verification": washington}
    world.upload("WA", child("W1", **values))
    return world.record("TX", "T1"), world.record("WA", "W1")


def conflict(world: World, texas: str = "", washington: str = "") -> Conflict:
    """A near match, and the birth-date item that Ana opened for it."""
    records = two_records(world, texas, washington)
    ana, wanda = world.person("ana", "TX"), world.person("wanda", "WA")
    near = world.open_item(*records)
    version = world.item(ana, near).summary.version
    with world.database.unit_of_work() as session:
        item = cases.open_case(session, ana, near, version, now=world.tick())
    return Conflict(world, *records, ana, wanda, near, item)
