"""Every setting of the website with its default, read from the environment once at start."""

from __future__ import annotations

import functools
import ipaddress
import os
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from website import mailbox
from website.exceptions import ConfigurationError, MailboxError
from website.mailbox import Mailbox

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
"""The checkout. ``content/``, ``templates/`` and ``static/`` lie beside ``site/``."""

LEADS_AT_HOME = "anfragen@localhost"
FROM_HOME = Mailbox("website@localhost")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

SHORTEST_SECRET = 32
"""Characters of ``WEBSITE_SECRET_KEY``: 128 bits and more, however they are written."""

LONGEST_ANSWER = 200.0
"""Office hours: five weeks."""

SECRETS = (
    "secret_key", "smtp_url", "database_url", "webhook_url", "webhook_secret", "alarm_url",
    "alarm_smtp_url",
)  # fmt: skip
"""Settings that may also stand in a file, named by the variable with ``_FILE`` at its end: so
containers and systemd hand secrets over."""

_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
"""Where IPv4 lies within IPv6 (RFC 4291, 2.5.5.2)."""

_SWITCH = {"yes": True, "no": False}


class Role(Enum):
    """What an application is made for; decides which rooms it opens."""

    SERVICE = "service"
    """Beside the frozen site: takes requests, shows no article."""
    FREEZE = "freeze"
    """Gives the public pages to the freezer, and nothing live."""
    PREVIEW = "preview"
    """For authors on their own machine: public pages with drafts, and the form."""


class LogStyle(Enum):
    """How processes write their log."""

    TEXT = "text"
    JSON = "json"


