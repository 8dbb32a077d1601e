"""All settings of the website with their defaults, read from the environment once at startup."""

from __future__ import annotations

import difflib
import functools
import ipaddress
import logging
import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit

from website import mailboxes
from website.exceptions import ConfigurationError, MailboxError
from website.mailboxes import Mailbox

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
"""The checkout. ``content/``, ``templates/`` and ``static/`` lie beside ``site/``."""

INBOX = "/posteingang/"
"""Path of the inbox, below the root of the site."""
EDITOR = "/redaktion/"
"""Path of the editor, below the root of the site."""
STAFF_ROOMS = (INBOX, EDITOR)
"""All pages for staff are below one of these."""

LEADS_AT_HOME = "anfragen@localhost"
FROM_HOME = Mailbox("website@localhost")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

PREFIX = "WEBSITE_"
"""Names of all settings begin with it."""
ALIKE = 0.8
"""How much a word must have in common with the prefix to be taken for it, from 0 to 1."""

SHORTEST_SECRET = 32
"""Characters of ``WEBSITE_SECRET_KEY``: at least 128 bits in any notation."""

LONGEST_ANSWER = 200.0
"""Office hours: five weeks."""

_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
"""Range of IPv4 addresses within IPv6 (RFC 4291, 2.5.5.2)."""

_HOST = re.compile(r"(?!-)[a-z0-9_-]+(?<!-)(\.(?!-)[a-z0-9_-]+(?<!-))*\.?", re.IGNORECASE)
"""Names of hosts, in Punycode; the underscore is common in internal networks."""
_PLAIN_PATH = re.compile(r"[A-Za-z0-9._~/-]*")
"""Paths that need no encoding (RFC 3986, 2.3)."""

_SWITCH = {"yes": True, "no": False}

T = TypeVar("T")

Parse = Callable[[str], T]
"""Parse the value of an environment variable, which is not empty; raise ValueError or MailboxError
with the wrong part, or the possible values, as its message."""


class Role(Enum):
    """What an application is created for; decides which pages it has."""

    SERVICE = "service"
    """Behind the frozen site: accepts requests, shows no articles."""
    FREEZE = "freeze"
    """Renders the public pages for freezing, and nothing live."""
    PREVIEW = "preview"
    """For authors on their own machine: public pages with drafts, and the form."""


class LogStyle(Enum):
    """Format of the logs."""

    TEXT = "text"
    JSON = "json"


class Hsts(Enum):
    """Scope of HTTP Strict Transport Security, for two years (RFC 6797)."""

    HOST = "host"
    """The site's own host."""
    SUBDOMAINS = "subdomains"
    """All names below it, too, whoever runs them."""
    PRELOAD = "preload"
    """Browsers may also know it before the first visit (hstspreload.org): hard to take back."""


def _path(text: str) -> Path:
    return Path(text).absolute()


def _list(text: str) -> tuple[str, ...]:
    return tuple(part for part in (piece.strip() for piece in text.split(",")) if part)


def _one_of(choices: Mapping[str, T]) -> Parse[T]:
    """Return a parser of one of several words, case-insensitive; its errors list them."""
    *first, last = choices

    def parse(text: str) -> T:
        if text.lower() not in choices:
            raise ValueError(f"{', '.join(first)} or {last}")
        return choices[text.lower()]

    return parse


def _base_url(text: str) -> str:
    parts = _split(text)
    segments = parts.path.strip("/").split("/")
    is_plain = _PLAIN_PATH.fullmatch(parts.path) and not {".", ".."} & {*segments}
    if not _is_of_website(parts) or not is_plain:
        raise ValueError(text)
    return origin(text) + parts.path.rstrip("/")


def _is_of_website(parts: SplitResult) -> bool:
    """Return whether a URL names a host reached by HTTP, and neither a login nor a query."""
    host = (parts.hostname or "").encode("idna").decode()
    is_host = ":" in host or _HOST.fullmatch(host)
    beside = parts.username is not None or parts.query or parts.fragment or parts.port == 0
    return bool(parts.scheme in {"http", "https"} and is_host and not beside)


