"""A small world for the tests of the screens: three States, nine records, four near matches, five people.

Everything goes in as it would in earnest (upload files, the scan's reconciliation, accounts); only the matching is played by
`find`, so that each near match says exactly what a test wants to see.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from threading import Thread

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Locator
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from linkage.identity import accounts
from linkage.identity.ids import IdFactory
from linkage.jobs.ingest_upload import ingest_file
from linkage.jobs.scan import run_scan
from linkage.pipeline import Found
from linkage.records import EvidenceLine, PairEvidence, Proposal, RecordTable
from linkage.store.database import Database
from review_ui.app import create_app
from review_ui.services import EXTENSION
from review_ui.settings import Settings
from rules.rulebook import load_rulebook

START = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)
PASSWORD = "four unrelated words walk"
SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(2)>'

BASE = {
    "qualifying_arrival_date": "2025-06-01",
    "move_from_city": "Immokalee",
    "move_from_state": "FL",
    "move_to_city": "Weslaco",
    "move_to_state": "TX",
    "eligibility_expiration_date": "2028-05-31",
    "enrollment_date": "2025-08-18",
    "enrollment_type": "01",
    "school_name": "Weslaco East Middle School",
    "school_district": "Weslaco ISD",
    "grade_level": "07",
}
CHILD = ("first_name", "middle_name", "last_name_1", "last_name_2", "sex", "birth_date", "birth_city", "parent1_first")

RECORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "TX": {
        "T100": ("María Guadalupe", "", "García", "López", "F", "2012-08-03", "Matamoros", "Juan"),
        "T101": ("Juan Carlos", "", "Hernández", "Ruiz", "M", "2014-02-11", "Reynosa", "Rosa"),
        "T102": ("Ana Sofía", "", "Martínez", "Cruz", "F", "2015-05-20", "Brownsville", "Luis"),
        "T103": ("Ana S", "", "Martinez", "", "F", "2015-05-20", "Brownsville", "Luis"),
        "T104": (SCRIPT, "", "Robles", "", "M", "2013-01-01", IMAGE, "José"),
    },
    "WA": {
        "W200": ("Lupita", "", "Lopez", "", "F", "2012-03-08", "Matamorros", ""),
        "W202": ("Anna Sofia", "", "Martines", "Cruz", "F", "2015-05-21", "Brownsville", ""),
        "W203": ("Jose", "", "Robles", "", "M", "2013-07-09", "", "José"),
    },
    "FL": {"F300": ("José Carlos", "", "Hernández", "Ruiz", "M", "2014-02-11", "Reynosa", "Rosa")},
}
# State student ids, probability, guards; the worklist shows the most probable first.
NEAR_MATCHES: Sequence[tuple[tuple[str, ...], float, tuple[str, ...]]] = (
    (("T100", "W200"), 0.93, ("GUARD-DOB",)),
    (("T102", "T103", "W202"), 0.81, ("GUARD-SEVERAL",)),
    (("T101", "F300"), 0.62, ("GUARD-MB",)),
    (("T104", "W203"), 0.41, ("GUARD-DOB",)),
)
PEOPLE = (
    ("tx.admin", "Teresa Xavier", "state_data_administrator", "TX"),
    ("tx.second", "Tomas Second", "state_data_administrator", "TX"),
    ("wa.admin", "Walter Adams", "state_data_administrator", "WA"),
    ("primary", "Priya Marsh", "primary_user", "TX"),
    ("users", "Ulla Serra", "state_user_administrator", "TX"),
)
LINES = (
    EvidenceLine("prior", "Starting point", "", "Two records picked at random are seldom one child.", -14.0),
    EvidenceLine("given", "Given names", "nickname", "One is a nickname of the other.", 3.0),
    EvidenceLine("surname", "Surnames", "second_alone", "One record has only the other's second surname.", 4.5),
    EvidenceLine("birth_date", "Birth date", "swapped", "Day and month are swapped.", 6.0),
    EvidenceLine("sex", "Sex", "same", "The sex is the same.", 1.0),
    EvidenceLine("suffix", "Suffix", "missing", "A suffix is missing.", 0.0),
    EvidenceLine("birthplace", "Birthplace", "different", "The countries of birth differ.", -2.5),
    EvidenceLine("parents", "Parents", "one_same", "One parent's given name agrees.", 5.7),
)


@dataclass
class Clock:
    """A clock that a test turns."""

    at: datetime = START

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **span: float) -> None:
        self.at += timedelta(**span)


@dataclass(frozen=True)
class World:
    app: Flask
    database: Database
    clock: Clock

    def close(self) -> None:
        self.database.close()

    def visitor(self) -> "Visitor":
        return Visitor(self.app.test_client())

    def sign_in(self, username: str, password: str = PASSWORD) -> "Visitor":
        visitor = self.visitor()
        visitor.get("/sign-in")
        response = visitor.send("/sign-in", username=username, password=password)
        assert response.status_code == 303
        return visitor


class Visitor:
    """A browser without a screen: keeps cookies and the last page, sends forms as a browser does."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.text = ""

    def get(self, path: str) -> TestResponse:
        response = self.client.get(path)
        self.text = response.text
        return response

    def field(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found, f"no field {name} on the page"
        return found[1]

    def send(self, path: str, **fields: str) -> TestResponse:
        """POST a form with the token of the last page."""
        headers = {"Sec-Fetch-Site": "same-origin"}
        response = self.client.post(path, data={"csrf": self.field("csrf")} | fields, headers=headers)
        self.text = response.text if 'name="csrf"' in response.text else self.text
        return response

    def decide(self, item: int, verdict: str, note: str = "", **more: str) -> TestResponse:
        self.get(f"/items/{item}")
        return self.send_decision(item, verdict, note, **more)

    def send_decision(self, item: int, verdict: str, note: str = "", **more: str) -> TestResponse:
        """A merge says a reason as well: every near match here carries a guard."""
        hidden = {name: self.field(name) for name in ("version", "key") if name not in more}
        hidden |= {"reason": "records"} if verdict == "same" else {}
        return self.send(f"/items/{item}", **({"verdict": verdict, "note": note} | hidden | more))


def fill(
    url: str,
    folder: Path,
    records: Mapping[str, Mapping[str, tuple[str, ...]]] | None = None,
    played: Callable[..., Found] | None = None,
) -> None:
    """Migrate, upload, scan, and give everybody an account with PASSWORD. `records` and `played`: of another world than this one."""
    found_at = START - timedelta(days=2)
    database = Database(url)
    database.upgrade()
    ids = IdFactory(Random(1))
    for state, children in (records or RECORDS).items():
        path = folder / f"{state}.csv"
        path.write_text(upload_of(children), encoding="utf-8")
        ingest_file(database, path, state, now=found_at, today=found_at.date(), ids=ids)
    run_scan(database, load_rulebook(), now=found_at, find=played or find)
    with database.unit_of_work() as session:
        for username, name, role, state in PEOPLE:
            accounts.create(session, username, name, role, state, PASSWORD, found_at, must_change=False)
    database.close()


def open_world(url: str, *, tls: bool = False) -> World:
    """The application on a filled database. The application is made once; its templates stay compiled."""
    clock = Clock()
    app, database = _application(), Database(url)
    made = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = replace(made, settings=Settings(url, tls=tls, clock=clock), database=database)
    return World(app, database, clock)


@cache
def _application() -> Flask:
    return create_app(Settings("sqlite://"))


def upload_of(records: Mapping[str, tuple[str, ...]]) -> str:
    """An upload file of these records, with the canonical column names as headers."""
    header = ["state_student_id", *CHILD, *BASE]
    lines = [[key, *child, *BASE.values()] for key, child in records.items()]
    quoted = (",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)
    return "\n".join([",".join(header), *quoted]) + "\n"


def find(table: RecordTable, *_: object, **__: object) -> Found:
    """Plays the pipeline: proposes NEAR_MATCHES, every pair with LINES as its evidence."""
    return found_in(table, NEAR_MATCHES)


def found_in(table: RecordTable, near_matches: Sequence[tuple[tuple[str, ...], float, tuple[str, ...]]]) -> Found:
    """What a scan would say that proposes these near matches of a table."""
    ids = dict(zip(table.columns["state_student_id"], table.ids, strict=True))
    proposals = tuple(proposal([ids[one] for one in members], *rest) for members, *rest in near_matches)
    return Found(len(table), 12, len(proposals), proposals, ())


def proposal(members: Sequence[str], probability: float, guards: tuple[str, ...]) -> Proposal:
    ordered = sorted(members, key=int)
    weight = sum(line.weight for line in LINES)
    pairs = tuple(
        PairEvidence(left, right, weight, probability, "near", guards, LINES)
        for at, left in enumerate(ordered)
        for right in ordered[at + 1 :]
    )
    return Proposal("-".join(ordered), "near_match", tuple(ordered), pairs, guards, probability)


def follow(locator: Locator) -> None:
    """Click, and wait until the page it leads to stands there with its scripts, whether the browser fetched it or the script did."""
    page = locator.page
    page.locator("main").evaluate("main => main.dataset.left = ''")
    locator.click()
    page.locator("main:not([data-left])").wait_for()
    page.wait_for_load_state()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on a free port of this machine; yields its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
