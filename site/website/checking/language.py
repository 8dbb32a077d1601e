"""How a text reads: length of sentences, nouns for verbs, filler, the right form of address.

Thresholds after the usual style guides for German (Wolf Schneider; „Regeln für Leichtes Lesen“ of
newspapers: twenty words are easily understood, more than thirty are not), and for English (GOV.UK's
content design guidance: no more than 25 words; Plain English Campaign, “The A to Z of alternative
words”).
"""

from __future__ import annotations

import re

from website.checking.check_context import TextContext
from website.checking.rules import Found, TextRule
from website.checking.scores import Light
from website.checking.sentences import Sentence
from website.content.problems import Severity

LONG_SENTENCE, TOO_LONG_SENTENCE = 25, 35
"""Words."""

NOUNS_TOO_MANY = 4
"""Nouns made of verbs or adjectives in one sentence."""

PASSIVE_TOO_MUCH = 0.25
"""Of all sentences."""

ENOUGH_SENTENCES = 12
"""Below, a share says nothing."""

_NOUN_OF_VERB = re.compile(
    r"\b[A-ZÄÖÜ]\w{3,}(?:ung|ungen|heit|heiten|keit|keiten|tion|tionen|ierens?)\b"
)
_STOCK_PHRASE = {
    "de": re.compile(
        r"\b(?:zur (?:Anwendung|Durchführung|Ausführung|Umsetzung) (?:bringen|gebracht|kommen"
        r"|gelangen)|in (?:Erwägung|Betracht) (?:ziehen|zu ziehen|gezogen|ziehen)"
        r"|unter Beweis (?:stell\w*|gestellt)|in Abzug bringen|zum Ausdruck (?:bringen|gebracht)"
        r"|(?:die|eine) Durchführung (?:von|der|des)|in Anspruch (?:nehmen|zu nehmen|genommen)"
        r"|Sorge (?:tragen|zu tragen)|zum Einsatz (?:kommen|kommt)|im Rahmen (?:von|der|des|einer"
        r"|eines))\b"
    ),
    "en": re.compile(
        r"\b(?:in order to|in the event that|due to the fact that|for the purposes? of"
        r"|at this point in time|(?:take|taken|taking) into consideration"
        r"|(?:carry|carried|carrying) out an? \w+"
        r"|ma(?:ke|de|king) use of|on a (?:daily|weekly|monthly|yearly|regular) basis|prior to"
        r"|with (?:regard|respect|reference) to|has the ability to|a large number of)\b",
        re.IGNORECASE,
    ),
}
_PASSIVE_SIGN = {"de": "„wird …“", "en": "„is …ed“"}
_PASSIVE = {
    "de": re.compile(
        r"\b(?:wird|werden|wurde|wurden|worden)\b(?=.*\b(?:\w*ge\w{2,}(?:t|en)|(?:be|ver|er|ent|zer"
        r"|über|unter)\w{2,}(?:t|en)|\w+iert)\b)|\b(?:ge\w{2,}(?:t|en)|(?:be|ver|er|ent|zer)\w{2,}(?:t"
        r"|en)|\w+iert) (?:wird|werden|wurde|wurden|worden)\b"
    ),
    "en": re.compile(
        r"\b(?:is|are|was|were|been|being|be) (?:not |\w+ly )?(?:\w{2,}ed|done|made|given|taken"
        r"|seen|found|shown|known|written|paid|sent|held|kept|told|built|bought|sold|chosen|brought"
        r"|drawn|led|left|lost|met|put|read|said|set|spent|understood|won)\b",
    ),
}
_FILLER = {
    "de": re.compile(
        r"\b(?:eigentlich|quasi|sozusagen|gewissermaßen|irgendwie|letztendlich|letzten Endes"
        r"|schlussendlich|im Grunde genommen|an und für sich|nichtsdestotrotz|selbstverständlich"
        r"|selbstredend|bekanntlich|zweifellos|zweifelsohne|regelrecht|schlichtweg|diesbezüglich"
        r"|dementsprechend|im Endeffekt|mehr oder weniger|in der heutigen Zeit|heutzutage|nun mal"
        r"|in keinster Weise|voll und ganz|ein Stück weit|zeitnah|ganzheitlich\w*"
        r"|nachhaltig aufgestellt)\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(?:basically|actually|literally|obviously|of course|needless to say|undoubtedly"
        r"|at the end of the day|in today's world|nowadays|as a matter of fact|more or less"
        r"|going forward|first and foremost|each and every|to all intents and purposes|leverag\w+"
        r"|synerg\w+|holistic\w*|cutting[- ]edge|best[- ]of[- ]breed|state[- ]of[- ]the[- ]art"
        r"|a (?:whole )?range of|in a timely manner)\b",
        re.IGNORECASE,
    ),
}
_FAMILIAR = re.compile(
    r"\b(?:[Dd]u|[Dd]ich|[Dd]ir|[Dd]ein(?:e[mnrs]?)?|[Ee]uch|[Ee]ure[mnrs]?|[Ee]uer)\b"
)
_TWICE = re.compile(r"\b([^\W\d_]{2,})[ \n]+\1\b")
_MAY_BE_TWICE = frozenset(
    {"der", "die", "das", "sie", "Sie", "dem", "den", "ihnen", "ganz", "sehr", "uns"}
    | {"had", "that", "very"}
)


