"""Store since when an external link fails, its new address, and the texts that hold it."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table anew: what it holds is found out again by the next check."""
    op.drop_table("external_links")
    op.create_table(
        "external_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(2000), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("checked_at", MOMENT, nullable=True),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.Column("failure", sa.String(200), nullable=False),
        sa.Column("moved_to", sa.String(2000), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_external_links"),
        sa.UniqueConstraint("address", name="uq_external_links_address"),
    )
