"""The form as a visitor meets it: empty, with errors, and not taken."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml.html import HtmlElement

from support.postgres import ON_SQLITE
from support.questionnaire import QUESTIONNAIRE
from support.sqlite import migrated
from support.visitor import FORM, Visitor, filled_in, text, tree
from website import create_app
from website.config import Role, Settings
from website.questionnaire import TECHNICAL, QuestionKind
from website.web.services import services


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HtmlElement]:
    """Yield the form's page as authors see it, below a path."""
    settings = Settings(
        base_url="https://agentur.example/website",
        instance_dir=migrated(tmp_path_factory.mktemp("preview")),
    )
    app = create_app(settings, role=Role.PREVIEW)
    yield tree(app.test_client().get("/kontakt/"))
    services(app).leads.close()


def test_the_form_posts_to_the_endpoint_below_the_sites_root(empty: HtmlElement) -> None:
    form = empty.forms[0]
    assert (form.action, form.method) == ("/website/anfrage", "POST")
    assert form.get("accept-charset") == "utf-8"
    assert form.get("novalidate") is not None
    assert filled_in(empty) == {"source": "/website/kontakt/"}
    assert text(form.xpath(".//button")[0]) == "Anfrage senden"


def test_every_question_can_be_answered_and_has_its_label(empty: HtmlElement) -> None:
    form = empty.forms[0]
    assert set(form.fields.keys()) == {
        field.name for field in (*QUESTIONNAIRE.questions, *TECHNICAL)
    }
    for control in form.xpath(".//input[not(@type='hidden')] | .//textarea"):
        assert len(empty.xpath(f"//label[@for='{control.get('id')}']")) == 1, control.get("id")
        assert control.get("placeholder") is None
        assert control.get("required") is None
        for name in (control.get("aria-describedby") or "").split():
            assert empty.get_element_by_id(name) is not None


def test_what_need_not_be_answered_says_so(empty: HtmlElement) -> None:
    labelled = [text(label) for label in empty.xpath("//form//label | //form//legend")]
    for asked in QUESTIONNAIRE.questions:
        told = asked.choices[0][1] if asked.kind is QuestionKind.CHECKBOX else asked.label
        assert (told if asked.required else f"{told} (optional)") in labelled
    assert "*" not in "".join(labelled)


def test_browsers_and_keyboards_know_what_to_offer(empty: HtmlElement) -> None:
    fields = {control.get("name"): control for control in empty.forms[0].inputs}
    assert fields["company"].get("autocomplete") == "organization"
    assert fields["name"].get("autocomplete") == "name"
    email = fields["email"]
    assert (email.get("type"), email.get("autocomplete"), email.get("spellcheck")) == (
        "email",
        "email",
        "false",
    )
    assert (fields["phone"].get("type"), fields["phone"].get("autocomplete")) == ("tel", "tel")
    assert fields["key_accounts"].get("inputmode") == "numeric"
    assert fields["key_accounts"].get("type") == "text"


def test_choices_are_a_group_with_a_legend(empty: HtmlElement) -> None:
    topic = empty.get_element_by_id("feld-topic").xpath("ancestor::fieldset")[0]
    assert text(topic.find("legend")) == "Worum geht es? (optional)"
    assert [radio.get("value") for radio in topic.xpath(".//input")] == [
        key for key, _ in QUESTIONNAIRE.question("topic").choices
    ]


def test_the_privacy_notice_stands_right_above_the_button(empty: HtmlElement) -> None:
    before = empty.xpath("//form//button")[0].getprevious()
    assert text(before) == (
        "Wir verwenden Ihre Angaben, um Ihre Anfrage zu bearbeiten; in unsere Statistik gehen nur "
        "Zahlen ein. Näheres in der Datenschutzerklärung."
    )
    assert before.find("a").get("href") == "/website/datenschutz/"


def test_the_empty_form_has_an_address_and_may_be_found(empty: HtmlElement) -> None:
    assert empty.xpath("//link[@rel='canonical']/@href") == [
        "https://agentur.example/website/kontakt/"
    ]
    assert empty.xpath("//meta[@name='robots']") == []


@ON_SQLITE
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("message", "Bitte schildern Sie Ihre Situation in zwei oder drei Sätzen"),
        ("company", "Bitte geben Sie den Namen Ihres Unternehmens ein"),
        ("name", "Bitte geben Sie Ihren Namen ein"),
        ("email", "Bitte geben Sie Ihre E-Mail-Adresse ein"),
    ],
)
@pytest.mark.parametrize("sent", ["", " \t\r\n ", "\u202e"])
def test_a_missing_answer_is_asked_for_in_two_places(
    visitor: Visitor, name: str, message: str, sent: str
) -> None:
    response = visitor.send(**{name: sent})
    assert response.status_code == 422
    page = tree(response)
    first = page.xpath("//main/*")[0]
    assert first.get("class") == "error-summary"
    assert first.get("tabindex") == "-1"
    alert = first.find("div[@role='alert']")
    assert text(alert.find("h2")) == "Bitte prüfen Sie Ihre Angaben"
    assert [(text(a), a.get("href")) for a in alert.iter("a")] == [(message, f"#feld-{name}")]
    control = page.get_element_by_id(f"feld-{name}")
    assert control.get("aria-invalid") == "true"
    described = [page.get_element_by_id(i) for i in control.get("aria-describedby").split()]
    assert text(described[-1]) == f"Fehler: {message}"
    order = [child.get("class") for child in control.getparent() if child.tag != "div"]
    assert order[0] == "field__label"
    assert order[-2:] == ["field__error", "field__input"]
    assert page.findtext(".//title").startswith("Fehler: ")
    kept = {key: value for key, value in FORM.items() if key != name}
    assert filled_in(page) == kept
    assert visitor.store.newest() == []


