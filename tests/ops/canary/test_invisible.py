"""A canary beside real requests: whoever looks at those, wherever, sees no difference."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from support import staff
from support.inbox import ask
from support.leads import ANSWERS, NOON
from support.sqlite import migrated
from website import create_app
from website.config import Settings
from website.leads import canaries
from website.leads.intake import Receipt, Submission
from website.ops.monitoring import weekly_report
from website.ops.monitoring.health_snapshot import take_snapshot
from website.staff.access import StaffRole
from website.web.services import services

PAGES = (
    "", "anfragen/", "anfragen/?suche=Müller", "anfragen/?suche=canary.example",
    "anfragen/?stand=offen", "quarantaene/", "zahlen/", "betrieb/", "export/", "datenschutz/",
)  # fmt: skip
"""Of the inbox: all that lists, counts, searches, judges or exports."""
COMMANDS = (
    ("leads", "list"),
    ("leads", "list", "--quarantine"),
    ("leads", "list", "--references"),
    ("leads", "deliveries"),
    ("leads", "purge", "--dry-run"),
    ("leads", "redeliver", "--dead"),
)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    settings = Settings(
        instance_dir=migrated(tmp_path / "instance"),
        webhook_url="https://hooks.example.org/leads",
        webhook_secret=("whsec_bmV2ZXIgZ29ubmEgZ2l2ZSB5b3UgdXAgbmV2ZXI=",),
        confirmation_mail=True,
    )
    with time_machine.travel(NOON, tick=False):
        app = create_app(settings)
        yield app
        services(app).leads.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    account = staff.account(app, StaffRole.LEAD_ADMIN, StaffRole.OPERATOR)
    return staff.signed_in(app, account)


def seen_by_everybody(app: Flask, client: FlaskClient) -> dict[str, str]:
    """Look everywhere."""
    opened = services(app).leads
    folder = services(app).settings.instance_dir
    found = {}
    for page in PAGES:
        response = client.get(f"/posteingang/{page}")
        assert response.status_code == 200, page
        # The record of exports, which stands last, grows by this test's own.
        found[page] = response.text.partition('id="protokoll"')[0]
    with client.post("/posteingang/export/", data={"art": "csv-roh"}) as csv:
        assert csv.status_code == 200
        found["csv"] = csv.text
    for words in COMMANDS:
        result = app.test_cli_runner().invoke(args=words)
        assert result.exit_code == 0, result.output
        found[" ".join(words)] = result.output
    snapshot = take_snapshot(opened.database, folder, NOON)
    found["snapshot"] = repr(
        (snapshot.backlog, snapshot.received, snapshot.quarantined, snapshot.neglected_since)
    )
    found["week"] = repr(weekly_report.figures(opened.database, NOON))
    return found


def sent(app: Flask, nonce: str, proof: str, **answers: str) -> Receipt:
    opened = services(app).leads
    told = ANSWERS | {"email": canaries.address(nonce), "name": "Test"} | answers
    return opened.intake.take(Submission(answers=told, proof=proof, visitor="192.0.2.7"))


def test_whoever_looks_at_requests_sees_nothing_of_a_canary(
    app: Flask, client: FlaskClient
) -> None:
    opened = services(app).leads
    ask(app)
    ask(app, suspicious=True)
    before = seen_by_everybody(app, client)
    assert "Müller &amp; Söhne" in before["anfragen/"]
    assert "Müller & Söhne" in before["csv"]
    nonce, proof = opened.canaries.announce()
    assert seen_by_everybody(app, client) == before
    receipt = sent(app, nonce, proof)
    assert receipt.is_canary
    assert app.test_client().get(f"/anfrage/{receipt.reference}").status_code == 200
    assert seen_by_everybody(app, client) == before
    assert client.get(f"/posteingang/anfragen/{receipt.reference}").status_code == 404
    opened.canaries.forget(nonce)
    assert seen_by_everybody(app, client) == before
    assert app.test_client().get(f"/anfrage/{receipt.reference}").status_code == 404


def test_a_request_with_the_same_words_is_none_that_came_before(app: Flask) -> None:
    """Nor is its asker kept from a confirmation, or its sender slowed down."""
    opened = services(app).leads
    nonce, proof = opened.canaries.announce()
    first = sent(app, nonce, proof)
    second = sent(app, nonce, "")
    assert first.is_canary
    assert not second.is_canary
    assert second.reference != first.reference
    lead = opened.store.get(second.reference)
    assert lead is not None
    assert not {"repeated", "pace"} & {str(name) for name, _ in lead.spam_reasons}
