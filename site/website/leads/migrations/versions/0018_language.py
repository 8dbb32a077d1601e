"""Add the language of the form to leads; German until now."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the column, also to the index of all that is counted and filtered by."""
    for table in ("leads", "canaries"):
        column = sa.Column("language", sa.String(2), nullable=False, server_default="de")
        op.add_column(table, column)
    op.drop_index("ix_leads_figures", "leads")
    op.create_index(
        "ix_leads_figures",
        "leads",
        [
            "quarantined",
            "received_at",
            "status",
            "topic",
            "source",
            "owner_id",
            "answered_at",
            "lost_reason",
            "language",
        ],
    )
