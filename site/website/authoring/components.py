"""Every component of the design in every state, on one page of the preview; never frozen."""

from __future__ import annotations

import dataclasses
import datetime
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, render_template

from website.content import motif
from website.content.articles import Article
from website.content.kinds import ARTICLES
from website.content.models import (
    CallToAction,
    Heading,
    Image,
    ListPage,
    PublicationStatus,
    Rendered,
    Source,
    TextContent,
    Topic,
)
from website.content.pages import TOOLS
from website.content.sitedata import Contact
from website.questionnaire import FORMER, Question, QuestionKind
from website.web.services import services

blueprint = Blueprint("components", __name__)

LONG_WORD = "Kundenbeziehungsmanagementverantwortung"


@blueprint.get("/_komponenten/")
def components() -> str:
    """Show the components with content that strains them."""
    card = services().cards.site
    plain = _article("Ein kurzer Titel")
    return render_template(
        "pages/components.html",
        plain=plain,
        tools=[dataclasses.replace(plain, name=tool) for tool in TOOLS],
        strained=_article(f"Ein Titel mit {LONG_WORD}, der über mehrere Zeilen läuft"),
        contact=Contact(
            name="Erika Muster",
            role="Ihre Anfragen",
            phone="0123 456789",
            email="erika.muster@beispiel.test",
            hours="werktags 9 bis 17 Uhr",
        ),
        topic=Topic("thema", "#", "Ein Thema", "Was zu diesem Thema gehört."),
        headings=tuple(Heading(2, f"abschnitt-{n}", f"Abschnitt {n}") for n in range(1, 6)),
        picture=Image(card.address, card.width, card.height),
        shown=ListPage(2, 4, ()),
        sample=Rendered((_SAMPLE,)),
        empty=[SampleAnswer(question) for question in _QUESTIONS],
        faulty=[
            SampleAnswer(question, error="Sagen Sie, was zu tun ist") for question in _QUESTIONS
        ],
    )


@dataclass(frozen=True)
class SampleAnswer:
    """A field of the form in one state, as its macros want it."""

    question: Question
    error: str = ""
    data: str = ""

    @property
    def id(self) -> str:
        """Return an identifier that differs between the states of one field."""
        return f"{self.question.name}-{'fehler' if self.error else 'leer'}"

    @property
    def name(self) -> str:
        """Of the control."""
        return self.id

    @property
    def hint_id(self) -> str:
        """Id of the hint."""
        return f"{self.id}-hinweis"

    @property
    def error_id(self) -> str:
        """Id of the message."""
        return f"{self.id}-meldung"

    @property
    def suggestion(self) -> str:
        """Shown at addresses: a slip of the finger."""
        return (
            "max@gmail.com" if self.question.kind is QuestionKind.EMAIL and not self.error else ""
        )

    @property
    def input_type(self) -> str:
        """HTML type of a control of one line."""
        return "email" if self.question.kind is QuestionKind.EMAIL else "text"

    @property
    def described_by(self) -> str | None:
        """Nothing: the page shows looks, not behaviour."""
        return None

    @property
    def attributes(self) -> dict[str, str | None]:
        """HTML attributes from which the style sheet knows the state."""
        return {"aria-invalid": "true" if self.error else None}

    @property
    def component(self) -> str:
        """The macro that shows it."""
        kinds = {QuestionKind.CHOICE: "choices", QuestionKind.CHECKBOX: "checkbox"}
        return kinds.get(self.question.kind, "field")

    @property
    def is_hidden(self) -> bool:
        """Never: the page shows everything."""
        return False

    @property
    def has_lines(self) -> bool:
        """Whether the control takes several lines."""
        return self.question.kind is QuestionKind.LONG_TEXT


def _article(title: str) -> Article:
    return Article(
        kind=ARTICLES,
        name="beispiel",
        address="#",
        title=title,
        description="Eine Beschreibung, wie sie in Listen und Suchergebnissen steht.",
        topic="thema",
        status=PublicationStatus.DRAFT,
        text=TextContent(Path(), "", "", 1),
        date=datetime.date(2026, 5, 5),
        updated=datetime.date(2026, 11, 23),
        author="Erika Muster",
        reviewed_by="PLATZHALTER: fachliche Prüfung steht aus",
        summary=("Ein erster Punkt.", f"Ein zweiter Punkt zur {LONG_WORD}."),
        cover=motif.cover("beispiel"),
        sources=(Source("Autorin: Titel", "https://beispiel.test/", "2024"), Source("Ohne Netz")),
        cta=CallToAction("", "Eine Einladung in einem Satz."),
    )


def _question(kind: QuestionKind, label: str, hint: str = "", *choices: str) -> Question:
    return Question(
        name=kind.value,
        label=label,
        group=FORMER,
        kind=kind,
        hint=hint,
        choices=tuple((str(number), choice) for number, choice in enumerate(choices)),
    )


_QUESTIONS = (
    _question(QuestionKind.CHOICE, "Auswahl aus dreien", "", "Eins", LONG_WORD, "Drei"),
    _question(QuestionKind.LONG_TEXT, "Langer Text", "Ein Hinweis dazu."),
    _question(QuestionKind.TEXT, "Text"),
    _question(QuestionKind.EMAIL, "E-Mail-Adresse"),
    _question(QuestionKind.CHECKBOX, "Haken", "", "Was gilt, wenn er gesetzt ist"),
)

_SAMPLE = f"""
<h2 id="s-text">Fließtext</h2>
<p>Text mit <strong>Betonung</strong>, <em>Hervorhebung</em>, <a href="#">Verweis</a>,
<code>Code</code>, <abbr title="Key Account Management">KAM</abbr> und {LONG_WORD}.</p>
<blockquote><p>Ein Zitat, das für sich steht.</p></blockquote>
<ul><li>Punkt</li><li>Punkt<ul><li>Unterpunkt</li></ul></li></ul>
<ol><li>Erstens</li><li>Zweitens</li></ol>
<dl><dt>Begriff</dt><dd>Erklärung</dd></dl>
<pre><code>Code = 1</code></pre>
<section class="table" aria-label="Tabelle: Beispiel" tabindex="0"><table>
<thead><tr><th>Kunde</th><th data-align="right">Umsatz</th></tr></thead>
<tbody><tr><td>{LONG_WORD}</td><td data-align="right">1.200,50 €</td></tr></tbody></table></section>
<div class="box" data-variant="merksatz"><p class="box__title">Merksatz</p><p>Ein Satz.</p></div>
<div class="box" data-variant="praxisbeispiel"><p class="box__title">Praxisbeispiel</p><p>Text.</p>
</div>
<div class="box" data-variant="checkliste"><p class="box__title">Checkliste</p><ul><li>Eins</li>
<li>Zwei</li></ul></div>
<ul class="tasks"><li data-done="false">Offen</li><li data-done="true">Erledigt,
<del>so</del> anders</li></ul>
<div class="box" data-variant="wichtig"><p class="box__title">Wichtig</p><p>Ein Satz.</p></div>
<div class="questions"><h3>Eine Frage?</h3><p>Ihre Antwort.</p><h3>Noch eine?</h3>
<p>Auch sie hat eine Antwort.</p></div>
<figure class="figure"><p class="figure__number">Abbildung 1</p><p>Das Bild</p>
<figcaption>Woher es stammt.</figcaption></figure>
<div class="steps"><ol><li><strong>Erstens.</strong> Text.</li><li><strong>Zweitens.</strong>
Text.</li><li><strong>Drittens.</strong> Text.</li></ol></div>
"""
