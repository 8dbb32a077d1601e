"""The website of Interim Profis: public pages, contact endpoint, tools for authors.

:func:`create_app` joins the rooms; it is the one place that knows them all. Rooms reach what they
share through ``app.extensions``: ``settings``, ``library``, ``assets``, ``cards``, ``cache``,
``questions``, ``technical_fields``, ``mail_domains``, ``visitor_days``, ``leads``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from website import assets, contact, security, templating
from website.assets import Assets
from website.cache import Cache
from website.cards import Cards
from website.config import ROOT, Role, Settings, require_checkout
from website.content.library import load
from website.leads import clock
from website.leads.mailboxes import COMMON_DOMAINS
from website.leads.questions import QUESTIONS, TECHNICAL, question
from website.leads.remembering import KEPT
from website.pages import blueprint as public_pages

if TYPE_CHECKING:
    from website.content.library import Before, Library


def create_app(
    settings: Settings | None = None,
    *,
    role: Role = Role.SERVICE,
    before: Before | None = None,
) -> Flask:
    """Make the application for one role.

    :param before: what was read of the same content before, by the same code.
    :raises ConfigurationError: if a setting is unusable; the text says which.
    """
    require_checkout()
    settings = settings or Settings.from_environment()
    app = Flask(
        __name__,
        root_path=str(ROOT),
        instance_path=str(settings.instance_dir),
        template_folder="templates",
        static_folder=None,
    )
    app.config["MAX_CONTENT_LENGTH"] = contact.MAX_BYTES
    app.config["TRAP_HTTP_EXCEPTIONS"] = role is Role.FREEZE
    app.extensions["settings"] = settings
    app.extensions["cache"] = Cache(settings.cache_dir)
    app.extensions["questions"] = QUESTIONS
    app.extensions["technical_fields"] = TECHNICAL
    app.extensions["mail_domains"] = COMMON_DOMAINS
    app.extensions["visitor_days"] = KEPT.days
    app.extensions["refresh"] = lambda: refresh(app, role=role)
    refresh(app, role=role, before=before)
    templating.set_up(app)
    app.register_blueprint(assets.blueprint)
    if role in {Role.FREEZE, Role.PREVIEW}:
        app.register_blueprint(public_pages)
        app.register_blueprint(contact.page_blueprint)
    if role is not Role.FREEZE:
        _open_live_rooms(app, settings, role)
    return app


def _open_live_rooms(app: Flask, settings: Settings, role: Role) -> None:
    # What they import takes half a second, and a freeze needs none of it.
    from website import cli, errors, leads, operations  # noqa: PLC0415
    from website.authoring import components  # noqa: PLC0415
    from website.contact.views import endpoint_blueprint  # noqa: PLC0415

    if role is Role.PREVIEW:
        app.register_blueprint(components.blueprint)
    if role is Role.SERVICE:
        app.extensions["inbox_assets"] = Assets(
            ROOT / "static" / "inbox", settings.site_root, prefix=assets.INBOX_PREFIX
        )
        app.register_blueprint(assets.inbox_blueprint)
    app.extensions["leads"] = leads.open_leads(settings)
    app.register_blueprint(endpoint_blueprint)
    app.register_blueprint(operations.health)
    app.register_blueprint(errors.blueprint)
    # A frozen file has no headers; whoever serves it sends them.
    security.protect(app, https=settings.base_url.startswith("https:"))
    cli.register(app, create_app)


def refresh(app: Flask, *, role: Role, before: Before | None = None) -> None:
    """Read content and assets anew, for an application whose files have changed."""
    settings: Settings = app.extensions["settings"]
    library = load_library(settings, with_unpublished=role is Role.PREVIEW, before=before)
    app.extensions["library"] = library
    app.extensions["assets"] = Assets(ROOT / "static", settings.site_root)
    app.extensions["cards"] = Cards(library, ROOT / "static/fonts/schibsted-grotesk.woff2")


def load_library(
    settings: Settings, *, with_unpublished: bool = False, before: Before | None = None
) -> Library:
    """Read the content for the day it is in Germany."""
    return load(
        settings.content_dir,
        request_topics=[key for key, _ in question("topic").choices],
        today=clock.now().astimezone(clock.GERMANY).date(),
        root=settings.site_root,
        with_unpublished=with_unpublished,
        before=before,
    )
