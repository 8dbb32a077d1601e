"""A whole monitored website, in minutes that pass at once.

Endpoint, web server, mail server, database and receiver of alerts are real; what a clock starts is
started by hand.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from support import certificates
from support.certificates import Certificate
from support.content import Content
from support.endpoint import serving
from support.house import PASSWORD, SECRET, configuration, running_nginx
from support.jobs import run_due
from support.leads import HandClock
from support.mailserver import MailServer
from support.receiver import Receiver
from support.site import free_port, release
from website.config import Settings
from website.content import questionnaire_file
from website.exceptions import StorageError
from website.infra import clock as clocks
from website.leads.outbox import Outbox
from website.leads.services import Leads, open_leads, open_outbox
from website.ops.canary.journey import Journey, journey_for
from website.ops.monitoring.alert_channels import channels_for
from website.ops.monitoring.heartbeat import Heartbeat
from website.ops.monitoring.jobs import Schedule
from website.ops.service import worker

SITE = "localhost"


@dataclass
class MonitoredSite:
    """What runs, and how it can be broken."""

    folder: Path
    build: Path
    """A folder of its own, which may be changed."""
    certificate: Certificate
    environ: dict[str, str]
    leads: Leads
    outbox: Outbox
    mail_server: MailServer
    receiver: Receiver
    port: int
    endpoint: int
    clock: HandClock = field(default_factory=HandClock)
    roles: set[str] = field(default_factory=lambda: {"web", "worker"})
    """The processes that run."""

    def __post_init__(self) -> None:
        self.clock.moment = clocks.now()
        self.journey: Journey = replace(
            journey_for(self.settings, self.leads),
            patience=0.3,
            wait=self._deliver_meanwhile,
        )
        self._parts: dict[str, contextlib.ExitStack] = {}
        self.heartbeats = self._heartbeats(self.settings)

    def _heartbeats(self, settings: Settings) -> dict[str, Heartbeat]:
        channels = channels_for(settings)
        return {
            role: Heartbeat(
                self.leads.database,
                settings.instance_dir,
                channels,
                role=role,
                site=SITE,
                clock=self.clock,
            )
            for role in ("web", "worker")
        }

    @contextlib.contextmanager
    def alerting_by(self, **settings: str) -> Iterator[None]:
        """Send alerts by other channels."""
        before = self.heartbeats
        self.heartbeats = self._heartbeats(Settings.from_environment(self.environ | settings))
        try:
            yield
        finally:
            self.heartbeats = before

    @property
    def settings(self) -> Settings:
        return Settings.from_environment(self.environ)

    def _deliver_meanwhile(self, _seconds: float) -> None:
        """Do what the worker does all the time."""
        self.outbox.deliver_due()

    def pass_time(self, minutes: int) -> None:
        """Let time pass; the worker looks at its jobs, and both heartbeats check."""
        for _ in range(minutes):
            self.clock.forward(minutes=1)
            if "worker" in self.roles:
                schedule = Schedule(
                    self.leads.database, [worker.trying_the_form(self.journey)], clock=self.clock
                )
                with contextlib.suppress(StorageError):
                    schedule.register()
                    run_due(schedule)
            for role in sorted(self.roles):
                self.heartbeats[role].check()

    def wait_for_an_alert(self, minutes: int) -> None:
        """Let time pass until there is an alert, or so many minutes are over."""
        for _ in range(minutes):
            self.pass_time(1)
            if self.alerts:
                return

    @property
    def alerts(self) -> list[str]:
        """The text of every alert."""
        return [json.loads(message.content)["text"] for message in self.receiver.taken]

    # Parts that can be stopped, and started otherwise.

    def start_endpoint(self) -> None:
        self._start(
            "endpoint",
            serving(self.settings.instance_dir, port=self.endpoint, environ=self.environ),
        )

    def start_front(self, change: Callable[[str], str] = str) -> None:
        folder = self.folder / "nginx"
        shutil.rmtree(folder, ignore_errors=True)
        text = configuration(
            self.environ["WEBSITE_BASE_URL"],
            self.build,
            f"127.0.0.1:{self.endpoint}",
            self.certificate,
        )
        self._start("front", running_nginx(folder, change(text), self.port))

    def start_mail_server(self, password: str = PASSWORD) -> None:
        encryption = self.certificate.server_side
        self._start("mail", self.mail_server.running(encryption=encryption, password=password))

    def _start(self, part: str, running: contextlib.AbstractContextManager[object]) -> None:
        self.stop(part)
        self._parts[part] = contextlib.ExitStack()
        self._parts[part].enter_context(running)

    def stop(self, part: str) -> None:
        """End a part, if it runs."""
        if part in self._parts:
            self._parts.pop(part).close()

    def stop_all(self) -> None:
        for part in list(self._parts):
            self.stop(part)
        self.outbox.database.close()
        self.leads.close()


@contextlib.contextmanager
def frozen(folder: Path) -> Iterator[tuple[Path, Certificate, int]]:
    """Freeze a small website for a port of this machine."""
    certificate = certificates.make(folder / "tls", days=90)
    content = Content(folder / "content")
    content.article("neu")
    port = free_port()
    release(content.folder, folder / "build", f"https://{SITE}:{port}")
    yield folder, certificate, port


@contextlib.contextmanager
def running(site: tuple[Path, Certificate, int], folder: Path) -> Iterator[MonitoredSite]:
    """Start everything.

    :param folder: one on a disk of its own, for the instance.
    """
    home, certificate, port = site
    build = folder.parent / "build"
    shutil.copytree((home / "build").resolve(), build)
    mail_server, receiver = MailServer(), Receiver()
    with receiver.running():
        environ = {
            "WEBSITE_BASE_URL": f"https://{SITE}:{port}",
            "WEBSITE_CONTENT_DIR": str(home / "content"),
            "WEBSITE_INSTANCE_DIR": str(folder),
            "WEBSITE_TRUSTED_PROXIES": "127.0.0.1",
            "WEBSITE_SECRET_KEY": SECRET,
            "WEBSITE_SMTP_URL": f"smtp://web:{PASSWORD}@127.0.0.1:{mail_server.port}?starttls=yes",
            "WEBSITE_MAIL_FROM": "website@agentur.example",
            "WEBSITE_LEADS_TO": "vertrieb@agentur.example",
            "WEBSITE_ALARM_URL": receiver.url,
        }
        settings = Settings.from_environment(environ)
        asked, _ = questionnaire_file.read(settings.content_dir)
        monitored = MonitoredSite(
            folder.parent,
            build,
            certificate,
            environ,
            open_leads(settings, lambda: asked),
            open_outbox(settings, lambda: asked),
            mail_server,
            receiver,
            port,
            free_port(),
        )
        try:
            monitored.start_endpoint()
            monitored.start_front()
            monitored.start_mail_server()
            yield monitored
        finally:
            monitored.stop_all()
