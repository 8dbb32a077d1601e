from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from support.questionnaire import QUESTIONNAIRE
from website import create_app
from website.config import Role, Settings
from website.ops.canary.page import HtmlField, HtmlForm, differences, read_form
from website.questionnaire import TECHNICAL


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the contact page as it is frozen."""
    instance: Path = tmp_path_factory.mktemp("freeze")
    app = create_app(Settings(instance_dir=instance), role=Role.FREEZE)
    return app.test_client().get("/kontakt/").get_data(as_text=True)


@pytest.fixture(scope="module")
def form(page: str) -> HtmlForm:
    found = read_form(page)
    assert found is not None
    return found


def named(form: HtmlForm, name: str) -> HtmlField:
    (found,) = (one for one in form.fields if one.name == name)
    return found


def without(form: HtmlForm, name: str) -> HtmlForm:
    return replace(form, fields=tuple(one for one in form.fields if one.name != name))


def changed(form: HtmlForm, name: str, /, **values: object) -> HtmlForm:
    fields = (
        replace(one, **values) if one.name == name else one  # type: ignore[arg-type]
        for one in form.fields
    )
    return replace(form, fields=tuple(fields))


def test_the_contact_page_and_the_endpoint_are_in_step(form: HtmlForm) -> None:
    assert differences(form, QUESTIONNAIRE.questions) == []


def test_every_field_is_read_with_where_and_how_it_is_sent(form: HtmlForm) -> None:
    assert (form.action, form.method) == ("/anfrage", "post")
    asked = [question.name for question in QUESTIONNAIRE.questions]
    assert [name for name in form.names if name in asked] == asked
    assert sorted(form.names) == sorted(asked + [one.name for one in TECHNICAL])
    assert named(form, "source") == HtmlField("source", "hidden", "/kontakt/", hidden=True)
    assert named(form, "email").kind == "email"
    assert named(form, "message").kind == "textarea"


def test_required_is_what_the_page_does_not_call_optional(form: HtmlForm) -> None:
    required = {one.name for one in form.fields if not one.optional}
    assert required == {question.name for question in QUESTIONNAIRE.questions if question.required}


def test_people_see_neither_the_trap_nor_what_another_page_brings(form: HtmlForm) -> None:
    assert named(form, "extra").hidden
    assert named(form, "result").hidden
    assert not named(form, "message").hidden


def test_choices_are_read_under_their_legend(form: HtmlForm) -> None:
    topic = named(form, "topic")
    assert topic.choices[:2] == ("kam-aufbauen", "kam-auf-zeit")
    assert topic.value == ""
    assert topic.label.startswith("Worum geht es?")


def test_what_the_page_preselects_is_sent(tmp_path: Path) -> None:
    app = create_app(Settings(instance_dir=tmp_path), role=Role.FREEZE)
    page = app.test_client().get("/kontakt/schulung/").get_data(as_text=True)
    found = read_form(page)
    assert found is not None
    assert named(found, "topic").value == "schulung"
    assert differences(found, QUESTIONNAIRE.questions) == []


def test_forms_are_read_as_browsers_read_them() -> None:
    found = read_form("""
        <form action=/suche><input name=q></form>
        <template><form method=post action=/not/there><input name=a></form></template>
        <FORM METHOD=Post ACTION="/x?a=1&amp;b=2"><p>Unclosed
        <label for=n>Name <span>(optional)</span></label><input id=n name=n value="&quot;&uuml;">
        <textarea name=t>
 two
lines &amp; more</textarea>
        <select name=s><option value=1>One<option selected>Two</select>
        <input type=submit name=go value=Go><input type=hidden name=h value=1><input value=nameless>
        <input type=checkbox name=c checked></form><input name=outside>""")
    assert found is not None
    assert (found.action, found.method) == ("/x?a=1&b=2", "post")
    assert found.fields == (
        HtmlField("n", "text", '"ü', label="Name (optional)"),
        HtmlField("t", "textarea", " two\nlines & more"),
        HtmlField("s", "select", "Two", ("1", "Two")),
        HtmlField("h", "hidden", "1", hidden=True),
        HtmlField("c", "checkbox", "on", ("on",)),
    )


@pytest.mark.parametrize("page", ["", "<p>Wartung</p>", "<form", "<form></for", "\0</form>", "<<<"])
def test_a_page_without_a_form_has_none(page: str) -> None:
    assert read_form(page) is None or read_form(page) == read_form("<form></form>")


OUT_OF_STEP = (
    (lambda form: replace(form, action="/alt"), "The form posts to /alt instead of /anfrage."),
    (lambda form: replace(form, method="get"), "The form sends by GET instead of POST."),
    (
        lambda form: replace(form, encoding="text/plain"),
        "The form is encoded as text/plain instead of application/x-www-form-urlencoded.",
    ),
    (
        lambda form: without(form, "email"),
        "The field email is missing from the page, which the endpoint requires.",
    ),
    (lambda form: without(form, "phone"), "The field phone is missing from the page."),
    (lambda form: without(form, "proof"), "The field proof is missing from the page."),
    (
        lambda form: changed(form, "company", name="firma"),
        "The field firma is unknown to the endpoint.",
    ),
    (
        lambda form: changed(form, "name", label="Ihr Name (optional)"),
        "The field name is optional on the page, but the endpoint requires it.",
    ),
    (
        lambda form: changed(form, "confidential", choices=("nein", "ja")),
        "The field confidential offers 'nein', which is unknown to the endpoint.",
    ),
    (
        lambda form: changed(form, "confidential", choices=()),
        "The field confidential does not offer 'ja'.",
    ),
)


@pytest.mark.parametrize(("change", "told"), OUT_OF_STEP)
def test_each_difference_is_named(form: HtmlForm, change: object, told: str) -> None:
    assert callable(change)
    assert told in differences(change(form), QUESTIONNAIRE.questions)
