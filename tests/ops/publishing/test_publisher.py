"""A publication goes live whole, or leaves site and main as they were and says why."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import datetime
import functools
import http.server
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from time_machine import travel

from support.postgres import ON_SQLITE
from support.publishing import (
    EVA,
    FIRST,
    GOOD,
    OTHER,
    SECOND,
    PublishedSite,
    git,
    push,
)
from support.repository import commit_to_main, parents
from website.build.targets import BuildTarget
from website.editorial.publications import LEASE
from website.editorial.repository import MAIN, Message
from website.editorial.workspace import live_settings
from website.exceptions import RepositoryError
from website.infra import clock as clocks
from website.infra.database import Database
from website.ops.publishing.publisher import NotThisMachine
from website.ops.service.publishing_service import exchanging, publishing

BETTER = GOOD.replace("Ein Absatz.", "Ein besserer Absatz.")
BROKEN = GOOD.replace("Ein Absatz.", "[Link](fehlt.md)")
NAMES = ["merge", "read", "check", "build", "commit", "switch", "verify"]


def test_a_change_goes_live_step_by_step(site: PublishedSite) -> None:
    old = site.main
    done = site.publish(FIRST, BETTER, subject="Absatz verbessert")
    assert (done.state, done.error, done.detail) == ("done", "", "")
    assert "Ein besserer Absatz." in site.page()
    assert [step["name"] for step in done.steps] == NAMES
    assert all(step["seconds"] >= 0 for step in done.steps)
    assert (done.base, done.result) == (old, site.main)
    assert (site.workspace.content / FIRST).read_text() == BETTER
    [version, *_] = site.workspace.repository.history(FIRST)
    assert (version.author, version.subject) == (EVA, "Absatz verbessert")
    assert version.trailers == (("Publication", str(done.id)),)


@ON_SQLITE
def test_what_shows_on_no_page_becomes_official_too(site: PublishedSite) -> None:
    draft = GOOD.replace("published", "draft").replace("Erster", "Dritter")
    done = site.publish("artikel/dritter.md", draft)
    assert done.state == "done"
    assert site.official("artikel/dritter.md") == draft
    assert site.page("dritter") == ""


@ON_SQLITE
def test_an_error_in_the_changed_file_stops_it(site: PublishedSite) -> None:
    old, page = site.main, site.page()
    done = site.publish(FIRST, BROKEN)
    assert done.state == "refused"
    assert done.error == "Die Prüfung hat 1 Fehler gefunden. Die Website bleibt, wie sie war."
    [reason] = done.reasons
    assert (reason["path"], reason["line"]) == (f"content/{FIRST}", 10)
    assert "fehlt.md" in reason["message"]
    assert (site.main, site.page()) == (old, page)
    assert (site.workspace.content / FIRST).read_text() == GOOD


@ON_SQLITE
def test_an_error_caused_elsewhere_stops_it(site: PublishedSite) -> None:
    linking = OTHER.replace("Ein Absatz.", "[Link](erster.md)")
    assert site.publish(SECOND, linking).state == "done"
    done = site.publish(FIRST, None)
    assert done.state == "refused"
    assert {reason["path"] for reason in done.reasons} >= {f"content/{SECOND}"}
    assert site.page()


@ON_SQLITE
def test_what_was_wrong_before_stops_nobody_else(site: PublishedSite) -> None:
    repository = site.workspace.repository
    wrong = {SECOND: OTHER.replace("Ein Absatz.", "[Link](fehlt.md)").encode()}
    commit_to_main(repository, wrong, site.main, EVA, Message("Am Tor vorbei"))
    assert site.publish(FIRST, BETTER).state == "done"
    assert "Ein besserer Absatz." in site.page()


@ON_SQLITE
def test_open_facts_stop_only_what_shows_them_anew(site: PublishedSite) -> None:
    owed = 'name = "PLATZHALTER: Name"\nphone'
    data = site.official("website.toml") or ""
    changed = data.replace('name = "Erika Muster"\nphone', owed)
    assert changed != data
    assert site.publish("website.toml", changed).state == "refused"
    repository = site.workspace.repository
    facts = {"website.toml": changed.encode()}
    commit_to_main(repository, facts, site.main, EVA, Message("Noch offen"))
    assert site.publish(FIRST, BETTER).state == "done"
    motto = changed.replace("Schnell, fair", "Fair, schnell")
    assert site.publish("website.toml", motto).state == "done"
    showing = OTHER.replace("Ein Absatz.", "PLATZHALTER: Satz fehlt.")
    assert site.publish(SECOND, showing).state == "refused"


@ON_SQLITE
def test_two_who_change_different_lines_both_go_live(site: PublishedSite) -> None:
    base = site.main
    site.publish(FIRST, GOOD.replace("Erster Titel", "Neuer Titel"), base=base)
    done = site.publish(FIRST, BETTER, base=base)
    assert done.state == "done"
    assert site.official(FIRST) == BETTER.replace("Erster Titel", "Neuer Titel")


@ON_SQLITE
def test_the_same_lines_wait_for_somebody_to_decide(site: PublishedSite) -> None:
    base = site.main
    site.publish(FIRST, BETTER, base=base)
    done = site.publish(FIRST, GOOD.replace("Ein Absatz.", "Ein anderer."), base=base)
    assert (done.state, FIRST in done.error) == ("conflict", True)
    assert site.official(FIRST) == BETTER


def test_a_name_that_no_database_stores_stops_no_later_publication(site: PublishedSite) -> None:
    base, name = site.main, os.fsdecode(b"artikel/\xff.md")
    site.publish(name, BETTER, base=base)
    done = site.publish(name, GOOD, base=base)
    assert (done.state, "artikel/?.md" in done.error) == ("conflict", True)
    assert site.publish(FIRST, BETTER).state == "done"


def test_what_was_taken_back_stays_away(site: PublishedSite) -> None:
    site.publish(FIRST, BETTER, subject="Absatz")
    site.publish(SECOND, OTHER.replace("Ein Absatz.", "Noch einer."), subject="Später")
    number = next(p.id for p in site.publisher.publications.newest(5) if p.subject == "Absatz")
    site.requests.rollback(EVA, site.now, number=number)
    [done] = site.run()
    assert (done.state, done.subject) == ("done", "Zurückgenommen: Absatz")
    assert "besserer" not in site.page()
    assert "Noch einer." in site.page("zweiter")
    site.publish("artikel/dritter.md", GOOD.replace("Erster", "Dritter").replace("Eine", "Die"))
    assert "besserer" not in site.page()
    assert site.official(FIRST) == GOOD


@ON_SQLITE
def test_taking_back_again_and_again_goes_further_back(site: PublishedSite) -> None:
    site.publish(FIRST, BETTER)
    site.publish(SECOND, OTHER.replace("Ein Absatz.", "Noch einer."))
    for path, text in ((SECOND, OTHER), (FIRST, GOOD)):
        site.requests.rollback(EVA, site.now)
        site.run()
        assert site.official(path) == text
    with pytest.raises(RepositoryError, match="no publication"):
        site.requests.rollback(EVA, site.now)


@ON_SQLITE
def test_the_same_publication_is_taken_back_once(site: PublishedSite) -> None:
    number = site.publish(FIRST, BETTER).id
    asked = site.requests.rollback(EVA, site.now, number=number)
    for _ in ("waiting", "done"):
        with pytest.raises(RepositoryError, match="already"):
            site.requests.rollback(EVA, site.now, number=number)
        site.run()
    site.requests.rollback(EVA, site.now, number=asked)
    site.run()
    assert site.official(FIRST) == BETTER
    site.requests.rollback(EVA, site.now)
    site.run()
    assert site.official(FIRST) == GOOD


@ON_SQLITE
def test_a_push_with_an_error_is_not_merged_and_names_its_author(site: PublishedSite) -> None:
    work, old = site.clone(), site.main
    (work / "content" / FIRST).write_text(BROKEN)
    push(work)
    site.requests.incoming("", site.now)
    [done] = site.run()
    assert (done.state, site.main) == ("refused", old)
    [reason] = done.reasons
    assert (reason["path"], reason["line"], reason["author"]) == (
        f"content/{FIRST}", 10, "Tim Technik",
    )  # fmt: skip
    assert site.requests.incoming("", site.now) == []
    (work / "content" / FIRST).write_text(BETTER)
    push(work, subject="Behoben")
    site.requests.incoming("", site.now)
    [done] = site.run()
    assert (done.state, done.actor, done.subject) == ("done", "Tim Technik", "Behoben")
    assert "Ein besserer Absatz." in site.page()
    assert site.requests.incoming("", site.now) == []


@ON_SQLITE
def test_a_push_merges_with_what_editors_published(site: PublishedSite) -> None:
    work = site.clone()
    site.publish(FIRST, BETTER)
    (work / "content" / SECOND).write_text(OTHER.replace("Ein Absatz.", "Vom Entwickler."))
    push(work)
    site.requests.incoming("", site.now)
    [done] = site.run()
    assert done.state == "done"
    assert "besserer" in site.page()
    assert "Vom Entwickler." in site.page("zweiter")


@ON_SQLITE
def test_a_pushed_link_is_not_published(site: PublishedSite) -> None:
    work = site.clone()
    (work / "content" / "artikel" / "x.png").symlink_to("/etc/passwd")
    push(work)
    site.requests.incoming("", site.now)
    [done] = site.run()
    assert (done.state, "no plain file" in done.detail) == ("failed", True)


@ON_SQLITE
def test_one_machine_alone_publishes(site: PublishedSite) -> None:
    site.requests.refresh("Tim", site.now)
    with pytest.raises(NotThisMachine, match="One machine alone"):
        site.publisher.run_due(machine="other")
    site.now += LEASE + datetime.timedelta(minutes=6)
    assert [done.state for done in site.publisher.run_due(machine="other")] == ["done"]


@ON_SQLITE
def test_another_repository_is_not_the_official_one(site: PublishedSite) -> None:
    site.publisher.publications.take_over("another", "elsewhere")
    with pytest.raises(NotThisMachine, match="take-over"):
        site.run()


@ON_SQLITE
def test_a_switch_that_fails_leaves_main_as_it_was(
    site: PublishedSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_self: BuildTarget) -> None:
        raise OSError(28, "No space left on device")

    old, page = site.main, site.page()
    with monkeypatch.context() as patch:
        patch.setattr(BuildTarget, "go_live", fail)
        done = site.publish(FIRST, BETTER)
    assert (done.state, site.main, site.page()) == ("failed", old, page)
    assert "No space left" in done.detail
    assert f"df -h {site.build.parent}" in done.detail
    assert site.publish(FIRST, BETTER).state == "done"


@ON_SQLITE
def test_a_release_lists_its_new_addresses_in_the_same_commit(
    tmp_path: Path, database: Database
) -> None:
    site = PublishedSite(tmp_path, database, release=True)
    site.workspace.open()
    site.release_by_hand()
    site.requests.refresh("Tim", site.now)
    assert [done.state for done in site.run()] == ["done"]
    assert site.build.is_symlink()
    assert "/artikel/erster/" in (site.official("adressen.txt") or "")
    third = GOOD.replace("Erster", "Dritter").replace("Eine B", "Die B")
    done = site.publish("artikel/dritter.md", third)
    assert done.state == "done"
    assert "/artikel/dritter/" in (site.official("adressen.txt") or "")
    assert parents(site.workspace.repository, site.main) == [done.base]


@ON_SQLITE
def test_a_scheduled_publication_waits_for_its_moment(site: PublishedSite) -> None:
    due = site.now + datetime.timedelta(hours=1)
    change, message = {FIRST: BETTER.encode()}, Message("Später")
    later = site.requests.of_changes(change, site.main, EVA, message, site.now, due_at=due)
    number = site.publisher.publications.request(later)
    assert site.run() == []
    site.now = due
    assert [done.id for done in site.run()] == [number]
    assert "besserer" in site.page()


@ON_SQLITE
def test_a_repository_that_lacks_a_publication_is_refused(site: PublishedSite) -> None:
    old = site.main
    done = site.publish(FIRST, BETTER)
    site.workspace.repository.set_ref(MAIN, old)
    site.requests.refresh("Tim", site.now)
    with pytest.raises(NotThisMachine, match=f"lacks publication {done.id}"):
        site.run()
    site.publisher.publications.take_over(site.workspace.repository.id, "here")
    assert [one.state for one in site.run()] == ["done"]


@ON_SQLITE
def test_a_remote_repository_gives_and_gets(site: PublishedSite, tmp_path: Path) -> None:
    remote, work = tmp_path / "remote.git", tmp_path / "work"
    git("init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    site.settings = dataclasses.replace(site.settings, content_remote=str(remote))
    site.workspace.repository.push(str(remote))
    git("clone", "--quiet", str(remote), str(work))
    (work / "content" / SECOND).write_text(OTHER.replace("Ein Absatz.", "Vom Entwickler."))
    push(work, "HEAD:main")
    site.requests.incoming(str(remote), site.now)
    [done] = site.run()
    assert (done.state, done.kind) == ("done", "push")
    assert "Vom Entwickler." in site.page("zweiter")
    site.publish(FIRST, BETTER)
    git("-C", str(work), "pull", "--quiet", "--rebase", "origin", "main")
    assert (work / "content" / FIRST).read_text() == BETTER


@ON_SQLITE
def test_what_could_not_be_pushed_is_pushed_later(
    site: PublishedSite, database: Database, tmp_path: Path
) -> None:
    remote = tmp_path / "remote.git"
    site.settings = dataclasses.replace(site.settings, content_remote=str(remote))
    done = site.publish(FIRST, BETTER)
    assert (done.state, done.steps[-1]["name"]) == ("done", "push")
    assert "jede Minute" in done.steps[-1]["note"]
    git("init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    git(
        "-C",
        str(remote),
        "fetch",
        "--quiet",
        str(site.workspace.repository.folder),
        f"{done.base}:main",
    )
    job = exchanging(site.settings, database)
    assert job.run(site.now) == "0 pushes taken in"
    assert git("-C", str(remote), "rev-parse", "main").strip() == site.main


class Serving(http.server.SimpleHTTPRequestHandler):
    """Serves a folder without a word."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(site: PublishedSite) -> Iterator[str]:
    """Serve the pages as they are built."""
    handler = functools.partial(Serving, directory=str(site.build))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()
        thread.join()


