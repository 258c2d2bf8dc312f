"""The policy and the roles alone, for programs that decide but do not match: no name table is read."""

import os
from pathlib import Path

from rules.policy import Policy
from rules.roles import Roles
from rules.yaml_file import load

SHIPPED = Path(__file__).parent


def load_policy() -> Policy:
    """The policy in the folder that NEARMATCH_RULES names, or else as shipped. Raises RuleFileError."""
    return load(_path("policy.yaml"), Policy)


def load_roles() -> Roles:
    """The roles in the folder that NEARMATCH_RULES names, or else as shipped. Raises RuleFileError."""
    return load(_path("roles.yaml"), Roles)


def _path(name: str) -> Path:
    folder = os.environ.get("NEARMATCH_RULES")
    own = Path(folder) / name if folder else SHIPPED / name
    return own if own.is_file() else SHIPPED / name
