"""Which edition a request is for, and under which German path its views know it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, request

from website.web.services import LANGUAGE, services

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from flask.ctx import RequestContext

_PATH = "website.path"
"""In the environment of a request: its path as it was sent."""


class Website(Flask):
    """An application whose views serve every edition.

    They are registered under German paths. A request for another edition is routed as one for the
    German path of the same page: ``/en/articles/`` as ``/artikel/``.
    """

    def request_context(self, environ: WSGIEnvironment) -> RequestContext:
        """Return the context of a request, with the edition it is for."""
        return super().request_context(_routed(self, environ))


def current_address() -> str:
    """Return the address that the current request was sent to, as the site names it."""
    path: str = request.environ.get(_PATH) or request.path
    return services().settings.site_root + path.removeprefix("/")


def _routed(app: Flask, environ: WSGIEnvironment) -> WSGIEnvironment:
    path = environ.get("PATH_INFO", "")
    code = path.removeprefix("/").partition("/")[0]
    shared = services(app)
    if code not in shared.editions or code == next(iter(shared.editions)):
        return environ
    addresses = shared.editions[code].library.addresses
    german = addresses.german_path(shared.settings.site_root + path.removeprefix("/"))
    # A path that lacks its final slash leads to the one that has it, in its own words.
    is_known = german is not None and (german.endswith("/") or _is_bare(german))
    return {**environ, LANGUAGE: code, _PATH: path, "PATH_INFO": german if is_known else path}


def _is_bare(german: str) -> bool:
    """Return whether a path has no slash at its end: of the endpoint, or of a file."""
    return german.startswith("/anfrage") or "." in german.rpartition("/")[2]
