"""The procedure of one canary: page, form, endpoint, thank-you page, database, delivery.

Pages are fetched with the headers of a browser. Nothing is kept between two requests: no cookies,
no cache.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from lxml.html import FormElement

from website.config import Settings, origin
from website.exceptions import CanaryError
from website.infra import http_client, network, toml_tables
from website.infra.http_client import HttpResponse
from website.infra.mail_transport import LOGIN_REFUSED
from website.leads.canaries import Canaries
from website.leads.models import Canary
from website.leads.services import Leads
from website.ops.canary.page import ENDPOINT, PAGE, differences, filled_in, read_form
from website.questionnaire import PROOF, GetQuestionnaire

PATIENCE = 240.0
"""Seconds within which it must be delivered: a mail server may take two minutes for one mailbox."""
POLL = 0.5
"""Seconds between two checks whether it is."""
FOUND, SEE_OTHER, INVALID = 200, 303, 422

TIMEOUT = 20.0
"""Seconds for one response, including the DNS query; visitors would be gone by then."""
MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})

_ALWAYS = {
    "User-Agent": "Mozilla/5.0 (compatible; website-canary/1)",
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "de-DE,de;q=0.9",
    "Accept-Encoding": "identity",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-User": "?1",
    "Connection": "close",
}
_FROM_A_PAGE = {"Sec-Fetch-Site": "same-origin"}
_FROM_NOWHERE = {"Sec-Fetch-Site": "none"}


@dataclass(frozen=True)
class Journey:
    """Sends canaries through the live form of one website."""

    canaries: Canaries
    questionnaire: GetQuestionnaire
    page: str
    """URL of the contact page."""
    endpoint: str
    """Path to which requests are posted."""
    patience: float = PATIENCE
    wait: Callable[[float], None] = time.sleep

    def run(self) -> str:
        """Send a canary, wait until it is delivered, and remove it.

        :returns: how long that took.
        :raises CanaryError: naming the step that failed.
        :raises StorageError: if the database cannot be used.
        """
        self.canaries.forget_old()
        begun = time.monotonic()
        page, form = self._form()
        out_of_step = differences(form, self.questionnaire().questions, action=self.endpoint)
        if PROOF.name not in form.inputs:
            raise _failed("out-of-step", " ".join(out_of_step))
        nonce, marker = self.canaries.announce()
        try:
            stored = self._send(page, form, nonce, marker)
            taken = time.monotonic() - begun
            self._wait_for_delivery(nonce, stored)
        except CanaryError as error:
            if not out_of_step:
                raise
            also = " ".join(out_of_step)
            raise CanaryError(f"{error}. {also}", german=f"{error.german}. {also}") from error
        finally:
            self.canaries.forget(nonce)
        if out_of_step:
            raise _failed("out-of-step", " ".join(out_of_step))
        return f"stored after {taken:.1f} s, delivered after {time.monotonic() - begun:.1f} s"

    def _form(self) -> tuple[HttpResponse, FormElement]:
        try:
            page = open_page(self.page)
        except OSError as error:
            raise _failed("page-unreachable", network.reason(error)) from error
        if page.status != FOUND:
            onward = f", to {origin(page.location)}" if page.location else ""
            raise _failed("page-unreachable", f"status {page.status}{onward}")
        form = read_form(page.text, page.url)
        if form is None:
            raise _failed("no-form")
        if origin(form.action) != origin(self.page):
            raise _failed("elsewhere", origin(form.action))
        return page, form

    def _send(self, page: HttpResponse, form: FormElement, nonce: str, marker: str) -> Canary:
        sent = filled_in(form, nonce, marker)
        try:
            answer = send_form(form.action, sent, by=page.url)
        except OSError as error:
            raise _failed("endpoint-unreachable", network.reason(error)) from error
        stored = self.canaries.get(nonce)
        if stored is None or stored.received_at is None:
            if self.canaries.became_a_lead(nonce):
                raise _failed(
                    "not-recognised",
                    "is WEBSITE_SECRET_KEY the same, and the clock right, on every machine?",
                )
            if answer.status == SEE_OTHER:
                raise _failed("not-stored", "do worker and endpoint use the same database?")
            raise _failed("refused", _refusal(answer))
        if answer.status != SEE_OTHER or not answer.location:
            raise _failed("no-thanks", f"status {answer.status}")
        self._check_thanks(answer, stored)
        expected = dict(sent)
        names = [asked.name for asked in self.questionnaire().questions]
        answers = stored.answers
        garbled = [name for name in names if expected.get(name, "") != str(answers.get(name, ""))]
        if garbled:
            raise _failed("garbled", ", ".join(garbled))
        return stored

    def _check_thanks(self, answer: HttpResponse, stored: Canary) -> None:
        if origin(answer.location) != origin(self.page):
            raise _failed("no-thanks", f"it would be at {origin(answer.location)}")
        try:
            thanks = open_page(answer.location, by=answer.url)
        except OSError as error:
            raise _failed("no-thanks", network.reason(error)) from error
        if thanks.status != FOUND or str(stored.reference) not in thanks.text:
            raise _failed("no-thanks", f"status {thanks.status}")

    def _wait_for_delivery(self, nonce: str, stored: Canary) -> None:
        until = time.monotonic() + self.patience
        while stored.delivered_at is None:
            if (stored.last_error or "").startswith(LOGIN_REFUSED):  # waiting mends no password
                raise _failed("login-refused", str(stored.last_error).removeprefix(LOGIN_REFUSED))
            if time.monotonic() >= until:
                reason = stored.last_error or "nobody has tried to; is 'deliver --forever' running?"
                raise _failed("not-delivered", f"within {self.patience:g} seconds: {reason}")
            self.wait(POLL)
            stored = self.canaries.get(nonce) or stored


def open_page(url: str, *, by: str = "") -> HttpResponse:
    """Fetch a page, following redirects on the same host.

    :param by: the page with the link.
    :raises OSError: if there is no response.
    """
    headers = _FROM_A_PAGE | {"Referer": by} if by else _FROM_NOWHERE
    response = _exchange("GET", url, headers)
    for _ in range(MOST_REDIRECTS):
        onward = response.location
        if response.status not in REDIRECTS or origin(onward) != origin(url):
            break
        response = _exchange("GET", onward, headers)
    return response


def send_form(url: str, fields: Sequence[tuple[str, str]], *, by: str) -> HttpResponse:
    """Send a form from a page; redirects are not followed.

    :raises OSError: if there is no response.
    """
    headers = _FROM_A_PAGE | {
        "Origin": origin(by),
        "Referer": by,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    return _exchange("POST", url, headers, urlencode(fields).encode("ascii"))


def _exchange(
    method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
) -> HttpResponse:
    sent = _ALWAYS | dict(headers)
    return http_client.request(url, timeout=TIMEOUT, method=method, headers=sent, body=body)


def journey_for(settings: Settings, leads: Leads) -> Journey:
    """Return the procedure for the configured website."""
    return Journey(
        leads.canaries,
        leads.questionnaire,
        page=f"{settings.base_url}{PAGE}",
        endpoint=f"{settings.site_root.rstrip('/')}{ENDPOINT}",
    )


def _failed(step: str, detail: str = "") -> CanaryError:
    """Return the error of a step in ``steps.toml``.

    :param detail: in English, without personal data.
    """
    words = toml_tables.beside(__file__, "steps.toml")[step]
    more = f": {detail}" if detail else ""
    return CanaryError(words["english"] + more, german=words["german"] + more)


def _refusal(answer: HttpResponse) -> str:
    form = read_form(answer.text) if answer.status == INVALID else None
    fields = [] if form is None else form.inputs
    names = dict.fromkeys(one.name for one in fields if one.get("aria-invalid") == "true")
    return f"status {answer.status}" + (f" at {', '.join(names)}" if names else "")
