"""Whatever a company has answered or left out, every page, action, file and mail can deal with it.

Most questions are optional, questions and choices come and go, and what was stored stays.
"""

from __future__ import annotations

import io
import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from support import staff
from support.applications import real_content
from support.questionnaire import QUESTIONNAIRE
from support.sqlite import NAME, migrated
from website import create_app
from website.config import Settings
from website.content.languages import GERMAN
from website.inbox import reply
from website.infra.clock import now
from website.leads import data_subjects, exporting, mail, webhooks
from website.leads.intake import Submission
from website.leads.models import Channel, Event, Lead, Note
from website.mailboxes import Mailbox
from website.questionnaire import Question
from website.staff.access import Action, StaffRole, allowed
from website.web.services import services
from website_demo import Demo

GONE = "gibt-es-nicht-mehr"
SENDER = Mailbox("w@x.example")


def example(question: Question) -> str:
    if question.choices:
        return question.choices[0][0]
    return f"Angabe zu {question.name}"


def required(number: int) -> dict[str, str]:
    given = {asked.name: example(asked) for asked in QUESTIONNAIRE.questions if asked.required}
    return given | {"message": f"Anfrage Nummer {number}", "email": f"nr{number}@firma.example"}


def submissions() -> dict[str, dict[str, str]]:
    """Return what companies send, by what it shows: the least, each optional answer, everything."""
    optional = [asked for asked in QUESTIONNAIRE.questions if not asked.required]
    given: list[tuple[str, dict[str, str]]] = [
        ("only required", {}),
        *((f"{asked.name} alone", {asked.name: example(asked)}) for asked in optional),
        ("everything", {asked.name: example(asked) for asked in optional}),
    ]
    return {name: required(number) | more for number, (name, more) in enumerate(given)}


def make_former(lead: Lead) -> None:
    """Let a lead be one of years ago: other questions, choices, signals, sources, history."""
    lead.topic = GONE
    lead.source = f"//{GONE}.example/"
    lead.answers = {"message": "Damals", "start": GONE, "fax": "0711 1", "telex": "", "x": None}
    lead.answers |= {"number": 7}
    lead.spam_reasons = [[GONE, 3], ["proven", -1]]


def history(lead: Lead) -> list[Event | Note]:
    told = ("status", "lost-reason", "owner", "follow-up", "tags", GONE)
    actors = ("staff 999", "staff x", "staff ²", GONE, "operator", "operator erika", "")
    details = (GONE, "", "²", "9" * 20)
    return [
        Note(lead_id=lead.id, at=now(), author=f"staff {GONE}", text=""),
        *(
            Event(lead_id=lead.id, at=now(), actor=actor, action=action, detail=detail)
            for actor, action, detail in itertools.product(actors, told, details)
        ),
    ]


def make_empty(lead: Lead) -> None:
    """Let a lead say nothing at all, as one from elsewhere might."""
    lead.company = lead.name = lead.email = lead.topic = ""
    lead.answers = {}
    lead.source = ""


def store_all(app: Flask) -> dict[str, str]:
    """Store a lead of each kind, twice: taken, and suspected.

    On PostgreSQL those only that are kept differently: other answers make a difference to pages.
    """
    opened = services(app).leads
    numbers: dict[str, str] = {}
    kinds = submissions() | {"former": required(98), "empty": required(99)}
    if not services(app).settings.is_one_machine:
        kinds = {name: given for name, given in kinds.items() if name in STORED}
    for (name, answers), odd in itertools.product(kinds.items(), (False, True)):
        given = answers | ({"email": f"x{answers['email']}"} if odd else {})
        sent = Submission(answers=given, oddities=("trap",) * odd, source="/kontakt/")
        numbers[f"{name}{', suspected' * odd}"] = opened.intake.take(sent).reference
    with opened.database.writing() as session:
        for name, change in (("former", make_former), ("empty", make_empty)):
            for suspected in ("", ", suspected"):
                query = select(Lead).where(Lead.reference == numbers[name + suspected])
                lead = session.scalars(query).one()
                if change is make_former:
                    session.add_all(history(lead))
                change(lead)
    return numbers


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """Yield one for all leads and roles. The inbox of one database is like that of the other."""
    folder = migrated(tmp_path_factory.mktemp("instance"))
    settings: dict[str, Any] = {"instance_dir": folder, "confirmation_mail": True}
    settings |= {"webhook_url": "https://hooks.example/x", "webhook_secret": ("whsec_" + "A" * 44,)}
    if request.param == "sqlite":
        yield from _opened(Settings(**settings, database_url=f"sqlite:///{folder / NAME}"))
        return
    with request.getfixturevalue("postgres").database() as url:
        yield from _opened(Settings(**settings, database_url=url, secret_key="x" * 40))


