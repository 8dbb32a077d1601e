"""What ``deploy-files`` writes, run as far as it can be: web servers with TLS, another user."""

from __future__ import annotations

import configparser
import contextlib
import functools
import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
import yaml
from playwright.sync_api import Browser
from sqlalchemy import select

from support import certificates, terminal
from support.certificates import Certificate
from support.content import Content
from support.disks import disk
from support.processes import run_flask
from support.questionnaire import questionnaire
from support.site import free_port, release, wait_for
from support.visitor import BROWSER, FORM
from support.waiting import wait_until
from support.web_servers import CADDY, NGINX, off_port_80
from website.config import Settings
from website.infra.mail_transport import ATTEMPT
from website.leads.models import Lead
from website.leads.services import open_leads
from website.ops.deploy import hosting_files
from website.ops.deploy.web_server_rules import HostedSite
from website.ops.service.child_processes import GRACE

NOBODY = 65534
LOOKING = 1 << 2
"""CAP_DAC_READ_SEARCH (capabilities(7)): to look everywhere, and to write nowhere more."""
SLOW = 200
AT_MOST = 15.0
"""Seconds that somebody else may have to wait: far less than slow clients may keep a connection."""


@dataclass(frozen=True)
class Deployed:
    """A website as it is deployed: files written by the command, and what runs by them."""

    folder: Path
    instance: Path
    content: Content
    port: int
    certificate: Certificate
    listening: socket.socket
    environ: dict[str, str]

    @property
    def base_url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.listening.getsockname()[1]}"

    def started(self) -> subprocess.Popen[bytes]:
        """Start the service as its unit does: unprivileged, read-only, on a socket handed over."""
        unit = units(self.folder)["website.service"]
        command = unit["Service"]["ExecStart"].split()
        assert unit["Service"]["User"] == "website"
        # The process keeps its number through exec, as LISTEN_PID must name it.
        starting = 'export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@"'
        number = self.listening.fileno()
        process = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", READ_ONLY_BUT.format(self.instance), "sh",
             *unprivileged(), "bash", "-c", f"exec 3<&{number}; {starting}", "bash", *command],
            env=os.environ | self.environ,
            cwd=unit["Service"]["WorkingDirectory"],
            pass_fds=[number],
        )  # fmt: skip
        wait_for(f"http://{self.endpoint}/readyz", process)
        return process

    def leads(self) -> set[str]:
        opened = open_leads(Settings(instance_dir=self.instance), questionnaire)
        with contextlib.closing(opened), opened.database.reading() as session:
            return set(session.scalars(select(Lead.reference)))


READ_ONLY_BUT = (
    'mount --make-rprivate / && mount --bind {0} {0} && mount -o remount,bind,ro / && exec "$@"'
)


@functools.cache
def unprivileged() -> tuple[str, ...]:
    """Return a command that runs another one as nobody.

    Checkout and Python may lie where only root may look; then nobody may look too, but no more.
    """
    words = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    # setpriv itself gives up its rights only when it becomes another program.
    try_it = [*words, "sh", "-c", 'exec "$@"', "sh", sys.executable, "-c", "import website"]
    if subprocess.run(try_it, check=False, capture_output=True).returncode == 0:
        return (*words, "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs")
    look = "-all,+dac_read_search"
    return (*words, f"--inh-caps={look}", f"--ambient-caps={look}", "--no-new-privs")


def units(folder: Path) -> dict[str, configparser.ConfigParser]:
    found = {}
    for path in folder.glob("website*.s*"):
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        parser.optionxform = str  # type: ignore[assignment,method-assign]
        parser.read(path)
        found[path.name] = parser
    return found


def deploy(environ: dict[str, str], folder: Path, *options: str) -> None:
    terminal.flask(environ, "deploy-files", str(folder), *options)


