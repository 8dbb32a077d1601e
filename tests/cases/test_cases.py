"""What people pasted, typed and saved elsewhere: each is told with its line, or shown as meant.

Every folder below this one that holds a folder ``content`` is a case: an overlay on the project's
own content. It is checked as ``flask check`` does, and built as ``freeze.py`` does where nothing
in it stops a build.
"""

from __future__ import annotations

import datetime
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import time_machine

from support.builds import Checkout
from support.site import ROOT
from website import checking, load_library
from website.checking.check_context import TextContext
from website.checking.rules import Rule
from website.config import Settings
from website.content.library import Library
from website.content.outline import Outline
from website.content.problems import Problem

HERE = Path(__file__).parent
PROBE = "artikel/probe.md"
SYNCED = "seiten/ueber-uns.sync-conflict-20261127-101500-ABCDEFG"
NOON = datetime.datetime(2026, 11, 28, 12, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Said:
    """A message that authors get."""

    pattern: str
    line: int
    file: str = PROBE


@dataclass(frozen=True)
class Case:
    """An overlay, and what becomes of it."""

    folder: str
    said: tuple[Said, ...] = ()
    """Each must be among the messages."""
    shown: tuple[str, ...] = ()
    """Patterns of what the page must hold, in which spaces stand for any white space."""
    unsaid: tuple[str, ...] = ()
    """Patterns that no message may match."""
    absent: tuple[str, ...] = ()
    """Patterns of what the page must not hold."""
    page: str = "artikel/probe"
    missing: tuple[str, ...] = ()
    """Files that the build must not hold."""


TEXTS: tuple[Case, ...] = (
    Case(
        "anchor-umlaut",
        unsaid=("meint eine Überschrift",),
        shown=('<a href="#groesse-zaehlt">oben</a>', '<h2 id="groesse-zaehlt">'),
    ),
    Case(
        "feed-control-characters/control-vt",
        said=(Said("U.000B nach „Zeile“", 19),),
        shown=("<p>Erste Zeile zweite Zeile aus Word.</p>",),
    ),
    Case(
        "safelinks",
        said=(
            Said("enthält eine E-Mail-Adresse \\(erika.muster@example.org\\)", 19),
            Said("führt über eur01.safelinks.*https://www.example.org/", 19),
            Said("führt über www.google.com.*https://www.example.org/", 19),
        ),
    ),
    Case(
        "silent-foreign-syntax/gdocs-heading",
        said=(Said("{#was-zu-tun-ist}", 19), Said("Überschriften sind schon fett", 19)),
        shown=("<p>1. Zuerst rechnen . dann reden.</p>", "<p>Text danach!</p>"),
    ),
    Case(
        "silent-foreign-syntax/gfm-and-obsidian",
        said=(
            Said("==markiert==", 22),
            Said("\\[!NOTE\\]", 24),
            Said(r"\[\[von-kunden-trennen\]\]", 27),
            Said(r"!\[\[wert-und-aufwand.svg\]\]", 27),
        ),
        shown=(
            '<li data-done="false" data-state="offen:">Zahlen holen</li>',
            '<li data-done="true" data-state="erledigt:">Termin machen</li>',
            "<del>alt</del>",
        ),
    ),
    Case(
        "silent-foreign-syntax/html-typed",
        said=(
            Said("<br>", 19),
            Said("<!--.*alle lesen", 19),
            Said("<br>", 23),
            Said("</?b>", 25),
        ),
    ),
    Case(
        "silent-markdown/bold-spaces",
        said=(Said("\\*\\*", 19), Said("\\*\\*", 21)),
        shown=("Ein<strong>Wort</strong>teil und <strong>Frist:</strong>morgen",),
    ),
    Case("silent-markdown/date-at-start", said=(Said("„15. März“", 19),)),
    Case("silent-markdown/indented-paragraph", said=(Said("Vier Leerzeichen", 21),)),
    Case(
        "silent-markdown/list-no-blank",
        shown=("<p>Das gehört in die Mappe:</p> <ul> <li>die Zahlen</li> <li>der Vertrag</li>",),
    ),
    Case(
        "silent-markdown/nested-two-spaces",
        shown=("<li>Vorbereitung<ul> <li>Zahlen sammeln</li> <li>Termin finden</li> </ul>",),
    ),
    Case(
        "silent-markdown/paren-numbers",
        shown=("<ol> <li>Zuerst anrufen</li> <li>Dann schreiben</li> </ol>",),
    ),
    Case(
        "silent-markdown/table-no-blank",
        shown=("<p>Die Übersicht:</p> <section [^>]*> <table> <thead>", "<td>Handel</td>"),
    ),
)
"""Below the front matter."""

FRONT_MATTER: tuple[Case, ...] = (
    Case(
        "front-matter-lost-words/fm-hash",
        said=(
            Said('Die Nummer #1|title: "So werden Sie die Nummer #1 im Markt"', 2),
            Said("„#Erfolg und warum.“", 3),
            Said('tags: "#kunden"', 5),
        ),
    ),
    *(
        Case(
            f"front-matter-wrong-blame/fm-{quotes}-quotes-colon",
            said=(Said('nur gerade Anführungszeichen: title: "Preise: so geht es"', 2),),
            unsaid=("probe.md:[13-9]",),
        )
        for quotes in ("smart", "english")
    ),
    Case(
        "front-matter-wrong-blame/fm-nbsp",
        said=(Said("Hinter „title:“ steht ein geschütztes", 2),),
        unsaid=("probe.md:[13-9]",),
    ),
)
"""Above the text."""

SITE_FILE = "website.toml"

SITE_DATA: tuple[Case, ...] = (
    Case(
        "website-toml-bom/toml-bom",
        # It is a file of before there was a section on accessibility.
        unsaid=(r"website\.toml(?!:1: In \[accessibility\])",),
    ),
    Case(
        "website-toml-bom/toml-smart-quotes",
        said=(Said('gerade Anführungszeichen: name = "Interim Profis"', 7, SITE_FILE),),
        unsaid=("adressen.txt", "artikel/", "seiten/"),
    ),
)
"""What holds for all pages."""

FILES: tuple[Case, ...] = (
    Case(
        "pages-nobody-meant/conflict-page-icloud",
        said=(Said("wird nicht veröffentlicht.* eine Kopie", 1, "seiten/ueber-uns 2.md"),),
        missing=("ueber-uns 2",),
    ),
    Case(
        "pages-nobody-meant/conflict-page-syncthing",
        said=(Said("wird nicht veröffentlicht.* eine Kopie", 1, f"{SYNCED}.md"),),
        missing=(SYNCED.removeprefix("seiten/"),),
    ),
    Case(
        "pages-nobody-meant/page-umlaut-name",
        said=(Said("um, etwa in „ueber-uns-neu.md“", 1, "seiten/Über uns neu.md"),),
    ),
    *(
        Case(
            f"ignored-articles/{folder}",
            said=(Said("sie um in „neuer-artikel.md“", 1, f"artikel/neuer-artikel.{ending}"),),
            missing=("artikel/neuer-artikel",),
        )
        for folder, ending in (
            ("ignored-markdown", "markdown"),
            ("ignored-md-txt", "md.txt"),
            ("ignored-upper", "MD"),
        )
    ),
    Case("appledouble/appledouble-article", unsaid=("_von-kunden",), missing=("artikel/._von",)),
    Case("appledouble/junk-word-lock", unsaid=("kunden-trennen.md:1:",)),
    *(
        Case(f"svg-sizes/{folder}", shown=(f'height="{height}" [^>]* width="{width}"',))
        for folder, width, height in (
            ("svg-decimal", 200, 100),
            ("svg-order", 200, 100),
            ("svg-pt-matplotlib", 192, 96),
            ("svg-single", 200, 100),
            ("svg-stroke-width", 200, 100),
            ("svg-viewbox-only", 200, 100),
        )
    ),
    Case(
        "long-screenshot",
        shown=('type="image/webp"', r'height="16308" loading="lazy" src="/bilder/chat\.'),
    ),
    Case(
        "image-names/image-nfd",
        said=(Said("nicht festgehalten, wem es gehört", 19),),
        shown=("<img [^>]*buero",),
        unsaid=("in keinem Text verwendet",),
    ),
    Case(
        "image-names/image-space-only",
        said=(Said("nicht festgehalten, wem es gehört", 19), Said("Bild von", 19)),
        shown=("<img [^>]*bildschirmfoto-2026-11-20-um-10-00-00",),
        unsaid=("in keinem Text verwendet",),
    ),
    Case(
        "image-names/image-title-single",
        said=(Said("nicht festgehalten, wem es gehört", 19),),
        unsaid=("foto.svg:1: .*in keinem Text verwendet",),
    ),
    Case("image-names/image-uppercase", said=(Said("Gemeint ist wohl „Buero.SVG“", 19),)),
    Case(
        "photo-multi-picture/img-anim-png",
        shown=(r'height="200" loading="lazy" src="/bilder/anim\.\w+\.png" width="100"',),
    ),
    Case(
        "photo-multi-picture/img-mpo-jpg",
        shown=('type="image/avif"', 'type="image/webp"', 'height="320" [^>]* width="180"'),
    ),
)
"""Names, folders, images, ``website.toml``."""

CASES = (*TEXTS, *FRONT_MATTER, *SITE_DATA, *FILES)


@dataclass
class Findings:
    """Each text's outline, and what each rule finds in it by itself: kept for as long as they hold.

    That is, for the text and what all texts are rendered with: both are new if they change.
    """

    kept: dict[tuple[str, int, int], list[Problem]] = field(default_factory=dict)
    outlines: dict[tuple[int, int], Outline] = field(default_factory=dict)
    subjects: list[TextContext] = field(default_factory=list)
    """Kept so that no other text gets the identity of one of theirs."""

    def of(self, rule: Rule, subject: TextContext) -> list[Problem]:
        """Return what a rule finds in a text."""
        key = rule.name, id(subject.item), id(subject.library.texts)
        if key not in self.kept:
            self.kept[key] = list(LOOK_FOR(rule, subject))
            self.subjects.append(subject)
        return self.kept[key]

    def outline(self, subject: TextContext) -> Outline:
        """Return the outline of a text."""
        key = id(subject.item), id(subject.library.texts)
        if key not in self.outlines:
            self.outlines[key] = subject.library.texts.renderer.outline(subject.text)
            self.subjects.append(subject)
        return self.outlines[key]


LOOK_FOR = Rule.check_text


@dataclass(frozen=True)
class House:
    """The project's content with one overlay after the other, and a build of it."""

    checkout: Checkout
    output: Path
    plain: Library
    """The project's content alone."""
    findings: Findings = field(default_factory=Findings)

    @classmethod
    def built(cls, folder: Path) -> House:
        """Copy what a site is made from to a folder."""
        checkout = Checkout.copied(folder, folder / "content")
        shutil.copytree(ROOT / "content", checkout.content)
        plain = load_library(Settings(content_dir=checkout.content))
        return cls(checkout, folder / "build", plain)

    def lay(self, overlay: Path) -> None:
        """Take the project's content as it is, and put an overlay on it."""
        content = self.checkout.content
        shutil.rmtree(content)
        shutil.copytree(ROOT / "content", content)
        shutil.copytree(overlay, content, dirs_exist_ok=True)

    def check(self) -> tuple[Problem, ...]:
        """Find all problems but the facts that the project's own content still lacks."""
        settings = Settings(content_dir=self.checkout.content)
        library = load_library(settings, before=self.plain)

        def check_text(rule: Rule, subject: TextContext) -> list[Problem]:
            return self.findings.of(rule, subject)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Rule, "check_text", check_text)
            patch.setattr(TextContext, "outline", property(self.findings.outline))
            found = checking.check(library, self.checkout.root)
        return tuple(problem for problem in found if problem not in library.every_open_fact)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with time_machine.travel(NOON, tick=False):
        yield House.built(tmp_path_factory.mktemp("cases"))


