"""What an operator can set for the web pages: one frozen object, read once at the start."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Settings:
    """`tls`: people reach the pages over https, so cookies are Secure. `standing`: the folder in which scans keep what they found out of
    each record, for the engine's search. `clock` is replaced in tests.
    """

    database_url: str
    tls: bool = False
    standing: Path | None = None
    clock: Callable[[], datetime] = utc_now
    form_bytes: int = 64 * 1024  # no form of ours is a tenth as long
