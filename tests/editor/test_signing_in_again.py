"""What is sent by somebody signed in no more goes through the sign-in, and is offered after it."""

from __future__ import annotations

import datetime

import pyotp
import pytest
from flask import Flask
from lxml import html
from playwright.sync_api import Browser
from time_machine import travel
from werkzeug.test import TestResponse

from support import staff
from support.accessibility import violations
from support.editor import Writer, answer, told
from support.staff import PASSWORD, sign_in
from website.infra import clock
from website.staff import resubmission
from website.staff.access import StaffRole

NAME = "artikel/ein-artikel"
TEXT = f"/redaktion/texte/{NAME}.md"
TYPED = "\r\nMit Leerzeile begonnen.\r\n\r\n„Zitat“ & <kein Tag>\r\n"
SAVED = "\nMit Leerzeile begonnen.\n\n„Zitat“ & <kein Tag>\n"


@pytest.fixture
def eva(app: Flask) -> Writer:
    """Return somebody with a password, in a browser in which the session has ended."""
    account = staff.account(app, StaffRole.EDITOR, name="Eva Muster", password=PASSWORD)
    writer = Writer(app, staff.signed_in(app, account), account)
    writer.form(NAME)
    return writer


def sent_signed_out(writer: Writer, **typed: str) -> TestResponse:
    form = writer.form(NAME)
    staff.accounts(writer.app).sessions.end_others(writer.staff.id, 0)
    return writer.send(NAME, form, **typed)


def hidden(page: html.HtmlElement, **typed: str) -> tuple[str, dict[str, str]]:
    """Return where the first form of a page leads, and what it sends with some fields filled."""
    form = page.cssselect("main form")[0]
    return form.get("action"), {name: value or "" for name, value in form.form_values()} | typed


def test_what_was_sent_is_saved_after_the_sign_in_on_the_same_page(eva: Writer) -> None:
    refused = sent_signed_out(eva, text=TYPED, title="Neuer Titel")
    assert refused.status_code == 403
    assert "nicht mehr angemeldet" in refused.text
    to, form = hidden(answer(refused), email=eva.staff.email, password="falsch")  # noqa: S106
    wrong = eva.client.post(to, data=form)
    assert wrong.status_code == 422
    to, form = hidden(answer(wrong), password=PASSWORD)
    offered = eva.client.post(to, data=form)
    assert offered.status_code == 200
    assert eva.copy(NAME) is None
    page = answer(offered)
    assert "Mit Leerzeile begonnen." in page.cssselect("textarea")[0].text_content()
    to, form = hidden(page)
    assert to == TEXT
    saved = eva.client.post(to, data=form, follow_redirects=True)
    assert told(answer(saved)) == "Gespeichert."
    data = eva.data(NAME).decode()
    assert data.endswith(f"---\n{SAVED}")
    assert "title: Neuer Titel" in data


def test_it_is_not_offered_to_somebody_else_who_signs_in_on_that_page(
    app: Flask, eva: Writer
) -> None:
    sign_in(eva.client, eva.staff.email, PASSWORD)
    other = staff.account(app, StaffRole.EDITOR, name="Udo Muster", password=PASSWORD)
    refused = answer(sent_signed_out(eva, text=TYPED))
    to, form = hidden(refused, email=other.email, password=PASSWORD)
    entered = eva.client.post(to, data=form)
    assert entered.status_code == 303
    assert "Mit Leerzeile" not in entered.text


def test_a_second_factor_keeps_it_too(app: Flask, eva: Writer) -> None:
    codes, earlier = staff.accounts(app).codes, clock.now() - datetime.timedelta(minutes=1)
    secret = codes.new_secret()
    found = staff.accounts(app).directory.get(eva.staff.id)
    assert found
    found = codes.set_up(found, secret, pyotp.TOTP(secret).at(earlier), earlier)
    assert found
    client = staff.signed_in(app, found)
    writer = Writer(app, client, found)
    to, form = hidden(
        answer(sent_signed_out(writer, text=TYPED)), email=eva.staff.email, password=PASSWORD
    )
    asked = client.post(to, data=form)
    to, form = hidden(answer(asked), code="000000")
    again = client.post(to, data=form)
    assert again.status_code == 422
    to, form = hidden(answer(again), code=pyotp.TOTP(secret).now())
    to, form = hidden(answer(client.post(to, data=form)))
    client.post(to, data=form)
    assert "Mit Leerzeile begonnen." in writer.data(NAME).decode()


