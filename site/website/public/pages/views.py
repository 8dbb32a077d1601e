"""Views of the public pages. Each looks up content and renders a template."""

import datetime
import functools
from collections.abc import Iterator
from dataclasses import replace
from operator import itemgetter
from pathlib import PurePosixPath

from flask import Blueprint, Response, abort, render_template, send_file
from werkzeug import Response as BaseResponse
from werkzeug.exceptions import HTTPException

from website.content import blocks, kinds
from website.content.kinds import ARTICLES
from website.content.library import Library
from website.content.models import Item, Kind, Topic
from website.web.assets import FOREVER
from website.web.editions import current_address
from website.web.services import services

blueprint = Blueprint("pages", __name__)


@blueprint.before_app_request
def moved_page() -> str | None:
    """Render a page at an old address that redirects to the new one."""
    library = services().library
    shown = library.redirect_from(current_address())
    if shown is None:
        return None
    return render_template("pages/moved.html", target=shown, address=shown.address)


@blueprint.get("/")
def start() -> str:
    """Render the start page."""
    library = services().library
    page = library.page("index")
    return render_template("pages/start.html", page=page, address=page.address)


@blueprint.get("/themen/<slug>/", defaults={"number": 1})
@blueprint.get("/themen/<slug>/seite/<int:number>/")
def topic(slug: str, number: int) -> str:
    """Render one page of a topic's articles."""
    library = services().library
    shown_topic = library.site.topic(slug) or abort(404)
    shown = library.listed(shown_topic, number) or abort(404)
    trail = _trail(ARTICLES)
    guide = library.page_above(ARTICLES) or abort(404)
    newest = shown.items[0].cta.topic if shown.items else ""
    return render_template(
        "pages/topic.html",
        topic=shown_topic,
        shown=shown,
        cta=replace(guide.cta, topic=newest or guide.cta.topic),
        address=library.addresses.topic(slug, number),
        address_of=functools.partial(library.addresses.topic, slug),
        trail=trail,
        way=[*trail, (shown_topic.title, shown_topic.address)],
    )


@blueprint.get(f"/{ARTICLES.address}/<name>/checkliste/")
def checklist(name: str) -> str:
    """Render the checklists of an article as a page for printing."""
    library = services().library
    article = library.article(name)
    if article is None or not article.has_checklist:
        abort(404)
    return render_template(
        "pages/checklist.html",
        article=article,
        address=library.addresses.checklist(name),
        trail=[*_trail(ARTICLES, library.topic_of(article)), (article.title, article.address)],
        checklists=list(blocks.checklists(library.rendered(article).html)),
    )


@blueprint.get("/<path:path>/", defaults={"number": 1})
@blueprint.get("/<path:path>/seite/<int:number>/")
def text(path: str, number: int) -> str:
    """Render a text, or one page of the list of all texts of a kind."""
    if kind := kinds.list_at(path):
        return _list(kind, number)
    library = services().library
    item = library.item_at(current_address())
    if item is None or number > 1:
        abort(404)
    trail = [*_trail(item.kind, library.topic_of(item)), *_folders_above(item)]
    shown = library.rendered(item)
    return render_template(
        item.kind.template,
        item=item,
        address=item.address,
        card=services().cards.of(item),
        trail=trail,
        text=shown,
        questions=list(blocks.questions(shown.html)),
        way=[*trail, (item.title, item.address)],
    )


def _list(kind: Kind[Item], number: int) -> str:
    library = services().library
    page = library.page_above(kind) or abort(404)
    address_of = functools.partial(library.addresses.all_of, kind)
    return render_template(
        kind.list_template,
        page=page,
        shown=library.listed(kind, number) or abort(404),
        address=address_of(number),
        address_of=address_of,
        way=[*_trail(), (page.title, page.address)],
    )


@blueprint.get("/404.html")
def not_found() -> str:
    """Render the 404 page for the web server."""
    return render_template("pages/not_found.html", page=services().library.page("404"))


@blueprint.get('/<any("413", "503"):code>.html')
def proxy_error(code: str) -> str:
    """Render the page for a 413 of the web server, or for an unavailable endpoint."""
    return render_template("errors/error.html", error=f"proxy {code}")


@blueprint.get("/bilder/<name>")
@blueprint.get("/karten/<name>")
def picture(name: str) -> Response:
    """Return an image of the content or a social card by its fingerprinted name."""
    response = send_file(services().picture(name) or abort(404))
    response.headers["Cache-Control"] = FOREVER
    return response


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """Render the sitemap, with modification dates from the content (sitemaps.org)."""
    entries = [
        (address, day, edition.library.translations(address))
        for edition in services().editions.values()
        for address, day in _dated(edition.library)
    ]
    text = render_template("feeds/sitemap.xml", entries=sorted(entries, key=itemgetter(0)))
    return Response(text, mimetype="application/xml")


def _dated(library: Library) -> Iterator[tuple[str, datetime.date | None]]:
    """Yield the address of each page of an edition, and the day of its last change."""
    for item in library.addressed_items:
        if item.kind.in_sitemap:
            yield item.address, item.modified
    for _, listed, address_of in library.lists:
        for shown in library.list_pages(listed):
            if shown.items:
                days = (item.modified for item in shown.items if item.modified)
                yield address_of(shown.number), max(days)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Render ``robots.txt``: the sitemap, and no crawling of the endpoint (RFC 9309)."""
    text = render_template("feeds/robots.txt", editions=services().editions.values())
    return Response(f"{text}\n", mimetype="text/plain")


def error_page(error: HTTPException) -> BaseResponse:
    """Return a helpful page for an HTTP error: what happened, and what to do."""
    response = error.get_response()
    if error.code == 404:  # noqa: PLR2004 - the code is the name
        page = services().library.page("404")
        response.data = render_template("pages/not_found.html", page=page)
    else:
        response.data = render_template("errors/error.html", error=error.code)
    return response


def _folders_above(item: Item) -> list[tuple[str, str]]:
    """Return title and address of the pages for the folders above a page."""
    library = services().library
    folders = [] if item.kind.address else reversed(PurePosixPath(item.name).parents[:-1])
    pages = [library.item_at(library.addresses.page(str(folder))) for folder in folders]
    return [(page.title, page.address) for page in pages if page]


def _trail(kind: Kind[Item] | None = None, topic: Topic | None = None) -> list[tuple[str, str]]:
    """Return the breadcrumbs above a text: titles and addresses."""
    library = services().library
    trail = [(library.language.gettext("Startseite"), library.addresses.page("index"))]
    if kind and (page := library.page_above(kind)):
        trail.append((page.title, page.address))
    return [*trail, (topic.title, topic.address)] if topic else trail
