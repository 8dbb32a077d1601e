"""Killed at any step, a publication leaves the old or the new site, and the next run ends it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import dying_publishers, processes
from support.publishing import FIRST, GOOD, PublishedSite, PublishedSites
from support.repository import parents

BETTER = GOOD.replace("Ein Absatz.", "Ein besserer Absatz.")
POINTS = (
    "merge", "read", "check", "build", "commit", "main advanced", "switch",
    "release not switched", "pages switched", "state not saved", "half exported", "verify",
)  # fmt: skip
OLD_MAIN = ("merge", "read", "check", "build", "commit")
OLD_PAGES = (*OLD_MAIN, "main advanced", "switch", "release not switched")


FOLDER, RELEASE = "", "yes"


@pytest.fixture
def site(
    published_sites: PublishedSites, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[PublishedSite]:
    with published_sites.copy(tmp_path, release=bool(request.param)) as site:
        yield site


@pytest.mark.parametrize(
    ("site", "point"),
    [
        *((RELEASE, point) for point in POINTS),
        *((FOLDER, point) for point in ("build", "main advanced", "pages switched")),
    ],
    indirect=["site"],
)
def test_killed_at_any_step_the_next_run_ends_it(site: PublishedSite, point: str) -> None:
    old = site.main
    number = site.request({FIRST: BETTER.encode()})
    url = site.database.engine.url.render_as_string()
    code = processes.run(dying_publishers.publish, site.folder, url, site.release, point)
    assert code == -signal.SIGKILL
    assert (site.main == old) == (point in OLD_MAIN)
    assert ("besserer" in site.page()) == (point not in OLD_PAGES)
    assert site.page("zweiter")
    [ended] = site.run()
    assert (ended.id, ended.state, ended.detail) == (number, "done", "")
    assert "Ein besserer Absatz." in site.page()
    assert site.official(FIRST) == BETTER
    assert (site.workspace.content / FIRST).read_text() == BETTER
    assert parents(site.workspace.repository, site.main) == [old]
    site.workspace.repository.verify()
    assert site.publish(FIRST, GOOD).state == "done"
    assert "besserer" not in site.page()
