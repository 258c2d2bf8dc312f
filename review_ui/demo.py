"""What `make run` shows: invented families of three States, scanned, with a history, and the people to sign in as."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from rich.console import Console

from linkage.commands.progress import stages
from linkage.commands.sample import DEFAULT_SEED
from linkage.evaluate import history, history_parts
from linkage.evaluate.rates import Rates
from linkage.evaluate.sample import DEFAULT_STATES, Sample, generate
from linkage.evaluate.upload import UploadFile, write
from linkage.identity import accounts
from linkage.identity.ids import IdFactory
from linkage.identity.passwords import one_time_password
from linkage.jobs.ingest_upload import UploadOutcome, ingest_file
from linkage.jobs.scan import run_scan
from linkage.store.current import is_empty
from linkage.store.database import Database
from rules.rulebook import load_rulebook

FINISHED = "finished"  # a file beside the sample: all of it is stored and scanned


@dataclass(frozen=True, slots=True)
class Person:
    username: str
    display_name: str
    role: str
    state: str
    title: str
    district: str = ""


PEOPLE = (
    Person("tx.admin", "Teresa Xavier", "state_data_administrator", "TX", "State data administrator of Texas"),
    Person("tx.second", "Tomás Ortega", "state_data_administrator", "TX", "A second one of Texas"),
    Person("wa.admin", "Walter Adams", "state_data_administrator", "WA", "State data administrator of Washington"),
    Person(
        "weslaco",
        "Delia Solís",
        "district_data_administrator",
        "TX",
        "District data administrator of Weslaco",
        "Weslaco School District",
    ),
    Person("reviewer", "Rafael Nuño", "data_reviewer", "TX", "Data reviewer of Texas: names are covered"),
    Person("primary", "Priya Marsh", "primary_user", "TX", "Primary user at a school in Texas"),
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """How to sign in as one of the people; `password` is "" where the person has chosen one of his or her own."""

    person: Person
    password: str


def store_sample(  # noqa: PLR0917 - what, where, how much, when, and who is told
    database: Database, folder: Path, records: int, now: datetime, console: Console, standing: Path | None = None
) -> bool:
    """Invent, store and scan the sample, with a history, unless there are data already. An interrupted start is taken up again.

    `standing`: where the scan keeps what it found out of each record.
    """
    place = folder / "demo"
    with database.unit_of_work(read_only=True) as session:
        empty = is_empty(session)
        merged_at = now - history.long_ago(session)
    interrupted = place.is_dir() and not (place / FINISHED).exists()
    if not empty and not interrupted:
        return False
    with console.status(f"Inventing {records:,} records of migratory children"):
        sample = generate(DEFAULT_SEED, records=records, states=DEFAULT_STATES, rates=Rates())
        prepare_people(database, merged_at)
    with console.status("Writing what people have done so far"):
        correction = _history(database, sample, place, merged_at, now)
    latest = now - history.LATEST
    for file in write(history_parts.corrected(sample, correction), place):
        with console.status(f"Reading the upload of {file.state}"):
            outcome = _read(database, file, latest, now)
        total = outcome.new + outcome.changed + outcome.unchanged
        console.print(f"Stored {total:,} students of {file.state}.")
    with stages() as progress:
        found = run_scan(database, load_rulebook(), now=latest, folder=standing, full=True, progress=progress)
    console.print(f"Found {sum(found.proposals.values()):,} near matches among {found.records:,} records.")
    with database.unit_of_work() as session:
        history.since_the_scan(session, latest + timedelta(hours=1), sample)
    (place / FINISHED).touch()
    return True


def _history(
    database: Database, sample: Sample, place: Path, merged_at: datetime, now: datetime
) -> history_parts.Correction | None:
    """Two children merged long ago, and a first upload weeks ago with what was decided of it."""
    mistaken = history_parts.merged_by_mistake(sample)
    begun = now - history.BEGINNING
    for name, keys, at in (
        ("before", {key for pair in mistaken for key in pair}, merged_at),
        ("first", history_parts.first_upload(sample), begun),
    ):
        for file in write(history_parts.only(sample, keys), place / name):
            _read(database, file, at, now)
        if name == "before":
            with database.unit_of_work() as session:
                history.merge_by_mistake(session, mistaken, at + timedelta(days=1))
    run_scan(database, load_rulebook(), now=begun)
    with database.unit_of_work() as session:
        return history.weeks_ago(session, begun + timedelta(days=2))


def _read(database: Database, file: UploadFile, at: datetime, now: datetime) -> UploadOutcome:
    return ingest_file(database, file.path, file.state, now=at, today=now.date(), ids=IdFactory())


def prepare_people(database: Database, now: datetime) -> tuple[SignIn, ...]:
    """The sample accounts, with new one-time passwords; a password that somebody has chosen is kept."""
    return tuple(_prepared(database, now))


def _prepared(database: Database, now: datetime) -> Iterator[SignIn]:
    for person in PEOPLE:
        password = one_time_password()
        with database.unit_of_work() as session:
            known = {account.username: (account, disabled) for account, disabled in accounts.listed(session)}
            account, disabled = known.get(person.username, (None, False))
            if account is None:
                accounts.create(
                    session,
                    person.username,
                    person.display_name,
                    person.role,
                    person.state,
                    password,
                    now,
                    district=person.district,
                )
            elif disabled or accounts.must_change_password(session, account.id):
                accounts.reset(session, person.username, password, now)
            else:
                password = ""
        yield SignIn(person, password)
