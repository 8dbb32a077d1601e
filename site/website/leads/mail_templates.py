"""What the mail about a lead says, as plain text and as HTML.

Both tell the same; what a visitor wrote is text in both, and cannot pass for words of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote

from markupsafe import Markup

from website.infra import email_addresses
from website.infra.clock import in_german
from website.infra.text import clean, clean_line
from website.leads.questions import QuestionKind, answered

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from website.leads.models import Lead
    from website.leads.questions import Question

NO_TITLES: Mapping[str, str] = MappingProxyType({})
INDENT = "    "
"""Before each line that a visitor wrote on several, so that none can pass for one of ours."""


@dataclass(frozen=True)
class MailRow:
    """One answer, or one fact."""

    heading: str
    text: str
    is_long: bool = False
    """Whether it gets lines of its own."""
    link: str = ""


@dataclass(frozen=True)
class LeadMail:
    """What is said, before it has a form."""

    title: str
    facts: tuple[MailRow, ...]
    """What we know ourselves."""
    hint: str
    """What to look out for; mostly nothing."""
    groups: tuple[tuple[str, tuple[MailRow, ...]], ...]
    closing: str


def about(
    lead: Lead,
    *,
    title: str,
    replies: bool,
    inbox: str = "",
    page_titles: Mapping[str, str] = NO_TITLES,
) -> LeadMail:
    """Say all that a lead told us.

    :param replies: whether a reply to the mail goes to whoever asked.
    :param inbox: the address below which staff find each lead by its number.
    :param page_titles: of our pages by their paths. Another path is told as it came.
    """
    groups = groupby(answered(lead.every_answer), lambda row: row[0].group)
    address = clean_line(lead.email)
    return LeadMail(
        title=title,
        facts=tuple(_facts(lead, inbox, page_titles)),
        hint=_hint(address),
        groups=tuple(
            (group.for_staff, tuple(_row(*row) for row in rows)) for group, rows in groups
        ),
        closing=f"Ihre Antwort auf diese E-Mail geht an {address}."
        if replies
        else f"Antworten Sie an {address}: "
        "Diese Adresse ließ sich nicht als Antwortadresse hinterlegen.",
    )


def as_text(letter: LeadMail) -> str:
    """Write a letter as plain text."""
    return "\n".join(_lines(letter)) + "\n"


def as_html(letter: LeadMail) -> str:
    """Write a letter as HTML that mail programs show alike.

    Styles stand at the elements, because some programs drop style sheets. No colour is set but the
    grey of lines, so that text is readable on whatever ground the reader has chosen.
    """
    return _PAGE.format(
        title=letter.title,
        facts=_joined(map(_html_row, letter.facts)),
        hint=_HINT.format(hint=letter.hint) if letter.hint else "",
        groups=_joined(
            _GROUP.format(heading=heading, rows=_joined(map(_html_row, rows)))
            for heading, rows in letter.groups
        ),
        closing=letter.closing,
    )


def _facts(lead: Lead, inbox: str, page_titles: Mapping[str, str]) -> Iterator[MailRow]:
    yield MailRow("Nummer", lead.reference)
    yield MailRow("Eingegangen", in_german(lead.received_at))
    if lead.source:
        path = clean_line(lead.source)
        title = page_titles.get(path)
        yield MailRow("Seite", f"{title} ({path})" if title else path)
    if inbox:
        address = f"{inbox}{lead.reference}"
        yield MailRow("Im Posteingang öffnen", address, link=address)


def _hint(address: str) -> str:
    meant = email_addresses.suggestion(address)
    if meant is None:
        return ""
    return f"Die Adresse könnte ein Tippfehler sein: gemeint ist vielleicht {meant}."


def _row(question: Question, answer: str) -> MailRow:
    text = clean(question.told(answer))
    is_address = question.kind is QuestionKind.EMAIL and email_addresses.parse(text) == text
    return MailRow(
        heading=clean_line(question.heading),
        text=text,
        is_long=question.kind is QuestionKind.LONG_TEXT or "\n" in text,
        link=f"mailto:{quote(text, safe='@')}" if is_address else "",
    )


def _lines(letter: LeadMail) -> Iterator[str]:
    for fact in letter.facts:
        yield from _text_row(fact)
    if letter.hint:
        yield f"Hinweis: {letter.hint}"
    for heading, rows in letter.groups:
        yield ""
        yield heading.upper()
        for row in rows:
            yield from _text_row(row)
    yield ""
    yield "-- "
    yield letter.closing


def _text_row(row: MailRow) -> Iterator[str]:
    if row.is_long:
        yield f"{row.heading}:"
        yield from (INDENT + line if line else "" for line in row.text.split("\n"))
    else:
        yield f"{row.heading}: {row.text}"


def _html_row(row: MailRow) -> Markup:
    text = Markup("<br>").join(row.text.split("\n"))
    if row.link:
        text = _LINK.format(address=row.link, text=text)
    return (_LONG_ROW if row.is_long else _SHORT_ROW).format(heading=row.heading, text=text)


def _joined(parts: Iterator[Markup]) -> Markup:
    return Markup("").join(parts)


_PAGE = Markup("""\
<!doctype html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
</head>
<body style="margin:0">
<div lang="de" style="margin:0 auto;padding:24px 16px;max-width:600px;\
font:16px/1.5 'Segoe UI',Roboto,Helvetica,Arial,sans-serif;overflow-wrap:anywhere">
<h1 style="margin:0 0 12px;font-size:22px;line-height:1.3">{title}</h1>
<table style="width:100%;border-collapse:collapse">
{facts}</table>
{hint}\
{groups}\
<p style="margin:32px 0 0;padding:12px 0 0;border-top:1px solid #888;font-size:15px">{closing}</p>
</div>
</body>
</html>
""")

_HINT = Markup("""\
<p style="margin:12px 0 0;padding:4px 0 4px 12px;border-left:3px solid #888">{hint}</p>
""")

_GROUP = Markup("""\
<h2 style="margin:32px 0 8px;padding:12px 0 0;border-top:1px solid #888;\
font-size:17px;line-height:1.3">{heading}</h2>
<table style="width:100%;border-collapse:collapse">
{rows}</table>
""")

# Line ends become <br>, because not every program knows pre-wrap, which keeps runs of spaces.
_SHORT_ROW = Markup("""\
<tr>
<th scope="row" style="width:36%;padding:4px 12px 4px 0;vertical-align:top;text-align:left;\
font-size:15px;line-height:24px;font-weight:normal;opacity:.75;overflow-wrap:normal">{heading}</th>
<td dir="auto" style="padding:4px 0;vertical-align:top;white-space:pre-wrap">{text}</td>
</tr>
""")

_LONG_ROW = Markup("""\
<tr>
<th scope="row" colspan="2" style="padding:5px 0 2px;text-align:left;\
font-size:15px;font-weight:normal;opacity:.75">{heading}</th>
</tr>
<tr>
<td dir="auto" colspan="2" style="padding:0 0 12px;white-space:pre-wrap">{text}</td>
</tr>
""")

_LINK = Markup('<a href="{address}" style="color:inherit">{text}</a>')
