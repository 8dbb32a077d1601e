from __future__ import annotations

from pathlib import Path

import pytest
from lxml.html import FormElement

from support.questionnaire import QUESTIONNAIRE
from website import create_app
from website.config import Role, Settings
from website.ops.canary.page import (
    choices_of,
    differences,
    fields_of,
    filled_in,
    is_hidden,
    is_optional,
    read_form,
)
from website.questionnaire import TECHNICAL


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the contact page as it is frozen."""
    instance: Path = tmp_path_factory.mktemp("freeze")
    app = create_app(Settings(instance_dir=instance), role=Role.FREEZE)
    return app.test_client().get("/kontakt/").get_data(as_text=True)


@pytest.fixture
def form(page: str) -> FormElement:
    found = read_form(page)
    assert found is not None
    return found


def test_the_contact_page_and_the_endpoint_are_in_step(form: FormElement) -> None:
    assert differences(form, QUESTIONNAIRE.questions) == []


def test_every_field_is_read_with_how_it_is_sent(form: FormElement) -> None:
    assert (form.action, form.method) == ("/anfrage", "POST")
    asked, names = [question.name for question in QUESTIONNAIRE.questions], list(fields_of(form))
    assert [name for name in names if name in asked] == asked
    assert sorted(names) == sorted(asked + [one.name for one in TECHNICAL])


def test_required_is_what_the_page_does_not_call_optional(form: FormElement) -> None:
    required = {name for name, (first, *_) in fields_of(form).items() if not is_optional(first)}
    assert required == {question.name for question in QUESTIONNAIRE.questions if question.required}


def test_people_see_neither_the_trap_nor_what_another_page_brings(form: FormElement) -> None:
    seen = {name: not is_hidden(first) for name, (first, *_) in fields_of(form).items()}
    assert (seen["extra"], seen["result"], seen["message"]) == (False, False, True)


def test_it_is_filled_in_where_people_can(form: FormElement) -> None:
    sent = dict(filled_in(form, "123", "marker"))
    assert (sent["proof"], sent["source"]) == ("marker", "/kontakt/")
    assert (sent["topic"], sent["confidential"]) == ("kam-aufbauen", "ja")
    assert (sent["extra"], sent["result"]) == ("", "")
    assert "123" in sent["message"]
    assert "123" in sent["email"]
    assert sent["name"] == "Test"


def test_what_the_page_preselects_is_sent(tmp_path: Path) -> None:
    app = create_app(Settings(instance_dir=tmp_path), role=Role.FREEZE)
    page = app.test_client().get("/kontakt/schulung/").get_data(as_text=True)
    found = read_form(page)
    assert found is not None
    assert differences(found, QUESTIONNAIRE.questions) == []
    assert dict(filled_in(found, "1", "marker"))["topic"] == "schulung"


def test_forms_are_read_as_browsers_read_them() -> None:
    found = read_form(
        """
        <form action=/suche><input name=q></form>
        <template><form method=post action=/not/there><input name=a></form></template>
        <FORM METHOD=Post ACTION="x?a=1&amp;b=2"><p>Unclosed
        <label for=n>Name <span>(optional)</span></label><input id=n name=n value="&quot;&uuml;">
        <div hidden><textarea name=t>
 two
lines &amp; more</textarea></div>
        <select name=s><option value=1>One<option selected>Two</select>
        <select name=u><option value="">Bitte wählen<option value=3>Drei</select>
        <fieldset><legend>Art</legend><input type=radio name=r value=a><input type=radio name=r
        value=b></fieldset><input type=radio name=p value=a>
        <input type=radio name=p value=b checked>
        <input type=submit name=go value=Go><input type=hidden name=h value=1><input value=nameless>
        <input type=checkbox name=c><input type=checkbox name=e value=""></form>
        <input name=outside>""",
        "https://example.org/kontakt/",
    )
    assert found is not None
    assert (found.action, found.method) == ("https://example.org/kontakt/x?a=1&b=2", "POST")
    fields = fields_of(found)
    assert list(fields) == ["n", "t", "s", "u", "r", "p", "h", "c", "e"]
    assert choices_of(fields["s"]) == ["1", "Two"]
    assert choices_of(fields["r"]) == ["a", "b"]
    assert [name for name, (first, *_) in fields.items() if is_optional(first)] == ["n", "t", "h"]
    assert filled_in(found, "1", "marker") == [
        ("n", "Prüfung"),
        ("t", " two\nlines & more"),
        ("s", "Two"),
        ("u", "3"),
        ("r", "a"),
        ("p", "b"),
        ("h", "1"),
        ("c", "on"),
    ]


@pytest.mark.parametrize("action", ["", "action=''"])
def test_a_form_without_a_target_posts_to_its_own_page(action: str) -> None:
    found = read_form(f"<form method=post {action}>", "https://example.org/kontakt/")
    assert found is not None
    assert found.action == "https://example.org/kontakt/"


@pytest.mark.parametrize("page", ["", "<p>Wartung</p>", "<form", "<form></for", "\0</form>", "<<<"])
def test_a_page_without_a_form_has_none(page: str) -> None:
    found = read_form(page)
    assert found is None or not fields_of(found)


def renamed(form: FormElement) -> None:
    form.inputs["company"].name = "firma"


def other_choice(form: FormElement) -> None:
    form.inputs["confidential"].set("value", "nein")


def no_choice(form: FormElement) -> None:
    form.inputs["confidential"].type = "text"


OUT_OF_STEP = (
    (lambda form: form.set("action", "/alt"), "The form posts to /alt instead of /anfrage."),
    (lambda form: form.set("method", "get"), "The form sends by GET instead of POST."),
    (
        lambda form: form.set("enctype", "text/plain"),
        "The form is encoded as text/plain instead of application/x-www-form-urlencoded.",
    ),
    (
        lambda form: form.inputs["email"].drop_tree(),
        "The field email is missing from the page, which the endpoint requires.",
    ),
    (
        lambda form: form.inputs["phone"].drop_tree(),
        "The field phone is missing from the page.",
    ),
    (
        lambda form: form.inputs["proof"].drop_tree(),
        "The field proof is missing from the page.",
    ),
    (renamed, "The field firma is unknown to the endpoint."),
    (
        lambda form: setattr(form.inputs["name"].label, "text", "Ihr Name (optional)"),
        "The field name is optional on the page, but the endpoint requires it.",
    ),
    (other_choice, "The field confidential offers 'nein', which is unknown to the endpoint."),
    (no_choice, "The field confidential does not offer 'ja'."),
)


@pytest.mark.parametrize(("change", "told"), OUT_OF_STEP)
def test_each_difference_is_named(form: FormElement, change: object, told: str) -> None:
    assert callable(change)
    change(form)
    assert told in differences(form, QUESTIONNAIRE.questions)
