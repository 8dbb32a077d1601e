"""Create the table of health samples, taken every few minutes; store how often jobs run."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the table, and the column."""
    op.add_column("job_runs", sa.Column("every", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "observations",
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("pending", sa.Integer(), nullable=False),
        sa.Column("dead", sa.Integer(), nullable=False),
        sa.Column("oldest", sa.Integer(), nullable=True),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("quarantined", sa.Integer(), nullable=False),
        sa.Column("disk_free", sa.BigInteger(), nullable=False),
        sa.Column("disk_size", sa.BigInteger(), nullable=False),
        sa.Column("canary", sa.Integer(), nullable=True),
        sa.Column("response_median", sa.Integer(), nullable=True),
        sa.Column("response_tail", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("at", name="pk_observations"),
    )
