"""Add owner, follow-up, tags and notes to leads, and the index of full-text search."""

import sqlalchemy as sa
from alembic import op

from website.leads import search
from website.leads.models import COLUMNS
from website.questionnaire import Questionnaire

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)
PIECE = 500


def upgrade() -> None:
    """Add the columns and tables, and make the leads that are there findable."""
    _extend_leads()
    _create_tags()
    _create_notes()
    _fill()
    if op.get_bind().dialect.name == "sqlite":
        _index_on_sqlite()
    else:
        op.execute(
            "CREATE INDEX lead_words ON leads"
            " USING gin (array_to_tsvector(string_to_array(words, ' ')))"
        )


def _extend_leads() -> None:
    for name in ("mailbox", "domain", "words"):
        op.add_column("leads", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("leads", sa.Column("owner_id", sa.Integer(), nullable=True))
    op.add_column("leads", sa.Column("follow_up_on", sa.Date(), nullable=True))
    op.add_column("leads", sa.Column("lost_reason", sa.String(20), nullable=True))
    op.add_column("leads", sa.Column("answered_at", MOMENT, nullable=True))
    op.add_column("leads", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.create_index(
        "ix_leads_figures",
        "leads",
        ["received_at", "quarantined", "status", "topic", "source", "answered_at", "lost_reason"],
    )
    op.create_index(
        "ix_leads_waiting", "leads", ["status", "quarantined", "answered_at", "received_at"]
    )
    for name in ("follow_up_on", "mailbox", "domain"):
        op.create_index(f"ix_leads_{name}", "leads", [name])


def _create_tags() -> None:
    op.create_table(
        "lead_tags",
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("lead_id", "tag", name="pk_lead_tags"),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.id"], name="fk_lead_tags_lead_id", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_lead_tags_tag", "lead_tags", ["tag"])


def _create_notes() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("author", sa.String(100), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.id"], name="fk_notes_lead_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_notes_lead_id", "notes", ["lead_id"])


_LEADS = sa.table(
    "leads",
    *(sa.column(name) for name in ("id", "reference", "topic", "company", "name", "email")),
    sa.column("answers", sa.JSON()),
    *(sa.column(name) for name in ("mailbox", "domain", "words")),
)


def _fill() -> None:
    connection, last = op.get_bind(), 0
    while rows := connection.execute(
        sa.select(_LEADS).where(_LEADS.c.id > last).order_by(_LEADS.c.id).limit(PIECE)
    ).all():
        for row in rows:
            answers = {name: getattr(row, name) for name in COLUMNS} | row.answers
            values = search.derived(row.reference, answers, Questionnaire())
            connection.execute(sa.update(_LEADS).where(_LEADS.c.id == row.id).values(values))
        last = rows[-1].id


def _index_on_sqlite() -> None:
    """Let an index follow the column; whoever builds the table anew makes the triggers anew."""
    op.execute(
        "CREATE VIRTUAL TABLE lead_words USING fts5(words, content='leads', content_rowid='id',"
        " prefix='2 3')"
    )
    op.execute("INSERT INTO lead_words(lead_words) VALUES('rebuild')")
    add = "INSERT INTO lead_words(rowid, words) VALUES (new.id, new.words);"
    take = "INSERT INTO lead_words(lead_words, rowid, words) VALUES('delete', old.id, old.words);"
    for when, what in {
        "AFTER INSERT ON leads": add,
        "AFTER DELETE ON leads": take,
        "AFTER UPDATE OF words ON leads": take + add,
    }.items():
        name = f"lead_words_{when.split()[1].lower()}"
        op.execute(f"CREATE TRIGGER {name} {when} BEGIN {what} END")
