"""The declarative base and the column types that mean the same on SQLite and on PostgreSQL."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, ForeignKey, Integer, MetaData, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite counts rows only in a column declared INTEGER.
BigId = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Every table of the database. Constraints carry names, so that a migration can speak of them."""

    metadata = MetaData(naming_convention=NAMES)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. SQLite stores it without a zone; a value without a zone is refused, not guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must carry its time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """Lists and mappings as canonical JSON text: the same bytes on both databases, whatever the key order."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        return None if value is None else canonical_json(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


def canonical_json(value: Mapping[str, Any] | list[Any] | tuple[Any, ...]) -> str:
    """One spelling for one value: sorted keys, no spaces, no floats that JSON cannot hold."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def primary_id() -> Mapped[int]:
    """A number given by the database."""
    return mapped_column(BigId, primary_key=True, autoincrement=True)


def reference(target: str, *, nullable: bool = False, index: bool = False) -> Mapped[Any]:
    """A foreign key; nothing that another row needs can be deleted."""
    return mapped_column(ForeignKey(target, ondelete="RESTRICT"), nullable=nullable, index=index)


def text(*, added: bool = False) -> Mapped[str]:
    """Text that is never NULL; missing is empty. `added`: a later migration added it, so that the database knows the empty text too."""
    return mapped_column(Text, nullable=False, default="", server_default=sql("''") if added else None)


def one_of(column: str, values: tuple[str, ...]) -> str:
    """The SQL condition that a column holds one of these words."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