def _opened(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings, before=real_content())
    yield app
    services(app).leads.close()


@pytest.fixture(scope="module")
def numbers(app: Flask) -> dict[str, str]:
    return store_all(app)


@pytest.fixture(scope="module")
def clients(app: Flask) -> dict[StaffRole, FlaskClient]:
    return {role: staff.signed_in(app, staff.account(app, role)) for role in StaffRole}


def held(app: Flask, number: str) -> Lead:
    lead = services(app).leads.workflow.open(number)
    assert lead is not None
    return lead  # type: ignore[no-any-return]


def views(app: Flask, method: str, *, of_one: bool) -> Iterator[tuple[str, Action]]:
    """Yield the addresses of the inbox, each with what it is for."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("inbox.") and method in (rule.methods or ()):
            view = app.view_functions[rule.endpoint]
            if ("reference" in rule.arguments) is of_one:
                yield re.sub("<[^>]+>", "{}", rule.rule), view.required_action  # type: ignore[attr-defined]


ODD = {"only required", "former", "empty"}
"""Leads that stand for all where what is in them makes no difference."""

STORED = ODD | {"everything"}
"""Leads that stand for all where a database keeps them: with no, every, and unknown answers."""

FORMS: tuple[dict[str, Any], ...] = (
    {},
    {"text": "Notiz"},
    {"version": "1", "status": "new", "lost_reason": "", "owner": "", "tags": ""},
)


def test_every_lead_opens_for_every_role_that_may_see_it(
    app: Flask, numbers: dict[str, str], clients: dict[StaffRole, FlaskClient]
) -> None:
    seen = []
    for (path, action), role in itertools.product(views(app, "GET", of_one=True), StaffRole):
        right = 200 if allowed([role], action) else 403
        for kind, number in numbers.items():
            answer = clients[role].get(path.format(number))
            seen.append((kind, role, answer.status_code))
            assert answer.status_code == right, (kind, role, path)
    assert len(seen) == len(numbers) * len(StaffRole)


def mailed_text(lead: Lead) -> str:
    """Return the plain text that the staff get."""
    part = mail.compose(
        lead, lead.deliveries[0], sender=SENDER, questionnaire=QUESTIONNAIRE
    ).get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_every_answer_that_was_given_is_shown_and_told_everywhere(
    app: Flask, numbers: dict[str, str], clients: dict[StaffRole, FlaskClient]
) -> None:
    for kind, number in numbers.items():
        lead = held(app, number)
        page = clients[StaffRole.SALES].get(f"/posteingang/anfragen/{number}").text
        text = mailed_text(lead)
        told = json.loads(webhooks.body(lead))["data"]["answers"]
        for name, answer in lead.every_answer.items():
            asked = next((one for one in QUESTIONNAIRE.questions if one.name == name), None)
            for place in (page, text):
                assert (asked.display(answer) if asked else answer) in place, (kind, name)
            assert told[name] == answer
        assert "None" not in page
        assert ("<dt>Telefon</dt>" in page) is bool(lead.answer("phone")), kind


def test_every_lead_can_be_written_mailed_and_exported(app: Flask, numbers: dict[str, str]) -> None:
    opened = services(app).leads
    leads = [held(app, number) for number in numbers.values()]
    for lead in leads:
        reply.link(lead, GERMAN)
        to_staff = [one for one in lead.deliveries if one.channel is Channel.MAIL]
        assert to_staff
        for delivery, utf8 in itertools.product(to_staff, (False, True)):
            mail.compose(
                lead, delivery, sender=SENDER, questionnaire=QUESTIONNAIRE, utf8=utf8
            ).as_bytes()
            mail.compose_plainly(lead, delivery, sender=SENDER, utf8=utf8).as_bytes()
    for kind in exporting.KINDS.values():
        file = io.BytesIO()
        assert exporting.write(kind, leads, {}, QUESTIONNAIRE, file) == len(leads)
    subjects = opened.subjects
    for lead in leads:
        found = subjects.find(lead.email or "niemand@firma.example")
        data = subjects.export(lead.email, found, actor="test")
        assert json.dumps(data)
        data_subjects.report(data, privacy_page="https://x.example/")


def test_every_list_and_every_file_copes_with_all_of_them(
    app: Flask, numbers: dict[str, str], clients: dict[StaffRole, FlaskClient]
) -> None:
    queries = ("", "?suche=Anfrage", f"?thema={GONE}", "?sortierung=company", "?faellig=unanswered")
    for (path, action), role in itertools.product(views(app, "GET", of_one=False), StaffRole):
        for query in queries:
            right = 200 if allowed([role], action) else 403
            assert clients[role].get(path + query).status_code == right, (path, query, role)
    for kind, role in itertools.product(exporting.KINDS, StaffRole):
        with clients[role].post("/posteingang/export/", data={"art": kind}) as answer:
            assert answer.status_code == (200 if allowed([role], Action.EXPORT) else 403)
    emails = {held(app, number).email: kind for kind, number in numbers.items()}
    for path, role, (address, kind) in itertools.product(
        ("suche", "auskunft", "loeschen"), StaffRole, emails.items()
    ):
        may = allowed([role], Action.PRIVACY)
        if may or kind in ODD:  # refused before anybody looks at the address
            answer = clients[role].post(
                f"/posteingang/datenschutz/{path}", data={"adresse": address}
            )
            right = {200, 303, 422} if may else {403}
            assert answer.status_code in right, (address, path, role)


@pytest.mark.parametrize(
    "command", ["list", "list --quarantine", "list --references", "deliveries", "purge --dry-run"]
)
def test_every_command_over_all_copes_with_all_of_them(
    app: Flask, numbers: dict[str, str], command: str
) -> None:
    assert numbers
    result = app.test_cli_runner().invoke(args=["leads", *command.split()])
    assert result.exit_code == 0, result.output


def test_every_command_copes_with_each_of_them(app: Flask, numbers: dict[str, str]) -> None:
    run = app.test_cli_runner().invoke
    for kind, number in numbers.items():
        result = run(args=["leads", "show", number])
        assert result.exit_code == 0, (kind, result.output)
        for answer in held(app, number).every_answer.values():
            lines = answer.split("\n")
            choices = dict(itertools.chain(*(asked.choices for asked in QUESTIONNAIRE.questions)))
            assert choices.get(answer, lines[0]) in result.output or not answer, kind
        for command in (["deliveries", number], ["redeliver", number]):
            assert run(args=["leads", *command]).exit_code == 0, kind


def test_every_action_does_its_work_on_every_lead_or_is_refused(
    app: Flask, numbers: dict[str, str], clients: dict[StaffRole, FlaskClient]
) -> None:
    for path, action in views(app, "POST", of_one=True):
        for role, (kind, number) in itertools.product(StaffRole, numbers.items()):
            if role is not StaffRole.SALES and kind not in ODD:
                continue  # allowed as sales, or refused before anybody looks at the lead
            may = allowed([role], action)
            # Other answers make a difference to the page that shows an error, not to the work;
            # and who is refused is refused before anybody looks at the form.
            several = may and kind.removesuffix(", suspected") in STORED
            for form in FORMS if several else FORMS[:1]:
                answer = clients[role].post(path.format(number), data=form)
                right = {303, 422, 409} if may else {403}
                assert answer.status_code in right, (path, kind, role, form)
    every = {"nummer": list(numbers.values()), "tag": "alle"}
    for path in ("/posteingang/anfragen/auswahl", "/posteingang/quarantaene/freigeben"):
        assert clients[StaffRole.SALES].post(path, data=every).status_code == 303, path
        assert clients[StaffRole.OPERATOR].post(path, data=every).status_code == 403
    assert held(app, numbers["former"]).tags == ("alle",)
    assert {
        event.action
        for event in services(app).leads.store.events(
            held(app, numbers["only required, suspected"])
        )
    } >= {"released", "answered", "note"}


def test_every_lead_of_the_demonstration_opens_for_every_role(
    app: Flask, clients: dict[StaffRole, FlaskClient]
) -> None:
    opened = services(app).leads
    before = set(opened.store.references())
    Demo(opened.intake, ["/artikel/x/"], [1], now()).fill(30)
    made = set(opened.store.references()) - before
    assert len(made) == 30
    for role in StaffRole:
        may = allowed([role], Action.READ)
        for number in made if may else [*made][:1]:  # refused before anybody looks at the lead
            answer = clients[role].get(f"/posteingang/anfragen/{number}")
            assert answer.status_code == (200 if may else 403), (number, role)