@pytest.fixture(scope="module")
def deployed() -> Iterator[Deployed]:
    # Not where pytest puts the others: only root may look there.
    folder = Path(tempfile.mkdtemp(prefix="deployed-"))
    folder.chmod(0o755)
    certificate = certificates.make(folder / "tls", days=90)
    content = Content(folder / "content")
    content.article("neu")
    port = free_port()
    release(content.folder, folder / "build", f"https://localhost:{port}")
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    with listening, disk(folder / "instance", megabytes=64, options=f"mode=0700,uid={NOBODY}"):
        environ = {
            "WEBSITE_BASE_URL": f"https://localhost:{port}",
            "WEBSITE_CONTENT_DIR": str(content.folder),
            "WEBSITE_INSTANCE_DIR": str(folder / "instance"),
            "WEBSITE_TRUSTED_PROXIES": "127.0.0.1",
        }
        site = Deployed(
            folder / "files", folder / "instance", content, port, certificate, listening, environ
        )
        options = ["--build", str(folder / "build"), "--endpoint", site.endpoint]
        # Not in the instance folder of the service, whose owner root would otherwise become.
        elsewhere = environ | {"WEBSITE_INSTANCE_DIR": str(folder / "elsewhere")}
        deploy(elsewhere, site.folder, *options, "--certificates", str(certificate.folder))
        yield site
    shutil.rmtree(folder)


