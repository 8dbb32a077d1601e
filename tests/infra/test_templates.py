"""Templates of mails and files: markup is escaped where there is markup, and nothing is missing."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader, UndefinedError
from markupsafe import Markup

from website.infra import templates


def rendered(file: str, source: str, **values: object) -> str:
    environment = templates.environment()
    environment.loader = DictLoader({file: source})
    return environment.get_template(file).render(values)


def test_values_are_escaped_in_html_only() -> None:
    assert rendered("x.html", "{{ name }}", name="<b>") == "&lt;b&gt;"
    assert rendered("x.txt", "{{ name }}", name="<b>") == "<b>"


def test_a_value_that_is_not_given_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        rendered("x.txt", "{{ name }}")


def test_a_value_is_never_read_as_a_template() -> None:
    assert rendered("x.txt", "{{ name }}", name="{{ 7 * 7 }}{% if %}") == "{{ 7 * 7 }}{% if %}"


def test_a_line_of_statements_leaves_no_line_behind() -> None:
    assert rendered("x.txt", "a\n  {% if true %}\nb\n  {% endif %}\nc\n") == "a\nb\nc\n"


def test_line_ends_become_elements_and_the_rest_text() -> None:
    assert templates.breaks("<i>\nb") == Markup("&lt;i&gt;<br>b")
