"""Which edition a request is for, and under which German path its views know it."""

from functools import cached_property
from wsgiref.types import WSGIEnvironment

from flask import Flask, request
from flask.ctx import RequestContext

from website.content.languages import GERMAN
from website.leads import reference
from website.web.services import LANGUAGE, services

IN_EDITIONS = frozenset({"answers", "contact_endpoint", "contact_page", "machines", "pages"})
"""The blueprints of what every edition has. All else, such as the rooms of staff, has one address:
web servers, cookies and rights go by its path."""

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

    @cached_property
    def outside_editions(self) -> frozenset[str]:
        """The first parts of the paths that no edition has below its own."""
        return frozenset(
            rule.rule.split("/")[1]
            for rule in self.url_map.iter_rules()
            if rule.endpoint.partition(".")[0] not in IN_EDITIONS
        )


def current_address() -> str:
    """Return the address that the current request was sent to, as the site names it."""
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
    # A path that lacks its final slash leads to the one that has it, in its own words.
    is_known = (
        german is not None
        and (german.endswith("/") or _is_bare(german))
        and german.split("/")[1] not in app.outside_editions
    )
    return {**environ, LANGUAGE: code, _PATH: path, "PATH_INFO": german if is_known else path}


def _endpoint(environ: WSGIEnvironment, below: str) -> str:
    """Return the German path that a request means where its edition has lost the word for it.

    A table that cannot be read costs no lead: published pages still send to what it said, and the
    German endpoint takes it. Empty where the request means something else.
    """
    _word, _, number = below.rstrip("/").partition("/")
    if not number:
        return "/anfrage" if environ.get("REQUEST_METHOD") == "POST" else ""
    return f"/anfrage/{number}" if reference.normalise(number) else ""


def _is_bare(german: str) -> bool:
    """Return whether a path has no slash at its end: of the endpoint, or of a file."""
    return german.startswith("/anfrage") or "." in german.rpartition("/")[2]
