"""A site whose publications tests run, made once."""

from __future__ import annotations

import pytest

from support.publishing import PublishedSites


@pytest.fixture(scope="session")
def published_sites(tmp_path_factory: pytest.TempPathFactory) -> PublishedSites:
    return PublishedSites(tmp_path_factory.mktemp("published"))
