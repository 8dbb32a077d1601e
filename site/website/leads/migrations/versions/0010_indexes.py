"""Add covering indexes for lists and figures."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Replace the indexes of lists by wider ones."""
    for name in ("ix_leads_figures", "ix_leads_waiting", "ix_leads_quarantine"):
        op.drop_index(name, "leads")
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
        ],
    )
    op.create_index(
        "ix_leads_waiting",
        "leads",
        ["status", "quarantined", "answered_at", "received_at", "touched_at", "follow_up_on"],
    )
    op.create_index("ix_leads_touched_at", "leads", ["touched_at"])
