"""Store whom an editorial event concerns, and whether they were notified by mail."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_EVENTS = sa.table("editorial_events", sa.column("at"), sa.column("mailed_at"))


def upgrade() -> None:
    """Add the columns; what is past is mailed to nobody."""
    with op.batch_alter_table("editorial_events") as table:
        table.add_column(sa.Column("concerned", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(sa.update(_EVENTS).values(mailed_at=_EVENTS.c.at))
    op.create_index("ix_editorial_events_mailed_at", "editorial_events", ["mailed_at"])
