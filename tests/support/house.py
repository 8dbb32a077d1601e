"""A whole website as operators run it: nginx with TLS, endpoint, worker, mail server."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from support import certificates
from support.certificates import Certificate
from support.content import Content
from support.doctor import MAILS, look
from support.mailserver import MailServer
from support.processes import Flask
from support.site import free_port, release, wait_for
from support.waiting import wait_until
from support.web_servers import NGINX, off_port_80
from website.config import Settings
from website.ops.deploy import hosting_files
from website.ops.deploy.web_server_rules import HostedSite
from website.ops.doctor import CheckResult, Level

SECRET = "a-secret-of-the-house-that-nobody-need-guess"  # noqa: S105 - of a test
PASSWORD = "correct-horse-battery"  # noqa: S105
ENDPOINT_PATHS = ("anfrage", "posteingang", "healthz", "readyz")


@dataclass(frozen=True)
class House:
    """What runs, and the settings that it runs with."""

    folder: Path
    build: Path
    endpoint: str
    """Host and port of the endpoint, behind the web server."""
    certificate: Certificate
    mail_server: MailServer
    environ: dict[str, str]

    def look(self, *names: str, **settings: str) -> list[CheckResult]:
        """Run some checks, with other settings than those of the house."""
        return look(self.environ | settings, *names)

    @contextlib.contextmanager
    def front(
        self,
        *,
        build: Path | None = None,
        endpoint: str = "",
        certificate: Certificate | None = None,
        change: Callable[[str], str] = str,
    ) -> Iterator[str]:
        """Put another nginx in front, set up otherwise, and give its address."""
        port = free_port()
        base_url = f"https://localhost:{port}"
        with running_nginx(
            self.folder / f"nginx-{port}",
            change(
                configuration(
                    base_url,
                    build or self.build,
                    endpoint or self.endpoint,
                    certificate or self.certificate,
                )
            ),
            port,
        ):
            yield base_url


def configuration(base_url: str, build: Path, endpoint: str, certificate: Certificate) -> str:
    """Write what ``deploy-files`` writes for nginx, but for port 80."""
    text = hosting_files.web_server(
        "nginx.conf",
        HostedSite(Settings(base_url=base_url)),
        build,
        endpoint=endpoint,
        endpoint_paths=ENDPOINT_PATHS,
        redirects=(),
        certificates=str(certificate.folder),
    )
    return off_port_80(text)


@contextlib.contextmanager
def running_nginx(folder: Path, text: str, port: int) -> Iterator[None]:
    """Run nginx until the block ends."""
    folder.mkdir()
    (folder / "website.conf").write_text(text)
    (folder / "main").write_text(NGINX.format(folder=folder))
    command = ["nginx", "-c", str(folder / "main"), "-e", str(folder / "errors.log")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield
    finally:
        process.terminate()
        process.wait(90)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait for an answer: nginx takes connections even while it cannot have its other ports."""
    trusting_all = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting_all.check_hostname = False
    trusting_all.verify_mode = ssl.CERT_NONE

    def answers() -> bool:
        assert process.poll() is None, "nginx ended by itself"
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
                trusting_all.wrap_socket(connection).close()
        except OSError:
            return False
        return True

    wait_until(answers, "an answer of nginx")


@contextlib.contextmanager
def running_house(folder: Path) -> Iterator[House]:
    """Freeze, and start everything. Who looks from this process must trust the certificate."""
    certificate = certificates.make(folder / "tls", days=90)
    content = Content(folder / "content")
    content.article("neu")
    page = (content.folder / "seiten/impressum.md").read_text()
    content.write("seiten/suche.md", page.replace("Impressum", "Suche"))
    content.write("seiten/werkzeuge.md", page.replace("Impressum", "Werkzeuge"))
    port, behind = free_port(), free_port()
    base_url = f"https://localhost:{port}"
    release(content.folder, folder / "build", base_url)
    mail_server = MailServer()
    environ = {
        "WEBSITE_BASE_URL": base_url,
        "WEBSITE_CONTENT_DIR": str(content.folder),
        "WEBSITE_INSTANCE_DIR": str(folder / "instance"),
        "WEBSITE_TRUSTED_PROXIES": "127.0.0.1",
        "WEBSITE_SECRET_KEY": SECRET,
        "WEBSITE_SMTP_URL": f"smtp://website:{PASSWORD}@127.0.0.1:{mail_server.port}?starttls=yes",
        "WEBSITE_MAIL_FROM": "website@agentur.example",
        "WEBSITE_LEADS_TO": MAILS,
        "SSL_CERT_FILE": str(certificate.file),
    }
    words = ("serve", "--port", str(behind), "--build", str(folder / "build"))
    with Path(os.devnull).open("wb") as log:
        process = Flask(os.environ | environ, *words, out=log)
    endpoint = f"127.0.0.1:{behind}"
    try:
        wait_for(f"http://{endpoint}/readyz", process)

        def jobs_are_done() -> bool:
            assert process.poll() is None, "the worker did not begin"
            return look(environ, "jobs")[0].level is Level.OK

        wait_until(jobs_are_done, "all jobs on time")
        text = configuration(base_url, folder / "build", endpoint, certificate)
        with (
            mail_server.running(encryption=certificate.server_side, password=PASSWORD),
            running_nginx(folder / "nginx", text, port),
        ):
            yield House(folder, folder / "build", endpoint, certificate, mail_server, environ)
    finally:
        process.terminate()
        process.wait(90)
