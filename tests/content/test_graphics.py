"""A graphic says how large it is in any way that browsers know, and holds nothing but a picture."""

from __future__ import annotations

import base64
import contextlib
import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from support.content import ARTICLE, Content, camera
from website.content import graphics
from website.exceptions import ImageError

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def _photo() -> bytes:
    file = io.BytesIO()
    Image.effect_noise((16, 16), 50).save(file, "PNG", exif=camera())
    return file.getvalue()


PHOTO = _photo()


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="200" height="100"', (200, 100)),
        ('height="100" width="200"', (200, 100)),
        ("width='200' height='100'", (200, 100)),
        ("width = '200'\n\theight\n=\n'100'", (200, 100)),
        ('stroke-width="2" width="200" height="100"', (200, 100)),
        ('stroke-width="2" stroke-height="4" viewBox="0 0 200 100"', (200, 100)),
        ('width="200px" height="100PX"', (200, 100)),
        ('width="144pt" height="72pt"', (192, 96)),
        ('width="2in" height="1in"', (192, 96)),
        ('width="5.08cm" height="25.4mm"', (192, 96)),
        ('width="12pc" height="101.6Q"', (192, 96)),
        ('width="10em" height="5rem"', (160, 80)),
        ('width="200.5" height="100.25"', (200, 100)),
        ('width=".5" height="2e2"', (1, 200)),
        ('width="100%" height="100%" viewBox="0 0 200 100"', (200, 100)),
        ('width="auto" viewBox="0,0,200,100"', (200, 100)),
        ('viewBox=" -10 -10  200.4 , 100 "', (200, 100)),
        ('width="400" viewBox="0 0 200 100"', (400, 200)),
        ('height="50" viewBox="0 0 200 100"', (100, 50)),
        ('width="0" height="0" viewBox="0 0 200 100"', (200, 100)),
    ],
)
def test_a_size_is_read_in_any_order_unit_and_quote(attributes: str, size: tuple[int, int]) -> None:
    text = f'<?xml version="1.0"?><!-- <svg width="7" height="7"> --><svg {attributes}><g/></svg>'
    assert graphics.size(text.encode()) == size
    assert graphics.size(text.encode("utf-16")) == size


@pytest.mark.parametrize(
    "attributes",
    ["", 'width="200"', 'width="100%" height="50%"', 'viewBox="0 0 0 100"', 'viewBox="0 0 100"',
     'width="-5" height="10"', 'width="NaN" height="inf"', 'viewBox="0 0 nan inf"',
     'stroke-width="2" height="100"', 'width="2 00" height="1"', 'width="5vw" height="5vh"'],
)  # fmt: skip
def test_a_graphic_without_a_size_is_refused(attributes: str) -> None:
    with pytest.raises(ImageError, match="nennt seine Größe nicht"):
        graphics.size(f"<svg {attributes}/>".encode())


@pytest.mark.parametrize("attributes", ['width="1e9" height="1"', 'viewBox="0 0 1e9 1"'])
def test_a_graphic_of_absurd_size_is_refused(attributes: str) -> None:
    with pytest.raises(ImageError, match="ist größer als"):
        graphics.size(f"<svg {attributes}/>".encode())


@given(st.text())
def test_any_attribute_gives_a_size_or_is_refused(text: str) -> None:
    quoted = text.translate({ord(c): " " for c in '<&"'})
    try:
        width, height = graphics.size(f'<svg width="{quoted}" height="3"/>'.encode())
    except (ImageError, UnicodeEncodeError):
        return
    assert 1 <= width <= graphics.LARGEST
    assert height == 3


