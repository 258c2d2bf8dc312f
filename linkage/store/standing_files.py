"""The standing records of a database between two scans: plain arrays in a folder, so that programs open them at once and share them.

They say of the children what the database says, so the folder is for its owner alone. The files of one scan lie in a folder with a
number; the highest number counts. It appears in one step when all files are written, so a crash leaves what was there before.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from linkage.block.crowding import Crowding
from linkage.block.index import BlockIndex
from linkage.compare.census import Census
from linkage.compare.kernels.sides import Side
from linkage.compare.rarity import HashedShares, Rarity
from linkage.engine.lineup import Part
from linkage.engine.matcher import Matcher
from linkage.engine.standing import NearPairs, Standing
from linkage.errors import LinkageError, NoStandingError
from linkage.records import Attendance, Int32
from linkage.score.facts import RecordFacts
from rules.rulebook import Rulebook

ABOUT = "about.json"
UNFINISHED = ".unfinished-"
# What the records became depends on these rooms, beside the rules.
_ROOMS = ("standardize", "block", "compare", "score", "engine", "store/standing_files.py")

Arrays = Mapping[str, NDArray[Any]]
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Moment:
    """The state of a database that was read: the last version of a record, and the last event of the ledger."""

    last_version_id: int
    ledger_seq: int
    ledger_hash: str


@dataclass(frozen=True, slots=True)
class Kept:
    """`versions`: the version of each standing record at that moment."""

    standing: Standing
    versions: Int32
    moment: Moment


def keep(folder: Path, kept: Kept) -> None:
    """Write the standing records for later scans and searches; those of an earlier scan go. Raises LinkageError if it cannot be."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(folder):
            _write(folder, kept)
    except OSError as error:
        raise LinkageError(
            f"Standing records cannot be kept in {folder}: {error.strerror}.",
            "The worklist is up to date, and the next scan will be full. Make room, or name another folder.",
        ) from error


def forget(folder: Path) -> None:
    """Remove all standing records. Raises LinkageError if they cannot be removed."""
    try:
        for one in _ours(folder):
            shutil.rmtree(one)
    except OSError as error:
        raise LinkageError(f"{folder} cannot be removed: {error.strerror}.", "Remove it by hand.") from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two scans that end at once write one after the other."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        flock(handle, LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write(folder: Path, kept: Kept) -> None:
    former = _ours(folder)
    target = folder / str(max((int(one.name) for one in former if one.name.isdigit()), default=0) + 1)
    new = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder))
    try:
        for name, array in _arrays(kept).items():
            with (new / f"{name}.npy").open("wb") as file:
                np.save(file, array, allow_pickle=False)
                os.fsync(file.fileno())
        with (new / ABOUT).open("w", encoding="utf-8") as text:
            json.dump(_about(kept), text)
            text.flush()
            os.fsync(text.fileno())
        new.rename(target)
    except OSError:
        shutil.rmtree(new, ignore_errors=True)
        raise
    for one in former:
        shutil.rmtree(one)


def _ours(folder: Path) -> list[Path]:
    """The folders in it that scans have made, also those that a crash has left unfinished."""
    inside = folder.iterdir() if folder.is_dir() else ()
    return [
        one for one in inside if one.name.startswith(UNFINISHED) or (one.name.isdigit() and (one / ABOUT).is_file())
    ]


def newest(folder: Path) -> Path | None:
    """Where the files of the last full scan are; another path after each. Raises NoStandingError if nobody may look."""
    try:
        finished = [one for one in _ours(folder) if one.name.isdigit()]
    except OSError as error:
        raise NoStandingError("The folder of the standing records cannot be read.") from error
    return max(finished, key=lambda one: int(one.name), default=None)


def load(place: Path | None, rulebook: Rulebook) -> Kept:
    """Open the files of `newest`; they are read as they are needed. Raises NoStandingError if they do not fit rules and program."""
    if place is None:
        raise NoStandingError("There are no standing records yet.")
    try:
        about = json.loads((place / ABOUT).read_text(encoding="utf-8"))
        if about["made_by"] != made_by(rulebook):
            raise NoStandingError("The rules or the program have changed.")
        # "c": what is written to such an array would stay in memory. So kernels take it like any other array.
        arrays = {path.stem: np.asarray(np.load(path, mmap_mode="c")) for path in place.glob("*.npy")}
        return _kept(about, arrays, rulebook)
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise NoStandingError("The standing records cannot be read.") from error


def made_by(rulebook: Rulebook) -> str:
    """A digest of the rules and of the code that records go through until they stand."""
    package = Path(__file__).parent.parent
    rooms = [package / room for room in _ROOMS]
    files = [path for room in rooms for path in (sorted(room.rglob("*.py")) if room.is_dir() else [room])]
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    return hashlib.sha256("|".join([rulebook.hash, *digests]).encode()).hexdigest()


def _about(kept: Kept) -> Mapping[str, object]:
    census = kept.standing.census
    return {
        "made_by": made_by(kept.standing.matcher.rulebook),
        "records": census.records,
        "average_bits": {name: rarity.average_bits for name, rarity in _rarities(census).items()},
        "moment": [kept.moment.last_version_id, kept.moment.ledger_seq, kept.moment.ledger_hash],
    }


def _rarities(census: Census) -> Mapping[str, Rarity]:
    return {"given": census.given, "surname": census.surname} | {
        f"text-{name}": one for name, one in census.texts.items()
    }


def _arrays(kept: Kept) -> Arrays:
    standing = kept.standing
    part, facts = standing.part, standing.part.facts
    arrays = {"versions": kept.versions, "ids": part.ids, "crowded": standing.census.crowding.keys}
    things = {"side": part.side, "facts": facts, "index": standing.index, "near": standing.near}
    things |= {"attendance": facts.attendance} if facts.attendance else {}
    things |= {name: HashedShares.of(rarity.shares) for name, rarity in _rarities(standing.census).items()}
    for name, thing in things.items():
        inside = ((one, getattr(thing, one)) for one in _columns(type(thing)))
        arrays |= {f"{name}.{one}": value for one, value in inside if isinstance(value, np.ndarray)}
    return arrays


def _columns(kind: type[Any]) -> tuple[str, ...]:
    return Side._fields if kind is Side else tuple(field.name for field in fields(kind))


def _kept(about: Mapping[str, Any], arrays: Arrays, rulebook: Rulebook) -> Kept:
    def made(kind: type[Made], name: str, **others: object) -> Made:
        found = {one: arrays[f"{name}.{one}"] for one in _columns(kind) if one not in others}
        return kind(**found, **others)

    rarities = {name: Rarity(made(HashedShares, name), average) for name, average in about["average_bits"].items()}
    texts = {name.removeprefix("text-"): one for name, one in rarities.items() if name.startswith("text-")}
    crowding = Crowding(arrays["crowded"])
    attendance = made(Attendance, "attendance") if "attendance.place" in arrays else None
    part = Part(arrays["ids"], made(Side, "side"), made(RecordFacts, "facts", attendance=attendance))
    standing = Standing(
        matcher=Matcher.of_rules(rulebook),
        census=Census(about["records"], rarities["given"], rarities["surname"], texts, crowding),
        part=part,
        index=made(BlockIndex, "index", crowding=crowding, rules=()),
        near=made(NearPairs, "near"),
    )
    return Kept(standing, arrays["versions"], Moment(*about["moment"]))
