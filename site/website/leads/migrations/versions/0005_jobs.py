"""Create the table of the last run of each of the worker's jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "job_runs",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("known_since", MOMENT, nullable=False),
        sa.Column("patience", sa.Integer(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("succeeded_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("failed_at", MOMENT, nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_job_runs"),
    )
