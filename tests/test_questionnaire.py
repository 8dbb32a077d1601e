"""What the repository's own form asks."""

from __future__ import annotations

import re

import pytest

from support.questionnaire import QUESTIONNAIRE
from website.config import Settings
from website.content import questionnaire_file
from website.content.languages import GERMAN
from website.questionnaire import FORMER, Question, QuestionGroup, QuestionKind, Questionnaire


def test_the_file_has_no_fault() -> None:
    assert questionnaire_file.read(Settings().content_dir)[1] == []


def test_what_is_stored_and_sent_under_these_names_stays_readable() -> None:
    once_asked = {
        "topic", "message", "goals", "result",
        "company", "name", "email", "phone", "callback",
        "role", "industry", "start", "duration", "workload", "location", "remote", "languages",
        "key_accounts", "budget", "confidential",
    }  # fmt: skip
    assert once_asked <= {asked.name for asked in QUESTIONNAIRE.every_question}


def test_articles_may_choose_one_of_these_topics() -> None:
    topic = QUESTIONNAIRE.question("topic")
    assert {
        "kam-aufbauen", "kam-auf-zeit", "beschwerdemanagement", "schulung", "kundenportfolio",
        "sonstiges",
    } <= dict(topic.choices + topic.removed_choices).keys()  # fmt: skip


def test_four_answers_are_enough() -> None:
    assert {asked.name for asked in QUESTIONNAIRE.questions if asked.required} == {
        "message", "company", "name", "email",
    }  # fmt: skip


def test_every_question_stands_in_one_group() -> None:
    groups = tuple(QUESTIONNAIRE.groups())
    assert {asked.name for _, members in groups for asked in members} == {
        asked.name for asked in QUESTIONNAIRE.questions
    }
    assert len({group.key for group, _ in groups}) == len(groups)


@pytest.mark.parametrize("asked", QUESTIONNAIRE.questions, ids=lambda asked: asked.name)
def test_each_question_says_why_it_is_asked_and_what_to_do(asked: Question) -> None:
    assert asked.purpose.startswith(("Um ", "Damit "))
    assert not asked.purpose.endswith(".")
    assert asked.hint.count(".") == bool(asked.hint)
    messages = [
        asked.when_missing(GERMAN),
        asked.when_unknown(GERMAN),
        asked.when_too_long(GERMAN, 9999),
    ]
    assert all(message.startswith("Bitte ") for message in messages)
    told = " ".join([asked.hint, *messages])
    assert not re.search(r"leider|ungültig|ups", told, re.IGNORECASE)


def test_messages_name_the_answer_and_the_remedy() -> None:
    company, topic, message = map(QUESTIONNAIRE.question, ("company", "topic", "message"))
    assert company.when_missing(GERMAN) == "Bitte geben Sie den Namen Ihres Unternehmens ein"
    assert topic.when_unknown(GERMAN) == "Bitte wählen Sie das Thema aus der Liste"
    assert message.when_too_long(GERMAN, 6234) == (
        "Bitte kürzen Sie Ihre Schilderung um 1.234 auf höchstens 5.000 Zeichen"
    )


def test_a_question_that_has_no_word_for_its_answer_names_its_label() -> None:
    group = QuestionGroup(key="x", title="X", staff_title="X")
    question = Question(name="fax", label="Faxnummer", group=group)
    assert question.when_too_long(GERMAN, 201) == (
        "Bitte kürzen Sie die Angabe „Faxnummer“ um 1 auf höchstens 200 Zeichen"
    )


def test_answers_are_told_in_the_order_of_the_form_and_former_ones_at_the_end() -> None:
    answers = {"fax": "0711 1", "email": "a@b.example", "topic": "schulung", "goals": ""}
    told = list(QUESTIONNAIRE.answered(answers))
    assert [(asked.name, answer) for asked, answer in told] == [
        ("topic", "schulung"), ("email", "a@b.example"), ("fax", "0711 1"),
    ]  # fmt: skip
    assert told[-1][0].group is FORMER
    assert told[0][0].display("schulung") == "Schulung des Teams"
    assert told[0][0].display("gibt-es-nicht-mehr") == "gibt-es-nicht-mehr"


def test_an_answer_to_a_removed_question_keeps_its_words() -> None:
    group = QuestionGroup(key="x", title="X", staff_title="X")
    removed = Question(
        name="colour",
        label="Farbe",
        group=FORMER,
        kind=QuestionKind.CHOICE,
        choices=(("rot", "Rot"),),
        removed_choices=(("grau", "Grau"),),
    )
    asked = Question(name="message", label="Nachricht", group=group)
    found = Questionnaire((asked,), (removed,)).answered({"colour": "grau", "message": "Hallo"})
    assert [(question.heading, question.display(answer)) for question, answer in found] == [
        ("Nachricht", "Hallo"), ("Farbe", "Grau"),
    ]  # fmt: skip


def test_what_staff_read_above_answers_speaks_to_nobody() -> None:
    headings = [asked.heading for asked in QUESTIONNAIRE.questions]
    headings += [group.staff_title for group, _ in QUESTIONNAIRE.groups()]
    for heading in headings:
        words = set(heading.replace("?", " ").split())
        assert not words & {"Sie", "Ihr", "Ihre", "Ihrer", "Ihren", "Ihnen", "wir", "unser"}, (
            heading
        )
        assert "?" not in heading
