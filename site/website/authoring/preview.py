"""Preview server: the site with drafts, reloaded whenever a file changes.

Pages reload by themselves, show the problems of their text in a panel, and are replaced by an error
page where a file cannot be shown. All of this is added to the responses; the site's templates only
call ``mark``, which renders nothing outside of the preview.
"""

import datetime
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from flask import Blueprint, Flask, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from watchfiles import Change, watch
from werkzeug.exceptions import InternalServerError
from werkzeug.serving import make_server

from website.authoring import error_pages, preview_panel
from website.authoring.preview_state import ChangeFeed, FolderWatcher, PreviewState, preview_state
from website.checking.text_reports import TextReports
from website.content.languages import GERMAN
from website.content.library import Library
from website.content.models import Item, PublicationStatus
from website.content.problems import Problem
from website.infra import clock, german
from website.web.services import services

log = logging.getLogger(__name__)

blueprint = Blueprint("authoring", __name__, url_prefix="/_redaktion")

SETTLED = 10
"""Milliseconds without another change after which an editor counts as done with saving."""

PAUSE = 0.005
"""Seconds between two texts that are looked through, so that pages are not kept waiting."""

LOOK_AGAIN = 0.5
"""Seconds between two looks where the operating system reports no changes."""

LATER = 0.3
"""Seconds for which what is not urgent leaves the machine to the browser that waits for a page."""

_UNCHANGING = frozenset({"assets.serve", "authoring_assets.serve", "authoring.events"})
_UNFINISHED = {PublicationStatus.DRAFT: "Entwurf", PublicationStatus.REVIEW: "In Prüfung"}


def set_up(app: Flask, reread: dict[Path, Callable[[], None]]) -> None:
    """Turn an application with public pages into a preview.

    :param reread: for each folder, a function to call when anything in it has changed.
    """
    changes = ChangeFeed()
    PreviewState(changes, FolderWatcher(changes, reread)).attach(app)
    app.jinja_env.auto_reload = True
    app.jinja_env.filters.update(thousands=german.number)
    app.jinja_env.globals.update(mark=mark, authoring_asset_url=_asset_url)
    app.before_request(_refuse_other_hosts)
    app.before_request(_read_what_changed)
    app.before_request(_show_what_is_broken)
    app.after_request(preview_panel.add)
    app.register_error_handler(InternalServerError, error_pages.template_fault)
    app.register_blueprint(blueprint)


def listen(port: int) -> socket.socket:
    """Return a socket that listens on a local port.

    :raises OSError: if the port is not available.
    """
    return socket.create_server(("127.0.0.1", port))


def serve(app: Flask, listening: socket.socket, report: Callable[[str], None]) -> None:
    """Serve the preview to this machine until Ctrl+C.

    :param listening: what :func:`listen` gives.
    :param report: receives every problem of what has changed.
    """
    state = preview_state(app)
    host, port = listening.getsockname()
    names = ("127.0.0.1", "localhost", "[::1]")
    state.hosts = frozenset(f"{name}:{port}" for name in names)
    # Threads, one for each request: an open stream of events keeps nobody waiting, nor, as they
    # are daemons, the end.
    server = make_server(host, port, app, threaded=True, fd=listening.fileno())
    wake = threading.Event()
    state.findings.is_ready = False
    threading.Thread(target=_follow, args=(app, wake), daemon=True).start()
    threading.Thread(target=_look_through, args=(app, report, wake), daemon=True).start()
    with server:
        server.serve_forever()


@blueprint.get("/")
def articles() -> str:
    """Render all dated texts by status, each with its open tasks."""
    library, findings, day = services().library, preview_state().findings, clock.today()
    cached = library.file_cache.kept.values()
    faults = [
        *error_pages.of_site(library),
        *error_pages.about(library, error_pages.SITE_DATA),
        *(problem for each in cached if each.item is None for problem in each.problems),
        *library.file_cache.strays,
    ]
    return render_template(
        "authoring/overview.html",
        faults=dict.fromkeys(faults),
        rows=[
            {
                "item": item,
                # Nothing while nobody has looked through the text yet.
                "finding": findings.known(library, item),
                "is_public": item.is_public(day),
            }
            for item in library.items
            if item.kind.is_dated
        ],
        day=day,
    )


