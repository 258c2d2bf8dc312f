"""The policy, the roles and the documents alone, for programs that decide but do not match: no name table is read."""

from rules.dob_evidence import DobEvidence
from rules.policy import Policy
from rules.roles import Roles
from rules.rule_paths import own_folder, rule_path
from rules.yaml_file import load


def load_policy() -> Policy:
    """The policy in the folder that NEARMATCH_RULES names, or else as shipped. Raises RuleFileError."""
    return load(rule_path("policy.yaml", own_folder()), Policy)


def load_roles() -> Roles:
    """The roles in the folder that NEARMATCH_RULES names, or else as shipped. Raises RuleFileError."""
    return load(rule_path("roles.yaml", own_folder()), Roles)


def load_dob_evidence() -> DobEvidence:
    """The documents that prove a birth date, from the folder that NEARMATCH_RULES names, or else as shipped. Raises RuleFileError."""
    return load(rule_path("dob_evidence.yaml", own_folder()), DobEvidence)
