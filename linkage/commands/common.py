"""What the commands share: where results and messages go, how a failure is said."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NoReturn

from rich.console import Console
from rich.text import Text

from linkage.errors import LinkageError
from rules.errors import RuleFileError

console = Console(stderr=True, highlight=False)  # messages
out = Console(highlight=False)  # results


@contextmanager
def without_collector() -> Iterator[None]:
    """For bulk work, whose objects live to its end: looking for garbage among them takes a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def now() -> datetime:
    """The one clock of the command line."""
    return datetime.now(UTC)


def fail(error: LinkageError | RuleFileError) -> NoReturn:
    """Say what is wrong and what to do, and end with exit code 1; 3 if the database could not be written or reached."""
    console.print(Text(str(error), style="red"))
    raise SystemExit(error.exit_code if isinstance(error, LinkageError) else 1)
