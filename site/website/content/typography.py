"""Sets German prose as a typographer would: quotes, apostrophes, dashes, and spaces that hold.

After DIN 5008 and the official spelling rules (Amtliches Regelwerk der deutschen Rechtschreibung).
Letters, digits and their order never change, and setting a text twice is setting it once. What
cannot be told apart safely (a minus, a telephone number, an inch mark) stays as it was written.
Every space inside an expression (`8 %`, `z. B.`, `5. Mai`) becomes the narrow U+202F: one
character of one width, also in justified text. Only a dash has the full U+00A0 before it.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice

from website.content.languages import GERMAN, Language

NARROW_SPACE, FULL_SPACE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
DASH, ELLIPSIS = "\N{EN DASH}", "\N{HORIZONTAL ELLIPSIS}"
APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
OUTER_OPEN, OUTER_CLOSE = "\N{DOUBLE LOW-9 QUOTATION MARK}", "\N{LEFT DOUBLE QUOTATION MARK}"
INNER_OPEN, INNER_CLOSE = "\N{SINGLE LOW-9 QUOTATION MARK}", "\N{LEFT SINGLE QUOTATION MARK}"
SKIPPED = "\N{OBJECT REPLACEMENT CHARACTER}"

# Setting once must be enough: a pattern that looks at what another rule may rewrite also accepts
# what that rule writes, so a space of any kind, either dash, three dots or the ellipsis. Patterns
# begin with a literal or a set of characters: that makes the search fast.
_GAP = f"[ \n{FULL_SPACE}{NARROW_SPACE}]"
_STROKE = f"[-{DASH}]"
_MONTH = (
    "(?:(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)"
    r"(?!\w)|(?:Jan|Feb|Mrz|Apr|Jun|Jul|Aug|Sept?|Okt|Nov|Dez)\.)"
)
_UNIT = (
    rf"(?:(?:Mio|Mrd|Tsd)\.(?:{_GAP}(?:€|Euro|EUR|CHF))?|Euro|EUR|CHF|USD|Prozent|Uhr|Std\.|Min\."
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
    return rf"(?<=[{initial}{initial.upper()}]\.)" + "".join(rf"{_GAP}?{part}\." for part in parts)


_IN_WORD = rf"[\w.+{ELLIPSIS}{DASH}-]"
_SINGLES = INNER_OPEN + INNER_CLOSE + APOSTROPHE
_ADDRESSED_WORD = re.compile(r"(?<!\S)\S*?(?:[/@\\]|www\.)\S*")
_ADDRESS = re.compile(  # on the web, of e-mail, a path from a root, a path of three parts or more
    rf"(?:https?://|www\.)(?=\w)(?:[^\s\"'<>„“”{_SINGLES}]|['{APOSTROPHE}](?=[\w/]))*[\w/=&#~+-]"
    rf"|(?<!{_IN_WORD})(?:(?<!\w['{_SINGLES}]){_IN_WORD}+(?:'{_IN_WORD}+)*@[\w.-]+\.\w+"
    rf"|(?:~|\.\.?|[A-Za-z]:)?[/\\](?=\w)[\w./\\%~+-]*[\w/\\]|{_IN_WORD}+(?:/[\w.-]+){{2,}}(?<=\w))"
)
_QUOTE = re.compile(f"[\"'{OUTER_OPEN}{OUTER_CLOSE}{INNER_OPEN}{INNER_CLOSE}]")
_OPENERS = f"([{{</=-{DASH}\N{NON-BREAKING HYPHEN}\N{EM DASH}{OUTER_OPEN}{INNER_OPEN}"
_ELISION = re.compile(r"'(?:n\b|(?:s|m|ne|nem|nen|ner|nes|ran|rauf|raus|rein|rüber|rum)\b(?!'))")
_SINGLE_END = re.compile(rf"'(?<=[^\s(\[{{/{DASH}-]')(?!\w)")
_DOTS = re.compile(r"\.\.\.(?<!\.\.\.\.)(?!\.)")
# Not between two numbers, where it may be a minus.
_ASIDE = re.compile(
    rf" (?<=[^\s{DASH}-] )(?:--?|{DASH})(?=\s\S)(?!(?:(?<=[0-9] .)|(?<=[0-9] --))\s[0-9])"
)
# The first digit of what is no longer number, date, telephone number or identifier.
_FIRST = rf"[0-9](?<![\w.,:/+{ELLIPSIS}{DASH}-][0-9])(?<![0-9]\s[0-9])(?<![0-9]\s{_STROKE}\s[0-9])"
_RANGE = re.compile(
    rf"{_FIRST}(?:[0-9]?(?:[.:][0-9]{{2}})?({_GAP}?{_STROKE}{_GAP}?)[0-9]{{1,2}}(?:[.:][0-9]{{2}})?"
    rf"(?={_GAP}Uhr(?!\w))|[0-9]?\.({_GAP}?{_STROKE}{_GAP}?)[0-9]{{1,2}}\.(?={_GAP}{_MONTH})"
    rf"|[0-9]*(?:[.,][0-9]+)*(?:{_GAP}?%)?({_STROKE})[0-9]+(?:[.,][0-9]+)*"
    rf"(?={_GAP}?[%€]|{_GAP}(?:{_COUNTED}|{_UNIT})(?!\w)))"
)
_RISING_RANGE = re.compile(  # of years, pages, paragraphs
    rf"({_FIRST}(?<!Nr\.\s.)(?:(?<=1)[5-9]|(?<=2)0)[0-9]{{2}}(?=.[12][0-9]{{3}})|[0-9]"
    rf"(?:(?<=\bS\.\s.)|(?<=\b(?:Kap|Abb|Tab)\.\s.)|(?<=§.)|(?<=§\s.))[0-9]{{0,3}})"
    rf"({_STROKE})([0-9]{{1,4}})(?![\w{DASH}-]|[.,:/]\w)"
)
_AFTER_NUMBER = re.compile(
    rf"[0-9](?:\.{_GAP}{_MONTH}(?:{_GAP}(?=[12][0-9]{{3}}(?![0-9])))?"
    rf"|(?:{_GAP}?(?:[%‰€]|°C)|{_GAP}{_UNIT})(?!\w|-[^\W\d]|\.\w))"
)
_AFTER_DOT = re.compile(
    rf"\.(?:(?={_GAP}[0-9])(?:(?<=\bS\.)|(?<=\b(?:Nr|R[nz]|Bd)\.)|(?<=\bZiff\.)"
    rf"|(?<=\b(?:Art|Abs|Nrn|Kap|Abb|Tab|Anm)\.)){_GAP}|(?={_GAP}(?:[A-ZÄÖÜ]|med|jur|phil|rer))"
    rf"(?:(?<=\b(?:Dr|Hr|Fr|St)\.)|(?<=\b(?:Prof|Dipl)\.)|(?<=\bIng\.)){_GAP}"
    rf"|(?<=\b\w\.)(?:{'|'.join(map(_from_first_dot, _ABBREVIATIONS.split()))})(?![\w@+-]))"
)
_SECTION, _SENTENCE = re.compile(f"§{_GAP}?[0-9]"), re.compile(rf"Satz(?<=\bSatz){_GAP}(?=[0-9])")
# By what a text must contain for a pattern to match.
_SEAMED = {"": _AFTER_NUMBER, ".": _AFTER_DOT, "§": _SECTION, "Satz": _SENTENCE}
_SEAM = re.compile(r"[ \n]|(?<=\.)(?=[^\W\d])|(?<=[0-9])(?=[%‰€°])|(?<=§)(?=[0-9])")


def set_text(text: str, language: Language) -> str:
    """Return a plain text, such as a title, set in the typography of its language."""
    return set_german(text) if language.code == GERMAN.code else text


def set_german(text: str) -> str:
    """Return a plain text, such as a title, set in German typography; addresses stay untouched."""
    return set_runs([text])[0]


def set_runs(runs: Sequence[str]) -> list[str]:
    """Return one paragraph, cut into runs by inline mark-up, so that quotes pair across them.

    Gives back as many runs as it got; every character stays in its run. Whatever must not be read
    (code, a line break element) is one run of ``SKIPPED``, which stays and counts as a word.
    """
    text = "".join(runs)
    edits = _edits(text)
    if not edits:
        return list(runs)
    characters = list(text)
    for position, replacement in edits.items():
        characters[position] = replacement
    rest = iter(characters)
    return ["".join(islice(rest, len(run))) for run in runs]


def _edits(text: str) -> dict[int, str]:
    """Return the replacement of each character that changes, by position."""
    if "/" in text or "\\" in text or "@" in text or "www." in text:
        text = _ADDRESSED_WORD.sub(
            lambda word: _ADDRESS.sub(lambda part: SKIPPED * len(part[0]), word[0]), text
        )
    edits = _quotes(text) if '"' in text or "'" in text else {}
    if "..." in text:
        for match in _DOTS.finditer(text):
            edits.update(zip(range(*match.span()), (ELLIPSIS, "", ""), strict=True))
    if "-" in text or DASH in text:
        for match in _ASIDE.finditer(text):
            edits.update(zip(range(*match.span()), (FULL_SPACE, DASH, ""), strict=False))
        edits.update(_ranges(text))  # after the asides: `5. - 8. Mai` is none
    edits.update(_seams(text))
    return edits


def _quotes(text: str) -> dict[int, str]:
    edits: dict[int, str] = {}
    unclosed: list[str] = []
    for match in _QUOTE.finditer(text):
        at, mark = match.start(), match[0]
        before = edits.get(at - 1) or text[max(at - 1, 0) : at] or " "
        after = text[at + 1 : at + 2] or " "
        if mark == '"':
            mark = edits[at] = _double(before, after, unclosed)
        elif mark == "'":
            mark = edits[at] = _single(before, after, unclosed, quotable=_is_quotable(text, at))
        if mark in {OUTER_OPEN, INNER_OPEN}:
            unclosed.append(mark)
        opening = {OUTER_CLOSE: OUTER_OPEN, INNER_CLOSE: INNER_OPEN}.get(mark)
        while opening and opening in unclosed and unclosed.pop() != opening:
            pass
    return edits


def _double(before: str, after: str, unclosed: list[str]) -> str:
    innermost = unclosed[-1] if unclosed else ""
    opening = INNER_OPEN if innermost == OUTER_OPEN else OUTER_OPEN
    if before.isspace():
        return '"' if after.isspace() else opening
    closes = after.isspace() or (unclosed and after in ".,;:!?)]}")
    if before in _OPENERS and not closes:
        return opening
    if OUTER_OPEN in unclosed:
        return INNER_CLOSE if innermost == INNER_OPEN else OUTER_CLOSE
    if before.isnumeric():
        return '"'  # inches
    return opening if _is_word(after) else OUTER_CLOSE


def _single(before: str, after: str, unclosed: list[str], *, quotable: bool) -> str:
    if (before + after).isspace() or (before + after).isnumeric():
        return "'"
    if _is_word(before) and _is_word(after):
        return APOSTROPHE
    opens = before.isspace() or (before in _OPENERS and not after.isspace())
    if opens or (_is_word(after) and INNER_OPEN not in unclosed):
        return INNER_OPEN if quotable else APOSTROPHE
    if INNER_OPEN in unclosed:
        return INNER_CLOSE
    return "'" if before.isnumeric() else APOSTROPHE  # feet


def _is_quotable(text: str, at: int) -> bool:
    # Something has to close it, and double quotes have to pair inside.
    end = None if _ELISION.match(text, at) else _SINGLE_END.search(text, at + 1, at + 1000)
    return end is not None and text.count('"', at, end.start()) % 2 == 0


def _is_word(character: str) -> bool:
    return character.isalnum() or unicodedata.combining(character) > 0


def _ranges(text: str) -> Iterator[tuple[int, str]]:
    for match in _RANGE.finditer(text):
        for at in range(*match.span(match.lastindex or 0)):
            yield at, "" if text[at].isspace() else DASH
    for match in _RISING_RANGE.finditer(text):
        if int(match[1]) < int(match[3]):
            yield match.start(2), DASH


def _seams(text: str) -> Iterator[tuple[int, str]]:
    for sign, pattern in _SEAMED.items():
        for match in pattern.finditer(text) if sign in text else ():
            for seam in _SEAM.finditer(text, match.start() + 1, match.end()):
                yield seam.start(), NARROW_SPACE + ("" if seam[0] else text[seam.start()])
