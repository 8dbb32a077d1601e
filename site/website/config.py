"""Every setting of the website with its default, read from the environment once at start."""

from __future__ import annotations

import functools
import ipaddress
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit

from website import mailboxes
from website.exceptions import ConfigurationError, MailboxError
from website.mailboxes import Mailbox

ROOT = Path(__file__).resolve().parents[2]
"""The checkout. ``content/``, ``templates/`` and ``static/`` lie beside ``site/``."""

INBOX = "/posteingang/"
"""Where the pages for staff begin, below the path of the site."""
EDITOR = "/redaktion/"
"""Where those begin on which texts are written."""
STAFF_ROOMS = (INBOX, EDITOR)
"""The pages that only staff see lie below one of these."""

LEADS_AT_HOME = "anfragen@localhost"
FROM_HOME = Mailbox("website@localhost")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

SHORTEST_SECRET = 32
"""Characters of ``WEBSITE_SECRET_KEY``: 128 bits and more, however they are written."""

LONGEST_ANSWER = 200.0
"""Office hours: five weeks."""

_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
"""Where IPv4 lies within IPv6 (RFC 4291, 2.5.5.2)."""

_SWITCH = {"yes": True, "no": False}

T = TypeVar("T")

Parse = Callable[[str, str], T]
"""Returns the value that a variable's text stands for; takes the name of the variable, for the
message, and its text, which is never empty. Raises ConfigurationError."""


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
    """For what browsers must use HTTPS alone, for two years (RFC 6797)."""

    HOST = "host"
    """For the site's own host."""
    SUBDOMAINS = "subdomains"
    """For all names below it, too, whoever runs them."""
    PRELOAD = "preload"
    """And browsers may know it before the first visit (hstspreload.org): hard to take back."""


def _path(_variable: str, text: str) -> Path:
    return Path(text).absolute()


def _list(_variable: str, text: str) -> tuple[str, ...]:
    return tuple(part for part in (piece.strip() for piece in text.split(",")) if part)


def _one_of(choices: Mapping[str, T]) -> Parse[T]:
    """Return what parses one of some words, in whatever case."""
    *first, last = choices

    def parse(variable: str, text: str) -> T:
        if text.lower() not in choices:
            raise ConfigurationError(
                f"{variable} is {text!r}; it should be {', '.join(first)} or {last}"
            )
        return choices[text.lower()]

    return parse


def _base_url(variable: str, text: str) -> str:
    parts = _split(text)
    is_web = parts is not None and parts.scheme in {"http", "https"} and parts.hostname
    if parts is None or not is_web or parts.query or parts.fragment:
        raise ConfigurationError(
            f"{variable} is {text!r}; it should look like https://www.example.org"
        )
    return text.rstrip("/")


def _alarm_url(variable: str, text: str) -> str:
    parts = _split(text)
    is_web = parts is not None and parts.scheme in {"http", "https"} and parts.hostname
    if not is_web or not text.isascii() or " " in text:
        raise ConfigurationError(
            f"{variable} should look like https://chat.example.org/hooks/… and take "
            '{"text": "…"} by POST'
        )
    return text


def _origins(variable: str, text: str) -> frozenset[str]:
    return frozenset(map(_origin, _list(variable, text)))


def _addresses(variable: str, text: str) -> tuple[str, ...]:
    try:
        found = tuple(one.address for one in mailboxes.read_all(text))
    except MailboxError as error:
        raise ConfigurationError(
            f"{variable} holds {str(error)!r}, which is no mail address; it should "
            "look like sales@example.org, Chef <chef@example.org>. A name that holds a comma "
            'stands in quotes: "Muster, Eva" <eva@example.org>'
        ) from None
    if not found:
        raise ConfigurationError(f"{variable} is {text!r}, which holds no mail address.")
    return found


def _mailbox(variable: str, text: str) -> Mailbox:
    try:
        return mailboxes.read(text)
    except MailboxError:
        raise ConfigurationError(
            f"{variable} is {text!r}; it should be one mail address, with a name or "
            "without: Agentur <website@example.org>"
        ) from None


def _address(variable: str, text: str) -> str:
    return _mailbox(variable, text).address


