"""Progress on stderr: one bar a stage, so that long work is seen to move."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from linkage.commands.common import console
from linkage.engine.local import Progress as Report


@contextmanager
def stages() -> Iterator[Report]:
    """Yields `progress(stage, done, of)`; each new stage gets a bar of its own."""
    columns = (TextColumn("{task.description:<12}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, TimeElapsedColumn(), console=console) as bars:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, of: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=of)
            bars.update(tasks[stage], completed=done, total=of)

        yield report


@contextmanager
def counted(what: str) -> Iterator[Callable[[int], None]]:
    """Yields `progress(number)`: a line that says how many have been done, where their total is not known."""
    with console.status("") as status:
        yield lambda number: status.update(f"{number:,} {what}")
