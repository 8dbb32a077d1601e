"""Routing of requests to editions: all editions share the views of the German paths."""

from functools import cached_property
from wsgiref.types import WSGIEnvironment

from flask import Flask, request
from flask.ctx import RequestContext

from website.content.languages import GERMAN
from website.leads import reference
from website.web.services import LANGUAGE, services

IN_EDITIONS = frozenset({"answers", "contact_endpoint", "contact_page", "pages"})
"""Blueprints that exist in every edition. All others, such as the inbox, have one path:
web servers, cookies and permissions depend on it."""

_PATH = "website.path"
"""Key in the WSGI environment: the path of the request as it was sent."""


class Website(Flask):
    """An application whose views serve all editions.

    Views are registered under German paths. A request for another edition is routed to the German
    path of the same page: ``/en/articles/`` to ``/artikel/``.
    """

    def request_context(self, environ: WSGIEnvironment) -> RequestContext:
        """Return a request context with the edition's language and the German path."""
        return super().request_context(_routed(self, environ))

    @cached_property
    def outside_editions(self) -> frozenset[str]:
        """First segments of the paths that editions do not have."""
        return frozenset(
            rule.rule.split("/")[1]
            for rule in self.url_map.iter_rules()
            if rule.endpoint.partition(".")[0] not in IN_EDITIONS
        )


def current_address() -> str:
    """Return the path of the current request as it was sent, with the root of the site."""
    path: str = request.environ.get(_PATH) or request.path
    return services().settings.site_root + path.removeprefix("/")


def _routed(app: Website, environ: WSGIEnvironment) -> WSGIEnvironment:
    path = environ.get("PATH_INFO", "")
    code, _, below = path.removeprefix("/").partition("/")
    shared = services(app)
    editions = shared.editions
    if code not in editions or code == GERMAN.code:
        return environ
    addresses = editions[code].library.addresses
    if "anfrage" not in addresses.words and (endpoint := _endpoint(environ, below)):
        return {**environ, _PATH: path, "PATH_INFO": endpoint}
    german = addresses.german_path(shared.settings.site_root + path.removeprefix("/"))
    # A path without its trailing slash is redirected in the edition's own words.
    is_known = (
        german is not None
        and (german.endswith("/") or _is_bare(german))
        and german.split("/")[1] not in app.outside_editions
    )
    return {**environ, LANGUAGE: code, _PATH: path, "PATH_INFO": german if is_known else path}


def _endpoint(environ: WSGIEnvironment, below: str) -> str:
    """Return the German path of the contact endpoint for an edition without words for it.

    So no lead is lost if the edition's table of words cannot be read: published pages still post to
    the old path. Empty for other paths.
    """
    _word, _, number = below.rstrip("/").partition("/")
    if not number:
        return "/anfrage" if environ.get("REQUEST_METHOD") == "POST" else ""
    return f"/anfrage/{number}" if reference.normalise(number) else ""


def _is_bare(german: str) -> bool:
    """Return whether a path has no trailing slash: the endpoint, or a file."""
    return german.startswith("/anfrage") or "." in german.rpartition("/")[2]