class Hsts(Enum):
    """For what browsers are told to use HTTPS alone, for two years (RFC 6797)."""

    HOST = "host"
    """For the site's own host."""
    SUBDOMAINS = "subdomains"
    """For all names below it, too, whoever runs them."""
    PRELOAD = "preload"
    """And browsers may know it before the first visit (hstspreload.org): hard to take back."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One value per ``WEBSITE_…`` variable. Paths are absolute, addresses have no final slash."""

    base_url: str = "http://127.0.0.1:8000"
    content_dir: Path = ROOT / "content"
    instance_dir: Path = ROOT / "instance"
    database_url: str = ""
    smtp_url: str = ""
    leads_to: tuple[str, ...] = (LEADS_AT_HOME,)
    """Addresses alone, as in every setting that tells who gets mails."""
    mail_from: Mailbox = FROM_HOME
    allowed_origins: frozenset[str] = field(default_factory=frozenset)
    secret_key: str = ""
    trusted_proxies: tuple[Network, ...] = ()
    webhook_url: str = ""
    webhook_secret: tuple[str, ...] = ()
    """The key in use, and while keys are exchanged a second one."""
    confirmation_mail: bool = False
    answer_within_hours: float = 4.0
    """Office hours after which an unanswered lead counts as overdue in the inbox."""
    canary: bool | None = None
    """Whether the worker tries the live form; unless said, where others can reach it."""
    canary_to: str = ""
    """Who gets a real mail each time; nobody if empty."""
    alarm_url: str = ""
    alarm_smtp_url: str = ""
    alarm_to: tuple[str, ...] = ()
    backup_dir: Path | None = None
    backup_recipient: tuple[str, ...] = ()
    """Public keys of age, each of whose owners can read every backup."""
    log: LogStyle | None = None
    """Unset: text on a terminal, JSON elsewhere."""
    hsts: Hsts = Hsts.HOST
    metrics: tuple[str, int] | None = None
    """Host and port on which Prometheus is answered; unset: nowhere."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings; unset and empty variables mean the default.

        :raises ConfigurationError: naming the variable and what it should look like.
        """
        given = {
            name: value
            for name in cls.__dataclass_fields__
            if (value := environ.get(f"WEBSITE_{name.upper()}", "").strip())
        }
        for name, text in given.items():
            _require_utf8(f"WEBSITE_{name.upper()}", text)
        for name in SECRETS:
            if path := environ.get(f"WEBSITE_{name.upper()}_FILE", "").strip():
                given[name] = _from_file(f"WEBSITE_{name.upper()}", path, twice=name in given)
        default = cls()
        settings = cls(
            base_url=_base_url(given.get("base_url", default.base_url)),
            content_dir=Path(given.get("content_dir", default.content_dir)).absolute(),
            instance_dir=Path(given.get("instance_dir", default.instance_dir)).absolute(),
            database_url=given.get("database_url", ""),
            smtp_url=given.get("smtp_url", ""),
            leads_to=_addresses("leads_to", given.get("leads_to", "")) or default.leads_to,
            mail_from=_mailbox("mail_from", given.get("mail_from", "")) or default.mail_from,
            allowed_origins=frozenset(map(_origin, _list(given.get("allowed_origins", "")))),
            secret_key=_secret_key(given.get("secret_key", "")),
            trusted_proxies=tuple(map(_network, _list(given.get("trusted_proxies", "")))),
            webhook_url=given.get("webhook_url", ""),
            webhook_secret=_list(given.get("webhook_secret", "")),
            confirmation_mail=_switch("confirmation_mail", given.get("confirmation_mail", "no")),
            answer_within_hours=_hours(given.get("answer_within_hours", "4")),
            canary=_switch_or_auto("canary", given.get("canary", "auto")),
            canary_to=_address("canary_to", given.get("canary_to", "")),
            alarm_url=_alarm_url(given.get("alarm_url", "")),
            alarm_smtp_url=given.get("alarm_smtp_url", ""),
            alarm_to=_addresses("alarm_to", given.get("alarm_to", "")),
            backup_dir=Path(given["backup_dir"]).absolute() if "backup_dir" in given else None,
            backup_recipient=_public_keys(given.get("backup_recipient", "")),
            log=_log(given.get("log", "")),
            hsts=_hsts(given.get("hsts", Hsts.HOST.value)),
            metrics=_metrics(given.get("metrics", "")),
        )
        if settings.smtp_url and not ("leads_to" in given and "mail_from" in given):
            raise ConfigurationError(
                "WEBSITE_SMTP_URL is set, so WEBSITE_LEADS_TO and WEBSITE_MAIL_FROM must be too: "
                "who gets the requests, and which address of your own domain sends them?"
            )
        if settings.alarm_smtp_url and not settings.alarm_to:
            raise ConfigurationError(
                "WEBSITE_ALARM_SMTP_URL is set, so WEBSITE_ALARM_TO must be too: who gets the "
                "alarms?"
            )
        if settings.database_url and not settings.is_one_machine and not settings.secret_key:
            raise ConfigurationError(
                "WEBSITE_DATABASE_URL names a database that several machines can share, so "
                "WEBSITE_SECRET_KEY must be set, to the same text on each. "
                "'openssl rand -hex 32' makes one."
            )
        return settings

    @property
    def is_https(self) -> bool:
        """Whether the site is reached by HTTPS."""
        return self.base_url.startswith("https:")

    @property
    def site_root(self) -> str:
        """The path under which the site lies: ``/``, or ``/website/`` for ``https://host/website``."""
        return urlsplit(self.base_url).path.rstrip("/") + "/"

    @property
    def cache_dir(self) -> Path:
        """Where made images are kept for the next build. May be deleted at any time."""
        return self.instance_dir / "cache"

    @property
    def backups(self) -> Path:
        """Where backups lie: in the instance folder unless set."""
        return self.backup_dir or self.instance_dir / "backups"

    @property
    def mails(self) -> Path:
        """Where mails are written while no mail server is set."""
        return self.instance_dir / "mail"

    @functools.cached_property
    def own_origin(self) -> str:
        """The origin of the site's own address, as browsers write it."""
        return _origin(self.base_url)

    @functools.cached_property
    def own_origins(self) -> frozenset[str]:
        """Origins whose pages may post to the endpoint: our own and those allowed by name."""
        return self.allowed_origins | {self.own_origin}

    @property
    def tries_the_form(self) -> bool:
        """Whether the worker tries the live form."""
        return self.is_for_others if self.canary is None else self.canary

    @property
    def is_for_others(self) -> bool:
        """Whether the site's address leads to it from other machines."""
        return not is_this_machine(urlsplit(self.base_url).hostname or "")

    @property
    def is_one_machine(self) -> bool:
        """Whether the database is a file, which one machine uses alone."""
        return self.database.startswith("sqlite")

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database: SQLite in the instance folder unless set."""
        return self.database_url or f"sqlite:///{self.instance_dir / 'website.sqlite3'}"


def is_this_machine(host: str) -> bool:
    """Whether what is sent to a host stays on this machine (RFC 6761, 6.3)."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def require_checkout(root: Path = ROOT) -> None:
    """Refuse to run from a copy that lost what lies beside the code.

    :raises ConfigurationError: if the package was installed without ``--editable``.
    """
    missing = [name for name in ("content", "templates", "static") if not (root / name).is_dir()]
    if missing:
        raise ConfigurationError(
            f"{', '.join(missing)} not found beside {root / 'site'}. The website runs from its "
            "checkout: install it with 'pip install -r requirements.txt', not as a copy."
        )


