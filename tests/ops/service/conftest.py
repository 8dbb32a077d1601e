"""A whole website, which every test of this room may look at and none may change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.house import House, running_house

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running_house(tmp_path_factory.mktemp("house")) as house:
        yield house
