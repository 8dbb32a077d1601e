"""Put the letters that a graphic uses, in the site's type, into the graphics beside the articles.

A graphic that is shown as an image cannot use the page's fonts. Run this by hand after a graphic
with ``font-family: "Exhibit Sans"`` was changed; the results are committed::

    python -m venv /tmp/fonts && /tmp/fonts/bin/pip install fonttools brotli
    /tmp/fonts/bin/python static/fonts/exhibits.py

fontTools and Brotli are no dependencies of the site; they are installed for this script alone.
"""
# ruff: noqa: INP001, T201 -- a script outside any package that reports

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

HERE = Path(__file__).parent
FONT = HERE / "schibsted-grotesk.woff2"
CONTENT = HERE.parents[1] / "content"
FAMILY = '"Exhibit Sans"'

_RULE = re.compile(r"@font-face\{[^}]*\}\n")
_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def main() -> None:
    """Renew every graphic that names the family."""
    for graphic in sorted(CONTENT.glob("**/artikel/*.svg")):
        text = _RULE.sub("", graphic.read_text(encoding="utf-8"))
        if FAMILY not in text:
            continue
        letters = _TAG.sub("", _STYLE.sub("", text))
        rules = "".join(_rule(weight, letters) for weight in (400, 700))
        graphic.write_text(text.replace("<style>\n", f"<style>\n{rules}", 1), encoding="utf-8")
        print(f"{graphic.relative_to(CONTENT)}: {graphic.stat().st_size} bytes")


def _rule(weight: int, letters: str) -> str:
    font = TTFont(FONT, recalcTimestamp=False)
    options = Options()
    options.layout_features = ["kern"]
    options.hinting = False
    options.name_IDs = [13, 14]
    options.notdef_outline = False
    subsetter = Subsetter(options)
    subsetter.populate(text=letters)
    subsetter.subset(font)
    font = instantiateVariableFont(font, {"wght": weight})
    font.flavor = "woff2"
    file = io.BytesIO()
    font.save(file)
    data = base64.b64encode(file.getvalue()).decode("ascii")
    source = f"url(data:font/woff2;base64,{data})"
    return f"@font-face{{font-family:{FAMILY};font-weight:{weight};src:{source}}}\n"


if __name__ == "__main__":
    main()
