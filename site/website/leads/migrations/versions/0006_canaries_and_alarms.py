"""Create the tables of canaries, alerts and running services; count the failures of jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "canaries",
        sa.Column("nonce", sa.String(32), nullable=False),
        sa.Column("announced_at", MOMENT, nullable=False),
        sa.Column("reference", sa.String(20), nullable=True),
        sa.Column("received_at", MOMENT, nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("owed", sa.JSON(), nullable=False),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("delivered_at", MOMENT, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("nonce", name="pk_canaries"),
        sa.UniqueConstraint("reference", name="uq_canaries_reference"),
    )
    op.create_table(
        "alarms",
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("over_since", MOMENT, nullable=True),
        sa.Column("cleared_at", MOMENT, nullable=True),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_alarms"),
    )
    op.create_table(
        "watchers",
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("looked_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("role", name="pk_watchers"),
    )
    op.add_column(
        "job_runs", sa.Column("failures", sa.Integer(), nullable=False, server_default="0")
    )