HARMFUL = [
    "<script>alert(1)</script>",
    "<script href='https://firma.de/x.js'/>",
    "<x:script xmlns:x='http://www.w3.org/2000/svg'>alert(1)</x:script>",
    "<h:script xmlns:h='http://www.w3.org/1999/xhtml'>alert(1)</h:script>",
    "<h:img xmlns:h='http://www.w3.org/1999/xhtml' src='x'/>",
    "<foreignObject><p>HTML</p></foreignObject>",
    "<g onload='alert(1)'/>",
    '<g OnClick = "alert(1)"/>',
    "<a href='javascript:alert(1)'><text>x</text></a>",
    "<a xlink:href=' java&#10;script:alert(1)'><text>x</text></a>",
    "<a href='data:text/html,x'><text>x</text></a>",
    "<animate attributeName='href' to='javascript:alert(1)'/>",
    "<animate attributeName='x-l:href' to='javascript:alert(1)'/>",
    "<set attributeName='onmouseover' to='alert(1)'/>",
    "<iframe/>",
    "<handler/>",
    "<use href='data:image/svg+xml;base64,PHN2Zy8+'/>",
]

FOREIGN = [
    "<image href='https://firma.de/x.png'/>",
    "<image xlink:href='//firma.de/x.png'/>",
    "<image href='foto.jpg'/>",
    "<image href='file:///Users/erika/foto.jpg'/>",
    "<use href='andere.svg#teil'/>",
    "<rect fill='url(https://firma.de/x.svg#a)'/>",
    "<rect style='fill: url( \"http://firma.de/x\" )'/>",
    "<style>@import 'https://fonts.firma.de/x';</style>",
    "<style>@import url(x.css);</style>",
    "<style>g { background: \\75rl(https://firma.de/x.png) }</style>",
    "<style><g/>@import 'https://fonts.firma.de/x';</style>",
    "<style>g { content: '/*'; fill: url(https://firma.de/x.png); x: '*/' }</style>",
    "<style>g { content: '@namespace' url(https://firma.de/x.png); }</style>",
    "<rect fill='u\\72l(https://firma.de/x.svg#a)'/>",
    "<rect fill='url(\\d800)'/>",
    "<style><![CDATA[ g { fill: image-set('https://firma.de/x.png' 1x) } ]]></style>",
]

HARMLESS = [
    "<a href='https://firma.de/'><text>Firma</text></a>",
    "<a href='/kontakt/'><text>Kontakt</text></a>",
    "<use href='#teil'/><rect fill='url(#verlauf)'/>",
    "<metadata><r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/></metadata>",
    "<d:source xmlns:d='http://purl.org/dc/elements/1.1/'>x</d:source>",
    "<style>/* https://firma.de/ */ text { font: 15px serif }</style>",
    "<style>@namespace url(http://www.w3.org/2000/svg);</style>",
    "<style>@namespace svg 'http://www.w3.org/2000/svg';</style>",
    "<style>@font-face { src: url(data:font/woff2;base64,AAAA) }</style>",
    "<text>javascript: url(https://firma.de/)</text>",
    "<title>onload</title><!-- <script> -->",
]


@pytest.mark.parametrize("inner", HARMFUL)
def test_what_runs_in_a_browser_is_refused_with_its_line(content: Content, inner: str) -> None:
    content.write("artikel/a.svg", f'{SVG} width="3" height="2">\n<g/>\n{inner}\n</svg>')
    content.article(text=f"{ARTICLE}\n![Eine Grafik](a.svg)\n")
    [problem] = content.problems()
    assert problem.startswith("content/artikel/ein-artikel.md:11: Das Bild „a.svg“ darf so nicht")
    assert "Zeile 3 der Grafik" in problem


@pytest.mark.parametrize("inner", FOREIGN)
def test_what_is_loaded_from_elsewhere_is_refused_with_its_line(inner: str) -> None:
    data = f'{SVG} width="3" height="2">\n<g/>\n{inner}\n</svg>'.encode()
    with pytest.raises(ImageError, match=r"Zeile 3 der Grafik lädt .* von außerhalb"):
        graphics.size(data)
    [fault] = graphics.read(data).faults
    assert fault.is_foreign
    assert fault.message.encode()  # and so can be shown


