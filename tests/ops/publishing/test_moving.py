"""Texts that got another address, or went, come back when that is taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from support.content import with_changes
from support.publishing import EVA, FIRST, GOOD, OTHER, SECOND, PublishedSite, PublishedSites
from support.repository import commit_to_main
from website.content.kinds import ARTICLES
from website.editorial import moving, replacements
from website.editorial.moving import Place
from website.editorial.publications import Publication
from website.editorial.replacements import Query
from website.editorial.repository import Message
from website.infra.database import Database

OLD, NEW, OTHER_PLACE = (Place(ARTICLES, name) for name in ("erster", "besser", "zweiter"))


@pytest.fixture(params=[False, True], ids=["plain", "release"])
def site(
    published_sites: PublishedSites,
    tmp_path: Path,
    database: Database,
    request: pytest.FixtureRequest,
) -> Iterator[PublishedSite]:
    linking = OTHER + "\nSiehe [dort](erster.md).\n"
    with published_sites.copy(tmp_path, database, release=request.param, second=linking) as site:
        yield site


def texts(site: PublishedSite) -> dict[str, bytes]:
    repository = site.workspace.repository
    return {
        path: repository.read(site.main, path) or b""
        for path in repository.files(site.main)
        if path.endswith((".md", ".toml"))
    }


def publish(site: PublishedSite, changes: Mapping[str, bytes | None]) -> Publication:
    site.request(changes, subject="Umbau")
    [done] = site.run()
    return done


def take_back(site: PublishedSite) -> Publication:
    site.requests.rollback(EVA, site.now)
    [done] = site.run()
    return done


def test_another_address_is_taken_back(site: PublishedSite) -> None:
    done = publish(site, moving.renamed(OLD, NEW, texts(site), leads_on=True))
    assert done.state == "done", (done.error, done.reasons)
    assert "Erster Titel" in site.page("besser")
    done = take_back(site)
    assert done.state == "done", (done.error, done.reasons)
    assert "Erster Titel" in site.page("erster")
    assert site.official(FIRST) == GOOD
    assert site.official("artikel/besser.md") is None
    assert "(erster.md)" in (site.official(SECOND) or "")
    later = site.publish(FIRST, GOOD.replace("Ein Absatz.", "Ein besserer Absatz."))
    assert later.state == "done", (later.error, later.reasons)


def test_a_fact_that_was_missing_before_stops_no_other_address(site: PublishedSite) -> None:
    owed = with_changes(GOOD, {"reviewed_by": '"PLATZHALTER: Prüfung steht aus"'})
    open_fact = {FIRST: owed.encode()}
    repository = site.workspace.repository
    commit_to_main(repository, open_fact, site.main, EVA, Message("Noch offen"))
    done = publish(site, moving.renamed(OLD, NEW, texts(site), leads_on=True))
    assert done.state == "done", (done.error, done.reasons)
    assert "Erster Titel" in site.page("besser")


def test_a_deletion_is_taken_back(site: PublishedSite) -> None:
    done = publish(site, moving.deleted(OLD, OTHER_PLACE, texts(site), was_public=True))
    assert done.state == "done", (done.error, done.reasons)
    done = take_back(site)
    assert done.state == "done", (done.error, done.reasons)
    assert site.official(FIRST) == GOOD
    assert "Erster Titel" in site.page("erster")


def test_words_replaced_in_all_texts_are_taken_back_together(site: PublishedSite) -> None:
    query = Query("Absatz", "Abschnitt", match_case=True, whole_words=True)
    chosen = {hit.id for hit in replacements.find(texts(site), query)}
    assert len(chosen) == 2
    before = site.official(SECOND)
    done = publish(site, replacements.replace(texts(site), query, chosen))
    assert done.state == "done", (done.error, done.reasons)
    assert "Ein Abschnitt." in site.page("erster")
    assert take_back(site).state == "done"
    assert (site.official(FIRST), site.official(SECOND)) == (GOOD, before)
