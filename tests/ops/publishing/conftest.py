"""A site whose publications tests run, made once and copied for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.publishing import PublishedSite, PublishedSites
from website.infra.database import Database


@pytest.fixture(scope="session")
def published_sites(tmp_path_factory: pytest.TempPathFactory) -> PublishedSites:
    return PublishedSites(tmp_path_factory.mktemp("published"))


@pytest.fixture
def site(
    published_sites: PublishedSites, tmp_path: Path, database: Database
) -> Iterator[PublishedSite]:
    with published_sites.copy(tmp_path, database) as site:
        yield site