def _alarm_url(text: str) -> str:
    parts = _split(text)
    is_web = parts.scheme in {"http", "https"} and parts.hostname
    if not is_web or not text.isascii() or " " in text:
        raise ValueError(text)
    return text


def _origins(text: str) -> frozenset[str]:
    for one in _list(text):
        parts = _split(one)
        if not _is_of_website(parts) or parts.path.strip("/"):
            raise ValueError(one)
    return frozenset(map(origin, _list(text)))


def _addresses(text: str) -> tuple[str, ...]:
    found = tuple(one.address for one in mailboxes.read_all(text))
    if not found:
        raise ValueError(text)
    return found


def _address(text: str) -> str:
    return mailboxes.read(text).address


def _secret_key(text: str) -> str:
    if len(text) < SHORTEST_SECRET:
        raise ValueError(text)
    return text


def _public_keys(text: str) -> tuple[str, ...]:
    keys = _list(text)
    if any(key.upper().startswith("AGE-SECRET-KEY-") for key in keys):
        raise _error("secret-backup-key")
    if wrong := next((key for key in keys if not key.startswith("age1")), None):
        raise ValueError(wrong)
    return keys


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(map(_network, _list(text)))


def _network(text: str) -> Network:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise ValueError(text) from error
    if network.version == 6 and network.subnet_of(_MAPPED):  # noqa: PLR2004 - of IP
        return ipaddress.ip_network((int(network[0]) & 0xFFFFFFFF, network.prefixlen - 96))
    return network


def _hours(text: str) -> float:
    hours = float(text.replace(",", "."))
    if not 0 < hours <= LONGEST_ANSWER:
        raise ValueError(text)
    return hours


def host_and_port(text: str) -> tuple[str, int]:
    """Return the parts of ``host:port``.

    :raises ValueError: if the text is anything else.
    """
    parts = _split(f"//{text}")
    if not parts.hostname or not parts.port or parts.netloc != text or parts.username:
        raise ValueError(text)
    return parts.hostname, parts.port


def _error(key: str, **values: object) -> ConfigurationError:
    """Return an error with a message of ``settings.toml``."""
    sentences = tomllib.loads(Path(__file__).with_name("settings.toml").read_text("utf-8"))
    return ConfigurationError(sentences[key].format(**values))


def _split(text: str) -> SplitResult:
    """Return the parts of a URL.

    :raises ValueError: if its host or port cannot be read.
    """
    parts = urlsplit(text)
    (parts.hostname or "").encode("idna")
    parts.port  # noqa: B018 - raises
    return parts


