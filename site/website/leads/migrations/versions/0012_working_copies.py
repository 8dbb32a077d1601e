"""Create the tables of working copies, their versions and the editorial audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

MOMENT = sa.DateTime(timezone=True)
FILE = sa.String(400)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "text_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file", FILE, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.Column("is_automatic", sa.Boolean(), nullable=False),
        sa.Column("tab", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_text_versions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_text_versions_file_id", "text_versions", ["file", "id"])
    op.create_table(
        "working_copies",
        sa.Column("file", FILE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("official", sa.LargeBinary(), nullable=True),
        sa.Column("commit", sa.String(64), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", MOMENT, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("approved_digest", sa.String(64), nullable=False),
        sa.Column("approved_reason", sa.Text(), nullable=False),
        sa.Column("publication", sa.Integer(), nullable=True),
        sa.Column("publication_version", sa.Integer(), nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["version"], ["text_versions.id"], name="fk_working_copies_version"
        ),
        sa.PrimaryKeyConstraint("file", name="pk_working_copies"),
    )
    op.create_table(
        "editorial_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("staff", sa.Integer(), nullable=False),
        sa.Column("file", FILE, nullable=False),
        sa.Column("action", sa.String(50), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_editorial_events"),
    )
    op.create_index("ix_editorial_events_file_id", "editorial_events", ["file", "id"])
