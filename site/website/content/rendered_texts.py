"""The texts of a site as HTML, each rendered when it is first asked for, and then kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from website.content.rendering import Renderer
from website.exceptions import ImageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from website.content.addresses import Addresses
    from website.content.models import Image, Rendered, TextContent

    FindImage = Callable[[TextContent, str], Image]

Found = tuple[tuple[int, str], ...]
"""What is wrong with a text: lines of its file, and sentences."""


@dataclass(frozen=True)
class Kept:
    """A rendered text, and all it was made from."""

    text: TextContent
    below_picture: bool
    images: Mapping[str, Image | str]
    """What became of each image it names: the image, or why there is none."""
    rendered: Rendered
    found: Found

    @property
    def key(self) -> str:
        """Identifies what it was made from, besides the rules for all texts."""
        return repr((self.text.digest, self.below_picture, self.images))


class Texts:
    """Renders texts, and each again only when something it is made from has changed."""

    def __init__(
        self,
        addresses: Addresses,
        foreign_terms: Mapping[str, tuple[str, ...]],
    ) -> None:
        self.addresses = addresses
        self.foreign_terms = foreign_terms
        self.kept: dict[Path, Kept] = {}

    @cached_property
    def renderer(self) -> Renderer:
        """The renderer of all texts."""
        return Renderer(self.addresses, self.foreign_terms)

    def or_anew(self, addresses: Addresses, foreign_terms: Mapping[str, tuple[str, ...]]) -> Texts:
        """Return itself if the rules for all texts are the same, else an empty one."""
        same = self.addresses == addresses and self.foreign_terms == foreign_terms
        return self if same else Texts(addresses, foreign_terms)

    def render(
        self, text: TextContent, folder: str, find_image: FindImage, *, below_picture: bool
    ) -> tuple[Rendered, Found]:
        """Render a text; the parameters are those of :meth:`Renderer.render`.

        :param find_image: is asked again each time: images change without their text.
        """
        if not self.holds(text, find_image, below_picture=below_picture):
            self.kept[text.path] = self._render(
                text, folder, find_image, below_picture=below_picture
            )
        kept = self.kept[text.path]
        return kept.rendered, kept.found

    def holds(self, text: TextContent, find_image: FindImage, *, below_picture: bool) -> bool:
        """Return whether a text is kept as it would be rendered now."""
        kept = self.kept.get(text.path)
        return kept is not None and _is_valid(kept, text, find_image, below_picture=below_picture)

    def forget_others(self, paths: Collection[Path]) -> None:
        """Drop the texts of files that are gone."""
        self.kept = {path: kept for path, kept in self.kept.items() if path in paths}

    def __getstate__(self) -> dict[str, Any]:
        return {"addresses": self.addresses, "foreign_terms": self.foreign_terms,
                "kept": self.kept}  # fmt: skip

    def _render(
        self, text: TextContent, folder: str, find_image: FindImage, *, below_picture: bool
    ) -> Kept:
        images: dict[str, Image | str] = {}

        def find(file: str) -> Image:
            found = images[file] = _try(text, file, find_image)
            if isinstance(found, str):
                raise ImageError(found)
            return found

        rendered, found = self.renderer.render(text, folder, find, below_picture=below_picture)
        return Kept(text, below_picture, images, rendered, tuple(found))


def _is_valid(kept: Kept, text: TextContent, find_image: FindImage, *, below_picture: bool) -> bool:
    return (
        (kept.text is text or kept.text == text)
        and kept.below_picture == below_picture
        and all(_try(text, file, find_image) == image for file, image in kept.images.items())
    )


def _try(text: TextContent, file: str, find_image: FindImage) -> Image | str:
    try:
        return find_image(text, file)
    except ImageError as error:
        return str(error)
