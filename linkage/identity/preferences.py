"""How a person wants the screens: language, theme, density, and which letter does what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sqlalchemy.orm import Session

from linkage.errors import StateChangeError
from linkage.identity.views import Account
from linkage.store.models import Preference
from linkage.store.people import DENSITIES, LANGUAGES, THEMES

# What a letter can do, and the letter it has where a person chose no other one. The digits are the records of an item.
ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "next": "j",
        "previous": "k",
        "same": "m",
        "different": "n",
        "twins": "t",
        "information": "u",
        "split": "s",
        "raw": "r",
        "agreeing": "a",
        "evidence": "e",
        "why": "w",
        "undo": "z",
        "search": "/",
        "help": "?",
        "claim": "c",
        "escalate": "x",
    }
)
TITLES: Mapping[str, str] = MappingProxyType(
    {
        "next": "Next item",
        "previous": "Previous item",
        "same": "Same child",
        "different": "Different children",
        "twins": "Twins or siblings",
        "information": "Need information",
        "split": "Say which records are which child",
        "raw": "Values as the State wrote them",
        "agreeing": "Fields that agree",
        "evidence": "Ask which birth date is right",
        "why": "Why these records are here",
        "undo": "Take back what was said",
        "search": "Search",
        "help": "These keys",
        "claim": "Take it, or give it back",
        "escalate": "Pass it up",
    }
)


@dataclass(frozen=True, slots=True)
class Preferences:
    """`keys`: action of ACTIONS -> the letter that the person chose instead of ours."""

    language: str = "en"
    theme: str = "system"
    density: str = "comfortable"
    shortcuts: bool = True
    keys: Mapping[str, str] = field(default_factory=dict)


def as_kept(row: Preference | None) -> Preferences | None:
    """What a person has chosen; None as long as nothing was chosen."""
    if row is None:
        return None
    known = {action: letter for action, letter in row.keys.items() if action in ACTIONS}
    return Preferences(row.language, row.theme, row.density, row.shortcuts, known)


def keep(session: Session, account: Account, wanted: Preferences) -> None:
    """Keep what the person has chosen. Raises StateChangeError: a choice that is none, two actions with one letter."""
    for value, choices in ((wanted.language, LANGUAGES), (wanted.theme, THEMES), (wanted.density, DENSITIES)):
        if value not in choices:
            raise StateChangeError("This is no choice.", f"Choose one of: {', '.join(choices)}.")
    _refuse_keys(wanted)
    own = {action: letter for action, letter in effective(wanted).items() if letter != ACTIONS[action]}
    row = session.get(Preference, account.id, populate_existing=True)
    if row is None:
        row = Preference(account_id=account.id)
        session.add(row)
    row.language, row.theme, row.density = wanted.language, wanted.theme, wanted.density
    row.shortcuts, row.keys = wanted.shortcuts, own
    session.flush()


def effective(preferences: Preferences) -> Mapping[str, str]:
    """Action -> letter, in small letters, for every action: the person's own or ours."""
    return {action: preferences.keys.get(action, letter).lower() for action, letter in ACTIONS.items()}


def _refuse_keys(wanted: Preferences) -> None:
    for action, letter in wanted.keys.items():
        if action not in ACTIONS:
            raise StateChangeError("No key can be set for this.", f"Keys can be set for: {', '.join(TITLES.values())}.")
        if len(letter) != 1 or not letter.isprintable() or letter.isspace():
            raise StateChangeError(f"“{TITLES[action]}” needs one letter or sign.", "Type exactly one.")
        if letter.isdigit():
            raise StateChangeError(f"“{TITLES[action]}” cannot be a digit.", "Digits stand for the records of an item.")
    taken: dict[str, str] = {}
    for action, letter in effective(wanted).items():
        other = taken.setdefault(letter, action)
        if other != action:
            raise StateChangeError(
                f"“{TITLES[other]}” and “{TITLES[action]}” have the same key, {letter}.", "Choose another one for one."
            )