def _from_file(variable: str, path: str, *, twice: bool) -> str:
    if twice:
        raise ConfigurationError(
            f"Both {variable} and {variable}_FILE are set. Leave one of them out."
        )
    try:
        text = Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it holds no text"
        raise ConfigurationError(
            f"{variable}_FILE names {path}, which cannot be read: {reason}."
        ) from error
    if not text:
        raise ConfigurationError(f"{variable}_FILE names {path}, which is empty.")
    return text


def _parts(text: str) -> SplitResult | None:
    """Return the parts of an address; nothing if its host or port cannot be read."""
    try:
        parts = urlsplit(text)
        (parts.hostname or "").encode("idna")
        parts.port  # noqa: B018 - raises
    except ValueError:
        return None
    return parts


def _base_url(text: str) -> str:
    parts = _parts(text)
    is_web = parts is not None and parts.scheme in {"http", "https"} and parts.hostname
    if parts is None or not is_web or parts.query or parts.fragment:
        raise ConfigurationError(
            f"WEBSITE_BASE_URL is {text!r}; it should look like https://www.example.org"
        )
    return text.rstrip("/")


def _alarm_url(text: str) -> str:
    parts = _parts(text)
    usable = parts and parts.scheme in {"http", "https"} and parts.hostname and text.isascii()
    if text and (not usable or " " in text):
        raise ConfigurationError(
            "WEBSITE_ALARM_URL should look like https://chat.example.org/hooks/… and take "
            '{"text": "…"} by POST'
        )
    return text


def _origin(address: str) -> str:
    """Write an origin as browsers do: in lower case, in Punycode, without the usual port."""
    parts = urlsplit(address)
    host = (parts.hostname or "").encode("idna").decode()
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    port = f":{parts.port}" if parts.port and parts.port != usual else ""
    return f"{parts.scheme}://{host}{port}"


def _list(text: str) -> tuple[str, ...]:
    return tuple(part for part in (piece.strip() for piece in text.split(",")) if part)


def _addresses(name: str, text: str) -> tuple[str, ...]:
    try:
        return tuple(one.address for one in mailbox.read_all(text))
    except MailboxError as error:
        raise ConfigurationError(
            f"WEBSITE_{name.upper()} holds {str(error)!r}, which is no mail address; it should "
            "look like sales@example.org, Chef <chef@example.org>. A name that holds a comma "
            'stands in quotes: "Muster, Eva" <eva@example.org>'
        ) from None


