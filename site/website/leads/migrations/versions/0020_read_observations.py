"""Drop what no page reads of the samples of the website's health."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Drop the columns."""
    for name in ("pending", "dead", "received", "quarantined", "canary"):
        op.drop_column("observations", name)
