from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.questionnaire import QUESTIONNAIRE
from website.leads.spam import content, signals, text_classifier
from website.leads.spam.content import LEAST, MOST, signals_in
from website.leads.spam.signals import SIGNALS

HONEST = {
    "message": "Unser größter Kunde will bis März einen festen Ansprechpartner.",
    "company": "Schraubenwerk Süd GmbH",
    "name": "Jörg Weiß",
    "email": "weiss@firma.example",
}


def names(**answers: str) -> set[str]:
    found = {signal.name for signal in signals_in(HONEST | answers, QUESTIONNAIRE.free_texts)}
    return found - {"reads-like-advertising", "reads-like-request"}


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ({}, set()),
        ({"message": "Mehr steht unter https://www.firma.example/stelle"}, {"one-link"}),
        ({"message": "https://a.example und https://b.example"}, {"few-links"}),
        ({"result": "https://a.example"}, {"one-link"}),
        ({"message": "Siehe https://a.example https://b.example www.c.example d.example/x"},
         {"many-links"}),
        ({"message": "Gewinn: bit.ly/x1y2z3 jetzt"}, {"one-link", "shortened"}),
        ({"message": "<a href='x'>Klick</a> und [url=x]hier[/url]"}, {"markup"}),
        ({"company": "https://firma.example"}, {"link-as-name"}),
        ({"email": "wegwerf@mailinator.com"}, {"disposable"}),
        ({"email": "wegwerf@post.mailinator.com"}, {"disposable"}),
        ({"message": "Предлагаем продвижение сайтов недорого"}, {"foreign-script"}),
        ({"message": "我们是中国的制造商，提供LED灯。请联系我们获取报价。"}, {"foreign-script"}),
        ({"message": "Unser Kunde 华为技术有限公司 sitzt in Düsseldorf."}, set()),
        ({"message": "Unser Kunde heißt Ολυμπιακός Σύνδεσμος Αθηνών"}, {"some-foreign-script"}),
        ({"message": "Bester c a s i n o Bonus"}, {"disguised"}),
        ({"message": "Bester саsinо bоnus für Sie"}, {"disguised"}),
        ({"message": "Bester 𝗖𝗮𝘀𝗶𝗻𝗼 Bonus"}, {"disguised"}),
        ({"message": "xkqzrtw hgfdsqp zrtwpq"}, {"gibberish"}),
        ({"message": "dKjHgFdS PlMnBvC wErTzU"}, {"gibberish"}),
        ({"message": "!!!"}, {"gibberish"}),
        ({"message": "Schraubenwerk Süd GmbH"}, {"same-everywhere"}),
        ({"message": "test"}, {"probe"}),
        ({"message": "Hallo ' or '1'='1"}, {"probe"}),
        ({"message": "Hallo <script>alert(1)</script>"}, {"markup"}),
    ],
)  # fmt: skip
def test_plain_signs_are_found(answers: dict[str, str], found: set[str]) -> None:
    assert names(**answers) == found


@pytest.mark.parametrize(
    "answers",
    [
        {"company": "Jörg Weiß"},
        {"company": "1&1"},
        {"company": "ABC", "name": "Hallo"},
        {"company": "AAA Service GmbH", "name": "Foo Bar"},
        {"company": "Test"},
        {"message": "0171 2345678"},
        {"message": "GmbH & Co. KG, HRB, MwSt., EDV, PLZ, KAM, SLA"},
        {"message": "z. B. u. a. d. h. i. d. R. v. a. Bitte um Rückruf!"},
        {"message": "Rückruf bitte."},
        {"message": "LIEFERSTOPP!!! BITTE SOFORT ANRUFEN"},
        {"message": "Der Widerstand hat 10 kΩ, der Kunde 100 %."},
        {"message": "Strč prst skrz krk, sagt unser Kunde in Brünn und lacht dabei über uns."},
        {"name": "李小龍"},
        {"name": "Łukasz Żółć", "company": "Gräf & Stift"},
        {"email": "max@gmx.de"},
    ],
)
def test_what_only_looks_odd_is_no_sign(answers: dict[str, str]) -> None:
    assert names(**answers) == set()


@pytest.mark.parametrize(
    ("message", "is_known"),
    [
        ("We are looking for somebody who takes care of our largest customer in Germany.", True),
        ("Wir suchen jemanden, der sich um unseren größten Kunden kümmert.", True),
        ("Nous cherchons quelqu'un qui s'occupe de notre plus grand client en Allemagne.", False),
        ("xkqzrtw hgfdsqp zrtwpq", False),
        ("", False),
    ],
)
def test_no_language_is_a_reason_for_suspicion(message: str, is_known: bool) -> None:
    assert not names(message=message) & {"no-german", "foreign-script"}
    answers = HONEST | {"message": message}
    assert content.in_known_language(answers, QUESTIONNAIRE.free_texts) is is_known


def test_reasons_that_weigh_no_more_keep_their_words() -> None:
    assert signals.in_words("no-german") == "Der Text ist nicht auf Deutsch"


def test_the_wording_weighs_within_limits_and_for_both_sides() -> None:
    pitch = "We offer SEO services and backlinks for your website. Interested? Reply for a quote."
    request = "Wir suchen ab sofort einen Interim Manager, unser Key Account Manager hat gekündigt."
    points = {}
    for text in (pitch, request):
        (reading,) = (
            s
            for s in signals_in(HONEST | {"message": text}, QUESTIONNAIRE.free_texts)
            if s.name[:5] == "reads"
        )
        points[text] = reading.points
        assert LEAST <= reading.points <= MOST
    assert points[request] < 0 < points[pitch]


def test_what_nobody_has_learned_of_says_nothing() -> None:
    assert text_classifier.TextClassifier(0.5, {}).log_odds(["irgendetwas"]) == 0.0
    once = text_classifier.TextClassifier(0.0, {"rankin*": 200}).log_odds(
        text_classifier.words("rankings RANKING")
    )
    assert once == pytest.approx(2.0 / text_classifier.ENOUGH)


@given(
    st.dictionaries(st.sampled_from([asked.name for asked in QUESTIONNAIRE.questions]), st.text())
)
def test_no_text_breaks_it(answers: dict[str, str]) -> None:
    signals_in(answers, QUESTIONNAIRE.free_texts)
    assert all(
        signals.in_words(signal.name) for signal in signals_in(answers, QUESTIONNAIRE.free_texts)
    )


def test_every_signal_has_its_own_name_and_words() -> None:
    assert len({signal.words for signal in SIGNALS.values()}) == len(SIGNALS)
    assert signals.in_words("no longer there") == "no longer there"
