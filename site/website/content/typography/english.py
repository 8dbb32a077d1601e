"""Rules of British typography, after New Hart's Rules (Oxford University Press, 2014).

Dashes between clauses are spaced en rules, as British publishers have them; a per cent sign stands
close to its number; numbers hold to their units, names to titles and initials, days to months, and
sections to what is counted (`section 14`), by the full U+00A0.
"""

import re
from collections.abc import Iterator

from website.content.typography.rules import (
    APOSTROPHE,
    DASH,
    FIRST,
    FULL_SPACE,
    GAP,
    STROKE,
    Quotes,
    Rules,
)

QUOTES = Quotes(
    outer_open="\N{LEFT DOUBLE QUOTATION MARK}",
    outer_close="\N{RIGHT DOUBLE QUOTATION MARK}",
    inner_open="\N{LEFT SINGLE QUOTATION MARK}",
    inner_close=APOSTROPHE,
    elision=re.compile(r"'(?:n\b|(?:em|tis|twas|twill|til|cause|bout|round|[0-9]0s)\b(?!'))"),
)

_MONTH = (
    "(?:(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?)(?!\w)"
)
_UNIT = (
    r"(?:million|billion|thousand|per(?= cent\b)|percent|euros?|cents?|pounds?|EUR|GBP|USD|CHF"
    r"|[ap]\.?m\.?|hours?|[ckm]?m[²³]?|km/h|mph|[km]?g|t|[hm]?l|h|min|[kMGT]B|[kMG]?Wh?|V|Hz|px"
    r"|dpi|°C|€|\$|£)"
)
_COUNTED = (
    "(?:per|years?|months?|weeks?|days?|hours?|minutes?|seconds?|pages?|people|persons?|customers?"
    r"|companies|employees|points?|steps?|questions?|characters|words?|sentences|lines?|times)"
)
_NUMBERED = re.compile(  # what may stand before a number
    r"\b(?:(?:[Ss]ub)?[Ss]ections?|[Aa]rticles?|[Cc]hapters?|[Pp]aragraphs?|[Pp]ages?|[Ff]igures?"
    r"|[Tt]ables?|[Ss]teps?|[Pp]arts?|[Vv]olumes?|[Rr]ecitals?|[Ss]entences?"
    r"|(?:[Pp]p?|[Cc]hs?|[Ff]igs?|[Vv]ols?|[Aa]rts?|[Pp]aras?|[Ss]s?)\.|Arts)\Z|§\Z"
)
_ONE_NUMBER = re.compile(r"\b(?:[Nn]os?\.|Nos|[Nn]umbers?)\Z")
_LONGEST_WORD = 12
"""Characters of what stands before a number."""

_RANGE = re.compile(
    rf"{FIRST}(?:[0-9]?[:.][0-9]{{2}}({STROKE})[0-9]{{1,2}}[:.][0-9]{{2}}(?![\w-]|[.,:/]\w)"
    rf"|[0-9]*(?:[.,][0-9]+)*(?:{GAP}?%)?({STROKE})[0-9]++(?:[.,][0-9]+)*+"
    rf"(?={GAP}?%|{GAP}?(?:[ap]m|m|bn)\b|{GAP}(?:{_COUNTED}|{_UNIT}|{_MONTH})(?!\w)))"
)
_MONEY_RANGE = re.compile(
    rf"[€£$](?<![\w.][€£$])[0-9]+(?:[.,][0-9]+)*({STROKE})[€£$]?"
    rf"[0-9]++(?:[.,][0-9]++)*+(?![\w-])"
)
_RISING_RANGE = re.compile(  # of years, pages, sections
    rf"({FIRST}[0-9]{{0,3}})({STROKE})([0-9]{{1,4}})(?![\w-]|[.,:/]\w)"
)
_YEAR = re.compile("[12][0-9]{3}")
_AFTER_NUMBER = re.compile(
    rf"[0-9](?:{GAP}{_MONTH}(?:{GAP}(?=[12][0-9]{{3}}(?![0-9])))?"
    rf"|{GAP}(?:%|{_UNIT})(?!\w|-[^\W\d]|\.\w))"
)
_BEFORE_NUMBER = re.compile(f"{GAP}(?=[0-9])")
# An initial is none behind a small letter: `is class C. What counts`.
_BEFORE_NAME = re.compile(rf"\b(?:Dr|Mr|Mrs|Ms|Prof|St|[A-Z](?=\.)(?<![a-z]\s.))\.?{GAP}(?=[A-Z])")
_SPACE = re.compile(r"[ \n]")


def _ranges(text: str) -> Iterator[tuple[int, str]]:
    for pattern in (_RANGE, _MONEY_RANGE):
        for match in pattern.finditer(text):
            yield match.start(match.lastindex or 0), DASH
    for match in _RISING_RANGE.finditer(text):
        before = text[max(match.start() - _LONGEST_WORD - 1, 0) : match.start()].rstrip()
        is_of_years = _YEAR.fullmatch(match[1]) and _YEAR.fullmatch(match[3])
        if int(match[1]) < int(match[3]) and (
            _NUMBERED.search(before) or (is_of_years and not _ONE_NUMBER.search(before))
        ):
            yield match.start(2), DASH


def _seams(text: str) -> Iterator[tuple[int, str]]:
    for match in _BEFORE_NUMBER.finditer(text):
        before = text[max(match.start() - _LONGEST_WORD, 0) : match.start()]
        if _NUMBERED.search(before) or _ONE_NUMBER.search(before):
            yield from _held(text, match)
    for pattern in (_BEFORE_NAME, _AFTER_NUMBER):
        for match in pattern.finditer(text):
            yield from _held(text, match)


def _held(text: str, match: re.Match[str]) -> Iterator[tuple[int, str]]:
    for space in _SPACE.finditer(text, *match.span()):
        is_close = text[space.end() : space.end() + 1] == "%"
        yield space.start(), "" if is_close else FULL_SPACE


RULES = Rules(QUOTES, _ranges, _seams)
