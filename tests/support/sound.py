"""Content in which nothing is wrong, so that tests can break one thing at a time."""

from __future__ import annotations

from pathlib import Path

from support.content import Content, with_changes
from website import checking
from website.content.problems import Problem

_HEAD = """\
---
title: {}
description: {}
date: 2026-11-01
author: Erika Muster
reviewed_by: Hans Weber
ai: none
topic: kunden
summary:
  - {}
  - {}
status: published
---
"""
HEAD = _HEAD.format(
    "Beschwerden gut annehmen",
    "Wie Sie eine Beschwerde ruhig annehmen, lösen und aus ihr lernen.",
    "Hören Sie zuerst zu.",
    "Lösen Sie danach das Problem.",
)
ENGLISH_HEAD = _HEAD.format(
    "Taking complaints well",
    "How to take a complaint calmly, solve the problem and learn from it.",
    "Listen first.",
    "Then solve the problem.",
)

FIRST_LINE = HEAD.count("\n") + 1
"""Of the body of an article in any language."""

_INSERTS = (
    "/// baustein | verantwortlicher\n///\n\n/// baustein | formularfelder\n///\n\n"
    "/// baustein | aufbewahrung\n///\n\n/// baustein | empfaenger\n///\n\n"
    "/// baustein | eingangsbestaetigung\n///\n\n"
)
"""Of the page about privacy."""

PAGES = {
    "index": "Wir vermitteln erfahrene Manager auf Zeit.",
    "kontakt": "Schreiben Sie uns.",
    "bestaetigen": "Bestätigen Sie Ihre Anfrage.",
    "danke": "Ihre Anfrage ist angekommen.",
    "impressum": "/// baustein | anbieter\n///",
    "datenschutz": (
        f"{_INSERTS}"
        "Sie haben die Rechte aus Art. 15 bis 20 DSGVO, und Art. 77 DSGVO nennt die Beschwerde.\n\n"
        "Dienstleister nennt Art. 28 DSGVO, Briefe Art. 6 Abs. 1 Buchst. c DSGVO.\n\n"
        "Der Posteingang setzt ein Cookie nach § 25 Abs. 2 TDDDG, und es gibt eine Statistik.\n\n"
        "Links führen zu einem sozialen Netzwerk.\n\n"
        "## Ihr Recht auf Widerspruch\n\nEs folgt aus Art. 21 DSGVO."
    ),
    "404": "Diese Seite gibt es nicht.",
    "artikel": "Alle Beiträge.",
}

ENGLISH_PAGES = {
    "index": "We place experienced managers for a while.",
    "kontakt": "Write to us.",
    "bestaetigen": "Confirm your enquiry.",
    "danke": "Your enquiry has arrived.",
    "impressum": "/// baustein | anbieter\n///",
    "datenschutz": (
        f"{_INSERTS}"
        "You have the rights in Articles 15 to 20 GDPR and may complain (Article 77 GDPR).\n\n"
        "Our hosts work for us (Article 28 GDPR). We keep letters (Article 6(1)(c) GDPR).\n\n"
        "Our inbox sets a cookie under section 25(2) TDDDG, and we keep statistics.\n\n"
        "Links lead to a social network.\n\n"
        "## Your right to object\n\nIt follows from Article 21 GDPR."
    ),
    "404": "There is no such page.",
    "artikel": "All articles.",
}
"""Of an English edition in which nothing is wrong."""

PAGE_SUBJECTS = {
    "index": "us",
    "kontakt": "contact",
    "bestaetigen": "confirming",
    "danke": "thanks",
    "impressum": "the provider",
    "datenschutz": "privacy",
    "404": "nothing",
    "artikel": "articles",
}

LEGAL_NAVIGATION = """
[[legal_navigation]]
label = "Impressum"
to = "/impressum/"

[[legal_navigation]]
label = "Datenschutz"
to = "/datenschutz/"
"""


def make_sound(content: Content) -> None:
    """Give every page a description of its own, and the legal pages what they need."""
    for name, body in PAGES.items():
        page(content, name, body)
    file = content.folder / "website.toml"
    text = file.read_text().replace('"/kontakt/"\n', f'"/kontakt/"\n{LEGAL_NAVIGATION}', 1)
    file.write_text(text)
    article(content)


def make_edition(content: Content, tag: str = "en-GB", name: str = "English") -> None:
    """Add an edition in another language in which nothing is wrong."""
    content.edition(tag, name)
    code = tag.partition("-")[0]
    for page_name, body in ENGLISH_PAGES.items():
        edition_page(content, page_name, body, code=code)
    file = content.folder / code / "website.toml"
    navigation = LEGAL_NAVIGATION.replace("/impressum/", "/legal-notice/")
    file.write_text(file.read_text().replace('"/contact/"\n', f'"/contact/"\n{navigation}', 1))
    edition_article(content, code=code)


def edition_page(
    content: Content, name: str, body: str, *, updated: str = "2026-11-02", code: str = "en"
) -> Path:
    """Write a page of another edition."""
    subject = f"page about {PAGE_SUBJECTS.get(name, name)}"
    description = f"What visitors find on the {subject}, said in one sentence."
    text = _page(f"The {subject}", description, body, updated)
    return content.write(f"{code}/seiten/{name}.md", text)


def edition_article(
    content: Content, body: str = "Listen.", *, code: str = "en", **changes: str
) -> Path:
    """Write an English article in which only the body, or what is changed above, may be wrong."""
    text = with_changes(f"{ENGLISH_HEAD}{body}\n", changes)
    return content.write(f"{code}/artikel/ein-artikel.md", text)


def page(content: Content, name: str, body: str, *, updated: str = "2026-11-02") -> Path:
    """Write a page."""
    subject = name.rpartition("/")[2].replace("ae", "ä").replace("ue", "ü").capitalize()
    description = f"Was Besucher auf der Seite {subject} finden, in einem Satz gesagt."
    text = _page(f"Seite {subject}", description, body, updated)
    return content.write(f"seiten/{name}.md", text)


def _page(title: str, description: str, body: str, updated: str) -> str:
    head = f"---\ntitle: {title}\ndescription: {description}\nupdated: {updated}\n---\n"
    return f"{head}{body}\n"


def article(
    content: Content, body: str = "Hören Sie zu.", slug: str = "ein-artikel", **changes: str
) -> Path:
    """Write an article in which only the body, or what is changed above it, may be wrong."""
    return content.article(slug, f"{HEAD}{body}\n", **changes)


def found(content: Content, rule: str, root: Path | None = None) -> list[Problem]:
    """Return what one rule finds in the whole content."""
    return [p for p in checking.check(content.load(), root or content.folder) if p.rule == rule]
