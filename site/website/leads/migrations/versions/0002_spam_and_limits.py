"""Add quarantine, fingerprints, visits, and the last contact, from which retention counts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add what intake remembers."""
    _extend_leads()
    _create_fingerprints()
    _create_visits()


def _extend_leads() -> None:
    op.add_column("leads", sa.Column("touched_at", MOMENT, nullable=True))
    op.execute("UPDATE leads SET touched_at = received_at")
    with op.batch_alter_table("leads") as table:
        table.alter_column("touched_at", existing_type=MOMENT, nullable=False)
        table.add_column(sa.Column("spam_points", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("spam_reasons", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(
            sa.Column("quarantined", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    suspected = sa.text("quarantined")
    op.create_index(
        "ix_leads_quarantine",
        "leads",
        ["received_at"],
        sqlite_where=suspected,
        postgresql_where=suspected,
    )


def _create_fingerprints() -> None:
    op.create_table(
        "fingerprints",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_fingerprints"),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.id"], name="fk_fingerprints_lead_id", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )


def _create_visits() -> None:
    op.create_table(
        "visits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visitor", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_visits"),
    )
    op.create_index("ix_visits_visitor_at", "visits", ["visitor", "at"])