def test_every_folder_has_its_case() -> None:
    folders = {
        path.parent.relative_to(HERE).as_posix() for path in HERE.rglob("content") if path.is_dir()
    }
    assert sorted(case.folder for case in CASES) == sorted(folders)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.folder)
def test_it_is_told_with_its_line_or_shown_as_meant(house: House, case: Case) -> None:
    house.lay(HERE / case.folder / "content")
    problems = house.check()
    told = "\n".join(map(str, problems))
    for said in case.said:
        start = f"{house.checkout.content.name}/{said.file}:{said.line}: "
        assert any(
            str(problem).startswith(start) and re.search(said.pattern, problem.message)
            for problem in problems
        ), f"{start}{said.pattern}\n{told}"
    for pattern in case.unsaid:
        assert not re.search(pattern, told), told
    if any(problem.blocks for problem in problems):
        assert not case.shown, told
        return
    house.checkout.build(house.output)
    _assert_the_page_is_right(house.output / case.page / "index.html", case)
    _assert_machines_can_read(house.output)
    for file in case.missing:
        assert not (house.output / file).exists()


def _assert_the_page_is_right(page: Path, case: Case) -> None:
    if case.shown or case.absent:
        html = page.read_text("utf-8")
        for pattern in case.shown:
            assert re.search(re.sub(r" +", r"\\s*", pattern), html), f"{pattern}\n{html}"
        for pattern in case.absent:
            assert not re.search(pattern, html), pattern


def _assert_machines_can_read(build: Path) -> None:
    for path in (build / "feed.xml", build / "sitemap.xml"):
        ET.parse(path)  # noqa: S314 - our own
    for path in build.rglob("*.json"):
        json.loads(path.read_text("utf-8"))
