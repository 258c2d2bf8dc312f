"""A few records -> the children they look like: the division that a person starts from who puts them into parts by hand."""

from collections.abc import Iterable, Mapping, Sequence

from linkage.cluster.groups import Limits, group
from linkage.cluster.links import Links

IdPair = tuple[str, str]


def division(
    names: Sequence[str],
    chances: Mapping[IdPair, float],
    *,
    link: float,
    together: Iterable[IdPair] = (),
    apart: Iterable[IdPair] = (),
) -> tuple[tuple[str, ...], ...]:
    """The records in parts, each in the order of `names`, the parts by their first record.

    `chances`: probability of pairs of names, in either order; `link`: parts join from that probability on. `together` and `apart`:
    what people have said; it wins.
    """
    row = {name: number for number, name in enumerate(names)}

    def rows(pair: IdPair) -> tuple[int, int]:
        a, b = sorted((row[pair[0]], row[pair[1]]))
        return a, b

    known = {rows(pair): chance for pair, chance in chances.items()}
    links = Links.of_pairs(len(names), known, must=map(rows, together), cannot=map(rows, apart))
    parts: dict[int, list[str]] = {}
    for name, first in zip(names, group(links, Limits(link)).first.tolist(), strict=True):
        parts.setdefault(first, []).append(name)
    return tuple(map(tuple, parts.values()))