@blueprint.get("/ereignisse")
def events() -> Response:
    """Stream every change to a browser for as long as it listens."""
    stream = preview_state().changes.stream()
    return Response(stream, mimetype="text/event-stream", headers={"Cache-Control": "no-store"})


def _refuse_other_hosts() -> Response | None:
    """Refuse requests for other host names that resolve to this machine (DNS rebinding)."""
    hosts = preview_state().hosts
    if not hosts or request.host.lower() in hosts:
        return None
    text = f"Diese Vorschau heißt http://{min(hosts)}/ und hört auf keinen anderen Namen.\n"
    return Response(text, 421, mimetype="text/plain")


def _read_what_changed() -> None:
    state = preview_state()
    try:
        if request.endpoint not in _UNCHANGING:
            state.watch.look()
    finally:
        g.state = state.changes.now


def _show_what_is_broken() -> ResponseReturnValue | None:
    """Respond with the problems of a file that cannot be shown."""
    if request.endpoint in _UNCHANGING or request.blueprint == blueprint.name:
        return None
    library = services().library
    problems = error_pages.of_site(library) or error_pages.of_file(
        library, error_pages.file_of(request)
    )
    return error_pages.content_fault(problems) if problems else None


def _follow(app: Flask, wake: threading.Event) -> None:
    """Check the folders whenever the operating system reports a change."""
    state = preview_state(app)
    for changes in reports(state.watch.folders):
        try:
            state.watch.look(path for _, path in changes)
        except Exception:  # whatever it is, the next save may mend it
            log.exception("What has changed cannot be read")
        wake.set()


def reports(folders: tuple[Path, ...]) -> Iterator[set[tuple[Change, str]]]:
    """Yield the changes that the operating system reports; empty sets at intervals without it."""
    try:
        yield from watch(*folders, step=SETTLED, raise_interrupt=False)
    except (OSError, RuntimeError) as error:
        # Most often the system watches as many files as it is allowed to.
        log.warning("Changes are looked for every %s s: %s", LOOK_AGAIN, error)
        while True:
            time.sleep(LOOK_AGAIN)
            yield set()


def _look_through(app: Flask, report: Callable[[str], None], wake: threading.Event) -> None:
    """Whenever woken, report the problems of changed files, then check every text."""
    library = services(app).library
    news = iter(library.every_problem)
    time.sleep(LATER)
    while True:
        try:
            for problem in news:
                report(str(problem))
            _find_out(preview_state(app), library, wake)
        except Exception:  # the text that is to blame shows it on its page
            log.exception("A text cannot be looked through")
        wake.wait()
        time.sleep(LATER)
        wake.clear()
        before, library = library, services(app).library
        news = _news(preview_state(app).findings, before, library)


def _find_out(state: PreviewState, library: Library, wake: threading.Event) -> None:
    findings = state.findings
    missing = findings.missing(library)
    for item in missing:
        findings.of(library, item)
        if not findings.is_ready:
            findings.is_ready = True
            state.changes.announce()
        if wake.wait(PAUSE):
            return
    if len(missing) > 1:
        # The overview waits for it.
        state.changes.announce()


def _news(findings: TextReports, before: Library, now: Library) -> Iterator[Problem]:
    """Yield the problems of the files that were read since."""
    if now is before:
        return
    for code, edition in now.editions.items():
        earlier = before.editions.get(code)
        yield from error_pages.of_site(edition)
        known = set(earlier.file_cache.strays) if earlier else set()
        yield from (problem for problem in edition.file_cache.strays if problem not in known)
        for path, cached in edition.file_cache.kept.items():
            if earlier is None or earlier.file_cache.kept.get(path) is not cached:
                item = cached.item
                yield from findings.of(edition, item).problems if item else cached.problems


def status(item: Item, day: datetime.date) -> str:
    """Return why a text is not public on a day; empty where it is."""
    if item.status in _UNFINISHED:
        return _UNFINISHED[item.status]
    if item.date is None and item.kind.is_dated:
        return "erscheint nicht: Datum fehlt"
    return f"erscheint am {GERMAN.date(item.date)}" if item.date and item.date > day else ""


def mark(item: Item) -> Markup:
    """Render why a text is not public; empty where it is."""
    text = status(item, clock.today())
    return Markup('<span class="not-public">{}</span>').format(text) if text else Markup("")


def _asset_url(name: str) -> str:
    return services().authoring_assets.url(name)
