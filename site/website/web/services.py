"""What the rooms of one application share, each thing with its type: ``services().library``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import current_app

if TYPE_CHECKING:
    from flask.sansio.app import App

    from website.config import Settings
    from website.content.cards import Cards
    from website.content.library import Library
    from website.infra.cache import Cache
    from website.leads.services import Leads
    from website.ops.monitoring.metrics import Counters
    from website.staff.accounts import Accounts
    from website.web.assets import Assets

_KEY = "website"


@dataclass
class Services:
    """What :mod:`website.factory` has opened for one application.

    The preview replaces library, cards and assets whenever their files change, so ask each time.
    What the application's role does not need is not set; to ask for it is an ``AttributeError``.
    """

    settings: Settings
    cache: Cache
    library: Library
    cards: Cards
    assets: Assets
    authoring_assets: Assets = field(init=False)
    leads: Leads = field(init=False)
    counters: Counters = field(init=False)
    accounts: Accounts = field(init=False)
    inbox_assets: Assets = field(init=False)
    editor_assets: Assets = field(init=False)

    def attach(self, app: App) -> None:
        """Make these the services of an application."""
        app.extensions[_KEY] = self


def services(app: App | None = None) -> Services:
    """Return the services of an application; by default of the one that answers now."""
    found: Services = (app or current_app).extensions[_KEY]
    return found
