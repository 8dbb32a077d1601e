"""A new article: its data, and a skeleton that asks for what makes guidance worth reading.

The skeleton follows four questions by which consultants' articles are judged: what is new in it,
does one read on, what supports it, what shall the reader do next.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from website.authoring.articles import ARTICLES, refuse_taken
from website.authoring.lines import written
from website.authoring.transactions import FileTransaction
from website.content import slugs
from website.content.placeholders import MARK
from website.exceptions import AuthoringError

if TYPE_CHECKING:
    import datetime

    from website.content.library import Library

LONGEST_SLUG = 60
SKELETON = Path(__file__).with_name("article.md")


def create(library: Library, title: str, *, topic: str, author: str, today: datetime.date) -> str:
    """Write the file of a new article.

    :param topic: slug of a topic; empty leaves a placeholder.
    :param author: empty means the site's name.
    :returns: the file, named from the content folder.
    :raises AuthoringError: if the title makes no address, or one that is taken.
    """
    title = " ".join("".join(c if c.isprintable() else " " for c in title).split())
    known = [shown.slug for shown in library.site.topics]
    if not any(character.isalnum() for character in title):
        raise AuthoringError("Der Titel enthält keinen Buchstaben. Geben Sie einen Titel an.")
    if topic and topic not in known:
        raise AuthoringError(
            f"Das Thema „{topic}“ gibt es nicht. Möglich sind: {', '.join(known)}."
        )
    slug = slugs.shorten(slugs.slugify(title), LONGEST_SLUG)
    file = f"{ARTICLES}/{slug}.md"
    refuse_taken(library, slug)
    text = SKELETON.read_text("utf-8").format(
        title=written((title,))[1:-1],
        date=today,
        author=written(author or library.site.name),
        topic=topic or MARK,
        topics=", ".join(known),
        request_topics=", ".join(library.request_topics),
    )
    FileTransaction({file: text.encode()}).apply(library.folder)
    return file
