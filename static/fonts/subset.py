"""Make the site's two fonts, their licences and ``static/css/fonts.css`` from npm packages.

Run it by hand, only when a face or the character set changes; the results are committed::

    python -m venv /tmp/fonts && /tmp/fonts/bin/pip install fonttools brotli
    /tmp/fonts/bin/python static/fonts/subset.py              # asks npm for the packages (45 MB)
    /tmp/fonts/bin/python static/fonts/subset.py packages/    # has packages/node_modules already

fontTools and Brotli are no dependencies of the site; they are installed for this script alone.
The same packages give the same bytes.

Headings and interface are Schibsted Grotesk, text is Source Serif 4 at its design size for 18 px.
Adobe reserves the name "Source" for unchanged copies (OFL, condition 3), so ours is "Interim
Serif". Kerning does not vary with weight: it is that of the weight each face is mostly used at,
which saves 8 kB and moves nothing by more than a fraction of a pixel. Pairs that it moves by less
than a hundredth of an em are left out, and so is what the site's texts do not need: 12 kB.

While a font loads, a local one stands in at the same width and height, so the page does not
move. ``size-adjust`` is the ratio of both fonts' advance widths, weighted by ``FREQUENCIES``, for
regular and bold apart; ascent, descent and line gap are ours divided by that ratio. Arial, Georgia
and Times are measured on free fonts drawn to their exact widths. Headings change to ours when it
arrives. Text does not ("optional"), since nobody likes lines that move while they are read: it is
ours from the second page on. No page preloads a font, so that none is waited for.
"""
# ruff: noqa: INP001, S603, T201 -- a script outside any package that calls npm and reports

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from fontTools.otlLib.optimize.gpos import compact
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.hvar import add_HVAR
from fontTools.varLib.instancer import instantiateVariableFont

HERE = Path(__file__).parent
SHEET = HERE.parent / "css" / "fonts.css"
LARGEST = 25_000

CHARACTERS = frozenset(range(0x20, 0x7F)) | frozenset(
    map(
        ord,
        "ÄÖÜäöüßẞ\xa0\u202f\u2010\u2011–—„“‚‘’”«»…§·°²³±×÷½€‰−←→☐☑✓©àáâãåæçèéêëìíîïñòóôõøùúûýœÅÉØ",
    )
)
"""German, what its texts quote and reckon with, and letters of names from neighbouring countries.

Any other sign comes from a font of the reader's."""
HYPHEN, HYPHENS = 0x2D, (0x2010, 0x2011)
NARROW_SPACE = 0x202F

# How often signs stand in a thousand of the site's articles; and what Chromium's layout shift, over
# seven pages at eight widths, added to that estimate (headings are not articles; pairs are kerned).
FREQUENCIES = {
    146: " ", 138: "e", 95: "n", 59: "i", 52: "r", 50: "t", 41: "s", 39: "a", 33: "u", 32: "dh",
    27: "l", 25: "g", 21: "c", 17: "m", 15: "b", 14: "o", 13: "f", 12: ".", 10: ",", 9: "zwS",
    7: "k", 6: "Kü", 5: "äB", 4: "AMv0pD", 3: "GEWF", 2: "ITöU:RP1ZV", 1: "L2Cy()Hj3594ßN-§8J",
}  # fmt: skip
TUNING = {400: 1.004, 700: 1.0015}


@dataclass(frozen=True)
class Substitute:
    """A font that readers have, and a free one with the same widths to measure."""

    family: str
    package: str
    regular: tuple[str, ...]
    bold: tuple[str, ...]


@dataclass(frozen=True)
class Face:
    """One font file: where it comes from and what is kept."""

    family: str
    package: str
    version: str
    regular: str
    licence: str
    weights: tuple[int, int]
    kerned_at: int
    substitutes: tuple[Substitute, ...]
    pinned: dict[str, int] = field(default_factory=dict)
    complement: str = ""
    display: str = "swap"

    @property
    def slug(self) -> str:
        """Name the file after the family."""
        return self.family.lower().replace(" ", "-")


