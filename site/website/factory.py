"""The application factory: the only module that imports all packages."""

from collections.abc import Callable

from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from website.config import ROOT, STAFF_ROOMS, Role, Settings, require_checkout
from website.content.cards import Cards
from website.content.languages import GERMAN
from website.content.library import Library
from website.content.loading import Before, load
from website.content.questionnaire_file import QuestionnaireFile
from website.infra import clock, running_instance, unfinished_restore
from website.infra.cache import Cache
from website.public import contact
from website.public.pages import blueprint as public_pages
from website.public.pages import error_page
from website.questionnaire import Questionnaire
from website.web import assets, params, security, templating
from website.web.assets import Assets
from website.web.editions import Website
from website.web.services import Edition, Services


def create_app(
    settings: Settings | None = None,
    *,
    role: Role = Role.SERVICE,
    before: Library | Before | None = None,
) -> Flask:
    """Create the application for one role.

    :param before: the same content as loaded before, by the same code; unchanged files are not read
        again.
    :raises ConfigurationError: naming the setting that is unusable.
    """
    require_checkout()
    settings = settings or running_instance.known(Settings.from_environment())
    library = load_library(settings, with_unpublished=role is Role.PREVIEW, before=before)
    shared = Services(settings, Cache(settings.cache_dir), _editions(library), _assets(settings))
    app = _new_app(shared)
    app.config["TRAP_HTTP_EXCEPTIONS"] = role is Role.FREEZE
    if role in {Role.FREEZE, Role.PREVIEW}:
        _add_public_pages(app)
    if role is not Role.FREEZE:
        _open_live_rooms(app, shared, role)
    return app


def _new_app(shared: Services) -> Website:
    """Return an application that can render templates, and has no pages yet."""
    app = Website(
        "website",
        root_path=str(ROOT),
        instance_path=str(shared.settings.instance_dir),
        template_folder="templates",
        static_folder=None,
    )
    app.config["MAX_CONTENT_LENGTH"] = contact.MAX_BYTES
    shared.attach(app)
    templating.set_up(app)
    app.register_blueprint(assets.blueprint("assets", assets.PREFIX, lambda: shared.assets))
    return app


def _add_public_pages(app: Flask) -> None:
    app.register_blueprint(public_pages)
    app.register_blueprint(contact.page_blueprint)


def _open_live_rooms(app: Flask, shared: Services, role: Role) -> None:
    # A freeze needs none of them, and would take a second longer.
    from website import cli  # noqa: PLC0415
    from website.cli import instances  # noqa: PLC0415
    from website.leads.services import open_leads  # noqa: PLC0415
    from website.ops.monitoring.metrics import Counters  # noqa: PLC0415
    from website.ops.service import health  # noqa: PLC0415
    from website.public.contact.views import endpoint_blueprint  # noqa: PLC0415

    settings = shared.settings
    instances.require_named(settings)
    unfinished_restore.refuse(settings)
    # A frozen file has no headers; whoever serves it sends them.
    security.protect(app, https=settings.is_https, hsts=settings.hsts)
    params.register(app)
    shared.counters = Counters()
    questionnaire_in = _questionnaires(shared, role)
    shared.leads = open_leads(settings, lambda: questionnaire_in(GERMAN.code))
    shared.questionnaire = lambda: questionnaire_in(shared.library.language.code)
    app.register_blueprint(endpoint_blueprint)
    app.register_blueprint(health.blueprint)
    _show_errors(app, role)
    if role is Role.SERVICE:
        _follow_publications(app, shared)
        _open_inbox(app, shared)
        _open_editor(app, shared)
    if role is Role.PREVIEW:
        _open_preview(app, shared)
    cli.register(app, create_app)


def _questionnaires(shared: Services, role: Role) -> Callable[[str], Questionnaire]:
    """Return a function from a language to the questions of the form; a preview uses its pages'."""
    read: dict[str, QuestionnaireFile] = {}

    def from_file(code: str) -> Questionnaire:
        if code not in read:
            language = shared.editions[code].library.language
            read[code] = QuestionnaireFile(shared.settings.content_dir, language)
        return read[code]()

    if role is Role.PREVIEW:
        return lambda code: shared.editions[code].library.questionnaire
    return from_file


def _follow_publications(app: Flask, shared: Services) -> None:
    """Reload the content after other content was published."""
    from website.ops.service.content_reload import ContentReload  # noqa: PLC0415

    def read_content() -> None:
        found = _editions(load_library(shared.settings, before=shared.german))
        # Somebody may have the form of an edition open that is gone now, or cannot be read.
        before = shared.editions.items()
        readable = {code for code, one in found.items() if one.library.is_readable}
        kept = {code: one for code, one in before if code not in readable}
        shared.editions = found | kept

    app.before_request(ContentReload(shared.settings.content_dir, read_content).look)


