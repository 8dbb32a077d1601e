"""Index phone numbers so that search finds them in every notation."""

import sqlalchemy as sa
from alembic import op

from website.infra import phones
from website.leads import search

revision = "0009"
down_revision = "0008"

PIECE = 500

_LEADS = sa.table(
    "leads", sa.column("id"), sa.column("answers", sa.JSON()), sa.column("words", sa.Text())
)


def upgrade() -> None:
    """Add the numbers' words to those of the leads that are there."""
    connection, last = op.get_bind(), 0
    while rows := connection.execute(
        sa.select(_LEADS).where(_LEADS.c.id > last).order_by(_LEADS.c.id).limit(PIECE)
    ).all():
        for row in rows:
            if added := [*phones.words(row.answers.get("phone") or "")]:
                words = search.words([row.words, *added])
                change = sa.update(_LEADS).where(_LEADS.c.id == row.id).values(words=words)
                connection.execute(change)
        last = rows[-1].id
