"""All that deciding needs beside "same" and "different": claims, levels, deadlines, splits, birth dates, notices, disputes.

Down again, what the older version has no word for is kept under its nearest word: a claimed item is open, an approved one waits for
its validation again, who handed what to whom is a reopening.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BEFORE = import_module("linkage.store.migrations.versions.0001_baseline").METADATA.tables
GONE_CHECKS = {"student": {"redirect_has_decision"}}
BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")

NEW_CHECKS = {
    "account": {
        "jurisdiction": "(region = '' OR district = '') AND (state <> '' OR (region || district) = '')",
    },
    "decision": {
        "verdict": "verdict IN ('same', 'different', 'twins', 'regroup', 'settle_date', 'need_information', 'validate', 'reject', "
        "'withdraw', 'reopen', 'undo', 'claim', 'release', 'reassign', 'escalate', 'apply')",
    },
    "decision_member": {"part": "part >= 0"},
    "pair_constraint": {"ended_because": "ended_because IN ('', 'undone', 'overruled', 'identity_changed')"},
    "worklist_item": {
        "kind": "kind IN ('near_match', 'identity_returned', 'suggested_split', 'validate_merge', 'validate_split', 'birth_date')",
        "status": "status IN ('open', 'claimed', 'escalated', 'waiting_validation', 'waiting_information', 'approved', "
        "'applied', 'rejected', 'withdrawn', 'superseded')",
        "origin": "(scan_id IS NULL) = (flagged_by IS NOT NULL)",
        "waits_for_decision": "(status IN ('waiting_validation', 'approved')) = (waiting_decision_id IS NOT NULL)",
        "waiting_has_proposer": "status <> 'waiting_validation' OR proposer_id IS NOT NULL",
        "claimed": "(status = 'claimed') = (claimed_by IS NOT NULL) AND (claimed_by IS NULL) = (claimed_until IS NULL)",
        "approved_has_day": "(status = 'approved') = (applies_at IS NOT NULL)",
    },
}
UNFINISHED = "status IN ('open', 'claimed', 'escalated', 'waiting_validation', 'waiting_information', 'approved')"
OLD_UNFINISHED = "status IN ('open', 'waiting_validation', 'waiting_information')"

# The district of the enrollment that began last.
LATEST_DISTRICT = """UPDATE source_record SET district = COALESCE((
    SELECT r.school_district FROM source_row AS r
    WHERE r.source_record_id = source_record.id AND r.last_version IS NULL AND r.school_district <> ''
    ORDER BY r.enrollment_date DESC, r.id DESC LIMIT 1), '')"""

# Whose item it is; before there were only administrators of States.
CONCERNS = """INSERT INTO item_concern (item_id, state, district)
    SELECT DISTINCT m.item_id, r.state, r.district
    FROM item_member AS m
    JOIN membership AS own ON own.source_record_id = m.source_record_id AND own.valid_to IS NULL
    JOIN membership AS shared ON shared.student_id = own.student_id AND shared.valid_to IS NULL
    JOIN source_record AS r ON r.id = shared.source_record_id"""
PLACES = """INSERT INTO item_place (item_id, state, level, district, region)
    SELECT DISTINCT item_id, state, 'state', '', '' FROM item_concern"""

Checks = dict[str, str]


def upgrade() -> None:
    """What there is gets its new columns and words, then come the new tables and triggers."""
    with _altered("account", _before, _after) as account:
        account.add_column(_text("region"))
        account.add_column(_text("district"))
    with _altered("source_record", _before, _after) as record:
        record.add_column(_text("district"))
        record.create_index("ix_source_record_state_district", ["state", "district"])
    op.execute(LATEST_DISTRICT)
    with _altered("student", _before, _after) as student:
        student.drop_constraint(op.f("fk_student_redirect_decision_id_decision"), type_="foreignkey")
        student.drop_column("redirect_decision_id")
    with _altered("decision", _before, _after) as decision:
        decision.alter_column("actor_id", existing_type=BIG, nullable=True)
        decision.add_column(_text("reason"))
        decision.add_column(_text("detail", "{}"))
    with _altered("decision_member", _before, _after) as member:
        member.add_column(sa.Column("part", sa.Integer, nullable=False, server_default=sa.text("0")))
    with _altered("pair_constraint", _before, _after):
        pass
    with _altered("worklist_item", _before, _after) as item:
        item.alter_column("scan_id", existing_type=BIG, nullable=True)
        for column in _item_columns():
            item.add_column(column)
        for name in ACCOUNTS_OF_ITEMS:
            item.create_foreign_key(
                op.f(f"fk_worklist_item_{name}_account"), "account", [name], ["id"], ondelete="RESTRICT"
            )
        _unfinished_index(item, OLD_UNFINISHED, UNFINISHED)
        item.create_index("ix_worklist_item_claimed_by", ["claimed_by"])
        item.create_index("ix_worklist_item_status_resolve_due", ["status", "resolve_due"])
    METADATA.create_all(op.get_bind(), tables=[METADATA.tables[name] for name in NEW_TABLES])
    op.execute(CONCERNS)
    op.execute(PLACES)
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """The new tables go; what stays is told in the older version's words."""
    for statement in NO_TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)
    METADATA.drop_all(op.get_bind(), tables=[METADATA.tables[name] for name in NEW_TABLES])
    for statement in NEAREST_WORDS:
        op.execute(statement)
    with _altered("worklist_item", _after, _before) as item:
        item.drop_index("ix_worklist_item_status_resolve_due")
        item.drop_index("ix_worklist_item_claimed_by")
        _unfinished_index(item, UNFINISHED, OLD_UNFINISHED)
        for name in ACCOUNTS_OF_ITEMS:
            item.drop_constraint(op.f(f"fk_worklist_item_{name}_account"), type_="foreignkey")
        for column in _item_columns():
            item.drop_column(column.name)
        item.alter_column("scan_id", existing_type=BIG, nullable=False)
    with _altered("pair_constraint", _after, _before):
        pass
    with _altered("decision_member", _after, _before) as member:
        member.drop_column("part")
    with _altered("decision", _after, _before) as decision:
        decision.drop_column("detail")
        decision.drop_column("reason")
        decision.alter_column("actor_id", existing_type=BIG, nullable=False)
    with op.batch_alter_table("student") as student:
        student.add_column(sa.Column("redirect_decision_id", BIG, nullable=True))
    op.execute("UPDATE student SET redirect_decision_id = (SELECT min(id) FROM decision) WHERE redirect_to IS NOT NULL")
    with _altered("student", _after, _before) as student:
        student.create_foreign_key(
            op.f("fk_student_redirect_decision_id_decision"),
            "decision",
            ["redirect_decision_id"],
            ["id"],
            ondelete="RESTRICT",
        )
    with _altered("source_record", _after, _before) as record:
        record.drop_index("ix_source_record_state_district")
        record.drop_column("district")
    with _altered("account", _after, _before) as account:
        account.drop_column("district")
        account.drop_column("region")


