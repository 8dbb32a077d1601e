"""What shows in the answers themselves."""

import re
from collections.abc import Iterator, Mapping, Sequence

import disposable_email_domains

from website.infra import toml_tables
from website.leads import canaries
from website.leads.spam import signals, text_classifier
from website.leads.spam.signals import SIGNALS, Signal
from website.questionnaire import NAMES

_DATA = toml_tables.beside(__file__, "content.toml")
_SHORTENED = re.compile(rf"\b({'|'.join(_DATA['shorteners'])})/", re.IGNORECASE)
_COMMON = [frozenset(words) for words in _DATA["common"].values()]
_LINK = re.compile(r"(?:https?://|\bwww\.|(?<![\w-])[\w-]++\.[a-z]{2,12}/)\S+", re.IGNORECASE)
_MARKUP = re.compile(r"<a\s|\[/?(url|link|img)\b|<(script|iframe)\b|href\s*=", re.IGNORECASE)
_NAME_IS_LINK = re.compile(
    r"https?://|www\.|\.(com|ru|net|org|info|top|xyz|shop|online|site)/", re.IGNORECASE
)
_TRIAL = re.compile(
    r"\W*+(test|asdf+|qwert[yz]\w*|foo|bar|abc|hello|hi|hallo|xxx+|1+|aaa+)(\W*+(test|123|1))?\W*+",
    re.IGNORECASE,
)
_SPACED = re.compile(r"(?<!\w)(?:[^\W\d_][ .*_-]){4,}[^\W\d_](?!\w)")
_ORNAMENTAL = re.compile("[\U0001d400-\U0001d7ff\u24b6-\u24e9]{3}")
"""Mathematical and encircled alphabets, which look like words and are none."""
_MIXED = re.compile(r"[A-Za-z][\u0370-\u03ff\u0400-\u04ff]|[\u0370-\u03ff\u0400-\u04ff][A-Za-z]")
_LETTER = re.compile(r"[^\W\d_]")
_FOREIGN_LETTER = re.compile(r"[^\W\d_A-Za-z\u00aa-\u02af\u1e00-\u1eff\ua720-\ua7ff\uff21-\uff5a]")
_WORD = re.compile(r"[^\W\d_]+")
_CONSONANT = "[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ]"
_ODD = re.compile(rf"(?P<unspeakable>\b{_CONSONANT}{{4,}}\b|{_CONSONANT}{{6}})|[a-z][A-Z]")
"""What hardly stands in a word of any language: many consonants, capitals after small letters."""
_CAPITALS = re.compile(r"[a-z][A-Z][a-z]*[A-Z]")
_OURS = r"(interim\w*|key[- ]account\w*|kam|führungskraft|vertriebsleit\w*|vertretung|mandat\w*)"
_ASKS = re.compile(
    r"(?<!\bsie )(?<!\byou )\b(suchen?|sucht|brauchen?|benötigen?|bräuchten?|beauftragen|need"
    rf"|seeking|require|hire|(looking|look) for)\b(?! sie\b).{{0,80}}?\b{_OURS}\b"
    rf"|\b{_OURS}\b.{{0,60}}?\b(gesucht|ersuchen|gebeten|needed|wanted)\b"
    rf"|\b(ausschreibung|rahmenvertrag|marktsondierung|tender)\b.{{0,80}}?\b{_OURS}\b"
    r"|\b(ich bin|ich war|i am|i'm|als) (seit \d+ jahren |an? )?interim",
    re.IGNORECASE | re.DOTALL,
)
"""Says outright that the sender wants what the agency places, or does that work."""
_DIGITS = re.compile(r"\d{3}")
FEW = 3
"""Links from which on there are many."""
SOME = 2
"""Common words of one language by which a text in it is recognised."""
FOREIGN_MOSTLY = 0.5
FOREIGN_PARTLY = 0.15
LETTERS = 12
"""Letters needed to recognise a script."""
POINTS_FOR_ODDS = 3.3
LEAST, MOST = -3, 8
"""Points that the wording alone may give: enough for quarantine even with a proof, never so many
that a confirmation could not clear the lead, nor so many in its favour that they hide a machine."""


