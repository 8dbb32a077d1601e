"""A social card holds any title, within its margins, in few bytes."""

from __future__ import annotations

import io
import time
from collections.abc import Callable

import pytest
from PIL import Image, ImageChops, ImageFont

from support.site import ROOT
from website.content.cards import SIZE, drawing
from website.content.cards.drawing import Wording

FONT = (ROOT / "static/fonts/schibsted-grotesk.woff2").read_bytes()
MOTTO = "Schnell, fair und effizient!"
COMPOUND = "Kundenbeziehungsmanagementverantwortung"

TITLES = (
    "Beschwerden",
    "Der richtige Umgang mit (schwierigen) Kunden",
    f"Die {COMPOUND} und wie Sie sie im Unternehmen verteilen",
    f"{COMPOUND} {COMPOUND}",
    "Wort und noch ein Wort, " * 30,
    "x" * 200,
    "ÄÖÜ gjpqy " * 12,
    "",
)


@pytest.mark.parametrize("title", TITLES)
def test_nothing_is_drawn_into_the_margins(title: str) -> None:
    ink = _ink(_draw(Wording("Kundenbeziehungen", title, MOTTO)))
    left, top, right, bottom = ink.getbbox() or pytest.fail("nothing is drawn")
    # The ink of a round or bold letter reaches a little over the line on which it stands.
    assert left >= drawing.MARGIN - 3
    assert right <= SIZE[0] - drawing.MARGIN + 3
    assert top >= drawing.MARGIN_BLOCK - 6
    assert bottom <= SIZE[1] - drawing.MARGIN_BLOCK


@pytest.mark.parametrize("title", TITLES)
def test_the_title_touches_neither_topic_nor_foot(title: str) -> None:
    with_title = _draw(Wording("Kundenbeziehungen", title, MOTTO))
    without = _draw(Wording("Kundenbeziehungen", "", MOTTO))
    title_ink = ImageChops.difference(with_title, without).convert("L").point(_any_ink)
    if not title:
        assert title_ink.getbbox() is None
        return
    _, top, _, bottom = title_ink.getbbox() or pytest.fail("the title is not drawn")
    assert top > drawing.TOPIC_BASELINE + 8
    foot = _ink(without).crop((0, drawing.TOPIC_BASELINE + 20, *SIZE)).getbbox()
    assert foot
    assert bottom < drawing.TOPIC_BASELINE + 20 + foot[1] - 8


def test_a_long_topic_and_a_long_foot_stay_within_the_margins_too() -> None:
    ink = _ink(_draw(Wording("Ein Thema " * 20, "Titel", "Eine Beschreibung " * 30)))
    left, _, right, bottom = ink.getbbox() or pytest.fail("nothing is drawn")
    assert left >= drawing.MARGIN - 3
    assert right <= SIZE[0] - drawing.MARGIN + 3
    assert bottom <= SIZE[1] - drawing.MARGIN_BLOCK


def test_a_compound_of_forty_letters_is_not_cut() -> None:
    face, lines = drawing._fitted(f"Die {COMPOUND}", FONT, (1040, 280))  # noqa: SLF001
    assert lines == ["Die", COMPOUND]
    assert face.size >= 42


def test_lines_are_of_about_the_same_length() -> None:
    face, lines = drawing._fitted(  # noqa: SLF001
        "Der richtige Umgang mit (schwierigen) Kunden", FONT, (1040, 280)
    )
    widths = [face.width(line) for line in lines]
    assert len(lines) == 2
    assert min(widths) > 0.8 * max(widths)


def test_no_break_spaces_hold() -> None:
    _, lines = drawing._fitted("Wort " * 7 + "§\u00a0437", FONT, (1040, 280))  # noqa: SLF001
    assert any("§\u00a0437" in line for line in lines)


def test_characters_that_the_font_lacks_leave_no_holes() -> None:
    face = drawing.Face(FONT, 40, 700)
    assert face.printable("Caf\u0065\u0301 Łódź 😀 z.\u202fB. „Ş“") == "Café ódz  z.\u202fB. „S“"


def test_a_card_is_small_and_the_same_every_time() -> None:
    wording = Wording("Kundenbeziehungen", "Wort und noch ein Wort, " * 30, MOTTO)
    data = drawing.draw(wording, SIZE, FONT)
    assert data == drawing.draw(wording, SIZE, FONT)
    assert len(data) <= 60_000


@pytest.mark.slow
def test_to_draw_a_card_takes_less_than_to_press_its_picture_as_small_as_can_be() -> None:
    titles = [f"Der {number}. Titel eines Artikels über Kunden und anderes" for number in range(5)]
    wordings = [Wording("Kundenbeziehungen", title, MOTTO) for title in titles]
    picture = Image.open(io.BytesIO(drawing.draw(wordings[0], SIZE, FONT)))
    picture.load()

    def press() -> None:
        picture.save(io.BytesIO(), "PNG", compress_level=9)

    drawn = min(_seconds(lambda one=one: drawing.draw(one, SIZE, FONT)) for one in wordings)  # type: ignore[misc]
    assert drawn < min(_seconds(press) for _ in wordings)


def test_what_the_cards_of_a_topic_have_in_common_is_not_changed_by_a_title() -> None:
    short, long = (Wording("Kunden", title, MOTTO) for title in ("Titel", "Wort, " * 60))
    first = drawing.draw(short, SIZE, FONT)
    drawing.draw(long, SIZE, FONT)
    assert drawing.draw(short, SIZE, FONT) == first


def test_a_card_is_on_the_sites_paper_in_its_ink_and_accent() -> None:
    image = _draw(Wording("Kunden", "Beschwerden", MOTTO))
    colours = {colour for _, colour in image.getcolors(100_000) or ()}
    assert image.getpixel((0, 0)) == drawing.PAPER
    assert {drawing.PAPER, drawing.INK, drawing.ACCENT} <= colours


def _draw(wording: Wording) -> Image.Image:
    return Image.open(io.BytesIO(drawing.draw(wording, SIZE, FONT))).convert("RGB")


def _ink(image: Image.Image) -> Image.Image:
    paper = Image.new("RGB", image.size, drawing.PAPER)
    return ImageChops.difference(image, paper).convert("L").point(_any_ink)


def _any_ink(value: int) -> int:
    return 255 if value > 8 else 0


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def test_a_card_is_drawn_where_fribidi_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFont.core, "HAVE_RAQM", False)
    monkeypatch.setattr(drawing, "_opened", vars(drawing)["_opened"].__wrapped__)  # none is kept
    assert _ink(_draw(Wording("Kundenbeziehungen", "Ein Titel", MOTTO))).getbbox()
