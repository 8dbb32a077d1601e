"""Whatever changes, the next build is byte for byte what a build from nothing gives."""

from __future__ import annotations

import datetime
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from support.builds import Checkout, contents
from support.content import Content
from support.site import ROOT
from website.build.incremental import inputs
from website.content import library
from website.exceptions import ContentError
from website.infra import clock

SLUGS = st.sampled_from(["a", "b", "c", "d", "e"])
WORDS = st.sampled_from(["Kunden", "Preise", "Key Account Management", "& <b>", "„Ziel“"])
DATES = st.sampled_from(["2026-10-01", "2026-11-01", "2026-11-24", "2026-11-26", "2099-01-01"])
TAGS = st.sampled_from(["[]", "[x]", "[y]", "[x, y]", "[x, y, z]"])
TEMPLATES = st.sampled_from(
    ["base.html", "pages/article.html", "components/teaser.html", "feeds/atom.xml"]
)
KEPT = ["state", "outcome", "texts.sqlite3"]
NOON = datetime.datetime(2026, 11, 24, 12, tzinfo=datetime.UTC)


class AnyChange(RuleBasedStateMachine):
    """Random changes to a small site, each followed by a build."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.content = Content(self.folder / "content")
        second = '[[topics]]\nslug = "preise"\ntitle = "Preise"\ndescription = "Text."\n'
        data = self.content.folder / "website.toml"
        data.write_text(data.read_text().replace("[foreign_terms]", f"{second}\n[foreign_terms]"))
        search = ROOT / "content/seiten/suche.md"
        self.content.write("seiten/suche.md", search.read_text("utf-8"))
        for slug in "abc":
            self.content.article(slug, title=f"Titel {slug}")
        self.content.edition()
        self.checkout = Checkout.copied(self.folder / "checkout", self.content.folder)
        self.patch = pytest.MonkeyPatch()
        # So the search's index has one part or two.
        self.patch.setattr(library, "ARTICLES_IN_PART", 2)
        self.patch.setattr(library, "MOST_PARTS", 2)
        self.today(NOON.day)
        self.jobs = 1

    def teardown(self) -> None:
        self.patch.undo()
        shutil.rmtree(self.folder)

    def file(self, slug: str) -> Path:
        return self.content.folder / f"artikel/{slug}.md"

    def change(self, slug: str, key: str, value: str) -> None:
        if self.file(slug).exists():
            self.content.article(slug, self.file(slug).read_text(), **{key: value})

    @rule(slug=SLUGS, word=WORDS)
    def write(self, slug: str, word: str) -> None:
        self.content.article(slug, title=f"'Über {word}'")

    @rule(word=WORDS | st.just(""))
    def say(self, word: str) -> None:
        self.content.write("en/oberflaeche.po", f'msgid "Suche"\nmsgstr "{word}"\n')

    @rule(slug=SLUGS, word=WORDS)
    def add_to_the_text(self, slug: str, word: str) -> None:
        if self.file(slug).exists():
            with self.file(slug).open("a") as file:
                file.write(f"\n## {word}\n\nMehr {word}.\n")

    @rule(slug=SLUGS, word=WORDS)
    def retitle(self, slug: str, word: str) -> None:
        self.change(slug, "title", f"'Mehr {word}'")

    @rule(slug=SLUGS, topic=st.sampled_from(["kunden", "preise"]))
    def move_to_a_topic(self, slug: str, topic: str) -> None:
        self.change(slug, "topic", topic)

    @rule(slug=SLUGS, date=DATES)
    def redate(self, slug: str, date: str) -> None:
        self.change(slug, "date", date)

    @rule(slug=SLUGS, tags=TAGS)
    def tag(self, slug: str, tags: str) -> None:
        self.change(slug, "tags", tags)

    @rule(slug=SLUGS, status=st.sampled_from(["draft", "published"]))
    def publish_or_withdraw(self, slug: str, status: str) -> None:
        self.change(slug, "status", status)

    @rule(slug=SLUGS)
    def delete(self, slug: str) -> None:
        self.file(slug).unlink(missing_ok=True)

    @rule(slug=SLUGS, other=SLUGS)
    def rename(self, slug: str, other: str) -> None:
        if self.file(slug).exists():
            self.file(slug).rename(self.file(other))
            self.change(other, "aliases", f"[/artikel/{slug}/]")

    @rule(slug=SLUGS, other=SLUGS)
    def link(self, slug: str, other: str) -> None:
        if self.file(slug).exists():
            with self.file(slug).open("a") as file:
                file.write(f"\nSiehe [dort]({other}.md).\n")

    @rule(slug=SLUGS, color=st.sampled_from(["red", "blue"]))
    def illustrate(self, slug: str, color: str) -> None:
        self.content.image("bild.png", color=color)
        if self.file(slug).exists():
            with self.file(slug).open("a") as file:
                file.write("\n![Ein Bild](bild.png)\n")

    @rule(word=WORDS)
    def change_a_page(self, word: str) -> None:
        with (self.content.folder / "seiten/impressum.md").open("a") as file:
            file.write(f"\nDazu {word}.\n")

    @rule(slug=SLUGS, word=WORDS)
    def translate(self, slug: str, word: str) -> None:
        title = f"'About {word}'"
        self.content.article(f"../en/artikel/{slug}", title=title)

    @rule(slug=SLUGS)
    def delete_a_translation(self, slug: str) -> None:
        (self.content.folder / f"en/artikel/{slug}.md").unlink(missing_ok=True)

    @rule()
    def take_the_edition_away_or_put_it_back(self) -> None:
        edition, apart = self.content.folder / "en", self.folder / "en"
        if edition.exists() and not apart.exists():
            edition.rename(apart)
        elif apart.exists():
            shutil.rmtree(edition, ignore_errors=True)
            apart.rename(edition)

    @rule(slug=SLUGS, word=st.sampled_from(["first", "second"]))
    def name_an_address(self, slug: str, word: str) -> None:
        data = self.content.folder / "en/website.toml"
        if not data.exists():
            return
        row = f'"artikel/{slug}" = "articles/{word}"'
        kept = [line for line in data.read_text().split("\n") if f"articles/{word}" not in line]
        data.write_text("\n".join([*kept, row] if row not in kept else kept))

    @rule(count=st.integers(1, 3), motto=WORDS)
    def change_the_site(self, count: int, motto: str) -> None:
        data = self.content.folder / "website.toml"
        lines = data.read_text().split("\n")
        lines[1], lines[3] = f'motto = "{motto}"', f"articles_per_page = {count}"
        data.write_text("\n".join(lines))

    @rule(name=TEMPLATES)
    def change_a_template(self, name: str) -> None:
        file = self.checkout.root / "templates" / name
        text = file.read_text()
        file.write_text(text.replace("</p>", " </p>").replace("</title>", " </title>"))

    @rule()
    def change_a_style_sheet(self) -> None:
        with (self.checkout.root / "static/css/prose.css").open("a") as file:
            file.write("\n/* mehr */\n")

    @rule(day=st.integers(23, 27))
    def today(self, day: int) -> None:
        self.patch.setattr(clock, "now", lambda: NOON.replace(day=day))

    @rule(jobs=st.integers(1, 2))
    def use_processes(self, jobs: int) -> None:
        self.jobs = jobs

    @rule(name=st.sampled_from(KEPT), at=st.floats(0, 1))
    def spoil_what_is_kept(self, name: str, at: float) -> None:
        file = self.folder / ".build.freezing" / name
        if file.exists():
            data = bytearray(file.read_bytes())
            data[int(at * (len(data) - 1))] ^= 0xFF
            file.write_bytes(data)

    @rule()
    def meddle_with_the_build(self) -> None:
        if (self.folder / "build").exists():
            (self.folder / "build/artikel/index.html").write_text("geändert")
            (self.folder / "build/robots.txt").unlink()

    @invariant()
    def the_build_is_what_a_clean_one_gives(self) -> None:
        before = self.live()
        clean = self.build("clean", clean=True)
        if clean is None:
            assert self.build("build") is None
            assert self.live() == before
        else:
            assert self.build("build") == clean

    def live(self) -> dict[str, bytes]:
        folder = self.folder / "build"
        return contents(folder) if folder.exists() else {}

    def build(self, name: str, *, clean: bool = False) -> dict[str, bytes] | None:
        """Freeze the site, if its content may be frozen."""
        try:
            self.checkout.build(self.folder / name, clean=clean, jobs=1 if clean else self.jobs)
        except ContentError:
            return None
        return contents(self.folder / name)


TestAnyChange = AnyChange.TestCase
TestAnyChange.settings = settings(
    max_examples=3,
    stateful_step_count=4,
    # To make an example smaller takes minutes, and tells little more.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_a_table_beside_the_code_counts_as_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "site/website/content/kinds.toml"
    table.parent.mkdir(parents=True)
    monkeypatch.setattr(inputs, "ROOT", tmp_path)
    table.write_text("a = 1")
    before = inputs._code.__wrapped__()  # noqa: SLF001 - cached for a process
    table.write_text("a = 2")
    assert inputs._code.__wrapped__() != before  # noqa: SLF001
