"""Doctor looks at the content repository: git, every object, and whether main is live."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.doctor import look
from support.publishing import EVA, FIRST, GOOD, PublishedSite
from support.repository import commit_to_main
from website.editorial.repository import Message
from website.infra import clock
from website.infra.database import connect
from website.leads.migrations import migrate
from website.ops.doctor import CheckResult


@pytest.fixture
def site(tmp_path: Path) -> Iterator[PublishedSite]:
    (tmp_path / "instance").mkdir()
    database = connect(f"sqlite:///{tmp_path / 'instance' / 'website.sqlite3'}")
    migrate(database.engine)
    site = PublishedSite(tmp_path, database)
    site.now = clock.now()
    site.open()
    yield site
    database.close()


def seen(site: PublishedSite, name: str, **variables: str) -> list[CheckResult]:
    environ = {
        "WEBSITE_INSTANCE_DIR": str(site.settings.instance_dir),
        "WEBSITE_CONTENT_DIR": str(site.settings.content_dir),
    }
    return look(environ | variables, name)


def test_what_is_published_is_well(site: PublishedSite) -> None:
    [repository] = seen(site, "content repository")
    assert (repository.level, "repo.git" in repository.seen) == ("ok", True)
    [publication] = seen(site, "publications")
    assert (publication.level, "is live since" in publication.seen) == ("ok", True)


def test_what_should_be_live_by_now_is_named(site: PublishedSite) -> None:
    long_ago = site.now - datetime.timedelta(hours=1)
    site.request({FIRST: b"x"}, now=long_ago)
    found = seen(site, "publications")
    assert [(one.level, one.seen[:14]) for one in found][1:] == [("error", "1 publication ")]


def test_what_is_official_and_not_live_is_named(site: PublishedSite) -> None:
    repository = site.workspace.repository
    commit_to_main(repository, {FIRST: GOOD.encode() + b"x"}, site.main, EVA, Message("Vorbei"))
    [found] = seen(site, "publications")
    assert (found.level, "is not live" in found.seen) == ("warning", True)
    assert "content publish" in found.advice


def test_commits_that_the_remote_lacks_are_counted(site: PublishedSite) -> None:
    found = seen(site, "publications", WEBSITE_CONTENT_REMOTE="ssh://x:geheim123@git.example/x")
    assert [one.seen for one in found][1:] == ["the remote repository lacks 1 commit"]


def test_a_damaged_repository_is_an_error(site: PublishedSite) -> None:
    for path in (site.workspace.repository.folder / "objects").rglob("*"):
        if path.is_file():
            path.unlink()
    [found] = seen(site, "content repository")
    assert found.level == "error"


def test_another_machine_is_not_looked_at(site: PublishedSite) -> None:
    [found] = seen(site, "content repository", WEBSITE_EDITOR="no")
    assert (found.level, "another machine" in found.seen) == ("not checked", True)
