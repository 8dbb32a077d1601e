"""Make the pixel icons from ``favicon.svg``, for whatever shows no SVG.

Run it by hand after changing ``favicon.svg``; the results are committed::

    .venv/bin/python static/img/icons.py

Chromium draws, as the tests' tools bring it. The icons are the light ones: home screens and old
browsers know no dark mode.
"""
# ruff: noqa: INP001 -- a script outside any package

from __future__ import annotations

import io
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
ICONS = {"favicon.png": 32, "apple-touch-icon.png": 180}
COLOURS = 32
"""Enough for three colours and their smooth edges."""


def main() -> None:
    """Write every icon."""
    drawing = (HERE / "favicon.svg").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium-headless-shell") or shutil.which("chromium"),
            args=["--no-sandbox"],
        )
        for name, size in ICONS.items():
            page = browser.new_page(viewport={"width": size, "height": size}, color_scheme="light")
            page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{drawing}")
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            picture.quantize(COLOURS).save(HERE / name, optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
