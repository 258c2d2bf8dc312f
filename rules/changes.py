"""Which rules differ between two rulebooks: added, removed or changed, each by its id and without repeating its tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from rules.guards import GUARD_IDS
from rules.names import NameRule
from rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class RuleChange:
    """`change`: added, removed or changed; `what`: the parts that changed, in words, where a rule changed."""

    file: str
    rule: str
    change: str
    what: str = ""


def changes(old: Rulebook, new: Rulebook) -> tuple[RuleChange, ...]:
    """All differences, in the order of the files and of the rules in them."""
    return (
        *_differing("cultural_name_rules.yaml", _names(old), _names(new)),
        *_differing("policy.yaml", _policy(old), _policy(new)),
        *_differing("dob_evidence.yaml", _evidence(old), _evidence(new)),
        *_differing("matching.yaml", _matching(old), _matching(new)),
        *_differing("weights.yaml", _weights(old), _weights(new)),
        *_differing("name_shares.csv", dict(old.name_shares), dict(new.name_shares)),
    )


def _names(rulebook: Rulebook) -> Mapping[str, object]:
    return {rule.id: rule for rule in rulebook.names.rules()}


def _policy(rulebook: Rulebook) -> Mapping[str, object]:
    policy = rulebook.policy
    parts = {name: getattr(policy, name) for name in type(policy).model_fields if name != "guards"}
    return parts | {guard_id: policy.guard(guard_id) for guard_id in GUARD_IDS}


def _evidence(rulebook: Rulebook) -> Mapping[str, object]:
    evidence = rulebook.dob_evidence
    tiers = {f"tier {tier.id}": tier for tier in evidence.tiers}
    return tiers | {f"procedure {name}": procedure for name, procedure in evidence.procedures.items()}


def _matching(rulebook: Rulebook) -> Mapping[str, object]:
    matching = rulebook.matching
    fields = {f"field {field.id}": field for field in matching.fields}
    levels = {f"comparison {kind}": found for kind, found in matching.comparisons.items()}
    return levels | fields | {f"blocking {rule.id}": rule for rule in matching.blocking}


def _weights(rulebook: Rulebook) -> Mapping[str, object]:
    return {"prior": rulebook.weights.prior, **{f"field {name}": at for name, at in rulebook.weights.fields.items()}}


def _differing(file: str, old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[RuleChange]:
    for name in dict.fromkeys([*old, *new]):
        if name not in new:
            yield RuleChange(file, name, "removed")
        elif name not in old:
            yield RuleChange(file, name, "added")
        elif old[name] != new[name]:
            yield RuleChange(file, name, "changed", _what(old[name], new[name]))


def _what(old: object, new: object) -> str:
    """The parts of a rule that changed; of a table how many entries, of a short value both."""
    if isinstance(old, BaseModel) and type(old) is type(new):
        keys = [key for key in type(old).model_fields if getattr(old, key) != getattr(new, key)]
        return "; ".join(_part(key, getattr(old, key), getattr(new, key), isinstance(old, NameRule)) for key in keys)
    return _entries(old, new)


def _part(key: str, old: object, new: object, of_names: bool) -> str:
    if isinstance(old, int | float | str) and not of_names:
        return f"{key} {old} -> {new}"
    said = _entries(old, new)
    return f"{key}: {said}" if said else key


def _entries(old: object, new: object) -> str:
    """How many entries of a table came, went or changed."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        came, went = len(new.keys() - old.keys()), len(old.keys() - new.keys())
        other = sum(old[key] != new[key] for key in old.keys() & new.keys())
    elif isinstance(old, tuple) and isinstance(new, tuple):
        came, went, other = sum(one not in old for one in new), sum(one not in new for one in old), 0
    else:
        return ""
    counts = ((came, "added"), (went, "removed"), (other, "changed"))
    return ", ".join(f"{count:,} {what}" for count, what in counts if count) or "another order"
