"""Create new texts from the skeletons of their kinds: front matter, and an outline to fill in.

The skeleton of articles follows four questions by which consultants' articles are judged: What is
new? Does it keep readers interested? What supports it? What should readers do next?
"""

import datetime
from pathlib import Path

from website.content import kinds, slugs
from website.content.addresses import Addresses
from website.content.library import Library
from website.content.models import Item, Kind
from website.content.problems import MARK
from website.editorial import front_matter_edits, msg
from website.exceptions import AuthoringError, TakenAddress

LONGEST_SLUG = 60
SKELETONS = Path(__file__).parent / "skeletons"


def kind_named(name: str) -> Kind[Item]:
    """Return the kind with a title, ignoring case.

    :raises AuthoringError: if there is none, or it has no skeleton.
    """
    possible = {kind.title.lower(): kind for kind in possible_kinds()}
    if kind := possible.get(name.strip().lower()):
        return kind
    raise AuthoringError(msg("new_texts.kind", name=name, possible=", ".join(possible)))


def possible_kinds() -> tuple[Kind[Item], ...]:
    """Return the kinds that have a skeleton."""
    return tuple(kind for kind in kinds.KINDS if kind.skeleton)


def new_text(
    library: Library,
    title: str,
    *,
    kind: Kind[Item],
    topic: str,
    author: str,
    today: datetime.date,
) -> tuple[str, bytes]:
    """Return the path of a new text in the content folder, and its initial content.

    :param kind: one that has a skeleton.
    :param topic: slug of a topic; empty leaves a placeholder.
    :param author: defaults to the site's name.
    :raises AuthoringError: if the title yields no address, or one that is taken, or if texts of
        the kind have no topic or author.
    """
    skeleton = (SKELETONS / kind.skeleton).read_text("utf-8")
    for key, value in (("topic", topic), ("author", author)):
        if value and f"\n{key}:" not in skeleton:
            raise AuthoringError(msg("new_texts.key", kind=kind, key=key))
    title = " ".join("".join(c if c.isprintable() else " " for c in title).split())
    known = [shown.slug for shown in library.site.topics]
    if not any(character.isalnum() for character in title):
        raise AuthoringError("Der Titel enthält keinen Buchstaben. Geben Sie einen Titel an.")
    if topic and topic not in known:
        raise AuthoringError(msg("new_texts.topic", topic=topic, known=", ".join(known)))
    slug = slugs.shorten(slugs.slugify(title), LONGEST_SLUG)
    refuse_taken(library, kind, slug)
    text = skeleton.format(
        title=front_matter_edits.written((title,))[1:-1],
        date=today,
        author=front_matter_edits.written(author or library.site.name),
        topic=topic or MARK,
        topics=", ".join(known),
        request_topics=", ".join(library.request_topics),
    )
    return kind.file(slug), text.encode()


def as_draft(data: bytes, today: datetime.date) -> bytes:
    """Return a text as a draft of another, without former addresses, review and dates.

    :raises AuthoringError: if it cannot be edited safely.
    """
    values = front_matter_edits.values(data)
    for key in ("aliases", "reviewed_by", "updated"):
        if key in values:
            data = front_matter_edits.set_value(data, key, None)
    day = "date" if "date" in values else "updated"
    data = front_matter_edits.set_value(data, day, today.isoformat())
    return front_matter_edits.set_value(data, "status", "draft")


def duplicate(data: bytes, title: str, today: datetime.date) -> bytes:
    """Return a text as a draft with another title.

    :raises AuthoringError: if it cannot be edited safely.
    """
    data = front_matter_edits.set_value(as_draft(data, today), "title", title)
    if "review_by" in front_matter_edits.values(data):
        data = front_matter_edits.set_value(data, "review_by", None)
    return data


def refuse_taken(library: Library, kind: Kind[Item], name: str, *, but: Item | None = None) -> None:
    """Raise an error if a name is taken by another text or one of its aliases.

    :param but: a text whose own aliases are ignored.
    :raises TakenAddress: naming the other text.
    """
    file = kind.file(name)
    if (library.folder / file).exists():
        message = msg("new_texts.taken", label=library.label(file))
        raise TakenAddress(message, library.content_file(file))
    address = Addresses().item(kind, name)
    for item in library.items:
        if item is not but and address in item.aliases:
            message = msg("new_texts.alias", address=address, label=item.text.label)
            raise TakenAddress(message, item.text.content_file, is_former=True)
