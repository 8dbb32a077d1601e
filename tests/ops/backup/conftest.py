"""An agency, its keys, and an empty place to restore to."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.backups import Agency, Pair
from support.postgres import PostgreSQL


@pytest.fixture
def keys(tmp_path: Path) -> Pair:
    return Pair(tmp_path)


@pytest.fixture
def agency(tmp_path: Path, database_url: str, keys: Pair) -> Agency:
    return Agency.at(tmp_path / "instance", database_url, WEBSITE_BACKUP_RECIPIENT=keys.public)


@pytest.fixture
def elsewhere(
    request: pytest.FixtureRequest, tmp_path: Path, database_url: str, keys: Pair
) -> Iterator[Agency]:
    """Found another one, with a database of the same kind in which nothing is."""
    with contextlib.ExitStack() as stack:
        url = database_url
        if url.startswith("postgresql"):
            server: PostgreSQL = request.getfixturevalue("postgres")
            url = stack.enter_context(server.database(template="template0"))
        yield Agency.at(tmp_path / "elsewhere", url, WEBSITE_BACKUP_RECIPIENT=keys.public)
