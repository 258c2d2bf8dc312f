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
from rules.rule_paths import NAME_RULES, own_folder
from rules.sources import RuleSources
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
    return RuleSources(folder).files()


def read_rulebook(sources: RuleSources) -> Rulebook:
    """Read all rules from where `sources` says, anew. Raises RuleFileError with file, line and remedy."""
    names = load_names(sources.path(NAME_RULES))
    return Rulebook(
        names=names,
        tables=compile_tables(names),
        policy=load(sources.path("policy.yaml"), Policy),
        matching=load(sources.path("matching.yaml"), Matching),
        weights=load(sources.path("weights.yaml"), Weights),
        name_shares=load_shares(sources.path(NAME_SHARES)),
        folder=sources.folder,
        hash=digest(*sources.files()),
    )


@lru_cache(maxsize=4)
def _load(folder: Path | None) -> Rulebook:
    return read_rulebook(RuleSources(folder))
