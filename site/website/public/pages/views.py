"""One view per kind of page. Each looks something up and hands it to its template."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, render_template, request, send_file

from website.content import variants
from website.content.library import SEARCH
from website.public.pages import structured_data
from website.web.assets import FOREVER
from website.web.services import services
from website.web.templating import absolute

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from website.content.models import Article

blueprint = Blueprint("pages", __name__)

_TEMPLATES = {SEARCH: "pages/search.html"}


@blueprint.before_app_request
def lead_on() -> str | None:
    """Show at an old address where its article has gone."""
    library = services().library
    shown = library.moved_from(library.addresses.at_root(request.path))
    if shown is None:
        return None
    return render_template("pages/moved.html", article=shown, address=shown.address)


@blueprint.get("/")
def start() -> str:
    """Show the start page."""
    library = services().library
    page = library.page("index")
    data = structured_data.organization(library.site, page.address)
    return render_template("pages/start.html", page=page, data=[data], address=page.address)


@blueprint.get("/artikel/", defaults={"number": 1})
@blueprint.get("/artikel/seite/<int:number>/")
def articles(number: int) -> str:
    """Show one page of all articles."""
    library = services().library
    page = library.page("artikel")
    shown = library.listed(None, number) or abort(404)
    return render_template(
        "pages/articles.html",
        page=page,
        shown=shown,
        address=library.addresses.articles(number),
        address_of=library.addresses.articles,
        data=[structured_data.breadcrumbs(_trail((page.title, library.addresses.articles())))],
    )


@blueprint.get("/artikel/<slug>/")
def article(slug: str) -> str:
    """Show one article."""
    library = services().library
    item = library.article(slug) or abort(404)
    topic = library.topic_of(item)
    older, newer = library.neighbours(item)
    trail = _trail((library.page("artikel").title, library.addresses.articles()))
    trail += [(topic.title, topic.address)] if topic else []
    home = library.addresses.page("index")
    card = services().cards.article(item)
    return render_template(
        "pages/article.html",
        article=item,
        address=item.address,
        card=card,
        picture=library.picture(item),
        topic=topic,
        trail=trail,
        text=library.rendered(item),
        related=library.related(item),
        tools=library.tools_for(item),
        older=older,
        newer=newer,
        data=[
            structured_data.article(item, library.site, home, card.address),
            structured_data.breadcrumbs([*trail, (item.title, item.address)]),
        ],
    )


@blueprint.get("/themen/<slug>/", defaults={"number": 1})
@blueprint.get("/themen/<slug>/seite/<int:number>/")
def topic(slug: str, number: int) -> str:
    """Show one page of a topic's articles."""
    library = services().library
    shown_topic = library.site.topic(slug) or abort(404)
    trail = _trail((library.page("artikel").title, library.addresses.articles()))
    return render_template(
        "pages/topic.html",
        topic=shown_topic,
        shown=library.listed(shown_topic, number) or abort(404),
        address=library.addresses.topic(slug, number),
        address_of=functools.partial(library.addresses.topic, slug),
        trail=trail,
        data=[structured_data.breadcrumbs([*trail, (shown_topic.title, shown_topic.address)])],
    )


@blueprint.get("/<path:name>/")
def page(name: str) -> str:
    """Show a page that is nothing special."""
    library = services().library
    shown = library.pages.get(name)
    if shown is None or shown not in library.public_pages:
        abort(404)
    trail = _trail()
    if shown.tool and (tools := library.pages.get("werkzeuge")):
        trail.append((tools.title, tools.address))
    return render_template(
        "pages/tool.html" if shown.tool else _TEMPLATES.get(name, "pages/page.html"),
        page=shown,
        address=shown.address,
        trail=trail,
        data=[structured_data.breadcrumbs([*trail, (shown.title, shown.address)])],
    )


@blueprint.get("/404.html")
def not_found() -> str:
    """Show what a web server answers with where there is no page."""
    return render_template("pages/not_found.html", page=services().library.page("404"))


@blueprint.get("/413.html")
def too_large() -> str:
    """Show what a web server answers a request with that is too large to be passed on."""
    return render_template(
        "errors/error.html",
        title="Die Anfrage ist zu groß",
        advice="Gehen Sie mit „Zurück“ zum Formular: Ihr Text steht dort noch. Bitte kürzen Sie "
        "ihn; Anhänge senden Sie uns per E-Mail.",
    )


@blueprint.get("/503.html")
def unavailable() -> str:
    """Show what a web server answers with where nobody behind it does."""
    return render_template(
        "errors/error.html",
        title="Das geht gerade nicht",
        advice="Ihr Text ist nicht verloren: Mit „Zurück“ kommen Sie zum Formular, dort steht er "
        "noch. Senden Sie ihn in einigen Minuten noch einmal, oder wenden Sie sich direkt an uns.",
    )


@blueprint.get("/bilder/<name>")
def image(name: str) -> Response:
    """Serve an image of the content under its fingerprinted name."""
    variant = services().library.image_names.get(name) or abort(404)
    return _kept_for_ever(variants.make(variant, services().cache))


@blueprint.get("/karten/<name>")
def card(name: str) -> Response:
    """Serve a social card under its fingerprinted name."""
    cards = services().cards
    shown = cards.names.get(name) or abort(404)
    return _kept_for_ever(cards.make(shown, services().cache))


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """Serve the list of pages for search engines, dated by their content (sitemaps.org)."""
    library = services().library
    entries = [(page.address, page.updated) for page in library.public_pages if page.name != SEARCH]
    entries += [(item.address, item.modified) for item in library.articles]
    for listed, address_of in _lists():
        entries += [
            (address_of(shown.number), max(a.modified for a in shown.articles if a.modified))
            for shown in library.list_pages(listed)
            if shown.articles
        ]
    text = render_template("feeds/sitemap.xml", entries=sorted(entries))
    return Response(text, mimetype="application/xml")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Tell crawlers where the sitemap is, and to leave the requests alone (RFC 9309)."""
    library = services().library
    lines = [
        "User-agent: *",
        f"Disallow: {library.addresses.at_root('/anfrage')}",
        f"Sitemap: {absolute(library.addresses.at_root('/sitemap.xml'))}",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


def _kept_for_ever(path: Path) -> Response:
    response = send_file(path)
    response.headers["Cache-Control"] = FOREVER
    return response


def _lists() -> Iterator[tuple[Sequence[Article], Callable[[int], str]]]:
    library = services().library
    yield library.articles, library.addresses.articles
    for shown in library.site.topics:
        yield library.in_topic(shown), functools.partial(library.addresses.topic, shown.slug)


def _trail(*further: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Startseite", services().library.addresses.page("index")), *further]
