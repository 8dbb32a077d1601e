"""Lists, tables and marks as people type them are shown as they mean them."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings

from support.markdown import render, texts
from website.content import markdown_dialects
from website.content.addresses import Addresses
from website.content.rendering import Renderer

UL, OL = "<ul> <li>a</li> <li>b</li> </ul>", "<ol> <li>a</li> <li>b</li> </ol>"
NESTED = "<ul> <li>a<ul> <li>b</li> <li>c</li> </ul> </li> <li>d</li> </ul>"
TABLE = "<th>A</th> <th>B</th> .* <td>1</td> <td>2</td>"


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(Addresses(), {})


def html(renderer: Renderer, body: str) -> str:
    return " ".join(render(renderer, body)[0].html.split())


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("Das gehört dazu:\n- a\n- b", f"<p>Das gehört dazu:</p> {UL}"),
        ("Das gehört dazu:\n- a", "<p>Das gehört dazu:</p> <ul> <li>a</li> </ul>"),
        ("**Das gehört dazu:**\n* a\n* b", UL),
        ("Das gehört dazu\n- a\n- b", UL),
        ("Das gehört dazu:\n1. a\n2. b", OL),
        ("Das gehört dazu\n1) a\n2) b", OL),
        ("> Das gehört dazu:\n> - a\n> - b", f"<blockquote> <p>Das gehört dazu:</p> {UL}"),
        ("> Zitat\n- a\n- b", f"</blockquote> {UL}"),
        ("/// merksatz\nDas gehört dazu:\n- a\n- b\n///", UL),
        ("## Titel\n- a\n- b", UL),
        ("1) a\n2) b", OL),
        ("3) a\n4) b", '<ol start="3"> <li>a</li> <li>b</li> </ol>'),
        ("• a\n• b", UL),
        ("·   a\n·   b", UL),
        ("▪\ta\n▪\tb", UL),
        ("– a\n– b", UL),
        ("→ a\n→ b", "<ul> <li>→ a</li> <li>→ b</li> </ul>"),
        ("- a\n  - b\n  - c\n- d", NESTED),
        ("- a\n   - b\n   - c\n- d", NESTED),
        ("- a\n    - b\n    - c\n- d", NESTED),
        ("- a\n\t- b\n\t- c\n- d", NESTED),
        ("•\ta\no\tb\no\tc\n•\td", NESTED),
        ("> - a\n>   - b\n>   - c\n> - d", NESTED),
        ("1. a\n   - b", "<ol> <li>a<ul> <li>b</li> </ul> </li> </ol>"),
        ("1. a\n- b", "<ol> <li>a</li> </ol> <ul> <li>b</li> </ul>"),
        ("1. a\n\n   b\n\n2. c", "<ol> <li> <p>a</p> <p>b</p> </li> <li> <p>c</p> </li> </ol>"),
        ("1. a\n\n   b\n2. c", "<ol> <li> <p>a</p> <p>b</p> </li> <li> <p>c</p> </li> </ol>"),
        ("- a\n\n  b\n- c", "<ul> <li> <p>a</p> <p>b</p> </li> <li> <p>c</p> </li> </ul>"),
        (
            "1. a\n- b\n- c\n2. d",
            '</ol> <ul> <li>b</li> <li>c</li> </ul> <ol start="2"> <li>d</li> </ol>',
        ),
        ("- a\n\n  - b\n- c", "<li>b</li> </ul> </li> <li> <p>c</p> </li> </ul>$"),
        ("1. a\n\n    - b\n2. c", "<li>b</li> </ul> </li> <li> <p>c</p> </li> </ol>$"),
        ("- a\n\n    b\n\n    - c\n- d", "<li>c</li> </ul> </li> <li> <p>d</p> </li> </ul>$"),
        ("- a\n\n  - b\n## c", '</ul> </li> </ul> <h2 id="c">c</h2>$'),
        ("- a\n\n    b\n***\nc", "<p>b</p> </li> </ul> <hr> <p>c</p>$"),
        ("1) a\n---\nb", "<ol> <li>a</li> </ol> <hr> <p>b</p>$"),
        ("- a\n---", "<ul> <li>a</li> </ul> <hr>$"),
        ("- a\n> b", "<li>a</li> </ul> <blockquote> <p>b</p> </blockquote>$"),
        ("- a\n\n  > b", "<blockquote> <p>b</p> </blockquote> </li> </ul>"),
        ("- a\n  - b\n    - c", "<li>b<ul> <li>c</li> </ul> </li>"),
        (
            "- [ ] a\n- [x] b",
            (
                '<li data-done="false" data-state="offen:">a</li> '
                '<li data-done="true" data-state="erledigt:">b</li>'
            ),
        ),
        (
            "☐ a\n☑ b",
            (
                '<li data-done="false" data-state="offen:">a</li> '
                '<li data-done="true" data-state="erledigt:">b</li>'
            ),
        ),
        ("✓ a\n✗ b", "<ul> <li>✓ a</li> <li>✗ b</li> </ul>"),
        ("☐ a\n☐ b", '<ul class="tasks"> <li data-done="false" data-state="offen:">a</li>'),
        ("Übersicht:\n| A | B |\n|---|---|\n| 1 | 2 |", f"<p>Übersicht:</p> .*{TABLE}"),
        ("Übersicht:\nA | B\n--- | ---\n1 | 2", f"<p>Übersicht:</p> .*{TABLE}"),
        ("~~a~~", "<p><del>a</del></p>"),
        ("a\\\nb", r"<p>a<br> b</p>"),
        ("\\~\\~a\\~\\~ \\$ \\:", r"<p>~~a~~ \$ :</p>"),
        ("Ein**Wort**teil", "Ein<strong>Wort</strong>teil"),
        ("Kund*innen und **Mitarbeiter*innen**", r"Kund\*innen und <strong>Mitarbeiter\*innen<"),
        ("*Kund*innen* und Ärzt*innen", r"<em>Kund\*innen</em> und Ärzt\*innen"),
        ("*eine*r und **eine**r", "<em>eine</em>r und <strong>eine</strong>r"),
        ("Das ist*wichtig*für jede*n", r"ist<em>wichtig</em>für jede\*n"),
        ("*Alle Kund*innen* und **Alle*r**", r"<em>Alle Kund\*innen</em> und <strong>Alle\*r<"),
        (
            "Bürger*innen-Vertreter*innen, Kund*innentag",
            r"Bürger\*innen-Vertreter\*innen, Kund\*inn",
        ),
        ("## Warum C#\n\n## Titel ##", '>Warum C#</h2> <h2 id="titel">Titel</h2>'),
        ("5*3*2 und [a](https://b.de/c*d*e)", r'5\*3\*2 und <a href="https://b.de/c\*d\*e">'),
        (" ## a\n\n   ### b", '<h2 id="a">a</h2> <h3 id="b">b</h3>'),
        ("Text\n  ## a\nText", '<p>Text</p> <h2 id="a">a</h2> <p>Text</p>'),
        ("Siehe https://a.de/b_c_d.", r'<a href="https://a.de/b_c_d">https://a.de/b_c_d</a>\.'),
        ("(https://a.de/b_(c))", r'\(<a href="https://a.de/b_\(c\)">'),
        ("[https://a.de](https://b.de)", '<p><a href="https://b.de">https://a.de</a></p>'),
        ("<https://a.de>", '<p><a href="https://a.de">https://a.de</a></p>'),
        ("`https://a.de`", "<p><code>https://a.de</code></p>"),
        ("[Post](a@b.de)", '<a href="mailto:a@b.de">Post</a>'),
    ],
)
def test_it_is_shown_as_it_is_meant(renderer: Renderer, body: str, shown: str) -> None:
    assert re.search(shown, html(renderer, body)), html(renderer, body)


@pytest.mark.parametrize(
    "body",
    [
        "Der Vertrag endet am\n1. März 2027.",
        "Der Vertrag endet am:\n1. März 2027.",
        "Es liegt im\n2. Stock.",
        "   #1 der Branche",
        "Das ist gut\n- sehr gut.",
        "– Erika Muster",
        "→ Zum Formular",
        "#1 der Branche",
        "o a",
        "\\- a",
        "Wert | Aufwand\nText | Text",
        "Ein ~a~ b",
        "2020)a",
    ],
)
def test_a_sentence_stays_one(renderer: Renderer, body: str) -> None:
    assert re.fullmatch("<p>[^<]*</p>", html(renderer, body)), html(renderer, body)


@pytest.mark.parametrize(
    "body",
    [
        "```\n- a\n  - b\n1) c\n~~d~~\n```",
        "Text.\n\n    1) c\n    • d\n    ~~e~~",
        "- a\n\n        1) c\n        • d",
        "`~~a~~ 1) b`",
    ],
)
def test_code_stays_as_it_is(renderer: Renderer, body: str) -> None:
    found = re.search("<code>(.*)</code>", render(renderer, body)[0].html, re.DOTALL)
    assert found
    code = [row.strip() for row in body.split("\n") if re.search(r"1\)|•|~~", row)]
    for row in code:
        assert row.strip("`") in found[1]


def words(text: str) -> list[str]:
    """Return the words of a text, but for the letter with which Word marks the items of a list."""
    return re.findall("[^\\W_]+", re.sub(r"(?m)^(\W*)o(?=[ \t])", r"\1", text))


@settings(max_examples=5 * settings.default.max_examples)
@given(body=texts)
def test_tidying_twice_is_tidying_once_and_loses_nothing(body: str) -> None:
    rows = body.split("\n")
    tidy = list(markdown_dialects._tidied(rows))  # noqa: SLF001 - what it does shows in no page
    assert words("\n".join(tidy)) == words(body)


@pytest.mark.parametrize(
    "body",
    [
        'Siehe [a](b.md "(PDF) und noch mehr Text.',
        "Siehe [a](b.md ('PDF) und [b](c.md) (noch) mehr Text.",
        "[" * 40 + "a" + "](b.md)" * 40,
    ],
)
def test_a_link_that_nothing_closes_swallows_nothing_behind_it(
    renderer: Renderer, body: str
) -> None:
    shown = re.sub(r"<[^>]*>", "", html(renderer, f"{body} Ende"))
    assert shown.endswith(f"{body[-5:]} Ende")


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["[", "![", "[a](", "[a](b ", '[a](b "', "[a](b '(", "![a](", "[a][b", "[a][", "[[a]("]
)
def test_links_that_nothing_closes_cost_no_more_than_they_are_long(
    renderer: Renderer, piece: str
) -> None:
    began = time.process_time()
    render(renderer, piece * 20_000)
    assert time.process_time() - began < 5


def test_a_footnote_may_be_referred_to_thousands_of_times(renderer: Renderer) -> None:
    began = time.process_time()
    shown = html(renderer, f"{'a[^1]' * 3000}\n\n[^1]: b")
    assert time.process_time() - began < 3
    ids = re.findall(r'id="(fnref[^"]*)"', shown)
    assert (ids[:2], ids[-1], len(set(ids))) == (["fnref:1", "fnref2:1"], "fnref3000:1", 3000)
    assert 'href="#fnref3000:1"' in shown
