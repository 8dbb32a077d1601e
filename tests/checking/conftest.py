"""What the tests of checking share."""

from __future__ import annotations

import pytest

from support import sound
from support.content import Content


@pytest.fixture
def whole(content: Content) -> Content:
    """Content in which nothing is wrong."""
    sound.make_sound(content)
    return content