def _secret_key(variable: str, text: str) -> str:
    if len(text) < SHORTEST_SECRET:
        raise ConfigurationError(
            f"{variable} has {len(text)} characters; it needs {SHORTEST_SECRET} that "
            "nobody can guess. 'openssl rand -hex 32' makes such a text."
        )
    return text


def _public_keys(variable: str, text: str) -> tuple[str, ...]:
    keys = _list(variable, text)
    if any(key.upper().startswith("AGE-SECRET-KEY-") for key in keys):
        raise ConfigurationError(
            f"{variable} holds a secret key, which must not lie on this machine. Set the public "
            "key ('age-keygen -y FILE' prints it), and better make a new pair."
        )
    if wrong := next((key for key in keys if not key.startswith("age1")), None):
        raise ConfigurationError(
            f"{variable} holds {wrong!r}; it should hold public keys of age (age1…), "
            "separated by commas. 'age-keygen -o backup.key' makes a pair, on another machine."
        )
    return keys


def _networks(variable: str, text: str) -> tuple[Network, ...]:
    return tuple(_network(variable, part) for part in _list(variable, text))


def _network(variable: str, text: str) -> Network:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise ConfigurationError(
            f"{variable} holds {text!r}; it should hold addresses or networks: "
            "127.0.0.1, 10.0.0.0/8"
        ) from error
    if network.version == 6 and network.subnet_of(_MAPPED):  # noqa: PLR2004 - of IP
        return ipaddress.ip_network((int(network[0]) & 0xFFFFFFFF, network.prefixlen - 96))
    return network


def _hours(variable: str, text: str) -> float:
    try:
        hours = float(text.replace(",", "."))
    except ValueError:
        hours = 0.0
    if not 0 < hours <= LONGEST_ANSWER:
        raise ConfigurationError(
            f"{variable} is {text!r}; it should be a number of office hours: 4"
        )
    return hours


def _host_and_port(variable: str, text: str) -> tuple[str, int]:
    parts = _split(f"//{text}")
    if not parts or not parts.hostname or not parts.port or parts.netloc != text or parts.username:
        raise ConfigurationError(
            f"{variable} is {text!r}; it should be an address of this machine that visitors "
            "cannot reach, and a port: 127.0.0.1:9100"
        )
    return parts.hostname, parts.port


def _split(text: str) -> SplitResult | None:
    """Return the parts of an address; nothing if its host or port cannot be read."""
    try:
        parts = urlsplit(text)
        (parts.hostname or "").encode("idna")
        parts.port  # noqa: B018 - raises
    except ValueError:
        return None
    return parts


def _origin(address: str) -> str:
    """Return an origin as browsers write it: in lower case, in Punycode, without the usual port."""
    parts = urlsplit(address)
    host = (parts.hostname or "").encode("idna").decode()
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    port = f":{parts.port}" if parts.port and parts.port != usual else ""
    return f"{parts.scheme}://{host}{port}"


