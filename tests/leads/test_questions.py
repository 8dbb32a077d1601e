from __future__ import annotations

import re

import pytest

from website.leads.questions import (
    QUESTIONS,
    Question,
    QuestionGroup,
    QuestionKind,
    answered,
    groups,
    question,
)


def test_what_is_stored_and_sent_under_these_names_stays_readable() -> None:
    assert [asked.name for asked in QUESTIONS] == [
        "topic", "message", "goals", "result",
        "company", "name", "email", "phone", "callback",
        "role", "industry", "start", "duration", "workload", "location", "remote", "languages",
        "key_accounts", "budget", "confidential",
    ]  # fmt: skip


def test_articles_may_choose_one_of_these_topics() -> None:
    assert [key for key, _ in question("topic").choices] == [
        "kam-aufbauen", "kam-auf-zeit", "beschwerdemanagement", "schulung", "kundenportfolio",
        "sonstiges",
    ]  # fmt: skip


def test_four_answers_are_enough() -> None:
    assert {asked.name for asked in QUESTIONS if asked.required} == {
        "message", "company", "name", "email",
    }  # fmt: skip


def test_the_form_has_three_groups() -> None:
    assert [group.value for group, _ in groups()] == [
        "Ihr Anliegen",
        "Ihr Kontakt",
        "Rahmen des Einsatzes",
    ]
    assert [asked for _, members in groups() for asked in members] == list(QUESTIONS)


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda asked: asked.name)
def test_each_question_says_why_it_is_asked_and_what_to_do(asked: Question) -> None:
    assert asked.purpose.startswith(("Um ", "Damit "))
    assert not asked.purpose.endswith(".")
    assert asked.hint.count(".") == bool(asked.hint)
    told = " ".join([asked.hint, asked.when_missing, asked.when_unknown, asked.when_too_long(9999)])
    assert not re.search(r"bitte|leider|ungültig|ups", told, re.IGNORECASE)
    assert re.fullmatch(r"[a-z_]+", asked.name)
    keys = [key for key, _ in asked.choices]
    assert len(keys) == len(set(keys))
    assert all(re.fullmatch(r"[a-z0-9-]+", key) for key in keys)
    assert bool(keys) == (asked.kind in {QuestionKind.CHOICE, QuestionKind.CHECKBOX})


def test_messages_name_the_answer_and_the_remedy() -> None:
    assert question("company").when_missing == "Geben Sie den Namen Ihres Unternehmens ein"
    assert question("topic").when_unknown == "Wählen Sie das Thema aus der Liste"
    assert question("message").when_too_long(6234) == (
        "Kürzen Sie Ihre Beschreibung um 1.234 auf höchstens 5.000 Zeichen"
    )


def test_answers_are_told_in_the_order_of_the_form_and_former_ones_at_the_end() -> None:
    told = list(
        answered({"fax": "0711 1", "email": "a@b.example", "topic": "schulung", "goals": ""})
    )
    assert [(asked.name, answer) for asked, answer in told] == [
        ("topic", "schulung"), ("email", "a@b.example"), ("fax", "0711 1"),
    ]  # fmt: skip
    assert told[-1][0].group is QuestionGroup.FORMER
    assert told[0][0].told("schulung") == "Schulung des Teams"
    assert told[0][0].told("gibt-es-nicht-mehr") == "gibt-es-nicht-mehr"


def test_what_staff_read_above_answers_speaks_to_nobody() -> None:
    headings = [asked.heading for asked in QUESTIONS] + [group.for_staff for group in QuestionGroup]
    for heading in headings:
        words = set(heading.replace("?", " ").split())
        assert not words & {"Sie", "Ihr", "Ihre", "Ihrer", "Ihren", "Ihnen", "wir", "unser"}, (
            heading
        )
        assert "?" not in heading
    assert QuestionGroup.REQUEST.value == "Ihr Anliegen", "visitors are spoken to"
