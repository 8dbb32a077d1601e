"""Marks that reach readers as signs, or make of a text what nobody meant.

What other programs know and this site does not, what was opened and never closed, and what was
copied along: found in the text as it is shown, so that what is shown as meant is no problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from website.checking.check_context import TextContext
from website.checking.rules import Found, TextRule
from website.content.markdown_lists import begins_with_month
from website.content.outline import CODE, PassageKind
from website.content.problems import Severity

_LIST_SIGN = re.compile(r"[\s>]*(?:[^\w\s]|[o§]|\d{1,9}[.)])\t")
LONGEST_HEADING = 80
"""Characters; a bold paragraph that is longer is no heading."""

_TAGS = (
    "a|abbr|article|aside|audio|b|big|blockquote|body|br|button|center|cite|code|col|dd|del|details"
    "|div|dl|dt|em|embed|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img"
    "|input|ins|kbd|label|li|link|main|mark|meta|nav|object|o:p|ol|option|p|pre|q|s|script|section"
    "|select|small|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|textarea|tfoot|th"
    "|thead|tr|tt|u|ul|video|wbr"
)
_FIELDS = (
    "title|description|date|updated|author|reviewed_by|ai|responsible|review_by|topic|tags|image|image_alt"
    "|summary|sources|tools|cta|aliases|status"
)

SIGNS: tuple[tuple[str, str, str], ...] = (
    (
        "unpaired-mark",
        r"\*\*|(?<!\w)__(?=\w)|(?<=\w)__(?!\w)|~~",
        (
            "„{}“ erscheint so, wie es dasteht. Fett wird **so** geschrieben und Durchgestrichenes "
            "~~so~~: immer ein Paar, innen ohne Leerzeichen am Rand."
        ),
    ),
    (
        "unpaired-accent",
        r"`|´[^´\s][^´\n]*´|[´‘’']{3}",
        "„{}“ erscheint so, wie es dasteht. Wörtliches steht zwischen zwei Akzenten: `so`.",
    ),
    (
        "no-link",
        (
            rf"!?\[[^\[\]\n]+\](?:\(| +\((?:{CODE}|[#/]|[^)\s]*\.(?:md|html?|svg|png|jpe?g|webp)\b)"
            rf"|\[[^\]\n]*\])|\([^()\n]+\)\[(?:{CODE}|[^\]\s]+\.md)[^\]\n]*\]"
        ),
        (
            "„{}“: Das ist kein Link geworden. Schreiben Sie [Worte](Adresse): zwischen „]“ "
            "und „(“ steht nichts, und die Adresse endet mit „)“."
        ),
    ),
    (
        "wiki-link",
        r"!?\[\[[^\]\n]*\]\]",
        (
            "„{}“ kennt die Website nicht. Ein Link ist [Worte](artikel.md), ein Bild "
            "![Was zu sehen ist](bild.svg)."
        ),
    ),
    (
        "missing-note",
        r"\[\^[^\]\s]+\]",
        (
            "Zur Fußnote „{}“ fehlt der Text. Schreiben Sie ans Ende eine Zeile, die damit und mit "
            "einem Doppelpunkt beginnt."
        ),
    ),
    (
        "foreign-box",
        r"\[!\w+\]|^(?::::+|!!!) *\w*|\{\{|\{%",
        "„{}“ kennt die Website nicht. Ein Kasten beginnt mit „/// merksatz“ und endet mit „///“.",
    ),
    (
        "foreign-attribute",
        r"\{[#.:][^}\n]*\}",
        (
            "„{}“ kennt die Website nicht. Löschen Sie es; Überschriften bekommen ihre Anker von "
            "selbst."
        ),
    ),
    (
        "foreign-mark",
        r"(?<![=\w])==(?=[^\s=])[^=\n]*[^\s=]==(?!=)|(?<=\w)~\d{1,3}~|\^\d{1,3}\^",
        (
            "„{}“ kennt die Website nicht. Heben Sie mit **fett** hervor, und tippen Sie hoch- und "
            "tiefgestellte Ziffern als Zeichen: m², CO₂."
        ),
    ),
    (
        "emoji-code",
        r"(?<![\w:]):[a-z](?:[a-z0-9_+-]*[a-z0-9])?:(?![\w:])",
        "„{}“ erscheint so, wie es dasteht. Tippen Sie das Zeichen selbst, oder lassen Sie es weg.",
    ),
    (
        "formula",
        r"\$\$|\\(?:frac|sum|times|text|cdot|sqrt|begin|left|right|approx|leq|geq)\b",
        "„{}“: Formeln setzt die Website nicht. Schreiben Sie sie mit Worten und Rechenzeichen.",
    ),
    (
        "typed-html",
        rf"(?i:</?(?:{_TAGS})(?:\s[^<>\n]*)?/?>)",
        (
            "„{}“: HTML erscheint so, wie Sie es tippen. Absätze trennt eine Leerzeile, eine "
            "neue Zeile beginnt nach „\\“ am Zeilenende, fett wird **so** geschrieben."
        ),
    ),
    (
        "comment",
        r"<!--|(?<!\w)%%(?=\S)|\[//\]:",
        "„{}“: Diese Notiz können alle lesen. Löschen Sie sie.",
    ),
    (
        "copied-along",
        (
            r"(?i:\boaicite\b|:contentReference\b|【[^】\n]*†[^】\n]*】|turn\d+(?:search|view|news|file"
            r"|image|fetch)\d+|\[cite(?:_start|_end)?(?:: ?[\d, ]+)?\]|grok_(?:card|render)"
            r"|\b(?:als|bin)(?: ein)?(?: großes)? KI-?(?:Sprachmodell|Modell|Assistent)\w*"
            r"|\bals Sprachmodell\b|\b(?:as|i am|i'm) an ai (?:language )?model\b"
            r"|\bmy knowledge cut-?off\b|\bmein(?:es)? Wissensstands?\b"
            r"|Fehler! (?:Verweisquelle|Textmarke|Hyperlink)\w*|Error! Bookmark)"
        ),
        (
            "„{}“ ist beim Kopieren mitgekommen, etwa aus einem Chat-Assistenten oder aus "
            "Word. Löschen Sie es, und prüfen Sie, was an dieser Stelle stehen soll."
        ),
    ),
    (
        "heading-mark",
        r"^#{1,6}(?=[^\W\d])",
        (
            "Diese Zeile beginnt mit „{}“ und wird keine Überschrift. Schreiben Sie „## “ mit "
            "Leerzeichen, oder lassen Sie das Zeichen weg."
        ),
    ),
    (
        "misplaced-field",
        rf"^(?:{_FIELDS}): *\S",
        (
            "„{}“: Diese Angabe steht im Text und ist zu lesen. Sie gehört nach oben, zwischen die "
            "beiden Zeilen „---“."
        ),
    ),
    (
        "no-table",
        r"^[ |:-]*\| *:?-{2,}:? *(?:\||$)|^:?-{2,}:? *\|",
        (
            "Das ist keine Tabelle geworden. Der Kopf darüber braucht ebenso viele Spalten "
            "wie diese Zeile, und über dem Kopf steht eine leere Zeile."
        ),
    ),
    (
        "no-list",
        (
            r"(?<=\n)[-+*•·–] (?=\S)|(?<=\n)\d{1,2}[.)] (?=[^\n]*\n\d{1,2}[.)] )"
            r"|^[a-h]\) (?=[^\n]*\n[a-h]\) )"
        ),
        (
            "Diese Zeile beginnt mit „{}“ und gehört zum Satz darüber. Soll hier eine Liste "
            "beginnen, lassen Sie darüber eine Zeile frei, und schreiben Sie „- “ oder „1. “."
        ),
    ),
)
"""Names of rules, what they find where escaped signs and code are left out, and what to do."""


def _shown(pattern: str, message: str) -> Callable[[TextContext], Found]:
    """Return a rule that finds markup which readers get to see."""
    sign = re.compile(pattern, re.MULTILINE)

    def find(subject: TextContext) -> Found:
        for passage in subject.passages:
            text = passage.signs or passage.text
            for found in sign.finditer(text):
                line = passage.line + text.count("\n", 0, found.start())
                yield line, message.format(found[0].strip())

    return find


def _open_fence(subject: TextContext) -> Found:
    for line, row in subject.rows:
        fence = re.match(r"[ \t>]*(`{3,}|~{3,})[^`]*$", row)
        if fence is None or any(first <= line <= last for first, last in subject.outline.fenced):
            continue
        if row[:1].isspace() or row.startswith(">"):
            advice = "Rücken Sie es nicht ein."
        else:
            advice = f"Setzen Sie ans Ende eine Zeile „{fence[1]}“."
        yield line, f"Mit „{fence[1]}“ beginnt hier nichts Wörtliches. {advice}"


def _indented(subject: TextContext) -> Found:
    for line in subject.outline.indented:
        yield (
            line,
            (
                "Vier Leerzeichen am Anfang machen diesen Absatz zu Schreibmaschinenschrift. "
                "Löschen Sie sie; was wörtlich erscheinen soll, steht zwischen zwei Zeilen „```“."
            ),
        )


def _tabs(subject: TextContext) -> Found:
    for passage in subject.prose:
        last = passage.line + passage.text.count("\n")
        tabbed = [at for at in range(passage.line, last + 1) if between_tabs(subject.row(at))]
        if len(tabbed) == 1:
            yield tabbed[0], "Hier steht ein Tabulator. Tippen Sie ein Leerzeichen."
        elif tabbed:
            rule = "---".join("|" * (len(between_tabs(subject.row(tabbed[0]))) + 1))
            yield (
                tabbed[0],
                (
                    "Diese Tabelle erscheint als Satz: Zwischen ihren Zellen stehen Tabulatoren, "
                    "wie beim Einfügen aus Word oder Excel. Setzen Sie stattdessen „|“, auch an "
                    f"Anfang und Ende jeder Zeile, und unter die erste Zeile {rule}."
                ),
            )


def between_tabs(row: str) -> list[str]:
    """Return what stands between the tabs of a row; nothing where only a list's sign has one."""
    written = _LIST_SIGN.sub("", row).strip()
    return re.split("\t+", written) if "\t" in written else []