def origin(url: str) -> str:
    """Return the origin of a URL as browsers write it: lower case, Punycode, no default port.

    :raises ValueError: if its host or port cannot be read.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode()
    host = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    port = f":{parts.port}" if parts.port and parts.port != usual else ""
    return f"{parts.scheme}://{host}{port}"


def _setting(default: T, parse: Parse[Any] = str, *, is_secret: bool = False) -> T:
    """Return a field of the settings.

    :param parse: parses the variable's text; by default that is the value.
    :param is_secret: whether it may also be in a file, named by the variable with the suffix
        ``_FILE``, as containers and systemd pass secrets.
    """
    return field(default=default, metadata={"parse": parse, "is_secret": is_secret})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One value for each ``WEBSITE_…`` variable. Paths are absolute, URLs have no final slash."""

    base_url: str = _setting("http://127.0.0.1:8000", _base_url)
    content_dir: Path = _setting(ROOT / "content", _path)
    content_remote: str = _setting("", is_secret=True)
    """The git repository shared by developers and this machine; its URL may contain a token."""
    editor: bool | None = _setting(None, _one_of(_SWITCH | {"auto": None}))
    """Whether this machine has the content repository; None: if it uses the database alone."""
    instance_dir: Path = _setting(ROOT / "instance", _path)
    database_url: str = _setting("", is_secret=True)
    smtp_url: str = _setting("", is_secret=True)
    leads_to: tuple[str, ...] = _setting((LEADS_AT_HOME,), _addresses)
    """Addresses without names, as in every setting that names recipients."""
    mail_from: Mailbox = _setting(FROM_HOME, mailboxes.read)
    allowed_origins: frozenset[str] = _setting(frozenset(), _origins)
    secret_key: str = _setting("", _secret_key, is_secret=True)
    trusted_proxies: tuple[Network, ...] = _setting((), _networks)
    webhook_url: str = _setting("", is_secret=True)
    webhook_secret: tuple[str, ...] = _setting((), _list, is_secret=True)
    """The current key, and a second one while keys are exchanged."""
    confirmation_mail: bool = _setting(False, _one_of(_SWITCH))
    answer_within_hours: float = _setting(4.0, _hours)
    """Office hours after which an unanswered lead is overdue in the inbox."""
    canary: bool | None = _setting(None, _one_of(_SWITCH | {"auto": None}))
    """Whether the worker tests the live form; None: if the site is public."""
    canary_to: str = _setting("", _address)
    """Recipient of a real mail at each test; empty for none."""
    alarm_url: str = _setting("", _alarm_url, is_secret=True)
    alarm_smtp_url: str = _setting("", is_secret=True)
    alarm_to: tuple[str, ...] = _setting((), _addresses)
    backup_dir: Path | None = _setting(None, _path)
    backup_recipient: tuple[str, ...] = _setting((), _public_keys)
    """Public keys of age; the owner of any of them can read every backup."""
    log: LogStyle | None = _setting(None, _one_of({"json": LogStyle.JSON, "text": LogStyle.TEXT}))
    """None: text on a terminal, JSON elsewhere."""
    hsts: Hsts = _setting(Hsts.HOST, _one_of({str(one.value): one for one in Hsts}))
    metrics: tuple[str, int] | None = _setting(None, host_and_port)
    """Host and port for Prometheus; None: no metrics."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Return the settings; unset and empty variables mean the default.

        :raises ConfigurationError: naming the variable and what it should look like.
        """
        if unknown := ". ".join(misspelt(environ)):
            _warn(unknown)
        given: dict[str, Any] = {}
        for setting in fields(cls):
            variable = f"{PREFIX}{setting.name.upper()}"
            text = environ.get(variable, "").strip()
            _require_utf8(variable, text)
            if setting.name in SECRETS:
                text = _text_or_file(variable, text, environ.get(f"{variable}_FILE", "").strip())
            if text:
                given[setting.name] = _parsed(setting.name, text, setting.metadata["parse"])
        settings = cls(**given)
        _require_complete(settings, given)
        return settings

    @property
    def is_https(self) -> bool:
        """Whether the site uses HTTPS."""
        return self.base_url.startswith("https:")

    @property
    def host(self) -> str:
        """The host name of the site's URL."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def port(self) -> int:
        """The port of the site's URL."""
        return urlsplit(self.base_url).port or (443 if self.is_https else 80)

    @property
    def site_root(self) -> str:
        """The path of the site: ``/``, or ``/website/`` for ``https://host/website``."""
        return urlsplit(self.base_url).path.rstrip("/") + "/"

    @property
    def cache_dir(self) -> Path:
        """Folder of the caches, which may be deleted at any time."""
        return self.instance_dir / "cache"

    @property
    def backups(self) -> Path:
        """Folder of the backups: in the instance folder unless set."""
        return self.backup_dir or self.instance_dir / "backups"

    @property
    def mails(self) -> Path:
        """Folder for mails while no mail server is set."""
        return self.instance_dir / "mail"

    @functools.cached_property
    def own_origin(self) -> str:
        """The origin of the site's URL, as browsers write it."""
        return origin(self.base_url)

    @functools.cached_property
    def own_origins(self) -> frozenset[str]:
        """Origins whose pages may post to the endpoint: our own and the allowed ones."""
        return self.allowed_origins | {self.own_origin}

    @property
    def tries_the_form(self) -> bool:
        """Whether the worker tests the live form."""
        return self.is_for_others if self.canary is None else self.canary

    @property
    def is_edited_here(self) -> bool:
        """Whether this machine has the content repository and publishes from it."""
        return self.is_one_machine if self.editor is None else self.editor

    @property
    def is_for_others(self) -> bool:
        """Whether the site's URL can be reached from other machines."""
        return not is_this_machine(self.host)

    @property
    def is_one_machine(self) -> bool:
        """Whether the database is a file, used by one machine alone."""
        return self.database.startswith("sqlite")

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the database: SQLite in the instance folder unless set."""
        return self.database_url or f"sqlite:///{self.instance_dir / 'website.sqlite3'}"


SECRETS = tuple(one.name for one in fields(Settings) if one.metadata["is_secret"])
"""Settings that may also be in a file."""

KNOWN = (
    *(f"{PREFIX}{one.name.upper()}" for one in fields(Settings)),
    *(f"{PREFIX}{name.upper()}_FILE" for name in SECRETS),
)
"""Names of all variables that are settings."""


def misspelt(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield sentences, without a full stop, on variables that look like settings but are not."""
    for name in sorted({*environ} - {*KNOWN}):
        word, _, rest = name.upper().partition("_")
        if difflib.get_close_matches(f"{word}_", [PREFIX], 1, ALIKE):
            near = difflib.get_close_matches(rest, [one.removeprefix(PREFIX) for one in KNOWN], 1)
            meant = f" (did you mean {PREFIX}{near[0]}?)" if near else ""
            if near or name.startswith(PREFIX):
                yield f"{name} is set, but there is no such setting{meant}"


