"""What `make run` shows: invented families of three States, scanned, and three people to sign in as."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Console

from linkage.commands.progress import stages
from linkage.commands.sample import DEFAULT_SEED
from linkage.evaluate.rates import Rates
from linkage.evaluate.sample import DEFAULT_STATES, generate
from linkage.evaluate.upload import write
from linkage.identity import accounts
from linkage.identity.ids import IdFactory
from linkage.identity.passwords import one_time_password
from linkage.jobs.ingest_upload import ingest_file
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


PEOPLE = (
    Person("tx.admin", "Teresa Xavier", "state_data_administrator", "TX", "State data administrator of Texas"),
    Person("wa.admin", "Walter Adams", "state_data_administrator", "WA", "State data administrator of Washington"),
    Person("primary", "Priya Marsh", "primary_user", "TX", "primary user at a school in Texas"),
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """How to sign in as one of the people; `password` is "" where the person has chosen one of his or her own."""

    person: Person
    password: str


def store_sample(database: Database, folder: Path, records: int, now: datetime, console: Console) -> bool:
    """Invent, store and scan the sample, unless there are data already. An interrupted start is taken up again."""
    sample = folder / "demo"
    with database.unit_of_work(read_only=True) as session:
        empty = is_empty(session)
    interrupted = sample.is_dir() and not (sample / FINISHED).exists()
    if not empty and not interrupted:
        return False
    with console.status(f"Inventing {records:,} records of migratory children"):
        files = write(generate(DEFAULT_SEED, records=records, states=DEFAULT_STATES, rates=Rates()), sample)
    for file in files:
        with console.status(f"Reading the upload of {file.state}"):
            outcome = ingest_file(database, file.path, file.state, now=now, today=now.date(), ids=IdFactory())
        console.print(f"Stored {outcome.new + outcome.unchanged:,} students of {file.state}.")
    with stages() as progress:
        found = run_scan(database, load_rulebook(), now=now, progress=progress)
    console.print(f"Found {sum(found.proposals.values()):,} near matches among {found.records:,} records.")
    (sample / FINISHED).touch()
    return True


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
                accounts.create(session, person.username, person.display_name, person.role, person.state, password, now)
            elif disabled or accounts.must_change_password(session, account.id):
                accounts.reset(session, person.username, password, now)
            else:
                password = ""
        yield SignIn(person, password)
