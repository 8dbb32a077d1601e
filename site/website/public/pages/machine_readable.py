"""Views of files for programs: feeds, ``security.txt``, and files for static hosts and browsers."""

import datetime

from flask import Response, abort, render_template

from website.infra.clock import midnight
from website.ops.deploy import speculation_rules, static_hosts
from website.ops.deploy.web_server_rules import HostedSite
from website.public.pages.views import blueprint
from website.web.services import services

FEED_LENGTH = 20
"""Number of texts in a feed, each in full."""

VALID_FOR = datetime.timedelta(days=365)
"""RFC 9116 recommends less than a year, counted from when the file is read."""

UNKNOWN = "application/octet-stream"
"""Media type of files without a suffix."""


@blueprint.get("/feed.xml")
def atom() -> Response:
    """Render the newest texts as an Atom feed (RFC 4287)."""
    library = services().library
    items = library.feed_items[:FEED_LENGTH]
    days = [item.modified for item in items if item.modified]
    days = days or [library.page("artikel").updated or datetime.date.min]
    text = render_template("feeds/atom.xml", items=items, updated=max(days))
    return Response(text, mimetype="application/xml")


@blueprint.get("/feed.json")
def json_feed() -> Response:
    """Render the newest texts as a JSON Feed (jsonfeed.org, version 1.1)."""
    items = services().library.feed_items[:FEED_LENGTH]
    return Response(render_template("feeds/feed.json", items=items), mimetype="application/json")


@blueprint.get("/.well-known/security.txt")
def security_contact() -> Response:
    """Render ``security.txt``: where to report a vulnerability (RFC 9116)."""
    library = services().library
    if not library.has_security_contact:
        abort(404)
    expires = midnight(library.today + VALID_FOR).astimezone(datetime.UTC)
    text = render_template("feeds/security.txt", expires=expires)
    return Response(f"{text}\n", mimetype="text/plain")


@blueprint.get("/_headers")
def host_headers() -> Response:
    """Render ``_headers`` for static hosts that support it."""
    site = HostedSite.of(services().settings, services().german)
    return Response(static_hosts.headers(site, services().german), mimetype=UNKNOWN)


@blueprint.get("/_redirects")
def host_redirects() -> Response:
    """Render ``_redirects`` for static hosts that support it."""
    return Response(static_hosts.redirects(services().german), mimetype=UNKNOWN)


@blueprint.get(speculation_rules.PATH)
def speculation() -> Response:
    """Render the speculation rules: which pages browsers may prefetch."""
    site = HostedSite.of(services().settings, services().german)
    return Response(speculation_rules.rules(site), mimetype=speculation_rules.MEDIA_TYPE)
