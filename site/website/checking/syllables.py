"""How many syllables a German word has when it is spoken.

Counts groups of vowels, and knows where spelling and speech part: „ie“ and „eu“ are one sound,
„-tion“, „-ial“ and „-ien“ are one syllable („Situation“ has four), „be-“ and „ge-“ keep their vowel
to themselves („beenden“). English words that German texts are full of are corrected by name.
"""

from __future__ import annotations

import functools
import re

_VOWELS = "aeiouyäöüàáâèéêëîïôûœæ"
_GROUPS = re.compile(f"eau|aa|ee|oo|ie|ei|ai|au|äu|eu|ou|ey|ay|oy|oi|[{_VOWELS}]")
_SILENT = re.compile("(?<=q)u")
_GLIDE = re.compile(f"([{_VOWELS}][^{_VOWELS}]+)i(?=[aoä])")
"""An unstressed „i“ before another vowel, but not in the first syllable: „Material“, „Dialog“."""
_CONSONANT_Y = re.compile("y(?=[aeiou])")
_SEAM = re.compile(
    r"\b[bg]e(?=e(?!re|t\b|te|st))|be(?=auf|ur|un|inh)|ko(?=o)|e(?=en\b|um\b)|(?:(?<!l)g|ph"
    r"|[nr]t)i(?=en\b)"
)
"""Ends a syllable, although its vowel and the next look like one sound."""
_CORRECTIONS = {
    "coach": -1,
    "klient": 1,
    "management": -1,
    "naiv": 1,
    "online": -1,
    "orient": 1,
    "service": -1,
    "software": -1,
    "team": -1,
    "website": -1,
}


@functools.lru_cache(maxsize=50_000)
def count(word: str) -> int:
    """Count the syllables of one word; those of all parts of „Key-Account“."""
    return sum(_of_part(part) for part in re.split(r"[^\w]+", word.lower()) if part) or 1


def _of_part(part: str) -> int:
    spoken = _GLIDE.sub(r"\1j", _CONSONANT_Y.sub("j", _SILENT.sub("", part)))
    spoken = _SEAM.sub(lambda found: f"{found[0]}-", spoken)
    corrections = sum(more for stem, more in _CORRECTIONS.items() if stem in part)
    return max(1, len(_GROUPS.findall(spoken)) + corrections)