def _date_as_item(subject: TextContext) -> Found:
    for passage in subject.body:
        if passage.kind is not PassageKind.ITEM or not passage.number:
            continue
        month = begins_with_month(passage.text) and passage.text.split(maxsplit=1)[0]
        typed = _typed_number(subject, passage.line)
        if typed is not None and (month or typed >= 1000):  # noqa: PLR2004 - a year
            start = f"{typed}. {month or passage.text.split()[0]}"
            yield (
                passage.line,
                (
                    f"„{start}“ am Zeilenanfang wird zum Punkt einer Liste. Ist es ein Datum, "
                    f"schreiben Sie „{start.replace('.', chr(92) + '.', 1)}“ oder beginnen Sie mit "
                    "einem anderen Wort."
                ),
            )


def _other_number(subject: TextContext) -> Found:
    before: int | None = None
    for passage in subject.body:
        if passage.kind is not PassageKind.ITEM or not passage.number:
            continue
        typed = _typed_number(subject, passage.line)
        if typed is not None and typed not in {passage.number, before}:
            yield (
                passage.line,
                (
                    f"Getippt ist „{typed}.“, gezeigt wird „{passage.number}.“: Eine Liste "
                    "zählt von ihrer ersten Zahl an weiter."
                ),
            )
        before = typed