SANS = Face(
    family="Schibsted Grotesk",
    package="@fontsource-variable/schibsted-grotesk",
    version="5.3.0",
    regular="files/schibsted-grotesk-latin-wght-normal.woff2",
    complement="files/schibsted-grotesk-latin-ext-wght-normal.woff2",
    licence="LICENSE",
    weights=(400, 800),
    kerned_at=700,
    substitutes=(
        Substitute(
            "Arial for Sans",
            "arimo",
            ("Arial", "Liberation Sans", "Helvetica"),
            ("Arial Bold", "Arial-BoldMT", "Liberation Sans Bold", "Helvetica Bold"),
        ),
        Substitute("Roboto for Sans", "roboto", ("Roboto",), ("Roboto Bold", "Roboto-Bold")),
    ),
)
SERIF = Face(
    family="Interim Serif",
    package="source-serif",
    version="4.5.1",
    regular="VAR/SourceSerif4Variable-Roman.ttf",
    licence="LICENSE.md",
    weights=(400, 700),
    kerned_at=400,
    pinned={"opsz": 18},
    display="optional",
    substitutes=(
        Substitute("Georgia for Serif", "gelasio", ("Georgia",), ("Georgia Bold", "Georgia-Bold")),
        Substitute(
            "Times for Serif",
            "tinos",
            ("Times New Roman", "Liberation Serif"),
            ("Times New Roman Bold", "TimesNewRomanPS-BoldMT", "Liberation Serif Bold"),
        ),
        Substitute(
            "Noto for Serif", "noto-serif", ("Noto Serif",), ("Noto Serif Bold", "NotoSerif-Bold")
        ),
    ),
)
FACES = (SANS, SERIF)
SUBSTITUTES_VERSION = "5.3.0"

OPENING = """\
/* Made by static/fonts/subset.py: change it there. Interim Serif is Adobe's Source Serif 4, renamed
   as its licence asks of changed copies; "… for …" are local fonts in the measure of ours. */
@layer base {
"""


def main() -> None:
    """Write fonts, licences and style sheet."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else scratch)
        if len(sys.argv) == 1:
            _fetch(folder)
        rules = []
        for face in FACES:
            font = _make(face, folder / "node_modules" / face.package)
            rules += [_own_rule(face), *_local_rules(font, face.substitutes, folder)]
    # What the sans lacks (→ ☐ ✓) comes from the other file, which every page loads anyway.
    lacking = CHARACTERS & _characters(SERIF) - _characters(SANS)
    rules.insert(1, _own_rule(SANS, SERIF, lacking))
    SHEET.write_text(OPENING + "".join(f"  {rule}\n" for rule in rules) + "}\n", encoding="utf-8")


def _fetch(folder: Path) -> None:
    wanted = [f"{face.package}@{face.version}" for face in FACES]
    wanted += [
        f"@fontsource/{substitute.package}@{SUBSTITUTES_VERSION}"
        for face in FACES
        for substitute in face.substitutes
    ]
    command = ["npm", "install", "--prefix", str(folder), "--no-save", "--ignore-scripts"]
    subprocess.run([*command, *wanted], check=True)


def _make(face: Face, package: Path) -> TTFont:
    font = _open(package / face.regular)
    if face.complement:
        _complete(font, _open(package / face.complement))
    hyphen = font.getBestCmap()[HYPHEN]
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap.update(dict.fromkeys(HYPHENS, hyphen))
    _narrow_points(font)
    font = _subset(font)
    kerned = instantiateVariableFont(font, {"wght": face.kerned_at, **face.pinned})
    font = instantiateVariableFont(font, {"wght": face.weights, **face.pinned})
    font["GPOS"], font["GDEF"] = kerned["GPOS"], kerned["GDEF"]
    _drop_fine_kerning(font)
    _widen_narrow_space(font)
    compact(font, 1)
    _rename(font, face)
    font.flavor = "woff2"
    target = HERE / f"{face.slug}.woff2"
    font.save(target)
    size = target.stat().st_size
    print(f"{target.name}: {size} bytes, {font['maxp'].numGlyphs} glyphs")
    if size > LARGEST:
        sys.exit(f"{target.name} is larger than {LARGEST} bytes")
    licence = (package / face.licence).read_text(encoding="utf-8")
    (HERE / f"{face.slug}.LICENSE.txt").write_text(licence, encoding="utf-8")
    return _reread(font)


def _complete(font: TTFont, complement: TTFont) -> None:
    """Take over wanted glyphs (ẞ) which the package keeps in the font's second part."""
    have, give = font.getBestCmap(), complement.getBestCmap()
    order = font.getGlyphOrder()
    for code in sorted(CHARACTERS & give.keys() - have.keys()):
        name = give[code]
        glyph = complement["glyf"][name]
        if glyph.isComposite():
            sys.exit(f"U+{code:04X} is made of parts, which is not provided for")
        order = [*order, name]
        font["glyf"].glyphs[name] = glyph
        font["gvar"].variations[name] = complement["gvar"].variations[name]
        font["hmtx"].metrics[name] = complement["hmtx"].metrics[name]
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap[code] = name
    font["glyf"].glyphOrder = order
    font.setGlyphOrder(order)
    add_HVAR(font)


