"""Two machines with one PostgreSQL and one secret: whichever a visitor reaches, it is the same."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import altcha
import pytest
from lxml import html
from sqlalchemy import update

from support.endpoint import post
from support.postgres import PostgreSQL
from support.questionnaire import questionnaire
from support.site import Running, running_site
from support.threads import together
from support.visitor import FORM
from support.waiting import wait_until
from website.config import Settings
from website.leads import rate_limit
from website.leads.intake import Submission
from website.leads.models import Delivery, DeliveryState, Lead
from website.leads.services import Leads, open_leads
from website.leads.spam.proof_of_work import HUMAN

SECRET = "the same on each of the machines, and long enough"  # noqa: S105 - of the tests


@dataclass(frozen=True)
class Machines:
    """Both, and a look into their database."""

    first: Running
    second: Running
    leads: Leads

    def lead(self, reference: str) -> Lead:
        found = self.leads.store.get(reference)
        assert found is not None
        return found


@pytest.fixture(scope="module")
def machines(postgres: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(postgres.database(template="template0"))
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv("WEBSITE_DATABASE_URL", url)
        patch.setenv("WEBSITE_SECRET_KEY", SECRET)
        sites = [
            stack.enter_context(running_site(tmp_path_factory.mktemp(name), frozen=False))
            for name in ("first", "second")
        ]
        opened = open_leads(Settings(database_url=url, secret_key=SECRET), questionnaire)
        stack.callback(opened.close)
        yield Machines(*sites, opened)


def form(message: str) -> dict[str, str]:
    return FORM | {"message": f"Zwei Großkunden drohen mit Absprung. {message}"}


def test_a_request_sent_to_both_at_once_is_one(machines: Machines) -> None:
    urls = (machines.first.url, machines.second.url)
    sent = together(20, lambda number: post(urls[number % 2], form("Uns fehlt jemand.")))
    assert len({answer.reference for answer in sent}) == 1
    other = together(2, lambda number: post(urls[number], form("Uns fehlt jemand, und zwar bald.")))
    assert len({answer.reference for answer in (*sent, *other)}) == 2


def test_either_thanks_for_what_the_other_has_taken(machines: Machines) -> None:
    answer = post(machines.first.url, form("Wir suchen Verstärkung."))
    with urllib.request.urlopen(machines.second.url + answer.location, timeout=60) as thanks:
        assert answer.reference in thanks.read().decode()


def test_the_limit_counts_what_both_have_taken(machines: Machines) -> None:
    def send_as(address: str, number: int) -> int:
        site = (machines.first, machines.second)[number % 2]
        return post(site.url, form(f"Nummer {number}"), X_Forwarded_For=address).status

    assert 429 not in [send_as("203.0.113.77", number) for number in range(rate_limit.TOO_MANY)]
    assert [send_as("203.0.113.77", number) for number in (101, 102)] == [429, 429]
    assert send_as("203.0.113.78", 103) != 429


def test_work_that_one_has_given_counts_at_the_other_and_only_once(machines: Machines) -> None:
    with urllib.request.urlopen(machines.first.url + "/anfrage/aufgabe", timeout=60) as answer:
        challenge = altcha.Challenge.from_dict(json.load(answer))
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    proof = altcha.Payload(challenge, solution).to_base64()
    time.sleep(HUMAN.total_seconds() + 1)
    proven = post(machines.second.url, form("Wir suchen jemanden.") | {"proof": proof})
    assert "proven" in dict(machines.lead(proven.reference).spam_reasons)
    again = post(machines.first.url, form("Wir suchen eine andere.") | {"proof": proof})
    assert "spent-proof" in dict(machines.lead(again.reference).spam_reasons)


def test_what_one_asks_for_the_other_takes_as_confirmation(machines: Machines) -> None:
    asked = post(machines.first.url, form("Wir haben Bedarf.") | {"extra": "x"}, User_Agent="curl")
    page = html.document_fromstring(asked.body)
    token = page.forms[0].fields["token"].encode()
    confirmed = urllib.request.Request(
        machines.second.url + "/anfrage/bestaetigen", data=b"token=" + token
    )
    with urllib.request.urlopen(confirmed, timeout=60) as thanks:
        assert thanks.status == 200
        reference = thanks.url.rpartition("/")[2]
    released = {delivery.state for delivery in machines.lead(reference).deliveries}
    assert DeliveryState.WITHHELD not in released


def test_both_deliver_and_nothing_goes_out_twice(machines: Machines) -> None:
    taken = set()
    for number in range(80):
        submission = Submission(answers=form(f"Anfrage {number} vom Abend"))
        taken.add(machines.leads.intake.take(submission).reference)
        time.sleep(0.025)  # so long that each looks several times for what is due
    wait_until(lambda: machines.leads.deliveries.backlog().pending == 0, "all delivered")
    delivered = [
        [name for name in references_of(site) if name in taken]
        for site in (machines.first, machines.second)
    ]
    assert all(delivered), "both had their part"
    assert sorted(delivered[0] + delivered[1]) == sorted(taken), "each once"


def test_what_one_has_taken_the_other_delivers(machines: Machines) -> None:
    (worker,) = machines.first.children()
    os.kill(worker, signal.SIGSTOP)
    try:
        reference = post(machines.first.url, form("Es eilt.")).reference
        wait_until(lambda: reference in references_of(machines.second), "delivered")
    finally:
        os.kill(worker, signal.SIGCONT)
    assert reference not in references_of(machines.first)


def test_one_that_is_killed_under_load_takes_nothing_with_it(machines: Machines) -> None:
    """Endpoint and worker of one at once, as when a machine loses its power; for good."""
    thanked: list[str] = []
    killed = threading.Event()

    def visit(number: int) -> None:
        for again in range(8):
            url = (machines.first.url, machines.second.url)[(number + again) % 2]
            visitor = f"198.51.100.{number}"
            try:
                answer = post(url, form(f"Ruf {number}-{again}"), X_Forwarded_For=visitor)
            except (OSError, http.client.HTTPException):
                assert killed.is_set()
                continue
            if answer.status == 303:
                thanked.append(answer.reference)

    visitors = [threading.Thread(target=visit, args=(number,)) for number in range(4)]
    for visitor in visitors:
        visitor.start()
    wait_until(lambda: len(thanked) >= 6, "six thanks")
    killed.set()
    for process in (*machines.first.children(), machines.first.process.pid):
        os.kill(process, signal.SIGKILL)
    for visitor in visitors:
        visitor.join()
    assert {machines.lead(reference).reference for reference in thanked} == set(thanked)
    with machines.leads.database.writing() as session:  # as if the lease of the dead had ended
        session.execute(update(Delivery).values(leased_until=None))
    wait_until(lambda: machines.leads.deliveries.backlog().pending == 0, "all delivered")
    mails = [
        path.name
        for site in (machines.first, machines.second)
        for path in (site.instance / "mail").glob("*.eml")
    ]
    told = Counter(name.partition("-")[2].partition(".")[0] for name in set(mails))
    assert set(thanked) <= set(told), "each was told of"
    assert set(told.values()) == {1}, "and never under two identifiers"


def references_of(site: Running) -> list[str]:
    """Read from the names of the mails which leads a machine has told of."""
    names = [path.stem for path in (site.instance / "mail").glob("*.eml")]
    return [name.partition("-")[2].partition(".")[0] for name in names]
