"""All rule files, loaded once into one immutable, hashed Rulebook."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rules.compile_names import compile_tables
from rules.matching import Matching, Weights
from rules.name_shares import NAME_SHARES, Shares, load_shares
from rules.name_tables import NameTables
from rules.names import NameRules, load_names
from rules.policy import Policy
from rules.rule_paths import NAME_RULES, SHIPPED, own_folder, rule_path
from rules.yaml_file import digest, load


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What counts as the same child and who may decide. `hash` is stored with every score."""

    names: NameRules
    tables: NameTables
    policy: Policy
    matching: Matching
    weights: Weights
    name_shares: Shares
    folder: Path | None  # rule files of one's own; None = as shipped
    hash: str


def load_rulebook(folder: Path | None = None) -> Rulebook:
    """Load and check all rules, once a folder. `folder` (or NEARMATCH_RULES) may hold some or all rule files; the rest are as
    shipped. Raises RuleFileError with file, line and remedy.
    """
    own = folder or own_folder()
    return _load(own.resolve() if own else None)


def rule_files(folder: Path | None = None) -> Iterator[Path]:
    """Every rule file in a fixed order: what the hash covers."""
    names = {path.relative_to(root).as_posix() for root in _roots(folder) for path in _yaml_below(root)}
    return (rule_path(name, folder) for name in sorted(names | {NAME_RULES, NAME_SHARES}))


@lru_cache(maxsize=4)
def _load(folder: Path | None) -> Rulebook:
    names = load_names(rule_path(NAME_RULES, folder))
    return Rulebook(
        names=names,
        tables=compile_tables(names),
        policy=load(rule_path("policy.yaml", folder), Policy),
        matching=load(rule_path("matching.yaml", folder), Matching),
        weights=load(rule_path("weights.yaml", folder), Weights),
        name_shares=load_shares(rule_path(NAME_SHARES, folder)),
        folder=folder,
        hash=digest(*rule_files(folder)),
    )


def _roots(folder: Path | None) -> tuple[Path, ...]:
    return (SHIPPED, folder) if folder else (SHIPPED,)


def _yaml_below(root: Path) -> Iterator[Path]:
    yield from root.glob("*.yaml")
    yield from root.glob("mde/*.yaml")