@contextlib.contextmanager
def in_front(site: Deployed, name: str, folder: Path) -> Iterator[None]:
    """Run a web server by the file that was written for it; ports below 1024 others may use."""
    if name == "nginx":
        text = off_port_80((site.folder / "nginx.conf").read_text())
        main = NGINX.format(folder=folder)
    else:
        text = (site.folder / "Caddyfile").read_text()
        ours = f"{site.certificate.folder}/fullchain.pem {site.certificate.folder}/privkey.pem"
        text = text.replace(
            f"localhost:{site.port} {{\n",
            f"localhost:{site.port} {{\n\ttls {ours}\n",
        )
        main = CADDY.format(folder=folder).replace("off\n}", "disable_redirects\n}")
    (folder / "website.conf").write_text(text)
    (folder / "main").write_text(main)
    command = {
        "nginx": ["nginx", "-c", str(folder / "main"), "-e", str(folder / "errors.log")],
        "caddy": ["caddy", "run", "--config", str(folder / "main"), "--adapter", "caddyfile"],
    }[name]
    environ = os.environ | {"HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environ, stdout=log, stderr=log)
    try:

        def answers() -> bool:
            assert process.poll() is None, (folder / "log").read_text()
            try:
                return ask(site, "GET", "/healthz")[0] == 200
            except OSError:
                return False

        wait_until(answers, f"an answer of {name}")
        yield
    finally:
        process.terminate()
        process.wait(90)


def ask(
    site: Deployed, method: str, path: str, form: dict[str, str] | None = None
) -> tuple[int, str]:
    """Send one request through the web server; give status and where the answer leads on to."""
    trusted = ssl.create_default_context(cafile=str(site.certificate.file))
    connection = http.client.HTTPSConnection("localhost", site.port, timeout=60, context=trusted)
    with contextlib.closing(connection):
        fields = BROWSER | {
            "Content-Type": "application/x-www-form-urlencoded",
            "Sec-Fetch-Site": "same-origin",
        }
        connection.request(method, path, urlencode(form) if form else None, fields)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Location", "")


@pytest.fixture(scope="module")
def service(deployed: Deployed) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run the service; tests may put another process in its place."""
    running = [deployed.started()]
    yield running
    running[-1].terminate()
    running[-1].wait(90)


@pytest.fixture(params=["nginx", "caddy"])
def front(
    request: pytest.FixtureRequest,
    deployed: Deployed,
    service: list[subprocess.Popen[bytes]],
    tmp_path: Path,
) -> Iterator[list[subprocess.Popen[bytes]]]:
    with in_front(deployed, request.param, tmp_path):
        yield service


@pytest.mark.browser
def test_a_visitor_gets_from_an_article_to_the_thanks_over_tls(
    deployed: Deployed, front: list[subprocess.Popen[bytes]], chromium: Browser
) -> None:
    assert front[-1].poll() is None
    context = chromium.new_context(base_url=deployed.base_url, ignore_https_errors=True)
    page = context.new_page()
    before = deployed.leads()
    page.goto("/artikel/neu/")
    page.goto("/kontakt/")
    page.locator("[name=message]").fill(f"Uns fehlt jemand. {id(page)}")
    page.locator("[name=company]").fill("Muster GmbH")
    page.locator("[name=name]").fill("Erika Muster")
    page.locator("[name=email]").fill("erika@muster.example")
    page.get_by_role("button", name="Anfrage senden").first.click()
    page.wait_for_url("**/anfrage/*")
    (reference,) = deployed.leads() - before
    assert page.url.endswith(reference)
    context.close()


def test_a_restart_under_load_loses_no_request_and_no_lead(
    deployed: Deployed, front: list[subprocess.Popen[bytes]]
) -> None:
    answers: list[tuple[int, str]] = []
    stop = threading.Event()

    def send(visitor: int) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            message = f"Anfrage {number} von {visitor} um {time.monotonic()}"
            answers.append(ask(deployed, "POST", "/anfrage", FORM | {"message": message}))
            stop.wait(0.02)  # or the service that starts meanwhile would hardly get the processor

    before = deployed.leads()
    threads = [threading.Thread(target=send, args=(visitor,)) for visitor in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    front[-1].send_signal(signal.SIGTERM)
    assert front[-1].wait(90) == 0
    front.append(deployed.started())
    time.sleep(0.5)
    stop.set()
    for thread in threads:
        thread.join()
    assert len(answers) > 8
    # Who sends that much is asked to wait, which is an answer too.
    assert {status for status, _ in answers} <= {200, 303, 429}
    taken = {place.rpartition("/")[2] for status, place in answers if status == 303}
    assert taken <= deployed.leads()
    assert len(deployed.leads() - before) >= len(taken)


@pytest.mark.parametrize("straight", [False, True], ids=["through-the-proxy", "straight"])
def test_slow_clients_keep_nobody_else_waiting(
    deployed: Deployed, service: list[subprocess.Popen[bytes]], tmp_path: Path, straight: bool
) -> None:
    assert service[-1].poll() is None
    with contextlib.ExitStack() as stack:
        if not straight:
            stack.enter_context(in_front(deployed, "nginx", tmp_path))
        host, port = ("127.0.0.1", deployed.listening.getsockname()[1])
        trusted = ssl.create_default_context(cafile=str(deployed.certificate.file))
        for number in range(SLOW):
            client: socket.socket = socket.create_connection(
                (host, port if straight else deployed.port), timeout=60
            )
            if not straight:
                client = trusted.wrap_socket(client, server_hostname="localhost")
            stack.enter_context(client)
            client.sendall(
                (
                    b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
                    b"POST /anfrage HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\nm=",
                )[number % 2]
            )
        if straight:
            connection = http.client.HTTPConnection(host, port, timeout=AT_MOST)
        else:
            connection = http.client.HTTPSConnection(
                "localhost", deployed.port, timeout=AT_MOST, context=trusted
            )
        stack.callback(connection.close)
        began = time.monotonic()
        connection.request("GET", "/readyz")
        assert connection.getresponse().status == 200
        assert time.monotonic() - began < AT_MOST


def test_the_service_may_write_nothing_but_what_is_kept(
    deployed: Deployed, service: list[subprocess.Popen[bytes]]
) -> None:
    process = service[-1].pid
    status = dict(
        line.split(":\t", 1)
        for line in Path(f"/proc/{process}/status").read_text().splitlines()
        if ":\t" in line
    )
    assert set(status["Uid"].split()) == {str(NOBODY)}
    assert int(status["CapEff"], 16) in {0, LOOKING}
    written = units(deployed.folder)["website.service"]["Service"]["ReadWritePaths"].split()
    assert len(written) == 1
    mounts = Path(f"/proc/{process}/mountinfo").read_text().splitlines()
    [root] = [line.split()[5] for line in mounts if line.split()[4] == "/"]
    assert "ro" in root.split(",")


# What is written


def test_units_have_no_word_that_systemd_does_not_know(deployed: Deployed) -> None:
    known = re.compile(r"[A-Z][A-Za-z]+\Z")
    sections = {"Unit", "Service", "Socket", "Install"}
    for name, unit in units(deployed.folder).items():
        assert set(unit.sections()) <= sections, name
        assert all(known.match(key) for section in unit.sections() for key in unit[section]), name
    if verify := shutil.which("systemd-analyze"):
        done = subprocess.run(
            [verify, "verify", *map(str, deployed.folder.glob("website*.s*"))],
            check=False, capture_output=True, text=True,
        )  # fmt: skip
        complaints = [line for line in done.stderr.splitlines() if "Unknown" in line]
        assert complaints == []


def test_a_send_under_way_has_longer_than_it_may_take(deployed: Deployed) -> None:
    found = units(deployed.folder)
    assert int(found["website-worker.service"]["Service"]["TimeoutStopSec"]) > ATTEMPT
    assert int(found["website.service"]["Service"]["TimeoutStopSec"]) > GRACE


def test_no_service_can_take_the_memory_of_the_whole_machine(deployed: Deployed) -> None:
    found = units(deployed.folder)
    assert found["website.service"]["Service"]["MemoryMax"] == "512M"
    assert found["website-worker.service"]["Service"]["MemoryMax"] in {"512M", "1G"}


def test_the_settings_are_written_down_but_for_secrets(tmp_path: Path) -> None:
    environ = {
        "WEBSITE_BASE_URL": "https://www.example.org",
        "WEBSITE_INSTANCE_DIR": str(tmp_path / "instance"),
        "WEBSITE_SECRET_KEY": "that-nobody-shall-ever-read-in-a-file",
    }
    deploy(environ, tmp_path / "files")
    text = (tmp_path / "files/website.env").read_text()
    assert "WEBSITE_BASE_URL=https://www.example.org\n" in text
    assert "nobody-shall" not in text
    for name in Settings.__dataclass_fields__:
        assert re.search(rf"^#?WEBSITE_{name.upper()}=", text, re.MULTILINE), name
    assert (tmp_path / "files/website.env").stat().st_mode & 0o077 == 0


def test_what_was_changed_by_hand_is_not_written_over(tmp_path: Path) -> None:
    environ = {"WEBSITE_INSTANCE_DIR": str(tmp_path / "instance")}
    deploy(environ, tmp_path / "files")
    deploy(environ, tmp_path / "files")
    unit = tmp_path / "files/website.service"
    unit.write_text("mine")
    with pytest.raises(subprocess.CalledProcessError) as refused:
        deploy(environ, tmp_path / "files")
    assert "website.service" in refused.value.stderr
    assert unit.read_text() == "mine"
    deploy(environ, tmp_path / "files", "--force")
    assert unit.read_text() != "mine"


@pytest.mark.parametrize(
    ("folder", "options", "said"),
    [
        ("/dev/null", [], "/dev/null cannot be written: Not a directory."),
        ("/proc/files", [], "/proc/files cannot be written: No such file or directory."),
        ("files", ["--endpoint", "localhost"], "'localhost' is no host and port"),
        ("files", ["--endpoint", "127.0.0.1:99999"], "'127.0.0.1:99999' is no host and port"),
    ],
)
def test_files_that_cannot_be_written_or_used_are_refused(
    tmp_path: Path, folder: str, options: list[str], said: str
) -> None:
    environ = {"WEBSITE_INSTANCE_DIR": str(tmp_path / "instance")}
    with pytest.raises(subprocess.CalledProcessError) as refused:
        deploy(environ, tmp_path / folder, *options)
    assert said in refused.value.stderr
    assert not (tmp_path / "files").exists()


def test_a_postgresql_of_containers_need_not_run_when_the_files_are_written(tmp_path: Path) -> None:
    deploy({"WEBSITE_INSTANCE_DIR": str(tmp_path)}, tmp_path / "files", "--postgresql")
    found = yaml.safe_load((tmp_path / "files/compose.yaml").read_text())
    assert found["services"]["database"]["image"].startswith("postgres:")


@pytest.mark.parametrize("url", ["", "postgresql+psycopg://website@127.0.0.1:1/website"])
def test_containers_run_commands_that_exist_with_secrets_from_files(
    tmp_path: Path, url: str
) -> None:
    files = hosting_files.container_files(
        HostedSite(Settings(base_url="https://www.example.org")), with_postgresql=bool(url)
    )
    found = yaml.safe_load(files["compose.yaml"])
    web, worker = found["services"]["web"], found["services"]["worker"]
    assert ("database" in found["services"]) == bool(url)
    assert web["read_only"]
    assert worker["read_only"]
    assert set(web["secrets"]) <= set(found["secrets"])
    limits = {name: service["mem_limit"] for name, service in found["services"].items()}
    assert limits.pop("worker") == "1G"  # as the unit of a worker that makes the pages
    assert set(limits.values()) == {"512M"}
    for name in (key for key in web["environment"] if key.endswith("_FILE")):
        assert name.removesuffix("_FILE").removeprefix("WEBSITE_").lower() in web["secrets"]
    command = re.search(r"^CMD (\[.*\])$", files["Containerfile"], re.MULTILINE)
    assert command
    assert yaml.safe_load(command[1]) == web["command"][: len(yaml.safe_load(command[1]))]
    for words in (web["command"], worker["command"]):
        assert words[:3] == ["flask", "--app", "website"]
        environ = os.environ | {"WEBSITE_INSTANCE_DIR": str(tmp_path)}
        helped = run_flask(environ, words[3], "--help", check=True)
        for option in words[4:]:
            assert not option.startswith("--") or option in helped.stdout


@pytest.mark.parametrize("with_postgresql", [True, False])
def test_in_containers_the_worker_publishes_what_the_web_service_serves(
    *, with_postgresql: bool
) -> None:
    site = HostedSite(Settings(base_url="https://www.example.org"))
    files = hosting_files.container_files(site, with_postgresql=with_postgresql)
    services = yaml.safe_load(files["compose.yaml"])["services"]
    web, worker = services["web"], services["worker"]
    builds = {part["command"][part["command"].index("--build") + 1] for part in (web, worker)}
    (build,) = builds
    (volume,) = web["volumes"]
    assert worker["volumes"] == [volume]
    assert Path(build).parent.is_relative_to(volume.partition(":")[2])
    assert web["environment"]["WEBSITE_EDITOR"] == worker["environment"]["WEBSITE_EDITOR"] == "yes"
    # By its name a machine is told from others, and containers get a new one each time.
    assert web["hostname"] == worker["hostname"]
    assert re.search(r"^RUN .*install.* git libfribidi0\b", files["Containerfile"], re.MULTILINE)
    assert "WEBSITE_EDITOR" not in files["Containerfile"]


def test_the_worker_may_write_the_pages_only_where_no_code_lies(tmp_path: Path) -> None:
    environ = {"WEBSITE_INSTANCE_DIR": str(tmp_path / "instance")}
    deploy(environ, tmp_path / "apart", "--build", str(tmp_path / "pages/build"))
    worker = units(tmp_path / "apart")["website-worker.service"]["Service"]
    assert worker["ReadWritePaths"].split() == [str(tmp_path / "instance"), f"-{tmp_path}/pages"]
    assert worker["ExecStart"].endswith(f"deliver --forever --build {tmp_path}/pages/build")
    web = units(tmp_path / "apart")["website.service"]["Service"]
    assert web["ReadWritePaths"] == str(tmp_path / "instance")
    deploy(environ, tmp_path / "within")
    worker = units(tmp_path / "within")["website-worker.service"]["Service"]
    assert worker["ReadWritePaths"] == str(tmp_path / "instance")
    assert worker["ExecStart"].endswith("deliver --forever")


# The editor

ASKING = """
import sys
from website.config import Settings
from website.editorial.publication_requests import PublicationRequests
from website.editorial.publications import Publications
from website.editorial.repository import Message, Person
from website.editorial.workspace import Workspace
from website.infra import clock
from website.infra.database import connect

settings = Settings.from_environment()
workspace, database = Workspace.of(settings), connect(settings.database)
publications = Publications(database)
requests = PublicationRequests(workspace, publications)
main, file = workspace.repository.main, "artikel/neu.md"
data = workspace.repository.read(main, file).replace(b"Ein Absatz.", b"Aus dem Editor.")
new = requests.of_changes({file: data}, main, Person("Erik Berg"), Message("Neu"), clock.now())
print(publications.request(new))
database.close()
"""
WWW_DATA = 33


def in_the_sandbox(writable: Sequence[str], *command: str) -> list[str]:
    """Return a command that runs another one with the rights that a unit gives."""
    binds = " && ".join(f"mount --bind {path} {path}" for path in writable)
    shut = f"mount --make-rprivate / && {binds} && mount -o remount,bind,ro / && umask 077"
    return [
        "unshare", "--mount", "sh", "-c", f'{shut} && exec "$@"', "sh", *unprivileged(), *command
    ]  # fmt: skip


def test_what_editors_publish_under_the_units_is_read_by_the_web_server() -> None:
    folder = Path(tempfile.mkdtemp(prefix="published-"))
    folder.chmod(0o755)
    content, pages = Content(folder / "content"), folder / "pages"
    content.article("neu", reviewed_by="Erika Muster", ai="none")
    pages.mkdir()
    release(content.folder, pages / "build", "https://localhost")
    subprocess.run(["chown", "-hR", str(NOBODY), pages], check=True)
    environ = {
        "WEBSITE_BASE_URL": "https://localhost",
        "WEBSITE_CONTENT_DIR": str(content.folder),
        "WEBSITE_INSTANCE_DIR": str(folder / "instance"),
    }
    elsewhere = environ | {"WEBSITE_INSTANCE_DIR": str(folder / "elsewhere")}
    deploy(elsewhere, folder / "files", "--build", str(pages / "build"))
    found = {name: unit["Service"] for name, unit in units(folder / "files").items()
             if "Service" in unit}  # fmt: skip
    written = {
        name: [path.lstrip("-").replace("elsewhere", "instance")
               for path in service["ReadWritePaths"].split()]
        for name, service in found.items()
    }  # fmt: skip
    with disk(folder / "instance", megabytes=128, options=f"mode=0700,uid={NOBODY}"):
        everything = os.environ | environ | {"HOME": "/nonexistent"}
        worker = subprocess.Popen(
            in_the_sandbox(
                written["website-worker.service"],
                *found["website-worker.service"]["ExecStart"].split(),
            ),
            env=everything,
            cwd=found["website-worker.service"]["WorkingDirectory"],
        )
        try:
            page, asked = pages / "build/artikel/neu/index.html", False
            until = time.monotonic() + 90
            while "Aus dem Editor." not in page.read_text() and time.monotonic() < until:
                assert worker.poll() is None
                if not asked and (folder / "instance/redaktion/content").is_dir():
                    asked = True
                    subprocess.run(
                        in_the_sandbox(written["website.service"], sys.executable, "-c", ASKING),
                        env=everything,
                        check=True,
                    )
                time.sleep(0.2)
            assert "Aus dem Editor." in page.read_text()
            reader = ["setpriv", f"--reuid={WWW_DATA}", "--clear-groups", "find", "-L"]
            unreadable = [*reader, f"{pages}/build/", "!", "-readable", "-print"]
            assert subprocess.run(unreadable, check=True, capture_output=True).stdout == b""
            private = [*reader, f"{folder}/instance/redaktion"]
            assert subprocess.run(private, check=False, capture_output=True).returncode
        finally:
            worker.terminate()
            worker.wait(90)
    shutil.rmtree(folder)
