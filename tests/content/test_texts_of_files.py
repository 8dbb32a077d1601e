"""What a text keeps of its file."""

from __future__ import annotations

import pickle

import pytest

from support.content import Content


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("body", ["Ein Absatz.\n\nNoch einer.\n", "", "\n\nSpät.", "---\nmehr\n"])
def test_a_text_kept_for_another_day_finds_its_body_again(
    content: Content, ending: str, mark: str, body: str
) -> None:
    file = content.article("a")
    text = file.read_text("utf-8").partition("Ein Absatz.")[0] + body
    file.write_bytes((mark + text.replace("\n", ending)).encode())
    article = content.load().article("a")
    assert article
    read = article.text.body
    kept = pickle.loads(pickle.dumps(article.text))  # noqa: S301 - our own
    assert kept.body == read == body
    assert kept == article.text