def _narrow_points(font: TTFont) -> None:
    """Let tabular figures leave points and commas alone: „1.200,50 €“ would fall apart."""
    points = {font.getBestCmap()[ord(sign)] for sign in ".,:"}
    table = font["GSUB"].table
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag != "tnum":
            continue
        for index in record.Feature.LookupListIndex:
            for subtable in table.LookupList.Lookup[index].SubTable:
                mapping = getattr(subtable, "ExtSubTable", subtable).mapping
                for point in points & mapping.keys():
                    del mapping[point]


def _drop_fine_kerning(font: TTFont) -> None:
    """Forget the pairs that would move by less than half a pixel in the largest heading."""
    least = font["head"].unitsPerEm / 100
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for subtable in lookup.SubTable:
            pairs = getattr(subtable, "ExtSubTable", subtable)
            for first in getattr(pairs, "Class1Record", ()):
                for second in first.Class2Record:
                    if second.Value1 and abs(getattr(second.Value1, "XAdvance", 0)) < least:
                        second.Value1.XAdvance = 0


def _widen_narrow_space(font: TTFont) -> None:
    """Let it be a fifth of an em: rounded to pixels, less cannot be seen in small type."""
    name = font.getBestCmap().get(NARROW_SPACE)
    if name:
        font["hmtx"].metrics[name] = (font["head"].unitsPerEm // 5, 0)


def _subset(font: TTFont) -> TTFont:
    options = Options()
    options.layout_features = ["kern", "liga", "tnum"]
    options.hinting = False
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]
    options.drop_tables += ["MVAR", "STAT"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=CHARACTERS)
    subsetter.subset(font)
    return _reread(font)


def _rename(font: TTFont, face: Face) -> None:
    style = {1: face.family, 4: f"{face.family} Regular", 6: f"{face.slug}-Regular"}
    for record in font["name"].names:
        record.string = style.get(record.nameID, record.toUnicode())


def _own_rule(face: Face, file: Face | None = None, codes: frozenset[int] | None = None) -> str:
    lightest, boldest = face.weights
    return _rule(
        face.family,
        f'url("../fonts/{(file or face).slug}.woff2") format("woff2")',
        f"{lightest} {boldest}",
        f"font-display: {face.display}",
        *([f"unicode-range: {', '.join(_ranges(codes))}"] if codes else []),
    )


def _local_rules(font: TTFont, substitutes: tuple[Substitute, ...], folder: Path) -> list[str]:
    rules = []
    em, line = font["head"].unitsPerEm, font["hhea"]
    for substitute in substitutes:
        for weight, names in ((400, substitute.regular), (700, substitute.bold)):
            instance = instantiateVariableFont(_reread(font), {"wght": weight})
            name = f"{substitute.package}-latin-{weight}-normal.woff2"
            files = folder / "node_modules" / "@fontsource" / substitute.package / "files"
            ratio = TUNING[weight] * _width(instance) / _width(_open(files / name))
            rules.append(
                _rule(
                    substitute.family,
                    ", ".join(f'local("{name}")' for name in names),
                    str(weight),
                    f"size-adjust: {ratio:.2%}",
                    f"ascent-override: {line.ascent / em / ratio:.2%}",
                    f"descent-override: {-line.descent / em / ratio:.2%}",
                    f"line-gap-override: {line.lineGap / em / ratio:.0%}",
                )
            )
    return rules


def _rule(family: str, source: str, weight: str, *more: str) -> str:
    described = (f'font-family: "{family}"', f"src: {source}", f"font-weight: {weight}", *more)
    return f"@font-face {{ {'; '.join(described)}; }}"


def _ranges(codes: frozenset[int]) -> list[str]:
    ranges: list[tuple[int, int]] = []
    for code in sorted(codes):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1] = (ranges[-1][0], code)
        else:
            ranges.append((code, code))
    return [f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in ranges]


def _width(font: TTFont) -> float:
    glyphs, metrics = font.getBestCmap(), font["hmtx"]
    units = sum(
        often * metrics[glyphs[ord(sign)]][0]
        for often, signs in FREQUENCIES.items()
        for sign in signs
    )
    return float(units / font["head"].unitsPerEm)


def _characters(face: Face) -> frozenset[int]:
    return frozenset(_open(HERE / f"{face.slug}.woff2").getBestCmap())


def _open(file: Path) -> TTFont:
    return TTFont(file, recalcTimestamp=False)


def _reread(font: TTFont) -> TTFont:
    """Settle a changed font: fontTools reads some tables lazily, by the old glyph order."""
    font.flavor = None
    settled = io.BytesIO()
    font.save(settled)
    settled.seek(0)
    return TTFont(settled, recalcTimestamp=False)


if __name__ == "__main__":
    main()