def _setting(default: T, parse: Parse[T] | None = None, *, is_secret: bool = False) -> T:
    """Return a field of the settings.

    :param parse: reads the variable's text; without, it is the value.
    :param is_secret: whether it may also stand in a file, named by the variable with ``_FILE`` at
        its end: so containers and systemd hand secrets over.
    """
    return field(default=default, metadata={"parse": parse, "is_secret": is_secret})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One value per ``WEBSITE_…`` variable. Paths are absolute, addresses have no final slash."""

    base_url: str = _setting("http://127.0.0.1:8000", _base_url)
    content_dir: Path = _setting(ROOT / "content", _path)
    content_remote: str = _setting("", is_secret=True)
    """The git repository that developers and this machine share; its address may hold a token."""
    editor: bool | None = _setting(None, _one_of(_SWITCH | {"auto": None}))
    """Whether this machine holds the content repository; None: where it uses the database alone."""
    instance_dir: Path = _setting(ROOT / "instance", _path)
    database_url: str = _setting("", is_secret=True)
    smtp_url: str = _setting("", is_secret=True)
    leads_to: tuple[str, ...] = _setting((LEADS_AT_HOME,), _addresses)
    """Addresses alone, as in every setting that names who gets mails."""
    mail_from: Mailbox = _setting(FROM_HOME, _mailbox)
    allowed_origins: frozenset[str] = _setting(frozenset(), _origins)
    secret_key: str = _setting("", _secret_key, is_secret=True)
    trusted_proxies: tuple[Network, ...] = _setting((), _networks)
    webhook_url: str = _setting("", is_secret=True)
    webhook_secret: tuple[str, ...] = _setting((), _list, is_secret=True)
    """The key in use, and while keys are exchanged a second one."""
    confirmation_mail: bool = _setting(False, _one_of(_SWITCH))
    answer_within_hours: float = _setting(4.0, _hours)
    """Office hours after which an unanswered lead counts as overdue in the inbox."""
    canary: bool | None = _setting(None, _one_of(_SWITCH | {"auto": None}))
    """Whether the worker tries the live form; None: where others can reach it."""
    canary_to: str = _setting("", _address)
    """Who gets a real mail each time; nobody if empty."""
    alarm_url: str = _setting("", _alarm_url, is_secret=True)
    alarm_smtp_url: str = _setting("", is_secret=True)
    alarm_to: tuple[str, ...] = _setting((), _addresses)
    backup_dir: Path | None = _setting(None, _path)
    backup_recipient: tuple[str, ...] = _setting((), _public_keys)
    """Public keys of age, each of whose owners can read every backup."""
    log: LogStyle | None = _setting(None, _one_of({"json": LogStyle.JSON, "text": LogStyle.TEXT}))
    """None: text on a terminal, JSON elsewhere."""
    hsts: Hsts = _setting(Hsts.HOST, _one_of({str(one.value): one for one in Hsts}))
    metrics: tuple[str, int] | None = _setting(None, _host_and_port)
    """Host and port on which Prometheus is answered; None: nowhere."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Return the settings; unset and empty variables mean the default.

        :raises ConfigurationError: naming the variable and what it should look like.
        """
        given: dict[str, Any] = {}
        for setting in fields(cls):
            variable = f"WEBSITE_{setting.name.upper()}"
            text = environ.get(variable, "").strip()
            _require_utf8(variable, text)
            if setting.name in SECRETS:
                text = _text_or_file(variable, text, environ.get(f"{variable}_FILE", "").strip())
            if text:
                parse = setting.metadata["parse"]
                given[setting.name] = parse(variable, text) if parse else text
        settings = cls(**given)
        _require_complete(settings, given)
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
    def is_edited_here(self) -> bool:
        """Whether this machine holds the content repository and publishes from it."""
        return self.is_one_machine if self.editor is None else self.editor

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


SECRETS = tuple(one.name for one in fields(Settings) if one.metadata["is_secret"])
"""Settings that may also stand in a file."""


def _require_complete(settings: Settings, given: Mapping[str, object]) -> None:
    """Refuse settings without others that they need.

    :param given: those that are set.
    :raises ConfigurationError: naming both.
    """
    if settings.smtp_url and not ("leads_to" in given and "mail_from" in given):
        raise ConfigurationError(
            "WEBSITE_SMTP_URL is set, so WEBSITE_LEADS_TO and WEBSITE_MAIL_FROM must be too: "
            "who gets the requests, and which address of your own domain sends them?"
        )
    if settings.alarm_smtp_url and not settings.alarm_to:
        raise ConfigurationError(
            "WEBSITE_ALARM_SMTP_URL is set, so WEBSITE_ALARM_TO must be too: who gets the alarms?"
        )
    if settings.database_url and not settings.is_one_machine and not settings.secret_key:
        raise ConfigurationError(
            "WEBSITE_DATABASE_URL names a database that several machines can share, so "
            "WEBSITE_SECRET_KEY must be set, to the same text on each. "
            "'openssl rand -hex 32' makes one."
        )


def _require_utf8(variable: str, text: str) -> None:
    """Refuse what no text is made of: Python keeps such bytes as lone surrogates (PEP 383)."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ConfigurationError(
            f"{variable} holds bytes that are no text in UTF-8. Was its file written in another "
            "encoding?"
        ) from error


def _text_or_file(variable: str, text: str, path: str) -> str:
    if not path:
        return text
    if text:
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
