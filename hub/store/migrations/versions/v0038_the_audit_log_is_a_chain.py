"""The audit log is a chain: numbers without gaps, hashes, a head, seals, and triggers that refuse changes."""

import hashlib
import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0038"
down_revision = "0036"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
INSTANT = sa.Text().with_variant(sa.TIMESTAMP(timezone=True), "postgresql")
AT_ONCE = 5_000

REFUSED = "the audit log is only added to"
REFUSALS = (
    ("audit_kept", "DELETE", "audit", "NOT EXISTS (SELECT 1 FROM audit_seals WHERE number >= OLD.id)"),
    ("audit_unchanged", "UPDATE", "audit", ""),
    (
        "audit_sealed",
        "INSERT",
        "audit_seals",
        "NOT EXISTS (SELECT 1 FROM audit WHERE id = NEW.number AND hash = NEW.hash)",
    ),
    ("audit_seals_unchanged", "UPDATE", "audit_seals", ""),
    ("audit_seals_kept", "DELETE", "audit_seals", ""),
    ("audit_head_grows", "UPDATE", "audit_head", "NEW.number <= OLD.number"),
    ("audit_head_kept", "DELETE", "audit_head", ""),
)
"""Name, event, table, and when it is refused; always, where nothing is said."""

APPEND = """
    CREATE FUNCTION audit_append(actors text[], actions text[], subjects text[], moments timestamptz[], contents text[])
    RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE
        newest bigint;
        last text;
    BEGIN
        SELECT number, hash INTO STRICT newest, last FROM audit_head WHERE id = 1 FOR UPDATE;
        FOR n IN 1 .. array_length(actors, 1) LOOP
            newest := newest + 1;
            last := encode(sha256(convert_to(last || ' ' || newest || ' ' || contents[n], 'UTF8')), 'hex');
            INSERT INTO audit (id, actor, action, subject, at, hash)
            VALUES (newest, actors[n], actions[n], subjects[n], moments[n], last);
        END LOOP;
        UPDATE audit_head SET number = newest, hash = last WHERE id = 1;
        RETURN newest;
    END $$
"""


def upgrade() -> None:
    """Make the tables, chain what is there in its order, then refuse changes."""
    in_sqlite = op.get_bind().dialect.name == "sqlite"
    op.rename_table("audit", "audit_before")
    op.drop_index("ix_audit_subject_at", "audit_before")
    if not in_sqlite:
        op.execute("ALTER TABLE audit_before RENAME CONSTRAINT pk_audit TO pk_audit_before")
    _make_tables()
    _chain()
    op.drop_table("audit_before")
    op.create_index("ix_audit_subject_at", "audit", ["subject", "at"])
    for refusal in REFUSALS:
        (_in_sqlite if in_sqlite else _in_postgresql)(*refusal)
    if not in_sqlite:
        op.execute(
            "CREATE TRIGGER audit_whole BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_unchanged()"
        )
        op.execute(APPEND)


def _make_tables() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger, nullable=False),
        *(sa.Column(name, TEXT, nullable=False) for name in ("actor", "action", "subject")),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_only_one")),
    )
    op.create_table(
        "audit_seals",
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.Column("sealed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_seals"),
    )


def _chain() -> None:
    connection = op.get_bind()
    found = sa.text("SELECT id, actor, action, subject, at FROM audit_before WHERE id > :last ORDER BY id LIMIT :most")
    add = sa.text(
        "INSERT INTO audit (id, actor, action, subject, at, hash) VALUES (:id, :actor, :action, :subject, :at, :hash)"
    )
    number, last, old = 0, "0" * 64, -1
    while rows := connection.execute(found, {"last": old, "most": AT_ONCE}).all():
        chained = []
        for row in rows:
            number, old = number + 1, row.id
            moment = datetime.fromisoformat(row.at) if isinstance(row.at, str) else row.at
            told = [row.actor, row.action, row.subject, moment.astimezone(UTC).isoformat(" ", "microseconds")]
            said = hashlib.sha256(json.dumps(told).encode("ascii")).hexdigest()
            last = hashlib.sha256(f"{last} {number} {said}".encode("ascii")).hexdigest()
            chained.append(dict(zip(row._fields, row, strict=True)) | {"id": number, "hash": last})
        connection.execute(add, chained)
    connection.execute(
        sa.text("INSERT INTO audit_head (id, number, hash) VALUES (1, :n, :h)"), {"n": number, "h": last}
    )


def _in_sqlite(name: str, happening: str, table: str, when: str) -> None:
    condition = f"WHEN {when}" if when else ""
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {happening} ON {table} {condition} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    )


def _in_postgresql(name: str, happening: str, table: str, when: str) -> None:
    back = "RETURN OLD" if happening == "DELETE" else "RETURN NEW"
    op.execute(f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {when or "true"} THEN RAISE EXCEPTION '{REFUSED}'; END IF;
            {back};
        END $$
    """)
    op.execute(f"CREATE TRIGGER {name} BEFORE {happening} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")
