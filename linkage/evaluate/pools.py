"""Names and towns to draw from: the YAML files of `data/` as typed, immutable pools with realistic frequencies."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import accumulate
from typing import Any

import yaml

from linkage.evaluate.dice import Dice

# Zipf-Mandelbrot: the share of rank r is proportional to 1 / (r + 2.7). Over 1,200 surnames the commonest then has 4.6 % and the
# first twenty 33 %; registered births in Mexico 2017-2020 give 4.2 % and 31 % (INEGI).
FLATTENING = 2.7
RARE_GIVEN = 0.3  # parents make up a name less often than they inherit a rare surname


@dataclass(frozen=True, slots=True)
class Pool:
    """Names in order of frequency, drawn with a long tail."""

    names: tuple[str, ...]
    cumulative: tuple[float, ...]

    def draw(self, dice: Dice) -> str:
        return dice.weighted(self.names, self.cumulative)


@dataclass(frozen=True, slots=True)
class Place:
    city: str
    state: str  # "" outside the United States and Mexico
    country: str  # ISO 3166, two letters


@dataclass(frozen=True, slots=True, eq=False)  # compared and hashed as the one object it is
class Tradition:
    """One way of naming children. `given` and `adults` are keyed by sex, F and M."""

    id: str
    share: float  # of all families, in per cent
    grammar: str  # a function of naming.GRAMMARS
    given: Mapping[str, Pool]
    adults: Mapping[str, Pool]
    surnames: Pool
    openers: Mapping[str, tuple[str, ...]]  # first of two given names, shared by half the family
    middles: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, tuple[str, ...]]
    syllables: tuple[str, ...]
    feasts: Mapping[str, Mapping[str, str]]  # "12-12" -> sex -> name
    places: tuple[Place, ...]
    second_given: float
    born_in_us: float
    suffix: float
    assigned_january: float
    damage: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class UsState:
    code: str
    name: str
    zip: str
    towns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Places:
    states: Mapping[str, UsState]
    elsewhere: tuple[Place, ...]
    school_names: tuple[str, ...]


@lru_cache(maxsize=1)
def traditions() -> tuple[Tradition, ...]:
    return tuple(_tradition(name, entry) for name, entry in read_data("traditions.yaml").items())


@lru_cache(maxsize=1)
def places() -> Places:
    data = read_data("places.yaml")
    states = {
        code: UsState(code, entry["name"], entry["zip"], tuple(entry["towns"]))
        for code, entry in data["states"].items()
    }
    elsewhere = tuple(Place(city, state, "US") for city, state in data["elsewhere"])
    return Places(states, elsewhere, words(data["school_names"]))


def read_data(name: str) -> Any:
    """A YAML file of `data/`, as plain lists and mappings."""
    return yaml.safe_load(files("linkage.evaluate").joinpath("data", name).read_text(encoding="utf-8"))


def words(text: str) -> tuple[str, ...]:
    """The names of a data entry; `_` stands for a blank inside one name, and a name said twice counts once."""
    return tuple(dict.fromkeys(word.replace("_", " ") for word in text.split()))


def _tradition(name: str, entry: dict[str, Any]) -> Tradition:
    tail = entry.get("tail", {})
    given = {
        "F": _pool(entry["girls"], tail.get("girls"), RARE_GIVEN),
        "M": _pool(entry["boys"], tail.get("boys"), RARE_GIVEN),
    }
    return Tradition(
        id=name,
        share=entry["share"],
        grammar=entry["grammar"],
        given=given,
        adults={
            "F": _pool(entry["women"]) if "women" in entry else given["F"],
            "M": _pool(entry["men"]) if "men" in entry else given["M"],
        },
        surnames=_pool(entry.get("surnames", entry.get("syllables", "")), tail.get("surnames")),
        openers=_by_sex(entry.get("openers", {})),
        middles=_lists(entry.get("middles", {})),
        titles=_by_sex(entry.get("titles", {})),
        syllables=words(entry.get("syllables", "")),
        feasts=entry.get("feasts", {}),
        places=tuple(Place(*place) for place in entry["places"]),
        second_given=entry.get("second_given", 0.0),
        born_in_us=entry["born_in_us"],
        suffix=entry.get("suffix", 0.0),
        assigned_january=entry.get("assigned_january", 0.0),
        damage=entry.get("damage", {}),
    )


def _by_sex(entry: dict[str, str]) -> dict[str, tuple[str, ...]]:
    return {sex: words(text) for sex, text in entry.items()}


def _lists(entry: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """Like `_by_sex`, but a repeated name keeps its repetitions: that is how often it is drawn."""
    return {sex: tuple(text.split()) for sex, text in entry.items()}


def _pool(text: str, tail: list[dict[str, str]] | None = None, tail_weight: float = 1.0) -> Pool:
    listed = words(text)
    names = tuple(dict.fromkeys((*listed, *_composed(tail or []))))
    weights = ((1.0 if rank <= len(listed) else tail_weight) / (rank + FLATTENING) for rank in range(1, len(names) + 1))
    return Pool(names, tuple(accumulate(weights)))


def _composed(tail: list[dict[str, str]]) -> list[str]:
    """Every root with every ending, walked diagonally so that neighbours in frequency do not look alike."""
    names = []
    for part in tail:
        roots, endings = words(part["roots"]), part["endings"].split()
        for step in range(len(endings)):
            for index, root in enumerate(roots):
                ending = endings[(index + step) % len(endings)].replace("_", " ")
                names.append(_joined(root, ending))
    return names


def _joined(root: str, ending: str) -> str:
    """Root and ending as one word; a doubled vowel or letter at the seam is written once."""
    return root + (ending[1:] if root[-1] == ending[0] else ending)
