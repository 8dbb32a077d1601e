"""Typed access to the objects that the blueprints of an application share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import current_app, has_request_context, request

from website.content import images
from website.content.languages import GERMAN

if TYPE_CHECKING:
    from pathlib import Path

    from flask.sansio.app import App

    from website.config import Settings
    from website.content.cards import Cards
    from website.content.library import Library
    from website.infra.cache import Cache
    from website.leads.services import Leads
    from website.ops.monitoring.metrics import Counters
    from website.questionnaire import GetQuestionnaire
    from website.staff.accounts import Accounts
    from website.web.assets import Assets

_KEY = "website"
LANGUAGE = "website.language"
"""Key in the WSGI environment: the language code of the requested edition."""


@dataclass
class Edition:
    """The content in one language, and its social cards."""

    library: Library
    cards: Cards


@dataclass
class Services:
    """Objects that :mod:`website.factory` creates for an application.

    The preview replaces editions and assets when files change, so do not keep references to them.
    Attributes that the application's role does not need are not set.
    """

    settings: Settings
    cache: Cache
    editions: dict[str, Edition]
    """By language code; the German one comes first."""
    assets: Assets
    authoring_assets: Assets = field(init=False)
    leads: Leads = field(init=False)
    questionnaire: GetQuestionnaire = field(init=False)
    """Returns the questions of the contact form, in the language of the current request."""
    counters: Counters = field(init=False)
    accounts: Accounts = field(init=False)
    inbox_assets: Assets = field(init=False)
    editor_assets: Assets = field(init=False)

    @property
    def edition(self) -> Edition:
        """The edition of the current request; the German one outside of a request."""
        code = request.environ.get(LANGUAGE, "") if has_request_context() else ""
        return self.editions.get(code) or self.editions[GERMAN.code]

    @property
    def german(self) -> Library:
        """The content of the German edition, which refers to the others."""
        return self.editions[GERMAN.code].library

    @property
    def library(self) -> Library:
        """The content in the language of the current request."""
        return self.edition.library

    @property
    def cards(self) -> Cards:
        """The social cards in the language of the current request."""
        return self.edition.cards

    def picture(self, name: str) -> Path | None:
        """Return the file of an image or a social card of any edition, generated if needed.

        :param name: with its fingerprint.
        :raises ImageError: if the original file has changed.
        """
        for edition in self.editions.values():
            if variant := edition.library.image_names.get(name):
                return images.make(variant, self.cache)
            if card := edition.cards.names.get(name):
                return edition.cards.make(card, self.cache)
        return None

    def attach(self, app: App) -> None:
        """Register these services with an application."""
        app.extensions[_KEY] = self


def services(app: App | None = None) -> Services:
    """Return the services of an application, by default of the current one."""
    found: Services = (app or current_app).extensions[_KEY]
    return found
