"""Benchmark of builds: from nothing, unchanged, after an edit, a changed template, a deletion.

    .venv/bin/python benchmarks/build.py [--articles 1000] [--jobs 2] [--without-search]

Generates articles and freezes them with a copy of this checkout and, in the same run, with the
simplest possible Flask, Frozen-Flask and Python-Markdown site as the baseline. Measures the whole
process: elapsed seconds, CPU seconds, and peak memory of the largest process.

The baseline has no search; ``--without-search`` omits ours, too.

The baseline has no social cards either. They are drawn once per title, so a build from nothing is
measured twice: drawing all cards, and with the cards of an earlier build.
"""

from __future__ import annotations

import datetime
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("content", "site", "static", "templates", "freeze.py")
BEGINNING = datetime.date(1990, 1, 1)
FIRST = "first edit"
PARAGRAPHS = 8
WORDS_IN_PARAGRAPH = 62
TAGS = [f"Stichwort {number}" for number in range(40)]
TOPICS = (
    "kundenbeziehungen", "beschwerdemanagement", "mitarbeiterschulung", "key-account-management",
)  # fmt: skip
TEXT = (
    "Kunden Beschwerden Mitarbeiter Gespräch Umsatz Vertrag „Partnerschaft“ Führung Wandel Ziel "
    "größere wichtige schwierige eigene neue wir Sie das ein für über nach mit ohne bei trennen "
    "annehmen schulen entscheiden prüfen lösen vereinbaren 20 % z. B. Vertrieb Key Account Manager"
)
WORDS = TEXT.split()


@dataclass(frozen=True)
class Site:
    """A copy of the checkout with its own content, and the baseline for the same content."""

    folder: Path

    @property
    def articles(self) -> Path:
        """Folder of the articles."""
        return self.folder / "content/artikel"

    def ours(self, jobs: int, *options: str) -> list[str]:
        """Return the command that freezes the copy."""
        words = [sys.executable, str(self.folder / "freeze.py"), "--output"]
        return [*words, str(self.folder / "out/build"), "--jobs", str(jobs), *options]

    def plain(self) -> list[str]:
        """Return the command that freezes the baseline."""
        script = str(ROOT / "benchmarks/plain.py")
        return [sys.executable, script, str(self.articles), str(self.folder / "plain")]


@dataclass(frozen=True)
class Measured:
    """Measurements of one run."""

    wall: float
    cpu: float
    peak: float
    """MiB of the largest process."""


@click.command()
@click.option("--articles", "count", default=1_000, show_default=True)
@click.option("--jobs", default=2, show_default=True)
@click.option("--rounds", default=1, show_default=True, help="Of which the median counts.")
@click.option("--without-search", is_flag=True, help="Leave out the search, as the yardstick does.")
def main(count: int, jobs: int, rounds: int, *, without_search: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="build-benchmark-") as folder:
        site = made(Path(folder), count)
        if without_search:
            _leave_out_search(site)
        print(f"{count:,} articles, {jobs} processes\n")
        print("| Build | s | of plain | CPU s | of plain | peak MiB | files |")
        print("|---|---:|---:|---:|---:|---:|---:|")
        plain = _median(site.plain(), rounds, before=lambda: _set_aside(site.folder / "plain"))
        _print("plain Frozen-Flask, any build", plain, plain, site.folder / "plain")
        for name, before in _cases(site, count):
            # What a first edit makes, later ones have.
            ours = _median(site.ours(jobs), 1 if name == FIRST else rounds, before=before)
            _print(name, ours, plain, site.folder / "out/build")


