"""Benchmark of publishing: ``python benchmarks/editor.py [--articles 1000] [--rounds 20]``.

Generates a site of many articles, serves it as ``make run`` does, with the worker that publishes,
publishes changes of single articles through the editor's pages, and fetches the page until it shows
the new text. Also prints the median of each step as recorded by the publication; the milliseconds
of the editor's pages, from the request to the complete response; those of the contact endpoint,
before and while publications follow each other and three editors type; and the seconds a browser
(Debian's Chromium) takes to upload a photo.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import multiprocessing
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent import futures
from pathlib import Path

import click
from flask import Flask
from PIL import Image
from playwright.sync_api import sync_playwright
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from build import made
from conftest import CHROMIUM, QUIET
from support import staff
from support.editor import Writer
from support.senders import requests as leads
from support.senders import send_without_pause
from support.site import free_port
from website import create_app
from website.config import Settings
from website.editor import edited_site
from website.editorial import uploads
from website.editorial.publications import PublicationRequests, Publications
from website.editorial.repository import Message, Person
from website.editorial.workspace import Workspace
from website.infra import clock
from website.infra.database import connect
from website.staff.access import StaffRole
from website.web.services import services

PATIENCE = 120
"""Seconds."""
POLL = 0.02
AUTHOR = Person("Erika Muster", "erika@example.org")
LEADS = 0.05
"""Seconds between an answer of the endpoint and the next request."""
TYPISTS = 3
PAUSE = 0.5
"""Seconds between two pauses in typing."""
WARM_UP = 8.0
"""Seconds for what is done once after a start."""
AUTOSAVE = 10
"""Pauses in typing between two saves."""
PHOTOS = 5


@click.command()
@click.option("--articles", "count", default=1_000, show_default=True)
@click.option("--rounds", default=20, show_default=True)
def main(count: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory(prefix="editor-benchmark-") as name:
        folder = Path(name)
        made(folder, count)
        port = free_port()
        environ = {
            "WEBSITE_BASE_URL": f"http://127.0.0.1:{port}",
            "WEBSITE_CONTENT_DIR": str(folder / "content"),
            "WEBSITE_INSTANCE_DIR": str(folder / "instance"),
            "WEBSITE_TRUSTED_PROXIES": "127.0.0.1",
        }
        pages = ["--build", str(folder / "site-build")]
        print(f"{count:,} articles\n\n| | s |\n|---|---:|", flush=True)
        began = time.perf_counter()
        _flask(environ, "content", "publish", *pages).wait()
        print(f"| the first publication, from nothing | {time.perf_counter() - began:.2f} |")
        print(f"| a photo of 12 megapixels becomes one to publish | {_converted():.2f} |")
        settings = Settings.from_environment(environ)
        serving = _flask(environ, "serve", "--port", str(port), *pages)
        try:
            _until(settings.base_url + "/readyz", "")
            _measure(settings, count, rounds)
            _measure_pages(settings, count, rounds)
            _measure_upload(settings)
            _let_publishing_yield(folder / "site-build")
            _measure_leads(settings, count, rounds)
        finally:
            serving.send_signal(signal.SIGTERM)
            serving.wait()


def _let_publishing_yield(build: Path) -> None:
    """Give the publishing process the normal scheduler if this one has a real-time one (``chrt``).

    In production it yields to requests by its niceness, which the real-time scheduler ignores.
    """
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_bytes().split(b"\0")
            if b"website.cli.publishing_process" in words and os.fsencode(build) in words:
                for task in (process / "task").iterdir():
                    os.sched_setscheduler(int(task.name), os.SCHED_OTHER, os.sched_param(0))


def _converted() -> float:
    """Return the seconds that converting an uploaded photo takes, including its process."""
    photo = _photo()
    began = time.perf_counter()
    uploads.read(photo)
    return time.perf_counter() - began


def _photo() -> bytes:
    """Return a photo of 12 megapixels, each of them different."""
    size, file = (4000, 3000), io.BytesIO()
    noise = Image.effect_noise((1000, 750), 60).resize(size, Image.Resampling.BICUBIC)
    Image.merge("RGB", (noise, noise.rotate(180), noise.rotate(90))).save(file, "JPEG", quality=92)
    return file.getvalue()


def _measure(settings: Settings, count: int, rounds: int) -> None:
    workspace, database = Workspace.of(settings), connect(settings.database)
    publications = Publications(database)
    requests = PublicationRequests(workspace, publications)
    took, steps = [], []
    for number in range(rounds + 2):
        name = f"artikel-{(number * 37) % count:05}"
        seconds, row = _published(settings, workspace, requests, publications, name, number)
        took.append(seconds)
        steps.append({step["name"]: step["seconds"] for step in row})
    database.close()
    print(f"| publish → live, the first after a start | {took[0]:.2f} |")
    print(f"| the second | {took[1]:.2f} |")
    for title, value in _quantiles(took[2:]):
        print(f"| publish → live, {title} of {rounds} | {value:.2f} |")
    for step in steps[-1]:
        median = statistics.median(row[step] for row in steps[2:])
        print(f"| - {step}, median | {median:.2f} |")


def _measure_leads(settings: Settings, count: int, rounds: int) -> None:
    """Send requests one after another, first alone, then while staff publish and type."""
    seconds = max(2.0 * rounds, 5.0)
    port = int(settings.base_url.rpartition(":")[2])
    # A process of its own: it shall not wait for those who type.
    with futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as client:
        client.submit(_lead_times, port, WARM_UP).result()
        quiet = client.submit(_lead_times, port, seconds).result()
        with _busy(settings, count) as done:
            time.sleep(WARM_UP)
            began = done()
            busy = client.submit(_lead_times, port, seconds).result()
            publications = done() - began
    print(
        "\n| A request to the endpoint, each 50 ms after the answer to the last | p50 ms | p99 ms |"
    )
    print("|---|---:|---:|")
    print(f"| while nothing else is done, {len(quiet)} | {_p50_p99(quiet)} |")
    print(
        f"| while {publications} publications follow one another and {TYPISTS} type, {len(busy)} "
        f"| {_p50_p99(busy)} |",
        flush=True,
    )


def _lead_times(port: int, seconds: float) -> list[float]:
    """Return the milliseconds of each request to the endpoint."""

    def paced() -> Iterator[bytes]:
        for request in leads(port):
            time.sleep(LEADS)
            yield request

    answers = send_without_pause(port, paced(), connections=1, seconds=seconds)
    if any(answer.status != 303 for answer in answers):  # noqa: PLR2004
        raise click.ClickException("The endpoint has refused a request")
    return [answer.seconds * 1000 for answer in answers]


def _p50_p99(values: Sequence[float]) -> str:
    cuts = statistics.quantiles(values, n=100)
    return f"{cuts[49]:.0f} | {cuts[98]:.0f}"


@contextlib.contextmanager
def _busy(settings: Settings, count: int) -> Iterator[Callable[[], int]]:
    """Publish continuously while some editors type, until the block ends.

    Yields a function that returns the number of finished publications.
    """
    app, over = create_app(settings), threading.Event()
    cookie = staff.cookie(app, staff.account(app, StaffRole.EDITOR))
    live: list[float] = []

    def publish() -> None:
        workspace, database = Workspace.of(settings), connect(settings.database)
        publications = Publications(database)
        requests = PublicationRequests(workspace, publications)
        for number in itertools.count(1000):
            if over.is_set():
                break
            name = f"artikel-{(number * 37) % count:05}"
            live.append(_published(settings, workspace, requests, publications, name, number)[0])
        database.close()

    threads = [threading.Thread(target=publish)] + [
        threading.Thread(target=_type, args=(settings, app, cookie, number, over))
        for number in range(TYPISTS)
    ]
    for thread in threads:
        thread.start()
    try:
        yield lambda: len(live)
    finally:
        over.set()
        for thread in threads:
            thread.join()
        services(app).leads.close()


def _type(settings: Settings, app: Flask, cookie: str, number: int, over: threading.Event) -> None:
    """Send the requests that the page of a text sends while somebody types."""
    name = f"artikel/artikel-{number:05}"
    account = staff.account(app, StaffRole.EDITOR, name=f"Typist {number}")
    form = Writer(app, staff.signed_in(app, account), account).form(name)
    form.setlist("fenster", [f"tab-{number}"])
    url = f"{settings.base_url}/redaktion/texte/{name}.md"
    headers = {"Cookie": f"{app.config['SESSION_COOKIE_NAME']}={cookie}"}
    headers |= {"Sec-Fetch-Site": "same-origin"}
    for pause in itertools.count(1):
        if over.wait(PAUSE):
            break
        form.setlist("text", [f"{form['text']} Wort {pause}."])
        sent = urllib.parse.urlencode(list(form.items(multi=True))).encode()
        parts = ["vorschau", "befunde"] + ["zwischenstand"] * (pause % AUTOSAVE == 0)
        for part in parts:
            request = urllib.request.Request(f"{url}/{part}", sent, headers)  # noqa: S310
            with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310 - our own
                response.read()


def _measure_upload(settings: Settings) -> None:
    """Measure the time from the click until the page of the image is shown."""
    app = create_app(settings)
    cookie = staff.cookie(app, staff.account(app, StaffRole.EDITOR))
    took = []
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET)) as browser,
        staff.page_of(browser, settings.base_url, cookie=cookie) as page,
    ):
        for number in range(PHOTOS):
            page.goto("/redaktion/bibliothek/neu")
            photo = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": _photo()}
            page.locator("#bild-file").set_input_files(photo)  # type: ignore[arg-type]
            for field in ("alt", "author", "licence"):
                page.locator(f"#bild-{field}").fill(f"Foto {number}")
            page.get_by_text("Nein", exact=True).click()
            began = time.perf_counter()
            page.get_by_role("button", name="Hochladen").click()
            page.get_by_text("Hochgeladen.").wait_for()
            took.append(time.perf_counter() - began)
    print("\n| A photo of 12 megapixels, uploaded with a browser | s |\n|---|---:|")
    print(f"| median of {PHOTOS} | {statistics.median(took):.2f} |")
    print(f"| longest | {max(took):.2f} |", flush=True)
    services(app).leads.close()


def _measure_pages(settings: Settings, count: int, rounds: int) -> None:
    """Measure the requests of an editor working on a text, signed in, in this process."""
    app = create_app(settings)
    account = staff.account(app, StaffRole.EDITOR)
    writer = Writer(app, staff.signed_in(app, account), account)
    writer.get()
    # For some seconds after a start, the dictionary is read.
    edited_site.WARM.wait(PATIENCE)
    name = f"artikel/artikel-{count // 2:05}"
    text = f"/redaktion/texte/{name}.md"
    form = writer.form(name)

    def typed(number: int) -> MultiDict[str, str]:
        sent = MultiDict(form)
        sent.setlist("text", [f"{form['text']}\r\nWort {number}."])
        sent.setlist("fenster", ["one-tab"])
        copy = writer.copy(name)
        sent.setlist("fassung", [str(copy.version if copy else 0)])
        return sent

    client = writer.client
    done: dict[str, Callable[[int], TestResponse]] = {
        "open an article": lambda _: client.get(text),
        "list": lambda _: client.get("/redaktion/"),
        "search": lambda number: client.get(f"/redaktion/?suche=artikel+{number}"),
        "preview": lambda number: client.post(f"{text}/vorschau", data=typed(number)),
        "findings": lambda number: client.post(f"{text}/befunde", data=typed(number)),
        "save without being asked": lambda number: client.post(
            f"{text}/zwischenstand", data=typed(number)
        ),
    }
    print("\n| | median ms | p95 ms |\n|---|---:|---:|")
    for label, ask in done.items():
        took = []
        for number in range(-2, rounds):
            began = time.perf_counter()
            response = ask(number)
            took.append((time.perf_counter() - began) * 1000)
            if response.status_code != 200:  # noqa: PLR2004
                raise click.ClickException(f"{label}: {response.status}")
        found = dict(_quantiles(took[2:]))
        print(f"| {label} | {found['p50']:.0f} | {found['p95']:.0f} |", flush=True)
    services(app).leads.close()


def _published(
    settings: Settings,
    workspace: Workspace,
    requests: PublicationRequests,
    publications: Publications,
    name: str,
    number: int,
) -> tuple[float, list[dict[str, float]]]:
    """Publish a change, and return the seconds until it is live, and those of each step."""
    file, mark = f"artikel/{name}.md", f"Stand {number} der Messung"
    main = workspace.repository.main
    data = workspace.repository.read(main, file) or b""
    # The text as it was checked: the made articles lack what a release would ask for.
    if b"\nreviewed_by:" not in data:
        data = data.replace(b"status:", b"ai: none\nreviewed_by: Erika Muster\nstatus:", 1)
    data += f"\n{mark}.\n".encode()
    began = time.perf_counter()
    asked = requests.changes({file: data}, main, AUTHOR, Message(mark), clock.now())
    try:
        _until(f"{settings.base_url}/artikel/{name}/", mark)
    except TimeoutError as error:
        one = publications.get(asked)
        raise click.ClickException(f"{one.state}: {one.detail} {one.reasons}") from error
    took = time.perf_counter() - began
    while publications.get(asked).ended_at is None:
        time.sleep(POLL)
    return took, publications.get(asked).steps


def _until(url: str, mark: str) -> None:
    until = time.perf_counter() + PATIENCE
    while time.perf_counter() < until:
        try:
            with urllib.request.urlopen(url, timeout=20) as response:  # noqa: S310 - our own
                if mark in response.read().decode():
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(POLL)
    raise TimeoutError(url)


def _quantiles(values: Sequence[float]) -> Iterator[tuple[str, float]]:
    cuts = statistics.quantiles(values, n=20)
    yield "p50", cuts[9]
    yield "p95", cuts[18]


def _flask(environ: dict[str, str], *words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "flask", "--app", "website", *words]
    return subprocess.Popen(
        command, env=os.environ | environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


if __name__ == "__main__":
    main()
