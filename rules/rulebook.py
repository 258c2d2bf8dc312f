"""All rule files, loaded once into one immutable, hashed Rulebook."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rules.compile_names import compile_tables
from rules.dob_evidence import DobEvidence
from rules.errors import RuleFileError
from rules.guards import unknown_level
from rules.matching import Matching, Weights
from rules.name_shares import NAME_SHARES, Shares, load_shares
from rules.name_tables import NameTables
from rules.names import NameRules, load_names
from rules.policy import Policy
from rules.rule_paths import NAME_RULES, own_folder
from rules.sources import RuleSources
from rules.yaml_file import digest, line_of, load


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What counts as the same child and who may decide. `hash` is stored with every score."""

    names: NameRules
    tables: NameTables
    policy: Policy
    matching: Matching
    weights: Weights
    dob_evidence: DobEvidence
    name_shares: Shares
    folder: Path | None  # rule files of one's own; None = as shipped
    hash: str


def load_rulebook(folder: Path | None = None) -> Rulebook:
    """Load and check all rules, once a folder. `folder` (or NEARMATCH_RULES) may hold some or all rule files; the rest are as
    shipped. Raises RuleFileError with file, line and remedy.
    """
    own = folder or own_folder()
    return _load(own.resolve() if own else None)


def read_rulebook(sources: RuleSources) -> Rulebook:
    """Read all rules from where `sources` says, anew. Raises RuleFileError with file, line and remedy."""
    names = load_names(sources.path(NAME_RULES))
    policy = load(sources.path("policy.yaml"), Policy)
    matching = load(sources.path("matching.yaml"), Matching)
    evidence = load(sources.path("dob_evidence.yaml"), DobEvidence)
    check_policy(sources.path("policy.yaml"), policy, matching, evidence)
    return Rulebook(
        names=names,
        tables=compile_tables(names),
        policy=policy,
        matching=matching,
        weights=load(sources.path("weights.yaml"), Weights),
        dob_evidence=evidence,
        name_shares=load_shares(sources.path(NAME_SHARES)),
        folder=sources.folder,
        hash=digest(*sources.files()),
    )


@lru_cache(maxsize=4)
def _load(folder: Path | None) -> Rulebook:
    return read_rulebook(RuleSources(folder))


def check_policy(path: Path, policy: Policy, matching: Matching, evidence: DobEvidence) -> None:
    """The names that the policy takes from other files must be there. Raises RuleFileError with the line in the policy."""
    unknown = unknown_level(policy.guard_levels, matching.comparisons)
    if unknown:
        comparison, name, level_id = unknown
        line = line_of(path, "guard_levels", comparison, name)
        known = ", ".join(level.id for level in matching.comparisons[comparison])
        raise RuleFileError(path, line, f"matching.yaml has no level `{level_id}` of {comparison}.", f"It has {known}.")
    tiers = [tier.id for tier in evidence.tiers]
    if policy.guards.verified.weakest_tier not in tiers:
        line = line_of(path, "guards", "GUARD-VERIFIED", "weakest_tier")
        found = policy.guards.verified.weakest_tier
        raise RuleFileError(path, line, f"dob_evidence.yaml has no tier `{found}`.", f"It has {', '.join(tiers)}.")
