"""The rules in force, as the unit of work carries them, and the few words made from them."""

from typing import cast

from sqlalchemy.orm import Session

from linkage.errors import NotAllowedError
from linkage.identity.views import Account
from rules.dob_evidence import DobEvidence
from rules.mde_list import load_mde_list
from rules.policy import Policy
from rules.roles import Roles


def policy(session: Session) -> Policy:
    return cast(Policy, session.info["policy"])


def roles(session: Session) -> Roles:
    return cast(Roles, session.info["roles"])


def dob_evidence(session: Session) -> DobEvidence:
    return cast(DobEvidence, session.info["dob_evidence"])


def require(account: Account, permission: str) -> None:
    """Raises NotAllowedError unless the person's role includes `permission`."""
    if not account.may(permission):
        raise NotAllowedError("Your role does not include this.", "Ask your user administrator if it should.")


def is_state(code: str) -> bool:
    """Whether `code` is a State's postal code."""
    return code in load_mde_list().code_lists["states"].codes


def state_name(code: str) -> str:
    """The State in words: Texas for TX."""
    return load_mde_list().code_lists["states"].title(code)


def column_title(column: str) -> str:
    """An element's name as the element list has it: "Last Name 1"."""
    return load_mde_list().element(column).title