def signals_in(answers: Mapping[str, str], free_texts: Sequence[str]) -> tuple[Signal, ...]:
    """Return every signal in the answers of one lead.

    :param free_texts: names of the questions in whose answers people write whatever they like.
    """
    return tuple(_found(answers, free_texts))


def _found(answers: Mapping[str, str], free_texts: Sequence[str]) -> Iterator[Signal]:
    text = _free_text(answers, free_texts)
    names = "\n".join(answers.get(name, "") for name in NAMES)
    yield from _in_mailbox(answers.get("email", ""))
    yield from _in_links(text, names)
    yield from _in_letters(f"{names}\n{text}")
    yield from _in_message(answers)
    unsigned = text_classifier.unsigned(answers.get("message", ""))
    yield from _in_wording(_free_text({**answers, "message": unsigned}, free_texts))


def in_known_language(answers: Mapping[str, str], free_texts: Sequence[str]) -> bool:
    """Return whether the free texts are German or English, as far as the commonest words show.

    No text is suspected for its language, whatever the language of the form.
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
    if count := len(_LINK.findall(text)) if _may_link(text) else 0:
        few = SIGNALS["one-link"] if count == 1 else SIGNALS["few-links"]
        yield SIGNALS["many-links"] if count > FEW else few
        if _SHORTENED.search(text):
            yield SIGNALS["shortened"]
    if _MARKUP.search(text):
        yield SIGNALS["markup"]
    if _NAME_IS_LINK.search(names):
        yield SIGNALS["link-as-name"]


def _may_link(text: str) -> bool:
    """Return whether a text may hold a link: a cheap check that most fail."""
    return "/" in text or "www" in text.casefold()


def _in_letters(text: str) -> Iterator[Signal]:
    if _SPACED.search(text) or _ORNAMENTAL.search(text):
        yield SIGNALS["disguised"]
    foreign = len(_FOREIGN_LETTER.findall(text))
    if not foreign:
        return
    # One such word may be a unit or a symbol: kΩ, TGFβ.
    if len(_MIXED.findall(text)) > 1:
        yield SIGNALS["disguised"]
    count = len(_LETTER.findall(text))
    if count >= LETTERS and foreign > FOREIGN_MOSTLY * count:
        yield SIGNALS["foreign-script"]
    elif count >= LETTERS and foreign > FOREIGN_PARTLY * count:
        yield SIGNALS["some-foreign-script"]


def _in_message(answers: Mapping[str, str]) -> Iterator[Signal]:
    message = answers.get("message", "")
    names = [answers.get(name, "") for name in NAMES]
    lower, *lower_names = (text.casefold().strip() for text in (message, *names))
    if _TRIAL.fullmatch(lower) or any(probe in lower for probe in _DATA["probes"]):
        yield SIGNALS["probe"]
    if lower in lower_names:
        yield SIGNALS["same-everywhere"]
    if _is_gibberish(message):
        yield SIGNALS["gibberish"]


def _is_gibberish(message: str) -> bool:
    words = _WORD.findall(message)
    if not words:
        return bool(message) and not _DIGITS.search(message)
    if not _ODD.search(message):
        return False
    return 2 * sum(map(_is_odd, words)) > len(words)


def _is_odd(word: str) -> bool:
    """Return what nobody writes; abbreviations in capitals are written everywhere."""
    found = not word.isupper() and _ODD.search(word)
    return bool(found and (found["unspeakable"] or _CAPITALS.search(word)))


def _in_wording(text: str) -> Iterator[Signal]:
    words = text_classifier.words(_LINK.sub(" ", text) if _may_link(text) else text)
    points = round(text_classifier.trained().log_odds(words) * POINTS_FOR_ODDS)
    if points:
        yield signals.reads_like(max(LEAST, min(MOST, points)))
    if points > 0 and _ASKS.search(text):  # of those that read like requests nobody asks more
        yield SIGNALS["asks"]
