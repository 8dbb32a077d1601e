"""Whatever a file holds, pages and feeds stay well-formed, and their author is told."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.content import Content
from website.content.addresses import Addresses
from website.content.models import TextContent
from website.content.rendering import Renderer
from website.content.text_files import CONTROL

RENDERER = Renderer(Addresses(), {})
SIGNS = st.one_of(
    st.characters(max_codepoint=0xA0),
    st.sampled_from("\u2028\u2029\ufffe\uffff\ue000\uf8ff\U000f0000\U0010fffd#*_`[](\n- "),
)


@given(st.text(SIGNS, max_size=40))
def test_a_page_holds_no_control_character(body: str) -> None:
    rendered, _ = RENDERER.render(TextContent(Path(), "a.md", body, 1), "artikel", _no_image)
    assert not CONTROL.search(rendered.html)
    headings = "".join(heading.text for heading in rendered.headings)
    ET.fromstring(f"<a>{re.sub('[<&]', '', rendered.html + headings)}</a>")  # noqa: S314


@pytest.mark.parametrize("sign", ["\x00", "\x0b", "\x0c", "\x1f", "\x7f", "\x85", "\ufffe"])
def test_it_is_told_wherever_it_stands(content: Content, sign: str) -> None:
    content.article("im-kopf", title=f"Ein{sign}Titel")
    content.article("als-zeichen", title=f'"Ein\\u{ord(sign):04x}Titel"')
    data = (content.folder / "website.toml").read_text("utf-8")
    content.write("website.toml", data.replace("Schnell,", f"Schnell,{sign}"))
    told = {problem.split(":")[0].rpartition("/")[2] for problem in content.problems()}
    assert "website.toml" in told
    content.write("website.toml", data)
    told = {problem.split(":")[0].rpartition("/")[2] for problem in content.problems()}
    assert {"als-zeichen.md"} <= told
    if sign != "\x85":  # a line break for YAML, and a space for readers
        assert "im-kopf.md" in told


def _no_image(_: str) -> None:
    raise AssertionError
