"""``flask --app website new``, ``publish``, ``unpublish``, ``rename``: commands for authors."""

import contextlib
import sys
from collections.abc import Iterator

import click

from website.authoring import articles, file_transactions
from website.cli import common
from website.content.kinds import ARTICLES
from website.content.languages import GERMAN
from website.editorial import new_texts
from website.exceptions import ContentError, WebsiteError
from website.infra import clock
from website.infra.commands import GermanCommand
from website.web.services import services


@common.commands.command(cls=GermanCommand)
@click.argument("title", metavar="TITEL")
@click.option(
    "--kind",
    "kind_name",
    default=ARTICLES.title,
    help="Artikel, Praxisfall oder Seite; sonst ein Artikel.",
    metavar="ART",
)
@click.option("--topic", default="", help="Thema, wie in content/website.toml.", metavar="THEMA")
@click.option(
    "--author", default="", help="Wer schreibt; sonst der Name der Website.", metavar="NAME"
)
def new(title: str, kind_name: str, topic: str, author: str) -> None:
    """Legt einen Artikel, einen Praxisfall oder eine Seite an, als Entwurf mit Gliederung."""
    with _errors_reported():
        kind = new_texts.kind_named(kind_name)
        library = services().library
        file, data = new_texts.new_text(
            library, title, kind=kind, topic=topic, author=author, today=clock.today()
        )
        file_transactions.apply({file: data}, library.folder)
    common.show("new_text", label=library.label(file), is_dated=kind.is_dated)


@common.commands.command(cls=GermanCommand)
@click.argument("names", metavar="ARTIKEL...", nargs=-1, required=True)
def publish(names: tuple[str, ...]) -> None:
    """Prüft Artikel und setzt ihren Status auf „published“, bei allen oder bei keinem."""
    with _errors_reported(
        "Nichts wurde geändert. Beheben Sie das, dann rufen Sie publish noch einmal auf."
    ):
        results = articles.publish(services().library, names, clock.today())
    common.show("published", results=results, today=clock.today(), date=GERMAN.date)


@common.commands.command(cls=GermanCommand)
@click.argument("article", metavar="ARTIKEL")
def unpublish(article: str) -> None:
    """Nimmt einen Artikel von der Website: Er wird wieder Entwurf."""
    with _errors_reported():
        found, was_public, problems = articles.unpublish(services().library, article, clock.today())
    common.show("withdrawn", article=found, was_public=was_public, problems=problems)


@common.commands.command(cls=GermanCommand)
@click.argument("old", metavar="ALT")
@click.argument("new_name", metavar="NEU")
def rename(old: str, new_name: str) -> None:
    """Gibt einem Artikel eine andere Adresse; die alte führt zur neuen."""
    library = services().library
    with _errors_reported("Nichts wurde geändert."):
        article, mended, leads_on = articles.rename(library, old, new_name, clock.today())
    common.show("renamed", article=article, mended=mended, leads_on=leads_on, label=library.label)


@contextlib.contextmanager
def _errors_reported(advice: str = "") -> Iterator[None]:
    """Print errors as sentences, without a traceback, and exit with 1."""
    try:
        articles.require_site_data(services().library)
        yield
    except WebsiteError as error:
        click.echo(error, err=True)
        if advice and isinstance(error, ContentError):
            click.echo(advice, err=True)
        sys.exit(1)