@functools.cache
def _warn(sentences: str) -> None:
    """Log a warning once in each process."""
    log.warning("%s. Such variables have no effect.", sentences)


def _parsed(name: str, text: str, parse: Parse[Any]) -> Any:  # noqa: ANN401 - each setting's type
    """Return the value of a setting.

    :raises ConfigurationError: with the message that ``settings.toml`` has for the setting.
    """
    try:
        return parse(text)
    except (MailboxError, ValueError) as error:
        values = {"text": text, "part": str(error), "length": len(text), "least": SHORTEST_SECRET}
        raise _error(name, variable=f"{PREFIX}{name.upper()}", **values) from None


def _require_complete(settings: Settings, given: Mapping[str, object]) -> None:
    """Check that settings have the others that they need.

    :param given: those that are set.
    :raises ConfigurationError: naming both.
    """
    if settings.smtp_url and not ("leads_to" in given and "mail_from" in given):
        raise _error("smtp-alone")
    if settings.alarm_smtp_url and not settings.alarm_to:
        raise _error("alarm-smtp-alone")
    if settings.database_url and not settings.is_one_machine and not settings.secret_key:
        raise _error("database-without-secret")


def _require_utf8(variable: str, text: str) -> None:
    """Refuse bytes that are not UTF-8: Python keeps them as lone surrogates (PEP 383)."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise _error("not-utf8", variable=variable) from error


def _text_or_file(variable: str, text: str, path: str) -> str:
    if not path:
        return text
    if text:
        raise _error("text-and-file", variable=variable)
    try:
        text = Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it holds no text"
        raise _error("unreadable-file", variable=variable, path=path, reason=reason) from error
    if not text:
        raise _error("empty-file", variable=variable, path=path)
    return text


def is_this_machine(host: str) -> bool:
    """Return whether a host is this machine itself (RFC 6761, 6.3)."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def require_checkout(root: Path = ROOT) -> None:
    """Refuse to run from a copy without the folders beside the code.

    :raises ConfigurationError: if the package was installed without ``--editable``.
    """
    missing = [name for name in ("content", "templates", "static") if not (root / name).is_dir()]
    if missing:
        raise _error("no-checkout", missing=", ".join(missing), site=root / "site")
