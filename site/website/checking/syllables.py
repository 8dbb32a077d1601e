"""Syllable counting for German and English words, as they are spoken.

Counts groups of vowels, and knows where spelling and speech part. In German „ie“ and „eu“ are one
sound, „-tion“, „-ial“ and „-ien“ are one syllable („Situation“ has four), „be-“ and „ge-“ keep
their vowel to themselves („beenden“); English words that German texts are full of are corrected by
name. In English most final “e”, “-es” and “-ed” are silent, and “i” before a vowel often is a
syllable.
"""

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


_SILENT_ENDING = re.compile(
    r"(?:(?<![aeiouyl])e|(?<=[aeiouyr]l)e|(?<![aeioudt])ed|(?<![aeiouycghlsxz])es"
    r"|(?<=[aeiou]l)es)\Z|(?<=[^aeiouy])e(?=(?:ful|fully|less|ly|ments?|ness|place|thing"
    r"|times?|ty|where|work)\Z)"
)
_HEARD = re.compile(r"(?<=[aeou]y)(?=[aeiou])|(?<=[aeouy])(?=ing)")
_ENGLISH_SEAM = re.compile(
    r"i(?=at|e(?:nc|nt|r|ty?\b|ty)|um|us\b)(?<![^s]ci(?=en))(?<!ti(?=en))|(?<![cgstx])i(?=a|o(?!n|rs?\b))"
    r"|e(?=um|at[eio]|as?\b(?<=[dr]ea)|as\b(?<=[dr]eas))|(?<=cr)e(?=at\b)|(?<![gq])u(?=a)|u(?=ous)"
)
"""Ends a syllable, although its vowel and the next stand together: “supplier”, “area”, “manual”."""
_ENGLISH_GROUPS = re.compile("[aeiouy]+")
_ENGLISH_CORRECTIONS = {"business": -1, "every": -1}


@functools.lru_cache(maxsize=50_000)
def count(word: str, language: str) -> int:
    """Count the syllables of one word; those of all parts of „Key-Account“.

    :param language: the code of a language that this module knows.
    """
    parts = re.split(r"[^\w]+", word.lower())
    return sum(_OF_PART[language](part) for part in parts if part) or 1


def _of_english(part: str) -> int:
    if part == "s":  # of the genitive
        return 0
    spoken = _HEARD.sub("-", _SILENT_ENDING.sub("", _SILENT.sub("", part)))
    spoken = _ENGLISH_SEAM.sub(lambda found: f"{found[0]}-", spoken)
    corrections = sum(more for stem, more in _ENGLISH_CORRECTIONS.items() if stem in part)
    return max(1, len(_ENGLISH_GROUPS.findall(spoken)) + corrections)


def _of_german(part: str) -> int:
    spoken = _GLIDE.sub(r"\1j", _CONSONANT_Y.sub("j", _SILENT.sub("", part)))
    spoken = _SEAM.sub(lambda found: f"{found[0]}-", spoken)
    corrections = sum(more for stem, more in _CORRECTIONS.items() if stem in part)
    return max(1, len(_GROUPS.findall(spoken)) + corrections)


_OF_PART = {"de": _of_german, "en": _of_english}
