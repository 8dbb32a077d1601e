"""``flask --app website new``, ``publish``, ``unpublish``, ``rename``: for authors."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator

import click
from flask.cli import with_appcontext

from website.authoring import articles, file_transactions, publishing, renaming
from website.cli.output import show
from website.content.kinds import ARTICLES
from website.content.languages import GERMAN
from website.content.models import Item
from website.content.problems import Problem
from website.editorial import new_texts
from website.exceptions import ContentError, WebsiteError
from website.infra import clock
from website.web.services import services


@click.command()
@click.argument("title", metavar="TITEL")
@click.option(
    "--kind",
    "kind_name",
    default=ARTICLES.title,
    help="Artikel, Praxisfall oder Seite; sonst ein Artikel.",
    metavar="ART",
)
@click.option("--topic", default="", help="Thema, wie in content/website.toml.", metavar="THEMA")
@click.option("--author", default="", help="Wer schreibt; sonst der Name der Website.")
@with_appcontext
def new(title: str, kind_name: str, topic: str, author: str) -> None:
    """Legt einen Artikel, einen Praxisfall oder eine Seite an, als Entwurf mit Gliederung."""
    with _errors_reported():
        kind = new_texts.kind_named(kind_name)
        library = services().library
        file, data = new_texts.new_text(
            library, title, kind=kind, topic=topic, author=author, today=clock.today()
        )
        file_transactions.apply({file: data}, library.folder)
    show("new_text", label=library.label(file), is_dated=kind.is_dated)


@click.command()
@click.argument("names", metavar="ARTIKEL...", nargs=-1, required=True)
@with_appcontext
def publish(names: tuple[str, ...]) -> None:
    """Prüft Artikel und setzt ihren Status auf „published“, bei allen oder bei keinem."""
    with _errors_reported(
        "Nichts wurde geändert. Beheben Sie das, dann rufen Sie publish noch einmal auf."
    ):
        results = publishing.publish(services().library, names, clock.today())
    for result in results:
        state = "schon veröffentlicht" if result.was_already else "veröffentlicht"
        click.echo(f"{result.article.text.label} ist {state}.")
        click.echo(_when(result.article))
        _show("Vor einer Veröffentlichung mit --release fehlt noch:", result.open_facts)


@click.command()
@click.argument("article", metavar="ARTIKEL")
@with_appcontext
def unpublish(article: str) -> None:
    """Nimmt einen Artikel von der Website: Er wird wieder Entwurf."""
    with _errors_reported():
        result = publishing.unpublish(services().library, article, clock.today())
    label = result.article.text.label
    if result.was_already:
        click.echo(f"{label} ist nicht veröffentlicht (Status: {result.article.status}).")
        return
    click.echo(
        f"{label} ist wieder ein Entwurf. Er verschwindet mit der nächsten Veröffentlichung."
    )
    _show("Die Website lässt sich erst bauen, wenn das behoben ist:", result.problems)


@click.command()
@click.argument("old", metavar="ALT")
@click.argument("new_name", metavar="NEU")
@with_appcontext
def rename(old: str, new_name: str) -> None:
    """Gibt einem Artikel eine andere Adresse; die alte führt zur neuen."""
    with _errors_reported("Nichts wurde geändert."):
        result = renaming.rename(services().library, old, new_name, clock.today())
    click.echo(f"Der Artikel steht jetzt in {result.article.text.label}.")
    if result.leads_on:
        click.echo(f"Wer {result.article.aliases[-1]} aufruft, kommt zu ihm.")
    for file in result.mended:
        click.echo(f"Links angepasst: {services().library.label(file)}")


@contextlib.contextmanager
def _errors_reported(advice: str = "") -> Iterator[None]:
    """Report errors in sentences, without a traceback, and exit with 1."""
    try:
        articles.require_site_data(services().library)
        yield
    except WebsiteError as error:
        click.echo(error, err=True)
        if advice and isinstance(error, ContentError):
            click.echo(advice, err=True)
        sys.exit(1)


def _when(article: Item) -> str:
    if article.date and not article.is_public(clock.today()):
        day = GERMAN.date(article.date)
        return f"Leser sehen ihn, sobald die Website am {day} oder danach gebaut ist."
    return "Leser sehen ihn, sobald die Website neu gebaut ist."


def _show(introduction: str, problems: Iterable[Problem]) -> None:
    listed = [str(problem) for problem in problems]
    if listed:
        click.echo("\n".join([introduction, *listed]))
