"""How the person at the screen wants it: language, colors, space, keys. For every template."""

import json

from flask import Flask, g
from markupsafe import Markup

from linkage.identity import preferences
from linkage.identity.preferences import TITLES, Preferences
from review_ui.services import database


def install(app: Flask) -> None:
    app.jinja_env.globals.update(
        preferences=chosen, key=key, shortcuts=shortcuts, key_table=key_table, session_seconds=session_seconds
    )


def chosen() -> Preferences:
    """Of the person at the screen; ours before somebody has signed in."""
    return g.get("preferences") or Preferences()


def shortcuts() -> str:
    """Letter -> action as JSON, for the script; empty where the person has switched keys off."""
    found = preferences.effective(chosen()) if chosen().shortcuts else {}
    return json.dumps({letter: action for action, letter in found.items()})


def key(action: str) -> Markup:
    """The letter of an action to stand in its button, not read out with it; nothing where keys are off."""
    found = preferences.effective(chosen()) if chosen().shortcuts else {}
    if action not in found:
        return Markup("")
    return Markup('<kbd class="nm-key" aria-hidden="true">{}</kbd>').format(found[action].upper())


def key_table() -> list[tuple[str, str]]:
    """Each letter with what it does; empty where keys are off."""
    found = preferences.effective(chosen()) if chosen().shortcuts else {}
    return [(found[action], title) for action, title in TITLES.items() if action in found]


def session_seconds() -> int:
    return database().policy.sessions.idle_minutes * 60