def _open_inbox(app: Flask, shared: Services) -> None:
    """Add the pages for staff: accounts, sign-in, the inbox and its assets."""
    from website import inbox  # noqa: PLC0415
    from website.staff import views  # noqa: PLC0415
    from website.staff.accounts import open_accounts  # noqa: PLC0415

    leads, prefix = shared.leads, assets.INBOX_PREFIX
    shared.accounts = open_accounts(
        leads.database,
        leads.keys,
        base_url=shared.settings.base_url,
        name=f"Posteingang {shared.library.site.name}",
    )
    shared.inbox_assets = _assets(shared.settings, "inbox", prefix)
    views.set_up(app, shared.accounts, leads.keys)
    app.register_blueprint(assets.blueprint("inbox_assets", prefix, lambda: shared.inbox_assets))
    app.register_blueprint(inbox.blueprint)
    app.register_blueprint(views.blueprint)


def _show_errors(app: Flask, role: Role) -> None:
    """Render error pages: below the rooms of staff theirs, also for addresses without a view."""
    from website.staff import access  # noqa: PLC0415

    def show(error: HTTPException) -> ResponseReturnValue:
        is_for_staff = role is Role.SERVICE and request.path.startswith(STAFF_ROOMS)
        return access.no_view(error) if is_for_staff else error_page(error)

    app.register_error_handler(HTTPException, show)


def _open_editor(app: Flask, shared: Services) -> None:
    """Add the pages for writing, checking and publishing texts."""
    from website import editor  # noqa: PLC0415
    from website.authoring import preview_pages  # noqa: PLC0415
    from website.editorial.workspace import live_settings  # noqa: PLC0415

    def read_content(before: Library | None) -> Library:
        return load_library(live_settings(settings), with_unpublished=True, before=before)

    def make_pages(library: Library) -> Flask:
        pages = _new_app(Services(settings, shared.cache, _editions(library), shared.assets))
        _add_public_pages(pages)
        pages.register_blueprint(preview_pages.blueprint)
        return pages

    settings, prefix = shared.settings, assets.EDITOR_PREFIX
    shared.editor_assets = _assets(settings, "editor", prefix)
    app.register_blueprint(assets.blueprint("editor_assets", prefix, lambda: shared.editor_assets))
    editor.set_up(app, read_content, make_pages, _editions)


def _open_preview(app: Flask, shared: Services) -> None:
    """Add the pages that only authors see, and reload what they change."""
    from website.authoring import preview, preview_pages  # noqa: PLC0415

    def show(library: Library) -> None:
        shared.editions = _editions(library)

    def read_content() -> None:
        show(load_library(settings, with_unpublished=True, before=shared.german))

    def read_assets() -> None:
        shared.assets = _assets(settings)
        shared.authoring_assets = _assets(settings, "authoring", prefix)
        show(shared.german)

    settings, prefix = shared.settings, assets.AUTHORING_PREFIX
    shared.authoring_assets = _assets(settings, "authoring", prefix)
    app.register_blueprint(
        assets.blueprint("authoring_assets", prefix, lambda: shared.authoring_assets)
    )
    app.register_blueprint(preview_pages.blueprint)
    app.register_blueprint(preview_pages.components_blueprint)
    preview.set_up(
        app,
        {
            settings.content_dir: read_content,
            ROOT / "static": read_assets,
            # A template keeps the macros that others gave it, also when those change.
            ROOT / "templates": app.jinja_env.cache.clear,  # type: ignore[union-attr]
        },
    )


def load_library(
    settings: Settings, *, with_unpublished: bool = False, before: Library | Before | None = None
) -> Library:
    """Load the content for the current day in Germany; the parameters are those of ``load``."""
    return load(
        settings.content_dir,
        today=clock.today(),
        root=settings.site_root,
        with_unpublished=with_unpublished,
        before=before,
    )


def _assets(settings: Settings, folder: str = "", prefix: str = assets.PREFIX) -> Assets:
    return Assets(ROOT / "static" / folder, settings.site_root, prefix=prefix)


def _editions(german: Library) -> dict[str, Edition]:
    font = ROOT / "static/fonts/schibsted-grotesk.woff2"
    return {
        code: Edition(library, Cards(library, font)) for code, library in german.editions.items()
    }
