"""The place of an item in a State says in which status the item is: what stands where is then found in one index.

And an index for the list of what is finished, of which the latest is shown first.
"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FOLLOWED = "uq_worklist_item_id_status"
BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")

KEEP = "CREATE TABLE item_place_before AS SELECT * FROM item_place"
FILL_NEW = """INSERT INTO item_place (item_id, state, status, level, district, region, assignee_id)
    SELECT p.item_id, p.state, i.status, p.level, p.district, p.region, p.assignee_id
    FROM item_place_before AS p JOIN worklist_item AS i ON i.id = p.item_id"""
FILL_OLD = """INSERT INTO item_place (item_id, state, level, district, region, assignee_id)
    SELECT item_id, state, level, district, region, assignee_id FROM item_place_before"""


def upgrade() -> None:
    """The table is made anew, for SQLite changes no key of one that there is."""
    op.create_index("ix_worklist_item_changed", "worklist_item", ["changed"])
    op.create_index(FOLLOWED, "worklist_item", ["id", "status"], unique=True)
    _replace(PLACE, FILL_NEW)


def downgrade() -> None:
    """The status goes; the item has it."""
    before = import_module("linkage.store.migrations.versions.0002_decisions").METADATA
    _replace(before.tables["item_place"], FILL_OLD)
    op.drop_index(FOLLOWED, "worklist_item")
    op.drop_index("ix_worklist_item_changed", "worklist_item")


def _replace(table: sa.Table, fill: str) -> None:
    op.execute(KEEP)
    op.drop_table("item_place")
    table.create(op.get_bind())
    op.execute(fill)
    op.drop_table("item_place_before")


METADATA = sa.MetaData(naming_convention=import_module("linkage.store.migrations.versions.0001_baseline").NAMES)
sa.Table("account", METADATA, sa.Column("id", BIG, primary_key=True))
sa.Table("worklist_item", METADATA, sa.Column("id", BIG, primary_key=True), sa.Column("status", sa.Text))
PLACE = sa.Table(
    "item_place",
    METADATA,
    sa.Column("item_id", BIG, primary_key=True),
    sa.Column("state", sa.Text, primary_key=True),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("status", "level", "district", "region")),
    sa.Column("assignee_id", BIG, sa.ForeignKey("account.id", ondelete="RESTRICT"), nullable=True),
    sa.ForeignKeyConstraint(
        ["item_id", "status"], ["worklist_item.id", "worklist_item.status"], onupdate="CASCADE", ondelete="RESTRICT"
    ),
    sa.CheckConstraint("level IN ('district', 'region', 'state')", name="level"),
    sa.Index("ix_item_place_assignee_id", "assignee_id"),
    sa.Index("ix_item_place_state_status_item_id", "state", "status", "item_id"),
)