@pytest.mark.parametrize("inner", HARMLESS)
def test_links_and_own_parts_are_harmless(inner: str) -> None:
    assert graphics.size(f'{SVG} width="3" height="2">{inner}</svg>'.encode()) == (3, 2)


def test_what_programs_write_at_the_head_is_harmless() -> None:
    head = (
        '<?xml version="1.0" encoding="utf-8" standalone="no"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD '
        'SVG 1.1//EN"\n "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n'
    )
    assert graphics.size(f'{head}{SVG} width="3" height="2"/>'.encode()) == (3, 2)


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["@namespace a", "@namespace", "@import", '"url(#', "\\61 ", "url(", " ", "'//", "<g>"]
)
def test_a_graphic_costs_no_more_than_it_is_long(piece: str) -> None:
    count = 500_000 // len(piece)
    for start, end in (("<style>@namespace ", "</style>"), ("<g style='@namespace ", "'/>")):
        began = time.process_time()
        with contextlib.suppress(ImageError):
            graphics.size(f'{SVG} width="3" height="2">{start}{piece * count}{end}</svg>'.encode())
        assert time.process_time() - began < 6


def test_a_style_sheet_beside_a_graphic_is_refused() -> None:
    data = f'<?xml-stylesheet href="x.css"?>\n{SVG} width="3" height="2"/>'.encode()
    with pytest.raises(ImageError, match="Zeile 1 der Grafik lädt"):
        graphics.size(data)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "declared",
    [
        f'<!ENTITY l0 "ha">{LAUGHS}',
        '<!ENTITY l11 SYSTEM "file:///etc/hostname">',
        '<!ENTITY % x SYSTEM "https://firma.de/x.dtd"> %x; <!ENTITY l11 "x">',
    ],
)
def test_entities_are_refused_before_they_are_read(declared: str) -> None:
    data = f'<!DOCTYPE svg [\n{declared}]>\n{SVG} width="3" height="2"><text>&l11;</text></svg>'
    with pytest.raises(ImageError, match="<!ENTITY>"):
        graphics.size(data.encode())


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "ist die SVG-Datei beschädigt"),
        (b"<svg width='3' height='2'>\n<g>\n</svg>", "In Zeile 3 ist die SVG-Datei beschädigt"),
        (b"\x89PNG\r\n", "beschädigt"),
        (b"<svg width='3' height='2'><use xlink:href='#a'/></svg>", "beschädigt"),
        (b"<?xml version='1.0' encoding='nichts'?><svg/>", "beschädigt"),
        (b"<html><body/></html>", "ist keine SVG-Grafik"),
    ],
)
def test_what_is_no_graphic_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(ImageError, match=told):
        graphics.size(data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_within_a_graphic_may_not_say_where_it_was_taken(kind: str) -> None:
    for exif, is_told in ((camera(), True), (None, False)):
        file = io.BytesIO()
        Image.new("RGB", (8, 8)).save(file, kind, **({"exif": exif} if exif else {}))
        encoded = base64.encodebytes(file.getvalue()).decode()
        uri = f"data:image/{kind.lower()};base64,{encoded}"
        for inner in (f'<image href="{uri}"/>', f"<style>g{{fill:url({uri})}}</style>"):
            faults = graphics.read(f"{SVG}>{inner}</svg>".encode()).faults
            assert ["EXIF" in fault.message for fault in faults] == [True] * is_told, inner[:40]


@given(st.integers(0, 300), st.integers(0, 255))
def test_a_damaged_photo_within_a_graphic_ends_no_check(at: int, byte: int) -> None:
    data = bytearray(PHOTO)
    data[at] = byte
    for kind in ("png", "jpeg"):
        uri = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
        faults = graphics.read(f'{SVG}><image href="{uri}"/></svg>'.encode()).faults
        assert len(faults) <= 1


@given(st.binary())
def test_any_bytes_are_a_graphic_or_refused(data: bytes) -> None:
    for given_data in (data, b"<svg>" + data + b"</svg>"):
        with contextlib.suppress(ImageError):
            graphics.read(given_data)
