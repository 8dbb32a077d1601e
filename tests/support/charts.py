"""Charts of the inbox as its pages show them, read strictly."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import html

from support.site import ROOT
from website.inbox import chart_scales, words
from website.infra import german

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(ROOT / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.globals.update(german=german, chart_scales=chart_scales, words=words)


class Chart:
    """A rendered chart."""

    def __init__(self, kind: str, name: str, *values: Any) -> None:
        """Render one.

        :param kind: the template with the macro that is named.
        """
        module: Any = _ENVIRONMENT.get_template(f"inbox/charts/{kind}.html").module
        self.source = str(getattr(module, name)(*values))
        (self.element,) = html.fragment_fromstring(self.source, create_parent=True)

    @property
    def finding(self) -> str:
        """What is said above it."""
        return self._text(".plot__finding")[0]

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The texts of its table."""
        found = self.element.cssselect("tbody tr")
        return [tuple(_plain(_own_text(cell)) for cell in row.cssselect("th, td")) for row in found]

    @property
    def headings(self) -> list[str]:
        """The texts above its table."""
        return self._text("thead th")

    @property
    def drawing(self) -> ET.Element | None:
        """Its drawing, read strictly: what is not escaped does not pass."""
        begin = self.source.find('<svg class="plot__drawing"')
        if begin < 0:
            return None
        end = self.source.index("</svg>", begin) + len("</svg>")
        return ET.fromstring(self.source[begin:end])  # noqa: S314 - our own

    @property
    def marks(self) -> list[ET.Element]:
        """The columns and dots of its drawing."""
        drawing = self.drawing
        if drawing is None:
            return []
        return [each for each in drawing.iter() if each.tag in {"rect", "circle"}]

    def _text(self, selector: str) -> list[str]:
        return [_plain(each.text_content()) for each in self.element.cssselect(selector)]


def places(mark: ET.Element) -> dict[str, float]:
    """Return where a mark lies, in per cent."""
    return {
        name: float(value.rstrip("%")) for name, value in mark.attrib.items() if value.endswith("%")
    }


def _own_text(cell: html.HtmlElement) -> str:
    hidden = "".join(each.text_content() for each in cell.cssselect(".visually-hidden"))
    return cell.text_content().removesuffix(hidden)


def _plain(text: str) -> str:
    return " ".join(text.split())