def _before(name: str) -> Checks:
    """The CHECK constraints that the table had: name -> condition."""
    found = (one for one in BEFORE[name].constraints if isinstance(one, sa.CheckConstraint))
    return {str(one.name): str(one.sqltext) for one in found}


def _after(name: str) -> Checks:
    gone = {f"ck_{name}_{one}" for one in GONE_CHECKS.get(name, ())}
    kept = {full: condition for full, condition in _before(name).items() if full not in gone}
    return kept | {f"ck_{name}_{one}": condition for one, condition in NEW_CHECKS.get(name, {}).items()}


@contextmanager
def _altered(name: str, was: Callable[[str], Checks], becomes: Callable[[str], Checks]) -> Iterator[Any]:
    """The table with its CHECK constraints replaced."""
    old, new = was(name), becomes(name)
    with op.batch_alter_table(name) as batch:
        for full in (one for one in old if old[one] != new.get(one)):
            batch.drop_constraint(op.f(full), type_="check")
        yield batch
        for full in (one for one in new if new[one] != old.get(one)):
            batch.create_check_constraint(op.f(full), sa.text(new[full]))


def _unfinished_index(item: Any, was: str, becomes: str) -> None:
    """One unfinished item a key."""
    name = "uq_worklist_item_unfinished"
    item.drop_index(name, sqlite_where=sa.text(was), postgresql_where=sa.text(was))
    item.create_index(name, ["key"], unique=True, sqlite_where=sa.text(becomes), postgresql_where=sa.text(becomes))


