"""Reads every rule file and tells what it holds, or what is wrong with it: each file's first fault, and what does not fit together."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rules.dob_evidence import DobEvidence
from rules.errors import RuleFileError
from rules.guards import GUARD_IDS
from rules.matching import Matching, Weights
from rules.mde_list import CURRENT, MdeList
from rules.name_shares import NAME_SHARES, Shares, load_shares
from rules.names import NameRule, NameRules, load_names
from rules.policy import Policy
from rules.roles import Roles
from rules.rule_paths import NAME_RULES
from rules.rulebook import check_policy
from rules.sources import RuleSources
from rules.yaml_file import line_of, load

Read = Policy | Matching | Weights | DobEvidence | Roles | MdeList | NameRules | Shares


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the name rules, in numbers. `entries`: rows, names or lines of all its tables."""

    name: str
    rules: int
    entries: int
    examples: int


@dataclass(frozen=True, slots=True)
class Checked:
    """`holds`: what a sound file holds, in a sentence. `faults` of all files, in their order."""

    holds: Mapping[Path, str]
    sections: tuple[Section, ...]
    faults: tuple[RuleFileError, ...]


def check_files(sources: RuleSources) -> Checked:
    """Read all rule files; a fault in one does not keep the others from being read."""
    read: dict[str, Read] = {}
    faults: list[RuleFileError] = []
    for name, reader in _READERS.items():
        try:
            read[name] = reader(sources.path(name))
        except RuleFileError as fault:
            faults.append(fault)
    faults += _misfits(sources, read)
    holds = {sources.path(name): _holds(found) for name, found in read.items()}
    names = read.get(NAME_RULES)
    return Checked(holds, tuple(_sections(names)) if isinstance(names, NameRules) else (), tuple(faults))


def _misfits(sources: RuleSources, read: Mapping[str, Read]) -> Iterator[RuleFileError]:
    """What is sound in itself and does not fit the other files."""
    weights, matching = read.get("weights.yaml"), read.get("matching.yaml")
    policy, evidence = read.get("policy.yaml"), read.get("dob_evidence.yaml")
    if isinstance(weights, Weights) and isinstance(matching, Matching):
        yield from _levels_without_weight(sources.path("weights.yaml"), weights, matching)
    if isinstance(policy, Policy) and isinstance(matching, Matching) and isinstance(evidence, DobEvidence):
        try:
            check_policy(sources.path("policy.yaml"), policy, matching, evidence)
        except RuleFileError as fault:
            yield fault


def _levels_without_weight(path: Path, weights: Weights, matching: Matching) -> Iterator[RuleFileError]:
    for field in matching.fields:
        known = weights.fields.get(field.id, {})
        wanted = [level.id for level in matching.comparisons[field.compare] if level.strength != "missing"]
        missing = [level for level in wanted if level not in known]
        if missing:
            yield RuleFileError(
                path,
                line_of(path, "fields", field.id),
                f"the field `{field.id}` has no weights for {', '.join(f'`{level}`' for level in missing)} of matching.yaml; "
                f"found {', '.join(known) or 'none'}.",
                "Mend the name of the level, or estimate the weights anew with `nearmatch train`.",
            )


def _sections(names: NameRules) -> Iterator[Section]:
    for section in type(names).model_fields:
        rules: tuple[NameRule, ...] = getattr(names, section)
        entries = sum(len(getattr(rule, "table", ())) for rule in rules)
        examples = sum(len(rule.examples.match) + len(rule.examples.no_match) for rule in rules)
        yield Section(section, len(rules), entries, examples)


def _holds(found: Read) -> str:
    if isinstance(found, NameRules):
        return f"{sum(1 for _ in found.rules()):,} rules in {len(type(found).model_fields)} sections"
    if isinstance(found, Policy):
        return f"near from {found.bands.near:g}, auto from {found.bands.auto:g}, {len(GUARD_IDS)} guards"
    if isinstance(found, Matching):
        return f"{len(found.fields)} fields, {len(found.blocking)} blocking rules"
    if isinstance(found, Weights):
        return f"weights for {sum(len(levels) for levels in found.fields.values())} levels"
    if isinstance(found, DobEvidence):
        return f"{len(found.tiers)} tiers of documents"
    if isinstance(found, Roles):
        return f"{len(found.roles)} roles"
    if isinstance(found, MdeList):
        return f"{len(found.elements)} elements, {len(found.code_lists)} lists of codes"
    return f"{sum(len(shares) for shares in found.values()):,} names and towns"


def _yaml(
    model: type[Policy] | type[Matching] | type[Weights] | type[DobEvidence] | type[Roles] | type[MdeList],
) -> Callable[[Path], Read]:
    return lambda path: load(path, model)


_READERS: Mapping[str, Callable[[Path], Read]] = {
    NAME_RULES: load_names,
    "policy.yaml": _yaml(Policy),
    "matching.yaml": _yaml(Matching),
    "weights.yaml": _yaml(Weights),
    NAME_SHARES: load_shares,
    "dob_evidence.yaml": _yaml(DobEvidence),
    "roles.yaml": _yaml(Roles),
    CURRENT: _yaml(MdeList),
}
