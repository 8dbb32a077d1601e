"""Checks of punctuation and characters that typography does not correct automatically.

Straight quotation marks, dashes between spaces, three dots and no-break spaces are corrected by
:mod:`website.content.typography`, and so not reported.
"""

import re
import unicodedata

from website.checking import rules
from website.checking.check_context import TextContext
from website.checking.rules import Found, Rule, text_rule
from website.content import text_files

_BROKEN = re.compile("Ã[\u0080-\u00bf¤¶¼œŸ„–]|â€[\\S]|Â[\u00a0§°«»]|\ufffd")
INVISIBLE = re.compile(
    f"{text_files.CONTROL.pattern}|[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc"
    "\ue000-\uf8ff\U000e0000-\U000e0fff\U000f0000-\U0010fffd]"
)
"""Invisible characters, and those of private use."""
_NAMED = 20
"""Signs of a row whose place is told: each takes time in proportion to the row."""
_COMBINING = re.compile(r"[aouAOU]\u0308")


@text_rule("broken-letters")
def _broken_letters(rule: Rule, subject: TextContext) -> Found:
    for line, row in subject.written:
        if found := _BROKEN.search(row):
            yield line, rule.message(found=found[0])


@text_rule("invisible-sign")
def _invisible(_rule: Rule, subject: TextContext) -> Found:
    for line, row in subject.written:
        if message := invisible_in(row):
            yield line, message


def invisible_in(row: str) -> str:
    """Return a message on the invisible characters of a row; empty where there are none."""
    found = list(INVISIBLE.finditer(row))
    if not found:
        return ""
    case = "one" if len(found) == 1 else "several"
    places = dict.fromkeys(_place(row, sign) for sign in found[:_NAMED])
    return rules.table()["invisible-sign"].message(case, count=len(found), places=", ".join(places))


def _place(row: str, found: re.Match[str]) -> str:
    before = INVISIBLE.sub("", row[: found.start()]).split()[-1:]
    where = f"nach „{before[0]}“" if before else "am Anfang"
    return f"U+{ord(found[0]):04X} {where}"


@text_rule("two-part-umlaut")
def _taken_apart(rule: Rule, subject: TextContext) -> Found:
    for line, row in subject.written:
        if words := [word for word in row.split() if _COMBINING.search(word)]:
            named = ", ".join(unicodedata.normalize("NFC", word) for word in dict.fromkeys(words))
            yield line, rule.message(words=named)


@text_rule("double-space")
def _double_space(rule: Rule, subject: TextContext) -> Found:
    for passage in subject.passages:
        for found in rule.pattern().finditer(passage.text):
            line = passage.line_at(found.start())
            if "\t" not in subject.row(line):  # a tab has a rule of its own
                yield line, rule.message(around=rules.around(found))


@text_rule("unbalanced-quotes")
def _unbalanced(rule: Rule, subject: TextContext) -> Found:
    opening, closing = rule.row["pairs"][subject.language]
    for passage in subject.passages:
        missing = passage.text.count(opening) - passage.text.count(closing)
        if missing:
            sign = f"Schlusszeichen {closing}" if missing > 0 else f"Anfangszeichen {opening}"
            yield passage.line, rule.message(sign=sign)