def _long(subject: TextContext) -> Found:
    for sentence in subject.sentences:
        count = len(sentence.words)
        if LONG_SENTENCE < count <= TOO_LONG_SENTENCE:
            yield sentence.line, _divide(sentence, count)


def _too_long(subject: TextContext) -> Found:
    for sentence in subject.sentences:
        count = len(sentence.words)
        if count > TOO_LONG_SENTENCE:
            yield sentence.line, _divide(sentence, count)


def _divide(sentence: Sentence, count: int) -> str:
    return f"Der Satz „{sentence.beginning} …“ hat {count} Wörter. Machen Sie zwei daraus."


def _hard(subject: TextContext) -> Found:
    if subject.readability.light is Light.RED:
        yield (
            subject.text.line,
            (
                "Der Text ist schwer zu lesen. Kürzen Sie Sätze, ersetzen Sie lange Wörter durch "
                "kurze und Substantive durch Verben."
            ),
        )


def _rather_hard(subject: TextContext) -> Found:
    if subject.readability.light is Light.YELLOW:
        yield (
            subject.text.line,
            "Der Text ist etwas schwer zu lesen. Kürzere Sätze und Wörter helfen.",
        )


def _many_nouns(subject: TextContext) -> Found:
    for sentence in subject.sentences:
        nouns = _NOUN_OF_VERB.findall(sentence.text)
        if len(nouns) >= NOUNS_TOO_MANY:
            yield (
                sentence.line,
                (
                    f"{len(nouns)} Substantive auf -ung, -heit, -keit oder -tion in einem Satz: "
                    f"{', '.join(nouns)}. Sagen Sie, wer was tut."
                ),
            )


def _stock_phrase(subject: TextContext) -> Found:
    for passage in subject.prose:
        for found in _STOCK_PHRASE[subject.language].finditer(passage.text.replace("\n", " ")):
            line = passage.line_at(found.start())
            yield line, f"„{found[0]}“ geht kürzer, mit einem Verb: Wer tut was?"


def _much_passive(subject: TextContext) -> Found:
    sentences = subject.sentences
    passive = [
        sentence for sentence in sentences if _PASSIVE[subject.language].search(sentence.text)
    ]
    if len(sentences) >= ENOUGH_SENTENCES and len(passive) > PASSIVE_TOO_MUCH * len(sentences):
        yield (
            passive[0].line,
            (
                f"{len(passive)} von {len(sentences)} Sätzen sagen nicht, wer etwas tut "
                f"({_PASSIVE_SIGN[subject.language]}). Nennen Sie öfter, wer handelt."
            ),
        )


def _filler(subject: TextContext) -> Found:
    for passage in subject.prose:
        for found in _FILLER[subject.language].finditer(passage.text.replace("\n", " ")):
            line = passage.line_at(found.start())
            yield line, f"„{found[0]}“ können Sie meist streichen oder genauer sagen."


def _familiar(subject: TextContext) -> Found:
    for passage in subject.passages:
        for found in _FAMILIAR.finditer(passage.text):
            yield (
                passage.line_at(found.start()),
                f"„{found[0]}“: Wir sprechen Leser mit „Sie“ an.",
            )


def _twice(subject: TextContext) -> Found:
    for passage in subject.passages:
        for found in _TWICE.finditer(passage.text):
            if found[1] not in _MAY_BE_TWICE:
                yield passage.line_at(found.start(1)), f"„{found[1]}“ steht zweimal hintereinander."


RULES = (
    TextRule("long-sentence", Severity.HINT, _long),
    TextRule("too-long-sentence", Severity.WARNING, _too_long),
    TextRule("hard-to-read", Severity.WARNING, _hard),
    TextRule("rather-hard-to-read", Severity.HINT, _rather_hard),
    TextRule("many-nouns", Severity.HINT, _many_nouns),
    TextRule("stock-phrase", Severity.HINT, _stock_phrase),
    TextRule("much-passive", Severity.HINT, _much_passive),
    TextRule("filler", Severity.HINT, _filler),
    TextRule("familiar-address", Severity.WARNING, _familiar),
    TextRule("word-twice", Severity.WARNING, _twice),
)
