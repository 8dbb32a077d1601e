"""Create the table of words by which search finds similar spellings."""

import sqlalchemy as sa
from alembic import op

from website.leads import search_vocabulary

revision = "0014"
down_revision = "0013"

PIECE = 500

_LEADS = sa.table("leads", sa.column("id"), sa.column("words", sa.Text()))


def upgrade() -> None:
    """Add the table, and the words of the leads that are there."""
    table = op.create_table(
        "search_words",
        sa.Column("word", sa.String(60), nullable=False),
        sa.Column("beginning", sa.String(30), nullable=False),
        sa.Column("ending", sa.String(30), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_search_words"),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.id"], name="fk_search_words_lead_id", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    _fill(table)
    for name in ("beginning", "ending", "lead_id"):
        op.create_index(f"ix_search_words_{name}", "search_words", [name])


def _fill(table: sa.Table) -> None:
    """Note each word for the newest lead that holds it."""
    connection, seen = op.get_bind(), set[str]()
    last = connection.scalar(sa.select(sa.func.max(_LEADS.c.id))) or 0
    query = sa.select(_LEADS.c.id, _LEADS.c.words).order_by(_LEADS.c.id.desc()).limit(PIECE)
    while found := connection.execute(query.where(_LEADS.c.id <= last)).all():
        rows = []
        for lead_id, words in found:
            new = search_vocabulary.kept(words) - seen
            seen |= new
            rows += search_vocabulary.rows(lead_id, new)
        if rows:
            connection.execute(sa.insert(table), rows)
        last = found[-1].id - 1