def _typed_number(subject: TextContext, line: int) -> int | None:
    found = re.match(r"[\s>*+-]*(\d{1,9})[.)]\s", subject.row(line))
    return int(found[1]) if found else None


def _bold_heading(subject: TextContext) -> Found:
    for passage in subject.body:
        if not passage.is_bold:
            continue
        if passage.kind is PassageKind.HEADING:
            yield passage.line, "Überschriften sind schon fett. Löschen Sie die Sternchen."
        elif passage.kind is PassageKind.PARAGRAPH and _is_like_a_heading(passage.text):
            yield (
                passage.line,
                (
                    "Dieser Absatz ist ganz fett. Ist er eine Überschrift, schreiben Sie statt der "
                    "Sternchen „## “ davor: Nur so steht er im Inhaltsverzeichnis."
                ),
            )


def _is_like_a_heading(text: str) -> bool:
    return len(text) <= LONGEST_HEADING and text[-1:] not in '.,;:!?…“"'


def _underlined(subject: TextContext) -> Found:
    for passage in subject.body:
        if passage.kind is PassageKind.HEADING and not re.match(
            r"[\s>]*#", subject.row(passage.line)
        ):
            yield (
                passage.line,
                (
                    "Die Striche darunter machen diese Zeile zur Überschrift. Ist sie eine, "
                    "schreiben "
                    "Sie „## “ davor und löschen die Striche; sonst lassen Sie darüber eine "
                    "Zeile frei."
                ),
            )


def _ragged(subject: TextContext) -> Found:
    for line, typed, shown in subject.outline.rows:
        if typed != shown:
            lost = " Was zu viel ist, erscheint nicht." if typed > shown else ""
            yield line, f"Diese Zeile der Tabelle hat {typed} statt {shown} Zellen.{lost}"


def _notes(subject: TextContext) -> Found:
    for line, name in subject.outline.unused_notes:
        yield (
            line,
            (
                f"Auf die Fußnote „[^{name}]“ verweist nichts. Setzen Sie „[^{name}]“ an die "
                "Stelle, zu der sie gehört."
            ),
        )
    yield from _notes_twice(subject)


def _notes_twice(subject: TextContext) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for line, row in subject.rows:
        found = re.match(r" {0,3}\[\^([^\]]+)\]:", row)
        if found and not any(first <= line <= last for first, last in subject.outline.fenced):
            if found[1] in seen:
                yield line, f"Die Fußnote „[^{found[1]}]“ steht zweimal da; nur diese erscheint."
            seen.add(found[1])


RULES = (
    *(TextRule(name, Severity.WARNING, _shown(sign, advice)) for name, sign, advice in SIGNS),
    TextRule("open-fence", Severity.WARNING, _open_fence),
    TextRule("indented-code", Severity.WARNING, _indented),
    TextRule("typed-tab", Severity.WARNING, _tabs),
    TextRule("date-as-item", Severity.WARNING, _date_as_item),
    TextRule("other-number", Severity.WARNING, _other_number),
    TextRule("bold-heading", Severity.WARNING, _bold_heading),
    TextRule("underlined-heading", Severity.WARNING, _underlined),
    TextRule("ragged-table", Severity.WARNING, _ragged),
    TextRule("unused-note", Severity.WARNING, _notes),
)
