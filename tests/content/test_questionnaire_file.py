"""What is told of a form that staff have edited."""

from __future__ import annotations

import pytest

from support.content import FORM, Content
from website.content import published, questionnaire_file
from website.content.questionnaire_file import QuestionnaireFile
from website.questionnaire import CONTRACTS, QuestionKind

FAX = """
[[questions]]
key = "fax"
group = "alles"
kind = "text"
label = "Faxnummer"
purpose = "Um Ihnen zu faxen"
"""
LINE = FORM.count("\n") + 2
"""On which the added question begins."""


def told(content: Content, text: str) -> list[str]:
    content.write("formular.toml", text)
    return [str(problem) for problem in questionnaire_file.read(content.folder)[1]]


def test_a_question_more_is_no_fault(content: Content) -> None:
    assert told(content, FORM + FAX) == []
    found, _ = questionnaire_file.read(content.folder)
    assert found.question("fax").label == "Faxnummer"
    assert not found.question("fax").required
    assert "fax" in found.free_texts


@pytest.mark.parametrize(
    ("wrong", "line", "message"),
    [
        (FAX + 'hnit = "Mit Vorwahl."\n', 6, "Meinten Sie „hint“?"),
        (FAX.replace('purpose = "Um Ihnen zu faxen"\n', ""), 0, "Die Angabe „purpose“ fehlt."),
        (FAX.replace('"text"', '"wort"'), 3, "Möglich sind: „text“, „langer-text“, „zahl“"),
        (FAX.replace('"alles"', '"ales"'), 2, "Meinten Sie „alles“?"),
        (FAX.replace('"fax"', '"Fax Nummer"'), 1, "kann kein key sein"),
        (FAX.replace('"fax"', '"source"'), 1, "heißt schon ein anderes Feld"),
        (FAX.replace('"fax"', '"company"'), 1, "steht zweimal da"),
        (FAX.replace('"text"', '"auswahl"'), 0, "braucht [questions.choices]"),
        (FAX + '[questions.choices]\na = "A"\n', 6, "nur bei kind"),
        (FAX + 'removed = "ja"\n', 6, "soll true oder false sein"),
        (FAX + 'missing = "Bitte nennen Sie sie"\n', 6, "erscheint nie"),
        (FAX + 'featured = ["b"]\n', 6, "stehen nur Themen"),
        (FAX + "rahmen\n", 6, ""),
    ],
)
def test_each_fault_has_its_line_and_a_remedy(
    content: Content, wrong: str, line: int, message: str
) -> None:
    (problem, *_) = told(content, FORM + wrong)
    path, at, said = problem.split(":", 2)
    assert path == "content/formular.toml"
    assert int(at) == LINE + line
    assert message in said


def test_choices_have_lines_of_their_own(content: Content) -> None:
    text = FAX.replace('"text"', '"auswahl"') + '\n[questions.choices]\nja = "Ja"\nNein = "Nein"\n'
    (problem,) = told(content, FORM + text)
    assert problem.startswith(f"content/formular.toml:{LINE + 9}: „Nein“ kann kein Schlüssel sein")


def test_the_start_page_leads_only_to_topics_that_are_offered(content: Content) -> None:
    text = FORM.replace('"Worum geht es?"\n', '"Worum geht es?"\nfeatured = ["sonstiges", "alt"]\n')
    (problem,) = told(content, text)
    assert problem.endswith("Unter choices gibt es „alt“ nicht.")
    found, _ = questionnaire_file.read(content.folder)
    assert found.featured_topics == (("sonstiges", "Sonstiges"),)


def test_what_the_code_relies_on_must_be_asked_in_its_kind(content: Content) -> None:
    assert (
        'Die Frage mit key = "phone" fehlt.' in told(content, FORM.replace('"phone"', '"fon"'))[0]
    )
    wrong = FORM.replace('kind = "telefon"', 'kind = "text"')
    assert 'braucht kind = "telefon"' in told(content, wrong)[0]
    removed = FORM.replace('key = "name"', 'removed = true\nkey = "name"')
    assert "geht das Formular nicht" in told(content, removed)[0]
    found, _ = questionnaire_file.read(content.folder)
    assert {question.name for question in found.questions} == CONTRACTS.keys()


def test_what_was_published_is_removed_by_a_line_and_never_lost(content: Content) -> None:
    content.write("formular.toml", FORM + FAX)
    library = content.load()
    published.record(library.folder, library.promised, library.questionnaire.keys)
    assert told(content, FORM + FAX) == []
    lost = FORM.replace('sonstiges = "Sonstiges"\n', "")
    first, second = told(content, lost)
    assert first.startswith("content/formular-schluessel.txt:")
    assert "Die Frage „fax“ fehlt" in first
    assert "removed = true" in first
    assert "Die Auswahlmöglichkeit „sonstiges“ der Frage „topic“ fehlt" in second
    assert "[questions.removed_choices]" in second
    kept = lost.replace(
        "[questions.choices]",
        '[questions.removed_choices]\nsonstiges = "Sonstiges"\n\n[questions.choices]',
    )
    assert told(content, f"{kept}{FAX}removed = true\n") == []
    found, _ = questionnaire_file.read(content.folder)
    assert "fax" not in {question.name for question in found.questions}
    assert found.question("fax").heading == "Faxnummer"
    assert found.question("topic").display("sonstiges") == "Sonstiges"


@pytest.mark.parametrize("text", ["[[questions]\n", 'key = "offen\n', None])
def test_a_file_that_cannot_be_read_is_told_alone(content: Content, text: str | None) -> None:
    content.article(cta="{text: Los, topic: kam-aufbauen}")
    if text is None:
        (content.folder / "formular.toml").unlink()
    else:
        content.write("formular.toml", text)
    problems = content.problems()
    assert len(problems) == 1
    assert problems[0].startswith("content/formular.toml:1: ")


def test_a_running_website_reads_the_file_when_it_has_changed(content: Content) -> None:
    ask = QuestionnaireFile(content.folder)
    before = ask()
    assert ask() is before
    content.write("formular.toml", FORM + FAX)
    assert ask().question("fax").kind is QuestionKind.TEXT


def test_while_the_file_is_broken_a_running_website_asks_as_before(content: Content) -> None:
    content.write("formular.toml", FORM + FAX)
    ask = QuestionnaireFile(content.folder)
    before = ask()
    content.write("formular.toml", "[[questions]\n")
    assert ask() is before
    assert ask() is before
    content.write("formular.toml", FORM)
    assert "fax" not in {question.name for question in ask().questions}


def test_without_the_file_a_website_still_takes_requests(content: Content) -> None:
    (content.folder / "formular.toml").unlink()
    found = QuestionnaireFile(content.folder)()
    assert {question.name for question in found.questions} == CONTRACTS.keys()
    assert found.question("topic").accepts("schulung")
