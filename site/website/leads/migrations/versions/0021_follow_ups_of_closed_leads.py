"""Forget past follow-ups of won and lost leads: until now these were never due."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Empty the column."""
    rows = sa.table("leads", sa.column("status", sa.String), sa.column("follow_up_on", sa.Date))
    past = rows.c.status.in_(["won", "lost"]) & (rows.c.follow_up_on <= sa.func.current_date())
    op.execute(rows.update().where(past).values(follow_up_on=None))
