"""How many syllables a German word has when it is spoken.

By groups of vowels, with what German spelling adds: „ie“, „eu“ and the like are one sound, „-tion“
is spoken as one syllable here and counted so, „y“ is a vowel, „qu“ holds none. Foreign words that
keep their own spelling are counted as if they were German.
"""

from __future__ import annotations

import functools
import re

_VOWEL_GROUPS = re.compile(r"aa|ee|oo|ie|ei|ai|au|äu|eu|ey|ay|oi|[aeiouyäöüàâéèêëîïôûœæ]")
_NO_VOWELS = re.compile(r"qu|(?<=t)i(?=on)|(?<=s)i(?=on)")
_SEPARATE = re.compile(r"(?<=\b[bg])e(?=i[nr])|ie(?=ll|rt\b)x|(?<=[aeou])ie(?=[nr]?\b)")


@functools.lru_cache(maxsize=50_000)
def count(word: str) -> int:
    """Count the syllables of one word; each part of „Key-Account“ counts."""
    return sum(_of_part(part) for part in re.split(r"[^\w]+", word.lower()) if part) or 1


def _of_part(part: str) -> int:
    return max(1, len(_VOWEL_GROUPS.findall(_NO_VOWELS.sub("q", part))))
