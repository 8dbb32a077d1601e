"""Spam signals in the answers of a request."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import disposable_email_domains

from website.infra import toml_tables
from website.leads import canaries
from website.leads.spam import text_classifier
from website.leads.spam.signals import SIGNALS, Signal
from website.questionnaire import NAMES

_DATA = toml_tables.beside(__file__, "content.toml")
_COMMON = [frozenset(words) for words in _DATA["common"].values()]
_PATTERNS = {
    name: re.compile(pattern % _DATA["parts"]) for name, pattern in _DATA["patterns"].items()
}
FEW = 3
"""Number of links beyond which there are many."""
SOME = 2
"""Number of common words by which the language of a text is recognised."""
FOREIGN_MOSTLY = 0.5
FOREIGN_PARTLY = 0.15
LETTERS = 12
"""Letters needed to recognise a script."""
POINTS_FOR_ODDS = 3.3
LEAST, MOST = -3, 8
"""Range of points for the wording: enough for quarantine even with a proof, but not more than a
confirmation can compensate, nor enough in favour to hide a machine."""


def signals_in(answers: Mapping[str, str], free_texts: Sequence[str]) -> tuple[Signal, ...]:
    """Return all spam signals in the answers of a lead.

    :param free_texts: names of questions with free text.
    """
    text = _free_text(answers, free_texts)
    names = "\n".join(answers.get(name, "") for name in NAMES)
    message = unsigned(answers.get("message", ""))
    return (
        *_in_mailbox(answers.get("email", "")),
        *_in_links(text, names),
        *_in_letters(f"{names}\n{text}"),
        *_in_message(answers),
        *_in_wording(_free_text({**answers, "message": message}, free_texts)),
    )


def unsigned(text: str) -> str:
    """Return a text without its signature, which does not say what is wanted."""
    found = _PATTERNS["signature"].search(text)
    return (text[: found.start()].strip() if found else "") or text


def in_known_language(answers: Mapping[str, str], free_texts: Sequence[str]) -> bool:
    """Return whether the free texts contain common German or English words.

    The language alone never makes a text suspicious.
    """
    words = text_classifier.words(_free_text(answers, free_texts))
    return any(len(common.intersection(words)) >= SOME for common in _COMMON)


def _free_text(answers: Mapping[str, str], free_texts: Sequence[str]) -> str:
    return "\n".join(answers[name] for name in free_texts if name in answers)


def _in_mailbox(email: str) -> Iterator[Signal]:
    domain = email.rpartition("@")[2].casefold()
    if domain == canaries.DOMAIN:  # a canary that was not known for one disturbs nobody
        yield SIGNALS["self-check"]
    parents = [domain, domain.partition(".")[2]]
    if any(parent in disposable_email_domains.blocklist for parent in parents):
        yield SIGNALS["disposable"]


def _in_links(text: str, names: str) -> Iterator[Signal]:
    if count := len(_PATTERNS["link"].findall(text)) if _may_link(text) else 0:
        few = SIGNALS["one-link"] if count == 1 else SIGNALS["few-links"]
        yield SIGNALS["many-links"] if count > FEW else few
        if _PATTERNS["shortened"].search(text):
            yield SIGNALS["shortened"]
    if _PATTERNS["markup"].search(text):
        yield SIGNALS["markup"]
    if _PATTERNS["name-is-link"].search(names):
        yield SIGNALS["link-as-name"]


def _may_link(text: str) -> bool:
    """Return whether a text may contain a link, by a cheap check."""
    return "/" in text or "www" in text.casefold()


def _in_letters(text: str) -> Iterator[Signal]:
    if _PATTERNS["spaced"].search(text) or _PATTERNS["ornamental"].search(text):
        yield SIGNALS["disguised"]
    foreign = len(_PATTERNS["foreign-letter"].findall(text))
    if not foreign:
        return
    # One such word may be a unit or a symbol: kΩ, TGFβ.
    if len(_PATTERNS["mixed"].findall(text)) > 1:
        yield SIGNALS["disguised"]
    count = len(_PATTERNS["letter"].findall(text))
    # In Chinese, Japanese and Korean a sign says as much as three letters.
    more = 2 * len(_PATTERNS["ideograph"].findall(text))
    if count >= LETTERS and foreign + more > FOREIGN_MOSTLY * (count + more):
        yield SIGNALS["foreign-script"]
    elif count >= LETTERS and foreign > FOREIGN_PARTLY * count:
        yield SIGNALS["some-foreign-script"]


def _in_message(answers: Mapping[str, str]) -> Iterator[Signal]:
    message = answers.get("message", "")
    names = [answers.get(name, "") for name in NAMES]
    lower, *lower_names = (text.casefold().strip() for text in (message, *names))
    if _PATTERNS["trial"].fullmatch(lower) or any(probe in lower for probe in _DATA["probes"]):
        yield SIGNALS["probe"]
    if lower in lower_names:
        yield SIGNALS["same-everywhere"]
    if _is_gibberish(message):
        yield SIGNALS["gibberish"]


def _is_gibberish(message: str) -> bool:
    words = _PATTERNS["word"].findall(message)
    if not words:
        return bool(message) and not _PATTERNS["digits"].search(message)
    if not _PATTERNS["odd"].search(message):
        return False
    return 2 * sum(map(_is_odd, words)) > len(words)


def _is_odd(word: str) -> bool:
    """Return whether a word looks random; abbreviations in capitals do not."""
    found = not word.isupper() and _PATTERNS["odd"].search(word)
    return bool(found and (found["unspeakable"] or _PATTERNS["capitals"].search(word)))


def _in_wording(text: str) -> Iterator[Signal]:
    words = text_classifier.words(_PATTERNS["link"].sub(" ", text) if _may_link(text) else text)
    points = round(text_classifier.trained().log_odds(words) * POINTS_FOR_ODDS)
    if points:
        name = "reads-like-advertising" if points > 0 else "reads-like-request"
        yield replace(SIGNALS[name], points=max(LEAST, min(MOST, points)))
    # Of a text that reads like a request nothing more is asked.
    if points > 0 and _PATTERNS["asks"].search(text):
        yield SIGNALS["asks"]