def _mailbox(name: str, text: str) -> Mailbox | None:
    try:
        return mailbox.read(text) if text else None
    except MailboxError:
        raise ConfigurationError(
            f"WEBSITE_{name.upper()} is {text!r}; it should be one mail address, with a name or "
            "without: Agentur <website@example.org>"
        ) from None


def _address(name: str, text: str) -> str:
    found = _mailbox(name, text)
    return found.address if found else ""


def _require_utf8(variable: str, text: str) -> None:
    """Refuse what no text is made of: Python keeps such bytes as lone surrogates (PEP 383)."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ConfigurationError(
            f"{variable} holds bytes that are no text in UTF-8. Was its file written in another "
            "encoding?"
        ) from error


def _secret_key(text: str) -> str:
    if text and len(text) < SHORTEST_SECRET:
        raise ConfigurationError(
            f"WEBSITE_SECRET_KEY has {len(text)} characters; it needs {SHORTEST_SECRET} that "
            "nobody can guess. 'openssl rand -hex 32' makes such a text."
        )
    return text


def _public_keys(text: str) -> tuple[str, ...]:
    keys = _list(text)
    if any(key.upper().startswith("AGE-SECRET-KEY-") for key in keys):
        raise ConfigurationError(
            "WEBSITE_BACKUP_RECIPIENT holds a secret key, which must not lie on this machine. Set "
            "the public key ('age-keygen -y FILE' tells it), and better make a new pair."
        )
    if wrong := next((key for key in keys if not key.startswith("age1")), None):
        raise ConfigurationError(
            f"WEBSITE_BACKUP_RECIPIENT holds {wrong!r}; it should hold public keys of age (age1…), "
            "separated by commas. 'age-keygen -o backup.key' makes a pair, on another machine."
        )
    return keys


def _network(text: str) -> Network:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise ConfigurationError(
            f"WEBSITE_TRUSTED_PROXIES holds {text!r}; it should hold addresses or networks: "
            "127.0.0.1, 10.0.0.0/8"
        ) from error
    if network.version == 6 and network.subnet_of(_MAPPED):  # noqa: PLR2004 - of IP
        return ipaddress.ip_network((int(network[0]) & 0xFFFFFFFF, network.prefixlen - 96))
    return network


def _switch(name: str, text: str) -> bool:
    if text.lower() not in _SWITCH:
        raise ConfigurationError(f"WEBSITE_{name.upper()} is {text!r}; it should be yes or no")
    return _SWITCH[text.lower()]


def _switch_or_auto(name: str, text: str) -> bool | None:
    if text.lower() in {"auto", *_SWITCH}:
        return _SWITCH.get(text.lower())
    raise ConfigurationError(f"WEBSITE_{name.upper()} is {text!r}; it should be yes, no or auto")


def _hours(text: str) -> float:
    try:
        hours = float(text.replace(",", "."))
    except ValueError:
        hours = 0.0
    if not 0 < hours <= LONGEST_ANSWER:
        raise ConfigurationError(
            f"WEBSITE_ANSWER_WITHIN_HOURS is {text!r}; it should be a number of office hours: 4"
        )
    return hours


def _log(text: str) -> LogStyle | None:
    try:
        return LogStyle(text.lower()) if text else None
    except ValueError as error:
        raise ConfigurationError(f"WEBSITE_LOG is {text!r}; it should be json or text") from error


def _hsts(text: str) -> Hsts:
    try:
        return Hsts(text.lower())
    except ValueError as error:
        raise ConfigurationError(
            f"WEBSITE_HSTS is {text!r}; it should be host, subdomains or preload"
        ) from error


def _metrics(text: str) -> tuple[str, int] | None:
    if not text:
        return None
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or not port or parts.netloc != text or parts.username:
        raise ConfigurationError(
            f"WEBSITE_METRICS is {text!r}; it should be an address of this machine that visitors "
            "cannot reach, and a port: 127.0.0.1:9100"
        )
    return host, port
