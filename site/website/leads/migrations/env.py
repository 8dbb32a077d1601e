"""Alembic's environment: runs the migrations on the connection that ``migrate()`` passes."""

from __future__ import annotations

from alembic import context

from website.leads.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
