"""The first schema: uploads, source records, students, worklist, decisions, accounts and the ledger with its triggers.

A frozen copy of the models as they were then; later migrations change what differs.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
METADATA = sa.MetaData(naming_convention=NAMES)
BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
GENESIS = "0" * 64


def upgrade() -> None:
    METADATA.create_all(op.get_bind())
    op.bulk_insert(METADATA.tables["ledger_head"], [{"id": 1, "seq": 0, "hash": GENESIS}])
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    METADATA.drop_all(op.get_bind())
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ledger_event_refuse()")


TRIGGERS = {
    "sqlite": [
        f"CREATE TRIGGER ledger_event_no_{verb} BEFORE {verb} ON ledger_event "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        for verb in ("update", "delete")
    ],
    "postgresql": [
        """CREATE FUNCTION ledger_event_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$""",
        """CREATE TRIGGER ledger_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_event
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_event_refuse()""",
    ],
}


def _id() -> sa.Column[int]:
    return sa.Column("id", BIG, primary_key=True, autoincrement=True)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _numbers(names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in names.split()]


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _texts(names: str) -> list[sa.Column[str]]:
    return [_text(name) for name in names.split()]


def _reference(name: str, target: str, *, use_alter: bool = False, **options: Any) -> sa.Column[Any]:
    options.setdefault("nullable", False)
    kind = sa.String(12) if target == "student.id" else BIG
    # Tables that point at each other: the second pointer is added when both stand.
    return sa.Column(name, kind, sa.ForeignKey(target, ondelete="RESTRICT", use_alter=use_alter), **options)


def _partial(name: str, *columns: str, where: str, unique: bool) -> sa.Index:
    condition = sa.text(where)
    return sa.Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


sa.Table(
    "account",
    METADATA,
    _id(),
    sa.Column("username", sa.Text, nullable=False),
    sa.Column("display_name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    _text("state"),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("must_change_password", sa.Boolean, nullable=False),
    sa.Column("failed_count", sa.Integer, nullable=False),
    sa.Column("disabled", sa.Boolean, nullable=False),
    _moment("created"),
    sa.CheckConstraint("username = lower(username) AND username <> ''", name="username"),
    sa.CheckConstraint("failed_count >= 0", name="failed_count"),
    sa.UniqueConstraint("username"),
)

sa.Table(
    "column_mapping",
    METADATA,
    _id(),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("mapping", sa.Text, nullable=False),
    _moment("saved"),
    sa.UniqueConstraint("state"),
)

sa.Table(
    "ledger_event",
    METADATA,
    sa.Column("seq", BIG, primary_key=True, autoincrement=False),
    sa.Column("prev_hash", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("actor_id", BIG),
    _moment("at"),
    sa.Column("payload", sa.Text, nullable=False),
    sa.CheckConstraint("seq >= 1", name="seq"),
    sa.UniqueConstraint("hash"),
)

sa.Table(
    "ledger_head",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", BIG, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.CheckConstraint("id = 1", name="single"),
)

sa.Table(
    "scan",
    METADATA,
    _id(),
    _moment("started"),
    sa.Column("rulebook_hash", sa.Text, nullable=False),
    sa.Column("last_version_id", BIG, nullable=False),
    *_numbers("records candidate_pairs near_matches proposals opened refreshed superseded"),
)

sa.Table(
    "student",
    METADATA,
    sa.Column("id", sa.String(12), primary_key=True),
    _moment("created"),
    _reference("redirect_to", "student.id", nullable=True, index=True),
    _reference("redirect_decision_id", "decision.id", nullable=True, use_alter=True),
    sa.CheckConstraint("length(id) = 12 AND trim(id, '0123456789') = ''", name="twelve_digits"),
    sa.CheckConstraint("(redirect_to IS NULL) = (redirect_decision_id IS NULL)", name="redirect_has_decision"),
    sa.CheckConstraint("redirect_to <> id", name="no_self_redirect"),
)

sa.Table(
    "session",
    METADATA,
    sa.Column("token_hash", sa.Text, primary_key=True),
    _reference("account_id", "account.id", index=True),
    _moment("created"),
    _moment("last_seen"),
    _moment("ended", nullable=True),
)

sa.Table(
    "source_record",
    METADATA,
    _id(),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("state_student_id", sa.Text, nullable=False),
    _reference("home_student_id", "student.id", index=True),
    _moment("created"),
    sa.UniqueConstraint("state", "state_student_id"),
    sa.Index("ix_source_record_state_student_id", "state_student_id"),
)

sa.Table(
    "upload",
    METADATA,
    _id(),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("file_digest", sa.Text, nullable=False),
    _text("encoding"),
    _text("delimiter"),
    _moment("received"),
    _reference("actor_id", "account.id", nullable=True),
    _text("mde_version"),
    sa.Column("header", sa.Text, nullable=False),
    sa.Column("mapping", sa.Text, nullable=False),
    *_numbers(
        "lines_read lines_accepted lines_quarantined lines_blank lines_header rows_accepted rows_new rows_changed rows_unchanged rows_repeated students_new students_changed students_unchanged"
    ),
    sa.CheckConstraint("lines_read = lines_accepted + lines_quarantined + lines_blank + lines_header", name="lines"),
    sa.CheckConstraint("rows_accepted = rows_new + rows_changed + rows_unchanged + rows_repeated", name="rows"),
    sa.Index("ix_upload_state_file_digest", "state", "file_digest"),
)

sa.Table(
    "worklist_item",
    METADATA,
    _id(),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("probability", sa.Double, nullable=False),
    sa.Column("guards", sa.Text, nullable=False),
    _moment("created"),
    _moment("changed"),
    _reference("scan_id", "scan.id", index=True),
    _text("returned_reason"),
    _reference("proposer_id", "account.id", nullable=True),
    _text("not_state"),
    _reference("waiting_decision_id", "decision.id", nullable=True, use_alter=True),
    sa.CheckConstraint(
        "(status = 'waiting_validation') = (waiting_decision_id IS NOT NULL AND proposer_id IS NOT NULL)",
        name="waiting_has_proposer",
    ),
    sa.CheckConstraint(
        "status IN ('open', 'waiting_validation', 'waiting_information', 'applied', 'superseded')", name="status"
    ),
    sa.CheckConstraint("probability >= 0 AND probability <= 1", name="probability"),
    sa.CheckConstraint("version >= 1", name="version"),
    sa.Index("ix_worklist_item_status_probability", "status", "probability"),
    _partial(
        "uq_worklist_item_unfinished",
        "key",
        where="status IN ('open', 'waiting_validation', 'waiting_information')",
        unique=True,
    ),
)

sa.Table(
    "decision",
    METADATA,
    _id(),
    _reference("item_id", "worklist_item.id"),
    sa.Column("item_version", sa.Integer, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),
    _reference("actor_id", "account.id", index=True),
    _moment("at"),
    _text("note"),
    sa.Column("idempotency_key", sa.Text, nullable=False),
    _reference("answers_id", "decision.id", nullable=True),
    _moment("applied_at", nullable=True),
    _reference("undone_by", "decision.id", nullable=True),
    *_texts("outcome_status outcome_sentence outcome_student"),
    sa.CheckConstraint(
        "verdict IN ('same', 'different', 'twins', 'need_information', 'validate', 'reject', 'withdraw', 'reopen', 'undo')",
        name="verdict",
    ),
    sa.UniqueConstraint("idempotency_key"),
    sa.UniqueConstraint("item_id", "item_version"),
    sa.Index("ix_decision_answers_id", "answers_id"),
)

sa.Table(
    "item_member",
    METADATA,
    _reference("item_id", "worklist_item.id", primary_key=True),
    _reference("source_record_id", "source_record.id", primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("ix_item_member_source_record_id", "source_record_id"),
)

sa.Table(
    "name_key",
    METADATA,
    _reference("source_record_id", "source_record.id", primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.CheckConstraint("kind IN ('token', 'soundex')", name="kind"),
    sa.Index("ix_name_key_kind_key", "kind", "key", "source_record_id"),
)

sa.Table(
    "scored_pair",
    METADATA,
    _id(),
    _reference("item_id", "worklist_item.id"),
    _reference("scan_id", "scan.id", index=True),
    _reference("record_a", "source_record.id", index=True),
    _reference("record_b", "source_record.id", index=True),
    *_numbers("version_a version_b"),
    sa.Column("weight", sa.Double, nullable=False),
    sa.Column("probability", sa.Double, nullable=False),
    sa.Column("band", sa.Text, nullable=False),
    sa.Column("guards", sa.Text, nullable=False),
    sa.Column("lines", sa.Text, nullable=False),
    sa.Column("rulebook_hash", sa.Text, nullable=False),
    sa.CheckConstraint("band IN ('auto', 'near', 'none')", name="band"),
    sa.CheckConstraint("probability >= 0 AND probability <= 1", name="probability"),
    sa.CheckConstraint("record_a < record_b", name="order"),
    sa.UniqueConstraint("item_id", "record_a", "record_b"),
)

sa.Table(
    "source_record_version",
    METADATA,
    _id(),
    _reference("source_record_id", "source_record.id"),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("is_current", sa.Boolean, nullable=False),
    _reference("upload_id", "upload.id", index=True),
    _moment("created"),
    sa.Column("digest", sa.Text, nullable=False),
    *_texts(
        "state_student_id_type first_name middle_name last_name_1 last_name_2 suffix sex birth_date multiple_birth birth_city birth_state birth_country birth_date_verification parent1_first parent1_last parent2_first parent2_last"
    ),
    sa.CheckConstraint("number >= 1", name="number"),
    sa.UniqueConstraint("source_record_id", "number"),
    sa.Index("ix_source_record_version_birth_date", "birth_date"),
    _partial("uq_source_record_version_current", "source_record_id", where="is_current", unique=True),
)

sa.Table(
    "source_row",
    METADATA,
    _id(),
    _reference("source_record_id", "source_record.id", index=True),
    _reference("upload_id", "upload.id", index=True),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("natural_key", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("first_version", sa.Integer, nullable=False),
    sa.Column("last_version", sa.Integer),
    sa.Column("raw", sa.Text, nullable=False),
    *_texts(
        "qualifying_arrival_date move_from_city move_from_state move_from_country move_to_city move_to_state eligibility_expiration_date enrollment_date enrollment_type school_name project_type school_id facility_name facility_address_1 facility_address_2 facility_address_3 facility_city school_district facility_state facility_zip telephone grade_level el_indicator iep_indicator med_alert pfs_flag immunization_flag withdrawal_date residency_date residency_verification_date"
    ),
    sa.CheckConstraint("last_version IS NULL OR last_version >= first_version", name="versions"),
    _partial("uq_source_row_current", "source_record_id", "natural_key", where="last_version IS NULL", unique=True),
)

sa.Table(
    "upload_quarantine",
    METADATA,
    _id(),
    _reference("upload_id", "upload.id", index=True),
    *_numbers("line last_line"),
    sa.Column("reason", sa.Text, nullable=False),
    _text("field"),
    _text("found"),
    sa.Column("raw", sa.Text, nullable=False),
    sa.CheckConstraint("line <= last_line", name="lines"),
)

sa.Table(
    "decision_member",
    METADATA,
    _reference("decision_id", "decision.id", primary_key=True),
    _reference("source_record_id", "source_record.id", primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("ix_decision_member_source_record_id", "source_record_id"),
)

sa.Table(
    "membership",
    METADATA,
    _id(),
    _reference("source_record_id", "source_record.id", index=True),
    _reference("student_id", "student.id", index=True),
    _moment("valid_from"),
    _moment("valid_to", nullable=True),
    _reference("opened_by", "decision.id", nullable=True),
    _reference("closed_by", "decision.id", nullable=True),
    _partial("uq_membership_current", "source_record_id", where="valid_to IS NULL", unique=True),
)

sa.Table(
    "pair_constraint",
    METADATA,
    _id(),
    _reference("decision_id", "decision.id"),
    sa.Column("kind", sa.Text, nullable=False),
    _reference("record_a", "source_record.id"),
    _reference("record_b", "source_record.id"),
    *_numbers("version_a version_b"),
    sa.Column("fingerprint_a", sa.Text, nullable=False),
    sa.Column("fingerprint_b", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    _moment("ended_at", nullable=True),
    _text("ended_because"),
    sa.CheckConstraint("kind IN ('must_link', 'cannot_link', 'twins')", name="kind"),
    sa.CheckConstraint("active = (ended_at IS NULL)", name="ended"),
    sa.CheckConstraint("record_a < record_b", name="order"),
    sa.UniqueConstraint("decision_id", "record_a", "record_b"),
    _partial("ix_pair_constraint_active", "kind", where="active", unique=False),
    sa.Index("ix_pair_constraint_record_a", "record_a"),
    sa.Index("ix_pair_constraint_record_b", "record_b"),
)
