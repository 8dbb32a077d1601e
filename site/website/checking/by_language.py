"""Which rule holds for texts in which language.

A rule that no row names holds in every language, also in one that nobody has thought of: it looks
at structure, links, images, sources, or at facts. The others know the words, the signs or the
sounds of a language; a language that is to have them needs patterns of its own, and a place in a
row.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

_DE, _EN = frozenset({"de"}), frozenset({"en"})

ROWS: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    # What is said of words and signs in each.
    (
        _DE | _EN,
        (
            "link-label", "unbalanced-quotes", "foreign-quotes", "space-before-mark",
            "no-space-after-mark", "hyphen-for-dash", "long-dash", "bare-thousands",
            "hard-to-read", "rather-hard-to-read", "stock-phrase", "much-passive", "filler",
            "misspelt", "unknown-word", "superlative", "own-number", "number-without-source",
            "nameless-authority", "hedge", "right-missing", "privacy-incomplete",
            "objection-section",
        ),
    ),
    (_DE, ("decimal-point", "sign-before-number", "many-nouns", "familiar-address")),
    (_EN, ("decimal-comma", "sign-after-number")),
    # Facts that stand once, in the German files, and the list of every edition's addresses.
    (
        _DE,
        (
            "provider", "reachable", "dummy", "accessibility", "stale", "soon-stale",
            "vanished-address", "no-address",
        ),
    ),
)  # fmt: skip

_LANGUAGES: Mapping[str, Collection[str]] = {
    rule: languages for languages, rules in ROWS for rule in rules
}


def holds(rule: str, language: str) -> bool:
    """Return whether a rule looks at texts in a language.

    :param language: its code.
    """
    languages = _LANGUAGES.get(rule)
    return languages is None or language in languages
