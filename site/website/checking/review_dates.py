"""Whether a text was looked at again when its author said that it must be."""

from __future__ import annotations

from website.checking.check_context import TextContext
from website.checking.rules import Found, TextRule
from website.content.problems import Severity


def _due(subject: TextContext) -> Found:
    item = subject.item
    if item.review_is_due(subject.library.today):
        message = (
            f"Bis {item.review_by} sollte jemand prüfen, ob noch alles stimmt. Prüfen Sie den "
            "Text, und setzen Sie „review_by“ auf den nächsten Tag dafür."
        )
        yield subject.line("review_by"), message


RULES = (TextRule("review-due", Severity.WARNING, _due),)
