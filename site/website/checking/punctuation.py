"""Signs that the setting of type does not mend by itself.

What :mod:`website.content.typography` sets right (straight quotation marks, dashes between spaces,
three dots, spaces that hold) is no problem and not told. For German after DIN 5008 and the official
spelling rules, for English after New Hart's Rules.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from website.checking.check_context import TextContext
from website.checking.rules import Found, TextRule
from website.content import text_files
from website.content.problems import Severity

_BROKEN = re.compile("Ã[\u0080-\u00bf¤¶¼œŸ„–]|â€[\\S]|Â[\u00a0§°«»]|\ufffd")
INVISIBLE = re.compile(
    f"{text_files.CONTROL.pattern}|[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ue000-\uf8ff\U000e0000-\U000e0fff\U000f0000-\U0010fffd]"
)
"""What nobody sees, and what only one font or program knows."""
_COMBINING = re.compile(r"[aouAOU]\u0308")


def _broken_letters(subject: TextContext) -> Found:
    for line, row in _written(subject):
        if found := _BROKEN.search(row):
            yield (
                line,
                (
                    f"„{found[0]}“ ist ein verstümmelter Buchstabe. Tippen Sie das Wort neu, und "
                    "speichern Sie die Datei in UTF-8."
                ),
            )


def _invisible(subject: TextContext) -> Found:
    for line, row in _written(subject):
        if message := invisible_in(row):
            yield line, message


def invisible_in(row: str) -> str:
    """Return which signs of a row nobody sees, all of them; nothing where there are none."""
    places = [_place(row, found) for found in INVISIBLE.finditer(row)]
    if not places:
        return ""
    if len(places) == 1:
        begin = f"Hier steht ein unsichtbares Zeichen {places[0]}. Löschen Sie es"
    else:
        named = ", ".join(dict.fromkeys(places))
        begin = f"Hier stehen {len(places)} unsichtbare Zeichen: {named}. Löschen Sie sie"
    return f"{begin}: Die Suche findet das Wort sonst nicht."


def _place(row: str, found: re.Match[str]) -> str:
    before = INVISIBLE.sub("", row[: found.start()]).split()[-1:]
    where = f"nach „{before[0]}“" if before else "am Anfang"
    return f"U+{ord(found[0]):04X} {where}"


def _taken_apart(subject: TextContext) -> Found:
    for line, row in _written(subject):
        if words := [word for word in row.split() if _COMBINING.search(word)]:
            named = ", ".join(unicodedata.normalize("NFC", word) for word in dict.fromkeys(words))
            yield (
                line,
                (
                    f"Der Umlaut in „{named}“ besteht aus zwei "
                    "Zeichen, wie es beim Kopieren aus PDF geschieht. Tippen Sie das Wort neu."
                ),
            )


def _written(subject: TextContext) -> Iterator[tuple[int, str]]:
    """Yield what a file holds as it is written: the sentences above the text, and its rows."""
    yield from ((passage.line, passage.text) for passage in subject.fields)
    yield from subject.rows


def _in_passages(pattern: str, message: str) -> Callable[[TextContext], Found]:
    """Return a rule that finds a pattern; ``{}`` in its message stands for the match."""
    sign = re.compile(pattern)

    def find(subject: TextContext) -> Found:
        for passage in subject.passages:
            for found in sign.finditer(passage.text):
                yield passage.line_at(found.start()), message.format(_around(found))

    return find


def _by_language(**finders: Callable[[TextContext], Found]) -> Callable[[TextContext], Found]:
    """Return a rule that looks for something else in each language, named by its code."""

    def find(subject: TextContext) -> Found:
        return finders[subject.language](subject)

    return find


def _around(found: re.Match[str]) -> str:
    """Return a match with the words around it."""
    text = found.string
    before, after = text[: found.start()], text[found.end() :]
    left = re.search(r"\S*\Z", before)
    right = re.match(r"\S*", after)
    shown = f"{left[0] if left else ''}{found[0]}{right[0] if right else ''}"
    return " ".join(shown.split()) if "  " not in shown else shown


_DOUBLE_SPACE = _in_passages(r"(?<=\S)[ \u00a0]{2,}(?=\S)", "„{}“: Hier stehen zwei Leerzeichen.")


def _double_space(subject: TextContext) -> Found:
    for line, message in _DOUBLE_SPACE(subject):
        if "\t" not in subject.row(line):  # a tab has a rule of its own
            yield line, message


_PAIRS = {"de": ("„", "“"), "en": ("“", "”")}


def _unbalanced(subject: TextContext) -> Found:
    opening, closing = _PAIRS[subject.language]
    for passage in subject.passages:
        missing = passage.text.count(opening) - passage.text.count(closing)
        if missing:
            sign = f"Schlusszeichen {closing}" if missing > 0 else f"Anfangszeichen {opening}"
            yield (
                passage.line,
                (
                    f'Hier fehlt ein {sign}. Tippen Sie gerade Anführungszeichen ("), '
                    "die Website setzt sie richtig."
                ),
            )


_HALF_OPEN = (
    "„{}“: Soll das ein Gedankenstrich sein? Setzen Sie vor und nach dem Strich ein Leerzeichen; "
    "ein Bindestrich hat keines."
)

RULES = (
    TextRule("broken-letters", Severity.ERROR, _broken_letters),
    TextRule("invisible-sign", Severity.WARNING, _invisible),
    TextRule("two-part-umlaut", Severity.WARNING, _taken_apart),
    TextRule("unbalanced-quotes", Severity.WARNING, _unbalanced),
    TextRule(
        "foreign-quotes",
        Severity.WARNING,
        _by_language(
            de=_in_passages(
                r"[”«»‹›]|(?<![\w.,!?…])“(?=\w)|(?<!\S),,(?=\w)",
                "„{}“: Im Deutschen stehen Anführungszeichen unten und oben. Tippen Sie gerade "
                '("), die Website setzt sie richtig.',
            ),
            en=_in_passages(
                r"[«»‹›„‚]|(?<=\w)“(?!\w)|``\w|(?<!\S),,(?=\w)",
                '„{}“: Im Englischen stehen Anführungszeichen oben. Tippen Sie gerade ("), '
                "die Website setzt sie richtig.",
            ),
        ),
    ),
    TextRule(
        "accent-for-apostrophe",
        Severity.WARNING,
        _in_passages(r"\w[´`]\w?", "„{}“: Das ist ein Akzent. Tippen Sie als Apostroph '."),
    ),
    TextRule(
        "space-before-mark",
        Severity.WARNING,
        _in_passages(
            r"(?<=[\w)“”])[ \u00a0\u202f]+[,;:!?.](?![.\w)(-])",
            "„{}“: Vor einem Satzzeichen steht kein Leerzeichen.",
        ),
    ),
    TextRule(
        "no-space-after-mark",
        Severity.WARNING,
        _in_passages(
            r"[^\W\d_]{2,}(?:[,;](?=[^\W\d_])|[.!?](?=[A-ZÄÖÜ][a-zäöüß]))",
            "„{}“: Nach dem Satzzeichen fehlt ein Leerzeichen.",
        ),
    ),
    TextRule(
        "double-space",
        Severity.HINT,
        _double_space,
    ),
    TextRule(
        "hyphen-for-dash",
        Severity.WARNING,
        _by_language(
            de=_in_passages(
                r"(?<=[^\W\d_])(?:--+(?=[^\W\d_])"
                r"|(?<!\bund)(?<!\boder)(?<!\bbzw)(?<!\bsowie)(?<!\bals)(?<!\bwie)(?<!\bbis)"
                r" -(?=[^\W\d_]{2})"
                r"|(?<=[^\W\d_]{2})- (?!und |oder |bzw|sowie |als |wie |bis |noch |u\. |statt "
                r"|auch )(?=[^\W\d_]))",
                _HALF_OPEN,
            ),
            en=_in_passages(
                r"(?<=[^\W\d_])(?:--+(?=[^\W\d_])| -(?=[^\W\d_]{2})"
                r"|(?<=[^\W\d_]{2})- (?!and |or |to |nor |but |rather )(?=[^\W\d_]))",
                _HALF_OPEN,
            ),
        ),
    ),
    TextRule(
        "long-dash",
        Severity.WARNING,
        _by_language(
            de=_in_passages(
                "—", "„{}“: Der lange Strich ist englisch. Schreiben Sie „ - “ mit Leerzeichen."
            ),
            en=_in_passages(
                "—", "„{}“: Der lange Strich ist amerikanisch. Schreiben Sie „ - “ mit Leerzeichen."
            ),
        ),
    ),
    TextRule(
        "repeated-mark",
        Severity.WARNING,
        _in_passages(
            r"[!?]{2,}|(?<=\S),,|,,(?!\w)|;;|(?<!\.)\.\.(?!\.)|\.{4,}",
            "„{}“: Ein Satzzeichen genügt.",
        ),
    ),
    TextRule(
        "decimal-point",
        Severity.WARNING,
        _in_passages(
            r"(?<![\d.])\d+\.\d{1,2}[ \u00a0\u202f]?(?:%|€|Prozent\b|Euro\b|Mio|Mrd)",
            "„{}“: Vor den Nachkommastellen steht im Deutschen ein Komma.",
        ),
    ),
    TextRule(
        "decimal-comma",
        Severity.WARNING,
        _in_passages(
            r"(?<![\d.,])\d+,\d{1,2}(?!\d)(?=[ \u00a0\u202f]?(?:%|€|per cent|euros?\b|million))"
            r"|[€£$]\d+,\d{1,2}\b(?!,)",
            "„{}“: Vor den Nachkommastellen steht im Englischen ein Punkt.",
        ),
    ),
    TextRule(
        "bare-thousands",
        Severity.WARNING,
        _by_language(
            de=_in_passages(
                r"(?<![\d.,])\d{5,}(?=[ \u00a0\u202f]?(?:€|Euro\b|EUR\b))",
                "„{}“: Gliedern Sie große Zahlen mit Punkten: 12.000 €.",
            ),
            en=_in_passages(
                r"[€£$]\d{4,}|(?<![\d.,])\d{5,}(?=[ \u00a0\u202f](?:euros?|EUR)\b)"
                r"|[€£$]\d{1,3}(?:\.\d{3})+\b",
                "„{}“: Gliedern Sie große Zahlen mit Kommas: €12,000.",
            ),
        ),
    ),
    TextRule(
        "sign-before-number",
        Severity.WARNING,
        _in_passages(r"[€$]\s?\d", "„{}“: Das Zeichen der Währung steht nach der Zahl: 500 €."),
    ),
    TextRule(
        "sign-after-number",
        Severity.WARNING,
        _in_passages(
            r"\d[ \u00a0\u202f]?[€£$]|[€£$] \d",
            "„{}“: Das Zeichen der Währung steht im Englischen gleich vor der Zahl: €500.",
        ),
    ),
)
