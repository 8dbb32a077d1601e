"""The journey through the form of the website that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.ops.canary.journey import Journey
from website.ops.canary.page import ENDPOINT

if TYPE_CHECKING:
    from website.config import Settings
    from website.leads.canaries import Canaries

PAGE = "/kontakt/"


def journey_for(settings: Settings, canaries: Canaries) -> Journey:
    """Give the journey."""
    return Journey(
        canaries,
        page=f"{settings.base_url}{PAGE}",
        endpoint=f"{settings.site_root.rstrip('/')}{ENDPOINT}",
    )
