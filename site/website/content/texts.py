"""The texts of a site as HTML, each rendered when it is first asked for, and then kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from website.content.rendering import Renderer
from website.exceptions import ImageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from website.content.addresses import Addresses
    from website.content.models import Image, Rendered, Text

    FindImage = Callable[[Text, str], Image]

Found = tuple[tuple[int, str], ...]
"""What is wrong with a text: lines of its file, and sentences."""


@dataclass(frozen=True)
class _Kept:
    """A rendered text, and all it was made from."""

    text: Text
    below_picture: bool
    images: Mapping[str, Image | str]
    """What became of each image it names: the image, or why there is none."""
    rendered: Rendered
    found: Found


class Texts:
    """Renders texts, and each again only when something it is made from has changed."""

    def __init__(self, addresses: Addresses, foreign_terms: Mapping[str, tuple[str, ...]]) -> None:
        self.addresses = addresses
        self.foreign_terms = foreign_terms
        self._kept: dict[Path, _Kept] = {}

    @cached_property
    def renderer(self) -> Renderer:
        """The renderer of all texts."""
        return Renderer(self.addresses, self.foreign_terms)

    def or_anew(self, addresses: Addresses, foreign_terms: Mapping[str, tuple[str, ...]]) -> Texts:
        """Give itself while all texts are still rendered by the same rules, else an empty one."""
        same = self.addresses == addresses and self.foreign_terms == foreign_terms
        return self if same else Texts(addresses, foreign_terms)

    def render(
        self, text: Text, folder: str, find_image: FindImage, *, below_picture: bool
    ) -> tuple[Rendered, Found]:
        """Render a text; the parameters are those of :meth:`Renderer.render`.

        :param find_image: is asked again each time: images change without their text.
        """
        kept = self._kept.get(text.path)
        if kept is None or not _is_valid(kept, text, find_image, below_picture=below_picture):
            kept = self._render(text, folder, find_image, below_picture=below_picture)
            self._kept[text.path] = kept
        return kept.rendered, kept.found

    def _render(
        self, text: Text, folder: str, find_image: FindImage, *, below_picture: bool
    ) -> _Kept:
        images: dict[str, Image | str] = {}

        def find(file: str) -> Image:
            images[file] = _try(text, file, find_image)
            return find_image(text, file)

        rendered, found = self.renderer.render(text, folder, find, below_picture=below_picture)
        return _Kept(text, below_picture, images, rendered, tuple(found))


def _is_valid(kept: _Kept, text: Text, find_image: FindImage, *, below_picture: bool) -> bool:
    return (
        (kept.text is text or kept.text == text)
        and kept.below_picture == below_picture
        and all(_try(text, file, find_image) == image for file, image in kept.images.items())
    )


def _try(text: Text, file: str, find_image: FindImage) -> Image | str:
    try:
        return find_image(text, file)
    except ImageError as error:
        return str(error)
