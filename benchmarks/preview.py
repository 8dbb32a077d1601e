"""Benchmark of the preview's reloading: ``python benchmarks/preview.py [articles]``.

Generates a site of many articles from the real ones, runs the preview as authors do, saves an
article several times, and waits until an open page in Chromium shows the new title: the article's
page, and a list.
"""

from __future__ import annotations

import datetime
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 30
PATIENCE = 60
"""Seconds."""
NOTE_WHEN = """words => new MutationObserver(() => {
    const found = document.querySelector("h1, .teaser__link") && document.body.textContent;
    const number = found?.match(/Stand (\\d+) der Messung/)?.[1];
    if (number && number !== window.last) [window.last, window.at] = [number, Date.now()];
}).observe(document.body, { subtree: true, childList: true, characterData: true })"""


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        newest = fill(folder / "content", count)
        # The very first start also makes the database for requests.
        end(start(folder)[0])
        process, url, started = start(folder)
        try:
            print(f"{count} articles\n{'start to first page':34}{started * 1000:8.0f} ms")
            measure(url, newest)
        finally:
            print(f"{'end on Ctrl+C':34}{end(process) * 1000:8.0f} ms")


def fill(folder: Path, count: int) -> Path:
    """Copy the content with so many articles, and return the newest."""
    shutil.copytree(ROOT / "content", folder)
    texts = [path.read_text() for path in sorted((folder / "artikel").glob("*.md"))]
    first = datetime.date(2020, 1, 1)
    for number in range(count):
        day = first + datetime.timedelta(days=number)
        text = re.sub(r"(?m)^date:.*$", f"date: {day}", texts[number % len(texts)], count=1)
        path = folder / f"artikel/messung-{number}.md"
        path.write_text(retitled(text, number))
    path.write_text(re.sub(r"(?m)^date:.*$", "date: 2030-01-01", path.read_text(), count=1))
    return path


def retitled(text: str, number: int) -> str:
    return re.sub(r"(?m)^title:.*$", f"title: Stand {number} der Messung", text, count=1)


def start(folder: Path) -> tuple[subprocess.Popen[bytes], str, float]:
    """Start the preview, and return the seconds until its first page is shown."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = os.environ | {
        "WEBSITE_CONTENT_DIR": str(folder / "content"),
        "WEBSITE_INSTANCE_DIR": str(folder / "instance"),
    }
    command = [sys.executable, "-m", "flask", "--app", "website", "preview", "--port", str(port)]
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    while time.perf_counter() - begun < PATIENCE and process.poll() is None:
        try:
            read(f"{url}/")
            return process, url, time.perf_counter() - begun
        except urllib.error.URLError:
            time.sleep(0.01)
    raise SystemExit("the preview did not start")


def end(process: subprocess.Popen[bytes]) -> float:
    """Stop the preview as authors do, and return the seconds this takes."""
    begun = time.perf_counter()
    process.send_signal(signal.SIGINT)
    process.wait(PATIENCE)
    return time.perf_counter() - begun


def measure(url: str, newest: Path) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium-headless-shell"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        page = browser.new_page()
        wait_until_idle(url)
        for name, path in (
            ("saved article to its open page", f"/artikel/{newest.stem}/"),
            ("saved article to an open list", "/artikel/"),
            ("saved article to the overview", "/_redaktion/"),
        ):
            page.goto(url + path, wait_until="load")
            page.evaluate(NOTE_WHEN)
            page.wait_for_timeout(500)
            report(name, [once(page, newest, number) for number in range(1000, 1000 + ROUNDS)])
        browser.close()


def wait_until_idle(url: str) -> None:
    """Wait until the preview has checked all articles, as it does after its start."""
    for _ in range(PATIENCE):
        if "Noch zu prüfen" not in read(f"{url}/_redaktion/"):
            return
        time.sleep(1)
    raise SystemExit("the preview did not come to rest")


def read(url: str) -> str:
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - our own
        text: str = answer.read().decode()
        return text


def once(page: Page, path: Path, number: int) -> float:
    """Save once, and return the milliseconds until the page has changed."""
    text = retitled(path.read_text(), number)
    begun = time.time() * 1000
    path.write_text(text)
    page.wait_for_function("number => window.last === number", arg=str(number), timeout=10_000)
    at: float = page.evaluate("window.at")
    page.wait_for_timeout(150)
    return at - begun


def report(name: str, taken: list[float]) -> None:
    slowest = sorted(taken)[int(0.95 * len(taken))]
    print(f"{name:34}{statistics.median(taken):8.0f} ms, 95 % within {slowest:.0f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
