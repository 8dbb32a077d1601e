"""Make a state of what the error of a publication said: that it was withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Change the state of the publications that were withdrawn."""
    rows = sa.table(
        "publications",
        *(sa.column(name, sa.String) for name in ("state", "error", "advice")),
    )
    withdrawn = (rows.c.state == "failed") & (rows.c.error == "Zurückgezogen.")
    op.execute(rows.update().where(withdrawn).values(state="withdrawn", error="", advice=""))