# An event is added at the end only, by whatever statement: INSERT OR REPLACE of SQLite would change one unseen by the triggers on
# UPDATE and DELETE. The head row goes one event on, never back, and stays.
TRIGGERS = {
    "sqlite": [
        """CREATE TRIGGER ledger_event_continues BEFORE INSERT ON ledger_event
        WHEN NEW.seq <> COALESCE((SELECT max(seq) FROM ledger_event), 0) + 1
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
        """CREATE TRIGGER ledger_head_advances BEFORE UPDATE ON ledger_head WHEN NEW.seq <> OLD.seq + 1
        BEGIN SELECT RAISE(ABORT, 'the head of the ledger advances with it'); END""",
        *(
            f"CREATE TRIGGER ledger_head_no_{verb} BEFORE {verb} ON ledger_head "
            "BEGIN SELECT RAISE(ABORT, 'the head of the ledger advances with it'); END"
            for verb in ("insert", "delete")
        ),
    ],
    "postgresql": [
        """CREATE FUNCTION ledger_event_continue() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
        IF NEW.seq <> COALESCE((SELECT max(seq) FROM ledger_event), 0) + 1 THEN
            RAISE EXCEPTION 'the ledger is append-only';
        END IF;
        RETURN NEW;
        END $$""",
        """CREATE TRIGGER ledger_event_continues BEFORE INSERT ON ledger_event
        FOR EACH ROW EXECUTE FUNCTION ledger_event_continue()""",
        """CREATE FUNCTION ledger_head_advance() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN
        IF TG_OP <> 'UPDATE' OR NEW.seq <> OLD.seq + 1 THEN
            RAISE EXCEPTION 'the head of the ledger advances with it';
        END IF;
        RETURN NEW;
        END $$""",
        """CREATE TRIGGER ledger_head_advances BEFORE INSERT OR UPDATE OR DELETE ON ledger_head
        FOR EACH ROW EXECUTE FUNCTION ledger_head_advance()""",
        """CREATE TRIGGER ledger_head_stays BEFORE TRUNCATE ON ledger_head
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_head_advance()""",
    ],
}
NO_TRIGGERS = {
    "sqlite": [
        f"DROP TRIGGER {name}"
        for name in ("ledger_event_continues", "ledger_head_advances", "ledger_head_no_insert", "ledger_head_no_delete")
    ],
    "postgresql": [
        "DROP TRIGGER ledger_event_continues ON ledger_event",
        "DROP TRIGGER ledger_head_advances ON ledger_head",
        "DROP TRIGGER ledger_head_stays ON ledger_head",
        "DROP FUNCTION ledger_event_continue()",
        "DROP FUNCTION ledger_head_advance()",
    ],
}

# What the older version has no word for, under its nearest word. An index of one unfinished item a key stays as it is.
NEAREST_WORDS = (
    (
        "UPDATE worklist_item SET status = 'superseded', claimed_by = NULL, claimed_until = NULL "
        "WHERE kind = 'birth_date' AND status IN ('open', 'claimed', 'escalated', 'waiting_information')"
    ),
    "UPDATE worklist_item SET status = 'open', claimed_by = NULL, claimed_until = NULL WHERE status IN ('claimed', 'escalated')",
    "UPDATE worklist_item SET status = 'superseded' WHERE status IN ('rejected', 'withdrawn')",
    (
        "UPDATE worklist_item SET status = 'superseded', waiting_decision_id = NULL, applies_at = NULL "
        "WHERE status = 'approved' AND proposer_id IS NULL"
    ),
    "UPDATE worklist_item SET status = 'waiting_validation', applies_at = NULL WHERE status = 'approved'",
    (
        "INSERT INTO scan (started, rulebook_hash, last_version_id, records, candidate_pairs, near_matches, proposals, opened, refreshed, "
        "superseded) SELECT min(created), '', 0, 0, 0, 0, 0, 0, 0, 0 FROM worklist_item HAVING "
        "(SELECT count(*) FROM worklist_item WHERE scan_id IS NULL) > 0"
    ),
    "UPDATE worklist_item SET scan_id = (SELECT max(id) FROM scan), flagged_by = NULL WHERE scan_id IS NULL",
    "UPDATE decision SET verdict = 'same' WHERE verdict = 'regroup'",
    "UPDATE decision SET verdict = 'need_information' WHERE verdict = 'settle_date'",
    "UPDATE decision SET verdict = 'validate' WHERE verdict = 'apply'",
    "UPDATE decision SET verdict = 'reopen' WHERE verdict IN ('claim', 'release', 'reassign', 'escalate')",
    "UPDATE decision SET actor_id = (SELECT min(id) FROM account) WHERE actor_id IS NULL",
    "UPDATE pair_constraint SET ended_because = 'undone' WHERE ended_because = 'overruled'",
)


def _text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=sa.text(f"'{default}'"))


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


ACCOUNTS_OF_ITEMS = ("flagged_by", "claimed_by")


def _item_columns() -> list[sa.Column[Any]]:
    moments = ("claimed_until", "applies_at", "answer_due", "resolve_due", "answered", "reminded", "information_due")
    accounts = [sa.Column(name, BIG, nullable=True) for name in ACCOUNTS_OF_ITEMS]
    counted = sa.Column("in_child_count", sa.Boolean, nullable=False, server_default=sa.text("false"))
    return [*accounts, *(_moment(name, nullable=True) for name in moments), _text("information_from"), counted]


METADATA = sa.MetaData(naming_convention=import_module("linkage.store.migrations.versions.0001_baseline").NAMES)
for known in ("account", "worklist_item", "decision", "source_record"):  # what the new tables point to
    sa.Table(known, METADATA, sa.Column("id", BIG, primary_key=True))


def _id() -> sa.Column[int]:
    return sa.Column("id", BIG, primary_key=True, autoincrement=True)


def _words(names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names.split()]


def _reference(name: str, target: str, **options: Any) -> sa.Column[Any]:
    options.setdefault("nullable", False)
    return sa.Column(name, BIG, sa.ForeignKey(f"{target}.id", ondelete="RESTRICT"), **options)


sa.Table(
    "region_district",
    METADATA,
    sa.Column("state", sa.Text, primary_key=True),
    sa.Column("district", sa.Text, primary_key=True),
    sa.Column("region", sa.Text, nullable=False, index=True),
)
sa.Table(
    "item_concern",
    METADATA,
    _reference("item_id", "worklist_item", primary_key=True),
    sa.Column("state", sa.Text, primary_key=True),
    sa.Column("district", sa.Text, primary_key=True),
)
sa.Table(
    "item_place",
    METADATA,
    _reference("item_id", "worklist_item", primary_key=True),
    sa.Column("state", sa.Text, primary_key=True),
    *_words("level district region"),
    _reference("assignee_id", "account", nullable=True),
    sa.CheckConstraint("level IN ('district', 'region', 'state')", name="level"),
    sa.Index("ix_item_place_assignee_id", "assignee_id"),
)
sa.Table(
    "birth_date_evidence",
    METADATA,
    _id(),
    _reference("item_id", "worklist_item"),
    _reference("source_record_id", "source_record", index=True),
    *_words("document birth_date seen_by seen_at seen_on"),
    _reference("recorded_by", "account"),
    _moment("recorded"),
    _reference("withdrawn_by", "account", nullable=True),
    _moment("withdrawn", nullable=True),
    *_words("withdrawn_note idempotency_key"),
    sa.CheckConstraint("(withdrawn_by IS NULL) = (withdrawn IS NULL)", name="withdrawn"),
    sa.UniqueConstraint("idempotency_key"),
    sa.Index("ix_birth_date_evidence_item_id", "item_id"),
)
sa.Table(
    "birth_date_case",
    METADATA,
    _reference("item_id", "worklist_item", primary_key=True),
    _reference("near_match_id", "worklist_item", index=True),
    *_words("procedure"),
    _reference("receiving_record_id", "source_record"),
    *_words("agreed_date"),
    _reference("evidence_id", "birth_date_evidence", nullable=True),
    _reference("decision_id", "decision", nullable=True),
    sa.CheckConstraint("procedure IN ('', 'receiving_state', 'sending_state', 'both', 'neither')", name="procedure"),
    sa.CheckConstraint(
        "(decision_id IS NULL) = (agreed_date = '') AND (decision_id IS NULL) = (evidence_id IS NULL)", name="settled"
    ),
)
sa.Table(
    "birth_date_step",
    METADATA,
    _id(),
    _reference("item_id", "worklist_item"),
    *_words("procedure step result owner note"),
    _reference("actor_id", "account"),
    _moment("at"),
    *_words("idempotency_key"),
    sa.UniqueConstraint("idempotency_key"),
    sa.Index("ix_birth_date_step_item_id", "item_id"),
)
sa.Table(
    "notice",
    METADATA,
    _id(),
    *_words("key kind"),
    _moment("created"),
    _moment("sent", nullable=True),
    _reference("account_id", "account", nullable=True, index=True),
    *_words("state region district"),
    _reference("item_id", "worklist_item", nullable=True, index=True),
    _reference("decision_id", "decision", nullable=True),
    *_words("payload"),
    sa.CheckConstraint("(account_id IS NULL) <> (state = '')", name="addressee"),
    sa.UniqueConstraint("key"),
    sa.Index(
        "ix_notice_unsent", "created", sqlite_where=sa.text("sent IS NULL"), postgresql_where=sa.text("sent IS NULL")
    ),
)
sa.Table(
    "dispute_statement",
    METADATA,
    _id(),
    _reference("source_record_id", "source_record", index=True),
    *_words("statement made_by"),
    _reference("entered_by", "account"),
    _moment("entered"),
    _reference("withdrawn_by", "account", nullable=True),
    _moment("withdrawn", nullable=True),
    *_words("idempotency_key"),
    sa.CheckConstraint("statement <> ''", name="statement"),
    sa.UniqueConstraint("idempotency_key"),
)
NEW_TABLES = [name for name, table in METADATA.tables.items() if len(table.columns) > 1]
