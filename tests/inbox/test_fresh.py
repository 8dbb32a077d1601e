"""What an unlocked computer alone is not enough for."""

from __future__ import annotations

import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from time_machine import travel

from support.staff import PASSWORD, account, browser, sign_in
from website.infra.clock import now
from website.leads.intake import Submission
from website.leads.models import Event
from website.staff.access import StaffRole
from website.staff.accounts.sessions import FRESH
from website.web.services import services

ADDRESS = "claudia@kunde.example"
ANSWERS = {"message": "Bitte", "company": "Kunde", "name": "Claudia", "email": ADDRESS}
TAKING = {
    "/posteingang/export/": {"art": "csv-roh"},
    "/posteingang/datenschutz/auskunft": {"adresse": ADDRESS, "art": "json"},
    "/posteingang/datenschutz/loeschen": {"adresse": ADDRESS, "sicher": "ja"},
}
LATER = FRESH + datetime.timedelta(seconds=1)


@pytest.mark.parametrize("path", TAKING)
def test_what_is_kept_of_people_is_taken_away_and_erased_only_just_after_signing_in(
    app: Flask, path: str
) -> None:
    leads = services(app).leads
    receipt = leads.intake.take(Submission(answers=ANSWERS))
    admin = account(app, StaffRole.LEAD_ADMIN, email="admin@firma.example", password=PASSWORD)
    client = browser(app)
    sign_in(client, admin.email, PASSWORD)

    def trail() -> set[str]:
        with leads.database.reading() as session:
            return set(session.scalars(select(Event.action))) & {"exported", "erased"}

    with travel(now() + LATER):
        for shown in ("/posteingang/export/", "/posteingang/datenschutz/"):
            assert client.get(shown).status_code == 200
        refused = client.post(path, data=TAKING[path])
        assert refused.status_code == 403
        assert "noch einmal an" in refused.text
        assert ADDRESS not in refused.text
        assert trail() == set()
        assert leads.store.get(receipt.reference)
        assert sign_in(client, admin.email, PASSWORD).status_code == 303
        with client.post(path, data=TAKING[path]) as again:
            assert again.status_code in {200, 303}
        assert trail()


def test_the_pages_say_so_before_anybody_tries(app: Flask) -> None:
    services(app).leads.intake.take(Submission(answers=ANSWERS))
    admin = account(app, StaffRole.LEAD_ADMIN, email="admin@firma.example", password=PASSWORD)
    client = browser(app)
    sign_in(client, admin.email, PASSWORD)

    def pages() -> list[str]:
        found = client.post("/posteingang/datenschutz/suche", data={"adresse": ADDRESS})
        return [client.get("/posteingang/export/").text, found.text]

    assert not any("nur kurz nach dem Anmelden" in page for page in pages())
    with travel(now() + LATER):
        assert all("nur kurz nach dem Anmelden" in page for page in pages())
