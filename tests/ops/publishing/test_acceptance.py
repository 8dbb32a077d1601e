"""A publication and the working copy that it came from: whoever dies on the way, nothing hangs."""

from __future__ import annotations

import email
import signal
from email import policy
from pathlib import Path

import pytest

from support import dying_publishers, processes
from support.postgres import ON_SQLITE
from support.publishing import EVA, FIRST, GOOD, PublishedSite, PublishedSites, push
from website.editorial.audit_trail import LIVE, PUSH_REFUSED, AuditTrail
from website.editorial.models import WorkingCopy
from website.editorial.publications import Publication
from website.editorial.repository import Message
from website.editorial.workflow import Actor, CopyState, Step
from website.editorial.working_copies import WorkingCopies
from website.infra.database import Database
from website.infra.mail_transport import FileTransport
from website.ops.publishing import editorial_mails
from website.ops.service.publishing_service import exchanging
from website.staff.access import StaffRole
from website.staff.accounts.directory import AccountDirectory

BETTER = GOOD.replace("Ein Absatz.", "Ein besserer Absatz.")
ANNA, BERND = 1, 2


class Killed(BaseException):
    """Stands for the end of a process."""


def approved(site: PublishedSite, copies: WorkingCopies) -> WorkingCopy:
    """Write and approve a text."""
    official = (site.official(FIRST) or "").encode()
    copy = copies.save(
        FIRST, 0, BETTER.encode(), Actor(ANNA, site.now), official=official, commit=site.main
    )
    assert copy
    copies.take(Step.SUBMIT, FIRST, copy.version, Actor(ANNA, site.now))
    return copies.approve(FIRST, copy.version, Actor(BERND, site.now, is_chief=True))


def new(site: PublishedSite, copy: WorkingCopy) -> Publication:
    changes, message = {FIRST: copy.data}, Message("Neu")
    return site.requests.of_changes(changes, copy.commit, EVA, message, site.now)


@pytest.mark.parametrize("point", ["check", "switch", "verify", "not finished", "copy not ended"])
def test_a_publisher_that_was_killed_leaves_no_copy_behind(
    published_sites: PublishedSites, tmp_path: Path, point: str
) -> None:
    with published_sites.copy(tmp_path) as site:
        _leaves_no_copy_behind(site, point)


def _leaves_no_copy_behind(site: PublishedSite, point: str) -> None:
    database, copies = site.database, WorkingCopies(site.database)
    copy = approved(site, copies)
    copies.publish(FIRST, copy.version, Actor(BERND, site.now, is_chief=True), new(site, copy))
    url = database.engine.url.render_as_string()
    code = processes.run(dying_publishers.publish, site.folder, url, False, point)
    assert code == -signal.SIGKILL
    [kept] = copies.all()
    assert (kept.state, kept.data) == (CopyState.PUBLISHING, BETTER.encode())
    site.run()
    assert copies.all() == []
    assert "Ein besserer Absatz." in site.page()
    assert site.official(FIRST) == BETTER
    events = [event.action for event in AuditTrail(database).of(FIRST)]
    assert events.count(LIVE) == 1


@ON_SQLITE
def test_a_copy_whose_publisher_died_last_of_all_waits_for_no_other_publication(
    site: PublishedSite, database: Database
) -> None:
    def die(*_: object) -> None:
        raise Killed

    copies = WorkingCopies(database)
    copy = approved(site, copies)
    copies.publish(FIRST, copy.version, Actor(BERND, site.now, is_chief=True), new(site, copy))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("website.editorial.publication_outcomes.PublicationOutcomes.published", die)
        with pytest.raises(Killed):
            site.run()
    assert copies.all()[0].state is CopyState.PUBLISHING
    assert not site.publisher.publications.waiting()
    exchanging(site.settings, database).run(site.now)
    assert copies.all() == []
    assert [event.action for event in AuditTrail(database).of(FIRST)].count(LIVE) == 1


@ON_SQLITE
def test_chief_editors_read_file_line_and_developer_of_a_push_with_an_error(
    site: PublishedSite, database: Database, tmp_path: Path
) -> None:
    directory = AccountDirectory(database)
    directory.add("clara@example.org", "Clara", [StaffRole.CHIEF_EDITOR])
    directory.add("anna@example.org", "Anna", [StaffRole.EDITOR])
    work = site.clone()
    (work / "content" / FIRST).write_text(GOOD.replace("Ein Absatz.", "[Link](fehlt.md)"))
    push(work)
    site.requests.incoming("", site.now)
    [done] = site.run()
    assert done.state == "refused"
    [event] = AuditTrail(database).of(FIRST)
    assert (event.action, event.staff) == (PUSH_REFUSED, 0)
    transport = FileTransport(tmp_path / "mails")
    editorial_mails.send(database, site.settings, transport, site.now)
    [mail] = (tmp_path / "mails").glob("*.eml")
    message = email.message_from_bytes(mail.read_bytes(), policy=policy.default)
    assert str(message["To"]) == "clara@example.org"
    assert str(message["Subject"]) == f"Änderung der Technik nicht veröffentlicht: {FIRST}"
    text = message.get_content()
    assert f"content/{FIRST}, Zeile 10, zuletzt geändert von Tim Technik: " in text
    assert "fehlt.md" in text
