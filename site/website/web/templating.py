"""Jinja setup: filters, tests, globals and translations for the templates."""

import datetime
import json
import re
from collections.abc import Callable, Iterable, MutableMapping
from typing import Any, cast

import flask.templating
from flask import Flask
from jinja2 import StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape
from werkzeug.local import LocalProxy

from website.content import motif
from website.content.languages import GERMAN, Language
from website.content.models import Insert
from website.content.problems import is_none, is_placeholder, missing_fact
from website.infra import clock, phones
from website.infra.email_addresses import COMMON_DOMAINS
from website.leads.visitor_retention import KEPT
from website.questionnaire import TECHNICAL
from website.web.services import services

OPTIONS: dict[str, Any] = {
    "undefined": StrictUndefined,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "cache_size": -1,  # all of them
    "extensions": ["jinja2.ext.i18n"],
}
_SECTION = re.compile(r"(?=<h2[ >])")
_OPEN = '<mark class="placeholder">[noch offen: {}]</mark>'
_OPEN_PATTERN = re.compile(re.escape(_OPEN).replace(re.escape("{}"), "(.*?)"))


class Environment(flask.templating.Environment):
    """Flask's environment, with one shared dictionary of globals for each template."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return a plain dictionary: Jinja searches it on every import of every page."""
        return {**self.globals, **(d or {})}


def set_up(app: Flask) -> None:
    """Configure the Jinja environment of an application; undefined names raise an error."""
    app.jinja_environment = Environment
    app.jinja_options = OPTIONS
    shared: dict[str, Callable[[], Any]] = {
        "site": lambda: services(app).library.site,
        "library": lambda: services(app).library,
        "cards": lambda: services(app).cards,
        "addresses": lambda: services(app).library.addresses,
    }
    # Page templates get the objects themselves. Imported templates see globals only, which outlive
    # these objects; hence the proxies, which are slower.
    app.context_processor(lambda: {name: get() for name, get in shared.items()})
    app.jinja_env.globals.update({name: LocalProxy(get) for name, get in shared.items()})
    app.jinja_env.filters.update(
        bars=motif.path,
        absolute_links=absolute_links,
        by_heading=by_heading,
        fact=fact,
        spoken=spoken,
        date=date,
        german_date=GERMAN.date,
        filled=filled,
        json_ld=json_ld,
        midnight=midnight,
        missing_facts=missing_facts,
        phone_link=phones.link,
    )
    _translate(app)
    app.jinja_env.tests.update(placeholder=is_placeholder, none_fact=is_none)
    app.jinja_env.globals.update(
        technical=TECHNICAL,
        mail_domains=COMMON_DOMAINS,
        visitor_days=KEPT.days,
        asset_url=asset_url,
        imported_urls=imported_urls,
        script_words=script_words,
        absolute=absolute,
        logo=motif.LOGO,
        mark=lambda _article: "",  # only the preview shows unpublished articles, and marks them
    )


def _translate(app: Flask) -> None:
    """Install gettext functions that use the current library's language."""

    def language() -> Language:
        return services(app).library.language

    environment = cast("Any", app.jinja_env)  # whose extension adds methods
    environment.install_gettext_callables(
        lambda message: language().gettext(message),
        lambda singular, plural, count: language().ngettext(singular, plural, count),
        pgettext=lambda context, message: language().pgettext(context, message),
        newstyle=True,
    )
    # Jinja's own alias looks the function up on each call.
    environment.globals["_"] = environment.globals["gettext"]


def fact(text: str) -> Markup:
    """Return a fact as markup; for a placeholder, a visible note that it is still missing."""
    if not is_placeholder(text):
        return escape(text)
    return Markup(_OPEN.format(escape(missing_fact(text))))  # noqa: S704 - the text is escaped


def by_heading(parts: Iterable[str | Insert]) -> list[list[str | Insert]]:
    """Return the parts of a text grouped by section; the first group precedes all headings."""
    groups: list[list[str | Insert]] = [[]]
    for part in parts:
        if not isinstance(part, str):
            groups[-1].append(part)
            continue
        first, *sections = _SECTION.split(part)
        groups[-1].append(first)
        groups += [[section] for section in sections]
    return groups


def missing_facts(html: str) -> tuple[Markup, ...]:
    """Return the missing facts noted in a piece of HTML, each once."""
    return tuple(map(Markup, dict.fromkeys(_OPEN_PATTERN.findall(html))))


@pass_context  # so that Jinja does not evaluate it at compile time: bytecode is kept
def spoken(context: Context, text: str) -> str:
    """Return a plain text with foreign terms marked up for screen readers (WCAG 3.1.2)."""
    environment = cast("Environment", context.environment)
    pieces = services(environment.app).library.foreign_pieces(text)
    if pieces == [(text, "")]:
        return text  # which the template escapes
    shown = (
        f'<span lang="{escape(language)}">{escape(piece)}</span>' if language else escape(piece)
        for piece, language in pieces
    )
    return Markup("".join(shown))  # noqa: S704 - each piece is escaped


@pass_context  # as above
def date(context: Context, day: datetime.date) -> str:
    """Return a date in the page's language."""
    environment = cast("Environment", context.environment)
    return services(environment.app).library.language.date(day)


def filled(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values that are neither empty nor placeholders."""
    return {
        name: value
        for name, value in values.items()
        if value and not (isinstance(value, str) and is_placeholder(value))
    }


def midnight(day: datetime.date | None) -> str:
    """Return the start of a day in Germany in ISO format; empty for None."""
    return clock.midnight(day).isoformat() if day else ""


def absolute_links(html: str, address: str) -> str:
    """Return the HTML of a text with absolute links, for feeds."""
    origin = absolute("")
    # Feed readers show the fallback image; URLs in srcset attributes would need parsing.
    html = re.sub(r"<source [^>]*>", "", html)
    html = html.replace('href="/', f'href="{origin}/').replace('src="/', f'src="{origin}/')
    return html.replace('href="#', f'href="{origin}{address}#')


def json_ld(data: dict[str, Any]) -> Markup:
    """Return structured data for a script element, escaped so that it cannot end the element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - escaped for JSON


def asset_url(name: str) -> str:
    """Return the URL of an asset."""
    return services().assets.url(name)


def imported_urls(name: str) -> tuple[str, ...]:
    """Return the URLs of all modules that a module imports, for preloading."""
    return services().assets.imported(name)


def script_words(name: str) -> dict[str, tuple[str, ...]]:
    """Return the translations of the messages in a module and its imports; empty for German."""
    shared = services()
    return shared.library.language.script_words([name, *shared.assets.imports(name)])


def absolute(address: str) -> str:
    """Return the absolute URL of a path."""
    return services().settings.own_origin + address
