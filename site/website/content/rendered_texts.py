"""Cache of rendered texts. Each is rendered on first use, and again after a change."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from website.content.addresses import Addresses
from website.content.languages import GERMAN, Language
from website.content.models import Image, Insert, Rendered, TextContent
from website.content.rendering import Renderer
from website.exceptions import ImageError
from website.infra.cache import Blobs


@dataclass(frozen=True)
class Placed:
    """A text with all that its HTML depends on, besides the rules for all texts."""

    text: TextContent
    folder: str
    """Of its file, below the content folder; links are relative to it."""
    find_image: Callable[[TextContent, str], Image]
    """Finds an image beside the text, or raises ``ImageError``. Asked again each time: images
    change without their text."""
    below_picture: bool
    """Whether the page shows a picture above the text."""

    def image(self, file: str) -> Image | str:
        """Return an image beside the text, or why there is none."""
        try:
            return self.find_image(self.text, file)
        except ImageError as error:
            return str(error)


Found = tuple[tuple[int, str], ...]
"""What is wrong with a text: lines of its file, and sentences."""

Parts = Sequence[str | Insert]


@dataclass(frozen=True)
class Kept:
    """A cached rendered text, with all it was made from."""

    source: str
    """A digest of the text's file."""
    below_picture: bool
    images: Mapping[str, Image | str]
    """What became of each image it names: the image, or why there is none."""
    rendered: Rendered
    """Without its HTML where that lies apart."""
    found: Found
    digest: str = ""
    """Of the HTML, where it lies apart."""

    @property
    def key(self) -> str:
        """A key of all it was made from, besides the rules for all texts."""
        return repr((self.source, self.below_picture, self.images))


class Texts:
    """Renders texts on first use, and again only when something they depend on has changed."""

    def __init__(
        self,
        addresses: Addresses,
        foreign_terms: Mapping[str, tuple[str, ...]],
        language: Language = GERMAN,
        blobs: Blobs | None = None,
    ) -> None:
        self.addresses = addresses
        self.foreign_terms = foreign_terms
        self.language = language
        self.blobs = blobs
        self.kept: dict[str, Kept] = {}
        """By the label of their file."""

    @cached_property
    def renderer(self) -> Renderer:
        """The renderer of all texts."""
        return Renderer(self.addresses, self.foreign_terms, self.language)

    def or_anew(self, other: Texts) -> Texts:
        """Return itself if the rules for all texts are those of another cache, else the other."""
        is_same = (self.addresses, self.foreign_terms, self.language) == (
            other.addresses,
            other.foreign_terms,
            other.language,
        )
        other.blobs = self.blobs
        return self if is_same else other

    def render(self, placed: Placed) -> tuple[Rendered, Found]:
        """Return a text, without its HTML where that lies apart, and what is wrong with it."""
        label = placed.text.label
        if not self.holds(placed):
            made = self._render(placed)
            self.kept[label] = made if self.blobs is None else _apart(made, self.blobs)
        return self.kept[label].rendered, self.kept[label].found

    def html(self, placed: Placed) -> Parts:
        """Return the HTML of a text that was rendered as it is placed, from the blob store."""
        if self.blobs and (packed := self.blobs.get(self.kept[placed.text.label].digest)):
            return _unpacked(packed)
        return self._render(placed).rendered.parts

    def holds(self, placed: Placed) -> bool:
        """Return whether the cached text is as it would be rendered now."""
        kept = self.kept.get(placed.text.label)
        return (
            kept is not None
            and kept.source == placed.text.digest
            and kept.below_picture == placed.below_picture
            and all(placed.image(file) == image for file, image in kept.images.items())
        )

    def forget_others(self, labels: Collection[str]) -> None:
        """Drop cached texts except those of some files."""
        self.kept = {label: kept for label, kept in self.kept.items() if label in labels}

    def __getstate__(self) -> dict[str, Any]:
        return {"addresses": self.addresses, "foreign_terms": self.foreign_terms,
                "language": self.language, "blobs": None, "kept": self.kept}  # fmt: skip

    def _render(self, placed: Placed) -> Kept:
        images: dict[str, Image | str] = {}

        def find(file: str) -> Image:
            found = images[file] = placed.image(file)
            if isinstance(found, str):
                raise ImageError(found)
            return found

        text, below_picture = placed.text, placed.below_picture
        rendered, found = self.renderer.render(
            text, placed.folder, find, below_picture=below_picture
        )
        return Kept(text.digest, below_picture, images, rendered, tuple(found))


def _apart(kept: Kept, blobs: Blobs) -> Kept:
    named = [[part.name] if isinstance(part, Insert) else part for part in kept.rendered.parts]
    digest = blobs.put(json.dumps(named, ensure_ascii=False).encode())
    return replace(kept, rendered=replace(kept.rendered, parts=()), digest=digest)


def _unpacked(packed: bytes) -> Parts:
    return [Insert(*part) if isinstance(part, list) else part for part in json.loads(packed)]