def test_all_errors_are_told_at_once_in_the_order_of_the_form(visitor: Visitor) -> None:
    page = tree(visitor.send(message="", company="", name="", email=""))
    links = page.xpath("//main/*[1]//a/@href")
    assert links == ["#feld-message", "#feld-company", "#feld-name", "#feld-email"]


@ON_SQLITE
@pytest.mark.parametrize(
    ("answers", "name", "message"),
    [
        (
            {"email": "keine"},
            "email",
            "Bitte geben Sie eine E-Mail-Adresse im Format name@beispiel.de ein",
        ),
        (
            {"email": "max²@firma.de"},
            "email",
            "Bitte geben Sie eine E-Mail-Adresse im Format name@beispiel.de ein, ohne „²“",
        ),
        *(
            (
                {"email": several},
                "email",
                "Bitte geben Sie hier nur eine E-Mail-Adresse ein, weitere in Ihrer Nachricht",
            )
            for several in (
                "a@b.de, c@d.de",
                "a@b.de;c@d.de",
                "a@b.de und c@d.de",
                "a@b.de/c@d.de",
                "a@b.de  c@d.de",
                "mailto:a@b.de oder c@d.de, e@f.de",
                "Anna <a@b.de>, Bernd <c@d.de>",
                "a@b.de & müller@müller.de",
            )
        ),
        ({"topic": "erfunden"}, "topic", "Bitte wählen Sie das Thema aus der Liste"),
        ({"start": "gestern"}, "start", "Bitte wählen Sie den Start aus der Liste"),
        (
            {"confidential": "nein"},
            "confidential",
            "Bitte wählen Sie die Angabe zum Firmennamen aus der Liste",
        ),
        (
            {"message": "ü" * 5012},
            "message",
            "Bitte kürzen Sie Ihre Schilderung um 12 auf höchstens 5.000 Zeichen",
        ),
        (
            {"company": "x" * 201},
            "company",
            "Bitte kürzen Sie den Namen Ihres Unternehmens um 1 auf höchstens 200 Zeichen",
        ),
        (
            {"phone": "1" * 250},
            "phone",
            "Bitte kürzen Sie Ihre Telefonnummer um 50 auf höchstens 200 Zeichen",
        ),
    ],
)
def test_an_answer_that_does_not_fit_says_what_to_do(
    visitor: Visitor, answers: dict[str, str], name: str, message: str
) -> None:
    response = visitor.send(**answers)
    assert response.status_code == 422
    page = tree(response)
    assert [text(link) for link in page.xpath("//main/*[1]//a")] == [message]
    assert page.xpath("//main/*[1]//a/@href") == [f"#feld-{name}"]
    assert text(page.get_element_by_id(f"feld-{name}-fehler")) == f"Fehler: {message}"
    assert filled_in(page)["company"] == answers.get("company", FORM["company"])
    assert visitor.store.newest() == []


def test_what_was_chosen_stays_chosen(visitor: Visitor) -> None:
    page = tree(visitor.send(email="", topic="schulung", confidential="ja", goals="Ruhe"))
    kept = filled_in(page)
    assert (kept["topic"], kept["confidential"], kept["goals"]) == ("schulung", "ja", "Ruhe")


def test_an_error_page_is_not_to_be_found_again(visitor: Visitor) -> None:
    page = tree(visitor.send(email=""))
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert page.xpath("//link[@rel='canonical']") == []


@ON_SQLITE
def test_while_nothing_can_be_stored_the_input_is_kept_and_other_ways_are_shown(
    visitor: Visitor, tmp_path: Path
) -> None:
    visitor.leads.close()
    shutil.rmtree(tmp_path / "instance")
    response = visitor.send(topic="schulung")
    assert response.status_code == 503
    page = tree(response)
    assert filled_in(page) == FORM | {"topic": "schulung"}
    assert page.findtext(".//title").startswith("Ihre Anfrage ist noch nicht gespeichert: ")
    notice = text(page.xpath("//main/*")[0])
    assert "Senden Sie sie in einigen Minuten noch einmal ab" in notice
    assert "Telefon" in notice
    assert "E-Mail" in notice
    assert visitor.client.get("/anfrage/BBBB-BBBB").status_code == 503


def test_a_slip_in_a_common_mail_domain_is_asked_about_and_stops_nobody(visitor: Visitor) -> None:
    page = tree(visitor.send(email="max@gmial.com", name=""))
    hint = page.find_class("field__suggestion")[0]
    assert text(hint) == "Meinten Sie max@gmail.com?"
    assert visitor.lead(visitor.send(email="max@gmial.com")).email == "max@gmial.com"
