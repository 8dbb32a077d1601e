"""Rules of German typography, after DIN 5008 and the official spelling rules.

(Amtliches Regelwerk der deutschen Rechtschreibung.) Every space inside an expression (`8 %`,
`z. B.`, `5. Mai`) becomes the narrow U+202F: one character of one width, also in justified text.
Only a dash has the full U+00A0 before it.
"""

import re
from collections.abc import Iterator

from website.content.typography.rules import DASH, FIRST, GAP, NARROW_SPACE, STROKE, Quotes, Rules

QUOTES = Quotes(
    outer_open="\N{DOUBLE LOW-9 QUOTATION MARK}",
    outer_close="\N{LEFT DOUBLE QUOTATION MARK}",
    inner_open="\N{SINGLE LOW-9 QUOTATION MARK}",
    inner_close="\N{LEFT SINGLE QUOTATION MARK}",
    elision=re.compile(r"'(?:n\b|(?:s|m|ne|nem|nen|ner|nes|ran|rauf|raus|rein|rüber|rum)\b(?!'))"),
)

_MONTH = (
    "(?:(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)"
    r"(?!\w)|(?:Jan|Feb|Mrz|Apr|Jun|Jul|Aug|Sept?|Okt|Nov|Dez)\.)"
)
_UNIT = (
    rf"(?:(?:Mio|Mrd|Tsd)\.(?:{GAP}(?:€|Euro|EUR|CHF))?|Euro|EUR|CHF|USD|Prozent|Uhr|Std\.|Min\."
    r"|[ckm]?m[²³]?|km/h|[km]?g|t|[hm]?l|h|min|[kMGT]B|[kMG]?Wh?|V|Hz|px|dpi|\$|£)"
)
_COUNTED = (
    "(?:Jahr|Monat|Woche|Tag|Stunde|Minute|Sekunde|Seite|Person|Kunde|Mitarbeiter|Punkt|Schritt"
    r"|Frage|Zeichen|Wort|Wört|Satz|Sätz|Zeile|Mal)\w*"
)
_ABBREVIATIONS = (
    "a.a.O. b.a.w. d.h. d.J. e.V. h.c. i.A. i.d.F. i.d.R. i.e.S. i.H.v. i.S.d. i.S.v. i.V. i.w.S. "
    "m.E. n.Chr. o.Ä. o.ä. o.g. p.a. s.o. s.u. u.a.m. u.a. u.Ä. u.ä. u.dgl. u.U. u.v.a. u.v.m. "
    "v.a. v.Chr. z.B. z.Hd. z.T. z.Zt."
)


def _from_first_dot(abbreviation: str) -> str:
    initial, *parts = abbreviation.split(".")[:-1]
    return rf"(?<=[{initial}{initial.upper()}]\.)" + "".join(rf"{GAP}?{part}\." for part in parts)


_RANGE = re.compile(
    rf"{FIRST}(?:[0-9]?(?:[.:][0-9]{{2}})?({GAP}?{STROKE}{GAP}?)[0-9]{{1,2}}(?:[.:][0-9]{{2}})?"
    rf"(?={GAP}Uhr(?!\w))|[0-9]?\.({GAP}?{STROKE}{GAP}?)[0-9]{{1,2}}\.(?={GAP}{_MONTH})"
    rf"|[0-9]*(?:[.,][0-9]+)*(?:{GAP}?%)?({STROKE})[0-9]+(?:[.,][0-9]+)*"
    rf"(?={GAP}?[%€]|{GAP}(?:{_COUNTED}|{_UNIT})(?!\w)))"
)
_RISING_RANGE = re.compile(  # of years, pages, paragraphs
    rf"({FIRST}(?<!Nr\.\s.)(?:(?<=1)[5-9]|(?<=2)0)[0-9]{{2}}(?=.[12][0-9]{{3}})|[0-9]"
    rf"(?:(?<=\bS\.\s.)|(?<=\b(?:Kap|Abb|Tab)\.\s.)|(?<=§.)|(?<=§\s.))[0-9]{{0,3}})"
    rf"({STROKE})([0-9]{{1,4}})(?![\w{DASH}-]|[.,:/]\w)"
)
_AFTER_NUMBER = re.compile(
    rf"[0-9](?:\.{GAP}{_MONTH}(?:{GAP}(?=[12][0-9]{{3}}(?![0-9])))?"
    rf"|(?:{GAP}?(?:[%‰€]|°C)|{GAP}{_UNIT})(?!\w|-[^\W\d]|\.\w))"
)
_AFTER_DOT = re.compile(
    rf"\.(?:(?={GAP}[0-9])(?:(?<=\bS\.)|(?<=\b(?:Nr|R[nz]|Bd)\.)|(?<=\bZiff\.)"
    rf"|(?<=\b(?:Art|Abs|Nrn|Kap|Abb|Tab|Anm)\.)){GAP}|(?={GAP}(?:[A-ZÄÖÜ]|med|jur|phil|rer))"
    rf"(?:(?<=\b(?:Dr|Hr|Fr|St)\.)|(?<=\b(?:Prof|Dipl)\.)|(?<=\bIng\.)){GAP}"
    rf"|(?<=\bBuchst\.){GAP}(?=[a-z](?!\w))"
    rf"|(?<=\b\w\.)(?:{'|'.join(map(_from_first_dot, _ABBREVIATIONS.split()))})(?![\w@+-]))"
)
_SECTION, _SENTENCE = re.compile(f"§{GAP}?[0-9]"), re.compile(rf"Satz(?<=\bSatz){GAP}(?=[0-9])")
_LEFT_OUT = re.compile(rf"[\w,]{GAP}(?:…|\.\.\.)(?!\.)")
_SUSPENDED = re.compile(r"-(?<=[\s(]-)(?=[^\W\d]{2})")  # Preise und -listen
# By what a text must contain for a pattern to match.
_SEAMED = {
    "": _AFTER_NUMBER, ".": _AFTER_DOT, "§": _SECTION, "Satz": _SENTENCE, "…": _LEFT_OUT,
    "...": _LEFT_OUT,
}  # fmt: skip
_SEAM = re.compile(r"[ \n]|(?<=\.)(?=[^\W\d])|(?<=[0-9])(?=[%‰€°])|(?<=§)(?=[0-9])")


def _ranges(text: str) -> Iterator[tuple[int, str]]:
    for match in _RANGE.finditer(text):
        for at in range(*match.span(match.lastindex or 0)):
            yield at, "" if text[at].isspace() else DASH
    for match in _RISING_RANGE.finditer(text):
        if int(match[1]) < int(match[3]):
            yield match.start(2), DASH


def _seams(text: str) -> Iterator[tuple[int, str]]:
    for match in _SUSPENDED.finditer(text):
        yield match.start(), "\N{NON-BREAKING HYPHEN}"
    for sign, pattern in _SEAMED.items():
        for match in pattern.finditer(text) if sign in text else ():
            for seam in _SEAM.finditer(text, match.start() + 1, match.end()):
                yield seam.start(), NARROW_SPACE + ("" if seam[0] else text[seam.start()])


RULES = Rules(QUOTES, _ranges, _seams)
