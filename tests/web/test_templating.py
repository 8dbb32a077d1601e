"""Filters: what templates say about facts, dates, foreign words, numbers."""

from __future__ import annotations

import json

import pytest

from support.content import Content
from website import create_app
from website.config import Role, Settings
from website.web.templating import fact, json_ld, missing_facts


def test_a_known_fact_is_shown_and_a_missing_one_marked() -> None:
    assert fact("Müller & Co.") == "Müller &amp; Co."
    assert fact("PLATZHALTER: <Ort>") == (
        '<mark class="placeholder">[noch offen: &lt;Ort&gt;]</mark>'
    )


def test_what_a_page_lacks_is_listed_once_as_its_marks_name_it() -> None:
    city, phone = fact("PLATZHALTER: <Ort> & Land"), fact("PLATZHALTER: Telefon")
    html = f"<p>{city}, {phone} und {city}</p><mark>[noch offen: nichts]</mark>"
    assert missing_facts(html) == ("&lt;Ort&gt; &amp; Land", "Telefon")
    assert missing_facts(fact("Müller")) == ()


def test_foreign_terms_are_marked_and_everything_is_escaped(content: Content) -> None:
    app = create_app(Settings(content_dir=content.folder), role=Role.FREEZE)
    template = app.jinja_env.from_string("{{ text | spoken }}")
    assert template.render(text="<b> Key Account Management") == (
        '&lt;b&gt; <span lang="en">Key Account Management</span>'
    )


def test_foreign_terms_are_not_looked_for_when_a_template_is_compiled(
    content: Content,
) -> None:
    app = create_app(Settings(content_dir=content.folder), role=Role.FREEZE)
    raw = app.jinja_env.compile("{{ 'Key Account Management' | spoken }}", raw=True)
    assert "span" not in raw


def test_structured_data_cannot_end_their_script() -> None:
    text = json_ld({"name": "</script><!-- & ü"})
    assert "<" not in text
    assert json.loads(text) == {"name": "</script><!-- & ü"}


def test_a_misspelt_name_in_a_template_is_an_error(content: Content) -> None:
    app = create_app(Settings(content_dir=content.folder), role=Role.FREEZE)
    with app.app_context(), pytest.raises(Exception, match="is undefined"):
        app.jinja_env.from_string("{{ falsch }}").render()