@ON_SQLITE
def test_the_live_page_is_compared_with_the_built_one(site: PublishedSite, server: str) -> None:
    site.live_url = server
    assert site.publish(FIRST, BETTER).state == "done"
    site.live_url = "http://127.0.0.1:9"
    done = site.publish(FIRST, GOOD)
    assert (done.state, "ist nicht erreichbar" in done.error) == ("unconfirmed", True)
    assert done.steps[-1]["note"] == done.error
    assert "besserer" not in site.page()


@ON_SQLITE
def test_a_live_page_of_yesterday_is_noticed(
    site: PublishedSite, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def old(self: Serving) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"alt")

    monkeypatch.setattr(Serving, "do_GET", old)
    site.live_url = server
    done = site.publish(FIRST, BETTER)
    assert (done.state, "noch nicht den neuen Stand" in done.error) == ("unconfirmed", True)


@ON_SQLITE
def test_the_daily_build_is_a_publication(site: PublishedSite, database: Database) -> None:
    tomorrow = clocks.today() + datetime.timedelta(days=1)
    due = OTHER.replace("2026-11-01", tomorrow.isoformat())
    assert site.publish(SECOND, due).state == "done"
    assert site.page("zweiter") == ""
    site.now = clocks.now() + datetime.timedelta(days=1)
    job = publishing(live_settings(site.settings), site.build, database)
    with concurrent.futures.ThreadPoolExecutor() as pool, travel(site.now, tick=True):
        outcome = pool.submit(job.run, site.now)
        while not outcome.done():
            site.run()
        assert outcome.result() == "pages made"
    assert site.page("zweiter")
