"""Count sign-in attempts by wider IPv6 networks, too."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

TABLE = "sign_in_attempts"


def upgrade() -> None:
    """Add the column, and what it is counted by."""
    op.add_column(
        TABLE, sa.Column("wider_network", sa.String(64), nullable=False, server_default="")
    )
    op.create_index(f"ix_{TABLE}_wider_network_at", TABLE, ["wider_network", "at"])
