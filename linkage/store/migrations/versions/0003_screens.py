"""What the screens keep: settings, saved views, revealed values, batches, missed pairs; and who disagreed about an item."""

from importlib import import_module
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """One column of the worklist item, and six tables."""
    op.add_column("worklist_item", sa.Column("disagreed", sa.Text, nullable=False, server_default=sa.text("'[]'")))
    METADATA.create_all(op.get_bind(), tables=[METADATA.tables[name] for name in NEW_TABLES])


def downgrade() -> None:
    """The new tables go, and with them only what the older version does not show."""
    METADATA.drop_all(op.get_bind(), tables=[METADATA.tables[name] for name in NEW_TABLES])
    op.drop_column("worklist_item", "disagreed")


METADATA = sa.MetaData(naming_convention=import_module("linkage.store.migrations.versions.0001_baseline").NAMES)
for known in ("account", "worklist_item", "decision", "source_record"):  # what the new tables point to
    sa.Table(known, METADATA, sa.Column("id", BIG, primary_key=True))


def _id() -> sa.Column[int]:
    return sa.Column("id", BIG, primary_key=True, autoincrement=True)


def _words(names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names.split()]


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _reference(name: str, target: str, **options: Any) -> sa.Column[Any]:
    options.setdefault("nullable", False)
    return sa.Column(name, BIG, sa.ForeignKey(f"{target}.id", ondelete="RESTRICT"), **options)


sa.Table(
    "preference",
    METADATA,
    _reference("account_id", "account", primary_key=True),
    *_words("language theme density"),
    sa.Column("shortcuts", sa.Boolean, nullable=False),
    *_words("keys"),
    sa.CheckConstraint("language IN ('en', 'es')", name="language"),
    sa.CheckConstraint("theme IN ('system', 'light', 'dark')", name="theme"),
    sa.CheckConstraint("density IN ('comfortable', 'compact')", name="density"),
)
sa.Table(
    "saved_view",
    METADATA,
    _id(),
    _reference("account_id", "account"),
    *_words("name query"),
    _moment("created"),
    sa.UniqueConstraint("account_id", "name"),
    sa.CheckConstraint("name <> ''", name="name"),
)
sa.Table(
    "reveal",
    METADATA,
    _id(),
    _reference("account_id", "account"),
    _reference("source_record_id", "source_record", index=True),
    *_words("field"),
    _reference("item_id", "worklist_item", nullable=True),
    _moment("at"),
    sa.Index("ix_reveal_account_id_at", "account_id", "at"),
)
sa.Table(
    "blocking_miss",
    METADATA,
    _id(),
    _reference("item_id", "worklist_item"),
    _reference("record_a", "source_record", index=True),
    _reference("record_b", "source_record", index=True),
    _reference("account_id", "account"),
    _moment("at"),
    sa.Column("probability", sa.Double, nullable=True),
    sa.CheckConstraint("record_a < record_b", name="order"),
    sa.UniqueConstraint("item_id", "record_a", "record_b"),
)
sa.Table(
    "batch",
    METADATA,
    _id(),
    _reference("account_id", "account", index=True),
    _moment("at"),
    *_words("verdict likeness sample idempotency_key"),
    _moment("undone", nullable=True),
    sa.UniqueConstraint("idempotency_key"),
)
sa.Table(
    "batch_item",
    METADATA,
    _reference("batch_id", "batch", primary_key=True),
    _reference("item_id", "worklist_item", primary_key=True),
    _reference("decision_id", "decision", nullable=True),
    *_words("refusal"),
    sa.CheckConstraint("decision_id IS NULL OR refusal = ''", name="outcome"),
)
NEW_TABLES = [name for name, table in METADATA.tables.items() if len(table.columns) > 1]
