"""A model in the form the arithmetic needs: shares of each level in each class of pair.

Five classes are told apart, because most hard cases are brothers, sisters, twins and namesakes:
    one child (m), siblings (s), twins (t), namesakes (n: strangers of one community with like names), strangers (u).
The weight of a pair, in bits, is
    prior + sum over fields [ log2(m / u) + rarity ] + others        (prior: log2 of the odds, and the calibration)
    others = -log2( r_u + sum over the other classes [ r * product over fields (share / u) * shared ] )
where r is the share of a class among the pairs that are not one child, and `shared` the rarity of what a family shares. So
evidence that a brother shares as well (surname, parents, birthplace) is taken back by the one line `others`.
Model: Fellegi & Sunter 1969 with further latent classes; missing values are neutral in every class.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from linkage.errors import ModelError
from linkage.records import Float64
from rules.matching import Level, LevelWeight, MatchField, Prior

# What children of one family share by being of one family: agreement on a rare value points to the family, not to the child.
SHARED_BY_FAMILY = frozenset({"surnames", "parents", "birthplace"})
SHARED_BY_TWINS = SHARED_BY_FAMILY | {"birth_date"}
# Rarity counts in part, and within limits: names are not drawn independently. Who carries one rare name of a small community is
# likely to carry its other names too. (0.4 joins as well as 0.25 and better than 0.55 to 0.85 on invented families.)
RARITY_SHARE = 0.4
RARITY_LEAST, RARITY_MOST = -4.0, 8.0

Levels = Mapping[str, Sequence[Level]]
Shares = tuple[Float64, ...]  # one array a field, one number a level


@dataclass(frozen=True, slots=True)
class PairClass:
    """A class of pairs: shares of the levels in it, and how common it is.

    `per_record`: such pairs for each record of a table (a child has so many records, whatever the size of the table).
    `per_pair`: share among all pairs (of two strangers, so many are namesakes). One of the two is 0.
    `family`: its pairs are of one family.
    `settled`: twins. They are so few, and so like one child, that their shares must be told or borrowed, not learned.
    `most`: no share may be estimated larger (same shape as `shares`; 1 = no limit).
    """

    shares: Shares
    per_record: float = 0.0
    per_pair: float = 0.0
    family: bool = False
    settled: bool = False
    most: Shares = ()


@dataclass(frozen=True, slots=True)
class Model:
    """`alike`: siblings, twins and namesakes, or nothing where a table is not about families."""

    fields: tuple[MatchField, ...]
    levels: Levels
    strangers: Shares
    match: PairClass
    alike: tuple[PairClass, ...]
    population: int
    calibration: float = 0.0  # bits added to every weight (score.calibrate)

    def prior(self, pair_class: PairClass, records: int) -> float:
        """Share of a class among all pairs of a table of `records`."""
        return min(2 * pair_class.per_record / max(records - 1, 1) + pair_class.per_pair, 0.3)

    def with_classes(self, match: PairClass, alike: tuple[PairClass, ...]) -> "Model":
        """The same model with newly estimated classes."""
        return replace(self, match=match, alike=alike)


def from_weights(
    fields: Sequence[MatchField], levels: Levels, weights: Mapping[str, Mapping[str, LevelWeight]], prior: Prior
) -> Model:
    """Build the classes from `rules/weights.yaml`. Raises ModelError naming a level that has no weight."""
    columns: dict[str, list[Float64]] = {"m": [], "u": [], "s": [], "t": [], "n": []}
    for field in fields:
        rows = [_weight(weights, field, level) for level in levels[field.compare] if level.strength != "missing"]
        for name, column in columns.items():
            column.append(np.array([getattr(row, name) for row in rows] + [1.0]))
    shares = {name: tuple(column) for name, column in columns.items()}
    return Model(
        fields=tuple(fields),
        levels=levels,
        strangers=shares["u"],
        match=PairClass(shares["m"], prior.match_per_record),
        alike=(
            PairClass(shares["s"], prior.sibling_per_record, family=True),
            PairClass(shares["t"], prior.twin_per_record, family=True, settled=True),
            PairClass(shares["n"], per_pair=prior.namesake_per_pair),
        ),
        population=prior.population,
        calibration=prior.calibration_bits,
    )


def _weight(weights: Mapping[str, Mapping[str, LevelWeight]], field: MatchField, level: Level) -> LevelWeight:
    found = weights.get(field.id, {}).get(level.id)
    if found is None:
        raise ModelError(
            f"weights.yaml has no weights for the level `{level.id}` of the field `{field.id}` of matching.yaml.",
            "Mend the name, or restore both files from version control.",
        )
    return found


def log_ratio(over: Float64, under: Float64) -> Float64:
    """log2(over / under) by level; the level `missing` (last) is neutral."""
    bits: Float64 = np.log2(over / under)
    bits[-1] = 0.0
    return bits


def rarity_bits(excess: Float64) -> Float64:
    """The part of the rarity excess that counts."""
    counted: Float64 = np.clip(RARITY_SHARE * excess, RARITY_LEAST, RARITY_MOST)
    return counted