def test_a_code_that_comes_too_late_keeps_it_too(eva: Writer) -> None:
    refused = answer(sent_signed_out(eva, text=TYPED))
    _, form = hidden(refused, code="000000")
    late = eva.client.post("/posteingang/anmelden/code", data=form)
    assert "Das hat zu lange gedauert" in late.text
    assert hidden(answer(late))[1]["kept"] == form["kept"]


def test_what_was_forged_or_is_too_old_is_not_offered(eva: Writer) -> None:
    refused = answer(sent_signed_out(eva, text=TYPED))
    to, form = hidden(refused, email=eva.staff.email, password=PASSWORD)
    with travel(clock.now() + resubmission.VALID + datetime.timedelta(minutes=1)):
        assert eva.client.post(to, data=form).status_code == 303
    assert eva.client.post(to, data=form | {"kept": "x" + form["kept"]}).status_code == 303


def test_what_is_too_long_or_holds_secrets_is_not_kept(
    app: Flask, eva: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resubmission, "LONGEST", 100)
    refused = sent_signed_out(eva, text=TYPED)
    assert refused.status_code == 403
    assert "laden Sie dann diese Seite neu" in refused.text
    monkeypatch.undo()
    secret = staff.browser(app).post("/posteingang/konto/passwort", data={"password": PASSWORD})
    assert secret.status_code == 403
    assert not answer(secret).cssselect("[name=kept]")


def test_what_is_larger_than_anybody_may_send_is_refused_as_ever(eva: Writer) -> None:
    staff.accounts(eva.app).sessions.end_others(eva.staff.id, 0)
    response = eva.client.post(TEXT, data={"text": "x" * 3_000_000})
    assert response.status_code in {403, 413}


def test_the_answer_to_a_script_holds_nothing(eva: Writer) -> None:
    staff.accounts(eva.app).sessions.end_others(eva.staff.id, 0)
    script = {"Sec-Fetch-Mode": "cors"}
    refused = eva.client.post(f"{TEXT}/zwischenstand", data={"text": TYPED}, headers=script)
    assert refused.status_code == 403
    assert "kept" not in refused.text


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without-javascript"])
def test_in_a_browser_the_text_is_saved_after_signing_in(
    app: Flask, chromium: Browser, url: str, eva: Writer, *, script: bool
) -> None:
    shown = {"java_script_enabled": script, "viewport": {"width": 390, "height": 800}}
    with staff.page_of(chromium, url, cookie=staff.cookie(app, eva.staff), **shown) as page:
        page.goto(TEXT)
        page.locator("#text").fill("Nach der Mittagspause.\n")
        page.context.clear_cookies()
        if script:  # where the page's own script has not begun
            page.on("dialog", lambda dialog: dialog.accept())
            page.locator("#schreiben").evaluate("form => form.submit()")
        else:
            page.get_by_role("button", name="Speichern").click()
        page.get_by_role("heading", name="Sie sind nicht mehr angemeldet").wait_for()
        assert not script or violations(page) == []
        page.get_by_label("E-Mail-Adresse").fill(eva.staff.email)
        page.locator("#password").fill(PASSWORD)
        page.get_by_role("button", name="Anmelden", exact=True).click()
        page.get_by_role("heading", name="Sie sind wieder angemeldet, Eva Muster").wait_for()
        assert not script or violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_role("button", name="Weiter").click()
        page.get_by_text("Gespeichert.").wait_for()
        assert page.locator("#text").input_value() == "Nach der Mittagspause.\n"
        if script:
            page.goto(TEXT)
            assert page.locator(".writing__recovered").text_content() == ""
    assert b"Nach der Mittagspause." in eva.data(NAME)
