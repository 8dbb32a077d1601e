"""Joins the rooms to one application; the one place that knows them all.

Rooms reach what they share through ``app.extensions``: ``settings``, ``library``, ``assets``,
``cards``, ``cache``, ``questions``, ``technical_fields``, ``mail_domains``, ``visitor_days``,
``leads``, ``accounts``, ``inbox_assets``, ``workbench``, ``counters``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

import website.ops.service.health
from website.config import ROOT, Role, Settings, require_checkout
from website.content.cards import Cards
from website.content.library import load
from website.infra import clock, running
from website.infra.cache import Cache
from website.infra.email_addresses import COMMON_DOMAINS
from website.leads.questions import QUESTIONS, TECHNICAL, question
from website.leads.visitor_retention import KEPT
from website.public import contact
from website.public.pages import blueprint as public_pages
from website.public.pages import machines
from website.web import assets, params, security, templating
from website.web.assets import Assets

if TYPE_CHECKING:
    from website.content.library import Before, Library
    from website.leads import Leads


def create_app(
    settings: Settings | None = None,
    *,
    role: Role = Role.SERVICE,
    before: Library | Before | None = None,
) -> Flask:
    """Make the application for one role.

    :param before: the same content as it was read before, by the same code; what has not changed
        since is not read again.
    :raises ConfigurationError: if a setting is unusable; the text says which.
    """
    require_checkout()
    settings = settings or running.known(Settings.from_environment())
    app = Flask(
        "website",
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
    app.extensions["library"] = load_library(
        settings, with_unpublished=role is Role.PREVIEW, before=before
    )
    read_assets(app)
    templating.set_up(app)
    app.register_blueprint(assets.blueprint)
    if role in {Role.FREEZE, Role.PREVIEW}:
        app.register_blueprint(public_pages)
        app.register_blueprint(machines)
        app.register_blueprint(contact.page_blueprint)
    if role is not Role.FREEZE:
        _open_live_rooms(app, settings, role)
    return app


def _open_live_rooms(app: Flask, settings: Settings, role: Role) -> None:
    # What they import takes half a second, and a freeze needs none of it.
    from website import cli, leads  # noqa: PLC0415
    from website.cli import instances  # noqa: PLC0415
    from website.ops.monitoring.metrics import Counters  # noqa: PLC0415
    from website.public import errors  # noqa: PLC0415
    from website.public.contact.views import endpoint_blueprint  # noqa: PLC0415

    instances.require_named(settings)
    # A frozen file has no headers; whoever serves it sends them.
    security.protect(app, https=settings.is_https, hsts=settings.hsts)
    params.register(app)
    app.extensions["counters"] = Counters()
    app.extensions["leads"] = leads.open_leads(settings)
    app.register_blueprint(endpoint_blueprint)
    app.register_blueprint(website.ops.service.health.blueprint)
    app.register_blueprint(errors.blueprint)
    if role is Role.SERVICE:
        _open_inbox(app, settings)
    if role is Role.PREVIEW:
        _open_preview(app, settings)
    cli.register(app, create_app)


def _open_inbox(app: Flask, settings: Settings) -> None:
    """Add what staff need: their accounts, the sign-in, the inbox and its files."""
    from website import inbox  # noqa: PLC0415
    from website.staff import views  # noqa: PLC0415
    from website.staff.accounts import open_accounts  # noqa: PLC0415

    opened: Leads = app.extensions["leads"]
    name = app.extensions["library"].site.name
    accounts = open_accounts(
        opened.database, opened.keys, base_url=settings.base_url, name=f"Posteingang {name}"
    )
    app.extensions["inbox_assets"] = Assets(
        ROOT / "static" / "inbox", settings.site_root, prefix=assets.INBOX_PREFIX
    )
    views.set_up(app, accounts, opened.keys)
    for blueprint in (assets.inbox_blueprint, inbox.blueprint, views.blueprint):
        app.register_blueprint(blueprint)


def _open_preview(app: Flask, settings: Settings) -> None:
    """Add what authors see beside the public pages, and read again what they change."""
    from website.authoring import components, form_pages, preview  # noqa: PLC0415

    app.register_blueprint(form_pages.blueprint)
    app.register_blueprint(components.blueprint)
    preview.set_up(
        app,
        {
            settings.content_dir: lambda: read_content_again(app),
            ROOT / "static": lambda: read_assets(app),
            # Jinja compiles again what has changed.
            ROOT / "templates": lambda: None,
        },
    )


def read_content_again(app: Flask) -> None:
    """Read the content for a preview whose files have changed."""
    app.extensions["library"] = load_library(
        app.extensions["settings"], with_unpublished=True, before=app.extensions["library"]
    )
    app.extensions["cards"] = _cards(app.extensions["library"])


def read_assets(app: Flask) -> None:
    """Read what belongs to the design, now or again."""
    root = app.extensions["settings"].site_root
    app.extensions["assets"] = Assets(ROOT / "static", root)
    app.extensions["authoring_assets"] = Assets(
        ROOT / "static/authoring", root, prefix=assets.AUTHORING_PREFIX
    )
    app.extensions["cards"] = _cards(app.extensions["library"])


def load_library(
    settings: Settings, *, with_unpublished: bool = False, before: Library | Before | None = None
) -> Library:
    """Read the content for the day it is in Germany; the parameters are those of ``load``."""
    return load(
        settings.content_dir,
        request_topics=[key for key, _ in question("topic").choices],
        today=clock.today(),
        root=settings.site_root,
        with_unpublished=with_unpublished,
        before=before,
    )


def _cards(library: Library) -> Cards:
    return Cards(library, ROOT / "static/fonts/schibsted-grotesk.woff2")
