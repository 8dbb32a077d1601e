"""Typography of prose: quotation marks, apostrophes, dashes and no-break spaces.

Each language has its own rules; a text in a language without rules stays as typed. Letters, digits
and their order never change, and the conversion is idempotent. Ambiguous characters (a minus, a
telephone number, an inch mark) stay as typed.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import islice

from website.content.languages import Language
from website.content.typography import english, german
from website.content.typography.rules import APOSTROPHE, DASH, ELLIPSIS, FULL_SPACE, Rules

_RULES: Mapping[str, Rules] = {"de": german.RULES, "en": english.RULES}
SKIPPED = "\N{OBJECT REPLACEMENT CHARACTER}"

_IN_WORD = rf"[\w.+{ELLIPSIS}{DASH}-]"
_SINGLES = f"\N{SINGLE LOW-9 QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}{APOSTROPHE}"
_ADDRESSED_WORD = re.compile(r"(?<!\S)\S*?(?:[/@\\]|www\.)\S*")
_ADDRESS = re.compile(  # on the web, of e-mail, a path from a root, a path of three parts or more
    rf"(?:https?://|www\.)(?=\w)(?:[^\s\"'<>„“”{_SINGLES}]|['{APOSTROPHE}](?=[\w/]))*[\w/=&#~+-]"
    rf"|(?<!{_IN_WORD})(?:(?<!\w['{_SINGLES}]){_IN_WORD}+(?:'{_IN_WORD}+)*@[\w.-]+\.\w+"
    rf"|(?:~|\.\.?|[A-Za-z]:)?[/\\](?=\w)[\w./\\%~+-]*[\w/\\]|{_IN_WORD}+(?:/[\w.-]+){{2,}}(?<=\w))"
)
_LONGEST_WORD = 1_000
"""Characters; looking for addresses takes quadratic time, and what is longer is nothing else."""
_DOTS = re.compile(r"\.\.\.(?<!\.\.\.\.)(?!\.)")
# Not between two numbers, where it may be a minus.
_ASIDE = re.compile(
    rf" (?<=[^\s{DASH}-] )(?:--?|{DASH})(?=\s\S)(?!(?:(?<=[0-9] .)|(?<=[0-9] --))\s[0-9])"
)


def set_text(text: str, language: Language) -> str:
    """Return a plain text, such as a title, set in the typography of its language.

    Addresses stay untouched.
    """
    return set_runs([text], language)[0]


def set_runs(runs: Sequence[str], language: Language) -> list[str]:
    """Return one paragraph, cut into runs by inline mark-up, so that quotes pair across them.

    The number of runs stays the same, and every character stays in its run. Parts that must not be
    changed (code, a line break) are given as one run of ``SKIPPED``, which counts as a word.
    """
    rules = _RULES.get(language.code)
    text = "".join(runs)
    edits = _edits(text, rules) if rules else {}
    if not edits:
        return list(runs)
    characters = list(text)
    for position, replacement in edits.items():
        characters[position] = replacement
    rest = iter(characters)
    return ["".join(islice(rest, len(run))) for run in runs]


def _edits(text: str, rules: Rules) -> dict[int, str]:
    """Return the replacement of each character that changes, by position."""
    if "/" in text or "\\" in text or "@" in text or "www." in text:
        text = _ADDRESSED_WORD.sub(_without_addresses, text)
    edits = rules.quotes.edits(text) if '"' in text or "'" in text else {}
    if "..." in text:
        for match in _DOTS.finditer(text):
            edits.update(zip(range(*match.span()), (ELLIPSIS, "", ""), strict=True))
    if "-" in text or DASH in text:
        for match in _ASIDE.finditer(text):
            edits.update(zip(range(*match.span()), (FULL_SPACE, DASH, ""), strict=False))
        edits.update(rules.ranges(text))  # after the asides: `5. - 8. Mai` is none
    edits.update(rules.seams(text))
    return edits


def _without_addresses(word: re.Match[str]) -> str:
    if len(word[0]) > _LONGEST_WORD:
        return SKIPPED * len(word[0])
    return _ADDRESS.sub(lambda part: SKIPPED * len(part[0]), word[0])