def made(folder: Path, count: int) -> Site:
    """Copy the checkout and fill it with articles."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    data = folder / "content/website.toml"
    data.write_text(data.read_text().replace("articles_per_page = 10", "articles_per_page = 20"))
    site = Site(folder)
    chance = random.Random(1)
    for number in range(count):
        (site.articles / f"artikel-{number:05}.md").write_text(_article(chance, number))
    return site


def _leave_out_search(site: Site) -> None:
    (site.folder / "content/seiten/suche.md").unlink()
    data = site.folder / "content/website.toml"
    link = re.compile(r'\[\[legal_navigation\]\]\n[^\[]*to = "/suche/"\n')
    data.write_text(link.sub("", data.read_text()))


def _cases(site: Site, count: int) -> Iterator[tuple[str, Callable[[], object]]]:
    middle = site.articles / f"artikel-{count // 2:05}.md"
    yield "cold", lambda: _set_aside(site.folder / "out", site.folder / "instance")
    yield "cold, with the cards", lambda: _set_aside(site.folder / "out")
    yield "nothing changed", lambda: None
    # It makes the second folder, which later builds only bring up to date, and compiles templates.
    yield FIRST, lambda: _append(middle, "\nNoch ein Satz.\n")
    yield "one edit", lambda: _append(middle, "\nUnd noch einer.\n")
    yield "one title", lambda: _retitle(middle)
    article = site.folder / "templates/pages/article.html"
    yield "article template", lambda: _append(article, f"<!-- {time.time()} -->")
    base = site.folder / "templates/base.html"
    yield "base template", lambda: _append(base, f"<!-- {time.time()} -->")
    # Of the later half, which no other links to.
    unwanted = iter(sorted(site.articles.glob("artikel-*.md"))[count * 3 // 4 :])
    yield "one deletion", lambda: next(unwanted).unlink()


def _median(command: list[str], rounds: int, *, before: Callable[[], object]) -> Measured:
    runs = []
    for _ in range(rounds):
        before()
        runs.append(_measured(command))
    return Measured(
        *(statistics.median(getattr(run, part) for run in runs) for part in ("wall", "cpu", "peak"))
    )


def _measured(command: list[str]) -> Measured:
    folder = Path(command[1]).parent
    # Python keeps what it has compiled, unless somebody forbids it.
    environ = {name: value for name, value in os.environ.items() if name != _FORBIDS} | {
        "PYTHONPATH": str(folder / "site"),
        "WEBSITE_INSTANCE_DIR": str(folder / "instance"),
    }
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - began
    if status:
        raise click.ClickException(f"{' '.join(command)} failed")
    return Measured(took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _print(name: str, run: Measured, plain: Measured, output: Path) -> None:
    files = sum(1 for path in output.rglob("*") if path.is_file())
    wall, cpu = run.wall / plain.wall, run.cpu / plain.cpu
    times = f"{run.wall:.2f} | {wall:.3f} | {run.cpu:.2f} | {cpu:.3f}"
    print(f"| {name} | {times} | {run.peak:.0f} | {files:,} |", flush=True)


def _article(chance: random.Random, number: int) -> str:
    day = BEGINNING + datetime.timedelta(days=number)
    tags = ", ".join(chance.sample(TAGS, 3))
    lines = [
        "---",
        f"title: Artikel {number} über {_words(chance, 3)}",
        f'description: "{_words(chance, 14)}."',
        f"date: {day}",
        f"topic: {chance.choice(TOPICS)}",
        "status: published",
        "author: Erika Muster",
        f"tags: [{tags}]",
        "---",
        "",
    ]
    for paragraph in range(PARAGRAPHS):
        if paragraph % 2:
            lines += [f"## {_words(chance, 4)}", ""]
        lines += [f"{_words(chance, WORDS_IN_PARAGRAPH)} **{_words(chance, 3)}**.", ""]
    lines += [f"- {_words(chance, 9)}" for _ in range(4)]
    lines += ["", f"Mehr in [einem anderen Artikel](artikel-{number // 2:05}.md).", ""]
    return "\n".join(lines)


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(WORDS, k=count))


def _append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def _retitle(path: Path) -> None:
    path.write_text(path.read_text().replace("title: ", "title: Neuer ", 1))


def _set_aside(*folders: Path) -> None:
    """Rename folders instead of deleting them: ext4 is slow at reusing just freed inodes."""
    for folder in folders:
        if folder.exists():
            folder.rename(folder.with_name(f"{folder.name}-{time.monotonic_ns()}"))


_FORBIDS = "PYTHONDONTWRITEBYTECODE"

if __name__ == "__main__":
    main()
