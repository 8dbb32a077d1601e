"""What the preview's templates can say beyond those of the site."""

from __future__ import annotations

import datetime

from jinja2 import Environment
from markupsafe import Markup

from website.content.languages import GERMAN
from website.content.models import Item, PublicationStatus
from website.infra import clock, german
from website.web.services import services

_UNFINISHED = {PublicationStatus.DRAFT: "Entwurf", PublicationStatus.REVIEW: "In Prüfung"}


def teach(environment: Environment) -> None:
    """Give templates what only the preview says; ``mark`` says nothing elsewhere."""
    environment.filters.update(short_date=short_date, thousands=german.number)
    environment.globals.update(mark=mark, authoring_asset_url=_asset_url)


def status(item: Item, day: datetime.date) -> str:
    """Return why a text is not public on a day; nothing where it is."""
    if item.status in _UNFINISHED:
        return _UNFINISHED[item.status]
    if item.date is None and item.kind.is_dated:
        return "erscheint nicht: Datum fehlt"
    return f"erscheint am {GERMAN.date(item.date)}" if item.date and item.date > day else ""


def mark(item: Item) -> Markup:
    """Show why a text is not public; nothing where it is."""
    text = status(item, clock.today())
    return Markup('<span class="not-public">{}</span>').format(text) if text else Markup("")


def short_date(day: datetime.date) -> str:
    """Write a date as „23.11.2026“, for columns."""
    return f"{day:%d.%m.%Y}"


def _asset_url(name: str) -> str:
    return services().authoring_assets.url(name)
