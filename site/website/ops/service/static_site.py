"""The frozen pages in front of the endpoint, as one WSGI application.

WhiteNoise looks up each file on request, which costs 0.1 ms; indexing all files would delay
requests by a second after each publication. A new build replaces the folder, which is then resolved
again.
"""

import posixpath
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from wsgiref.headers import Headers
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.utils import redirect
from werkzeug.wrappers import Response
from whitenoise import WhiteNoise

from website.ops.deploy import speculation_rules
from website.ops.deploy.web_server_rules import ASK_AGAIN, FINGERPRINTED, POLICY, HostedSite
from website.web.assets import FOREVER, MEDIA_TYPES
from website.web.security import headers

SVG = "image/svg+xml"
"""Has a policy of its own, wherever it is."""

_FINGERPRINTED = re.compile(FINGERPRINTED)


class StaticSite:
    """Serves a folder of frozen pages; the application answers everything else."""

    def __init__(
        self, application: WSGIApplication, folder: Path, get_site: Callable[[], HostedSite]
    ) -> None:
        self._application = application
        self._folder = folder
        self._get_site = get_site
        self._site = get_site()
        self._found: tuple[int, int] | None = None
        self._current: WSGIApplication = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request; one for the site's root without its final slash is redirected."""
        if not environ.get("PATH_INFO"):
            return redirect(self._site.root, 301)(environ, start_response)
        found = self._state()
        if found != self._found:
            self._current = self._read() if found else self._application
            self._found = found
        return self._current(environ, start_response)

    def _state(self) -> tuple[int, int] | None:
        try:
            state = self._folder.stat()
        except FileNotFoundError:
            return None
        return state.st_ino, state.st_mtime_ns

    def _read(self) -> WSGIApplication:
        self._site = self._get_site()
        application: WSGIApplication = WhiteNoise(
            self._application,
            # The release itself, not the link to it: the link may change within a request.
            root=str(self._folder.resolve()),
            index_file=True,
            autorefresh=True,
            allow_all_origins=False,
            mimetypes=MEDIA_TYPES,
            add_headers_function=self._add_headers,
        )
        return application

    def _add_headers(self, response_headers: Headers, path: str, url: str) -> None:
        media_type = MEDIA_TYPES.get(posixpath.splitext(path)[1], "")
        site = self._site
        at = site.root + url.removeprefix("/")
        found = headers(
            https=site.settings.is_https, hsts=site.settings.hsts, media_type=media_type
        )
        for name, value in found.items():
            response_headers[name] = value
        if media_type != SVG:
            response_headers[POLICY] = site.policy(at)
        if speculation_rules.is_on(site, at):
            response_headers.add_header(*speculation_rules.header(self._site))
        immutable = _FINGERPRINTED.search(path)
        response_headers["Cache-Control"] = FOREVER if immutable else ASK_AGAIN


def one_machine(
    application: WSGIApplication, folder: Path, get_site: Callable[[], HostedSite]
) -> WSGIApplication:
    """Join frozen pages and endpoint, mounted at the path of the site's URL.

    :param get_site: called for each new build: a publication may add an edition.
    """
    site, root = StaticSite(application, folder, get_site), get_site().root
    if root == "/":
        return site
    elsewhere = Response("Nicht gefunden.\n", 404, mimetype="text/plain")
    return DispatcherMiddleware(elsewhere, {root.rstrip("/"): site})
