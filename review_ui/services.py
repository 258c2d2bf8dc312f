"""What a view needs besides the request: database, clock, rules, and the person at the screen."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar, cast

from flask import current_app, g

from linkage.identity.alike import StandingDesk
from linkage.identity.views import Account
from linkage.store.database import Database
from review_ui.briefly import Briefly
from review_ui.present.field_groups import FieldGroup
from review_ui.settings import Settings
from review_ui.static_files import StaticFiles

EXTENSION = "near_match"

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Services:
    """Made once by `create_app`; immutable, so threads share it."""

    settings: Settings
    database: Database
    groups: tuple[FieldGroup, ...]
    static: StaticFiles
    desk: StandingDesk | None = None  # the engine's search; None where no scan keeps its records
    brief: Briefly = field(default_factory=Briefly)


def services() -> Services:
    return cast(Services, current_app.extensions[EXTENSION])


def database() -> Database:
    return services().database


def now() -> datetime:
    return services().settings.clock()


def account() -> Account:
    """The signed-in person; only for views that need one (see `access`)."""
    return cast(Account, g.account)


def remembered(what: str, whose: Hashable, find: Callable[[], Value]) -> Value:
    """What was found for this person or these people some minutes ago (`briefly.LASTS`), or is found now."""
    return services().brief.remember((database(), what, whose), now(), find)
