"""Bars on covers: of an article's own figures, else of its name, always the same."""

from __future__ import annotations

from website.content import motif


def test_a_name_gives_the_same_bars_every_time_and_they_fit_the_cover() -> None:
    cover = motif.cover("kunden")
    assert cover == motif.cover("kunden")
    assert len(cover.heights) == motif.COVER_BARS
    assert min(cover.heights) > 0
    assert max(cover.heights) <= cover.height == 90


def test_figures_are_drawn_in_proportion_and_the_least_can_still_be_seen() -> None:
    cover = motif.of_figures([300, 150, 0, 60, 15], red=1)
    high, half, none, *_ = cover.heights
    assert cover.red == 1
    assert abs(half / high - 0.5) < 0.05
    assert none >= 1
    assert high <= cover.height


def test_no_two_names_have_the_same_bars() -> None:
    covers = {motif.cover(f"artikel-{number}") for number in range(2_000)}
    assert len(covers) == 2_000
