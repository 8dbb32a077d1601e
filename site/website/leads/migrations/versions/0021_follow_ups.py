"""Forget past follow-ups of won and lost leads, which until now were never due; find due ones."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Empty the column, and widen its index."""
    rows = sa.table("leads", sa.column("status", sa.String), sa.column("follow_up_on", sa.Date))
    past = rows.c.status.in_(["won", "lost"]) & (rows.c.follow_up_on <= sa.func.current_date())
    op.execute(rows.update().where(past).values(follow_up_on=None))
    op.drop_index("ix_leads_follow_up_on", "leads")
    op.create_index("ix_leads_follow_ups", "leads", ["quarantined", "follow_up_on", "owner_id"])
