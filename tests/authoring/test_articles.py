"""What authors do with an article from a terminal: make it, publish it, move it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.content import TODAY, Content
from support.sqlite import migrated
from website import create_app
from website.authoring import articles, file_transactions
from website.config import Settings
from website.content import frontmatter, library_problems, published
from website.content.library import Library
from website.exceptions import AuthoringError
from website.infra import clock
from website.web.services import services

READY = """\
---
title: Ein Titel
description: Eine Beschreibung.
date: 2026-11-01  # der Tag der Messe
topic: kunden
reviewed_by: Erika Muster
ai: none
status: draft # bald
---

Ein Absatz.
"""


@pytest.fixture
def run(content: Content, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command as an author does on a certain day: each time the content is read anew."""
    monkeypatch.setattr(clock, "today", lambda: TODAY)

    def run(*words: str) -> Result:
        settings = Settings(
            content_dir=content.folder, instance_dir=migrated(tmp_path / "instance")
        )
        app = create_app(settings)
        try:
            return app.test_cli_runner().invoke(args=words)
        finally:
            services(app).leads.close()

    return run


def text(content: Content, file: str) -> str:
    return (content.folder / file).read_bytes().decode()


def state(content: Content) -> dict[str, bytes]:
    return {
        path.relative_to(content.folder).as_posix(): path.read_bytes()
        for path in content.folder.rglob("*")
        if path.is_file()
    }


def test_a_new_article_is_a_draft_that_can_be_previewed(
    content: Content, run: Callable[..., Result]
) -> None:
    result = run("new", "Größere Kunden: was tun?", "--topic", "kunden", "--author", "Jörg: Weiß")
    assert result.exit_code == 0, result.output
    assert result.output.startswith("Angelegt: content/artikel/groessere-kunden-was-tun.md\n")
    assert "make preview" in result.output
    library = content.load(with_unpublished=True)
    article = library.article("groessere-kunden-was-tun")
    assert article
    assert (article.title, article.topic) == ("Größere Kunden: was tun?", "kunden")
    assert (article.author, article.status, article.date) == ("Jörg: Weiß", "draft", TODAY)
    problems = library_problems.every(content.load())
    assert [problem.blocks for problem in problems] == [False]
    assert "PLATZHALTER" in problems[0].message
    html = library.rendered(article).html
    for box in ("praxisbeispiel", "merksatz", "checkliste"):
        assert f'data-variant="{box}"' in html


def test_a_new_article_lists_the_topics_to_choose_from(
    content: Content, run: Callable[..., Result]
) -> None:
    run("new", "Ein Titel")
    assert "\ntopic: PLATZHALTER  # Eines von: kunden\n" in text(content, "artikel/ein-titel.md")
    assert '\nauthor: "Interim Profis"\n' in text(content, "artikel/ein-titel.md")


@pytest.mark.parametrize(
    ("kind", "file", "step"),
    [
        ("Praxisfall", "praxisfaelle/ein-titel.md", "publish content/praxisfaelle/ein-titel.md"),
        ("seite", "seiten/ein-titel.md", "löschen Sie die Zeile „status: draft“."),
    ],
)
def test_every_kind_with_a_skeleton_begins_as_a_draft(
    content: Content, run: Callable[..., Result], kind: str, file: str, step: str
) -> None:
    result = run("new", "Ein Titel", "--kind", kind)
    assert result.exit_code == 0, result.output
    assert result.output.startswith(f"Angelegt: content/{file}\n")
    assert step in result.output
    assert [problem for problem in library_problems.every(content.load()) if problem.blocks] == []
    published = text(content, file).replace("status: draft", "status: published")
    content.write(file, published)
    assert [p for p in content.problems() if p.startswith(f"content/{file}") and "PLATZHALTER" in p]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--kind", "werkzeug"), "Möglich sind: artikel, praxisfall, seite."),
        (("--kind", "seite", "--topic", "kunden"), "„Seite“ haben die Angabe „topic“ nicht."),
        (("--kind", "seite", "--author", "E. M."), "„Seite“ haben die Angabe „author“ nicht."),
        (("--kind", "praxisfall", "--topic", "kunden"), "haben die Angabe „topic“ nicht."),
    ],
)
def test_a_kind_that_cannot_be_begun_so_is_told(
    content: Content, run: Callable[..., Result], words: tuple[str, ...], message: str
) -> None:
    before = state(content)
    result = run("new", "Ein Titel", *words)
    assert result.exit_code == 1
    assert message in result.output
    assert state(content) == before


@pytest.mark.parametrize("title", ['Sag „A“: "b" \\ # c', "{}: [x] - * & !", "2026", "Eins\nZwei"])
def test_any_title_is_kept(content: Content, run: Callable[..., Result], title: str) -> None:
    assert run("new", title).exit_code == 0
    (file,) = (content.folder / "artikel").glob("*.md")
    document = frontmatter.read(file.read_text(), lambda *_: None)
    assert document
    assert document.fields.values["title"] == " ".join(title.split())


def test_a_title_without_a_letter_is_refused(content: Content, run: Callable[..., Result]) -> None:
    result = run("new", "???")
    assert result.exit_code == 1
    assert "Geben Sie einen Titel an." in result.output
    assert not (content.folder / "artikel").exists()


def test_a_new_article_overwrites_nothing(content: Content, run: Callable[..., Result]) -> None:
    content.article("ein-titel")
    before = state(content)
    result = run("new", "Ein Titel")
    assert result.exit_code == 1
    assert "content/artikel/ein-titel.md gibt es schon" in result.output
    assert state(content) == before


def test_an_unknown_topic_is_told_with_the_known_ones(
    content: Content, run: Callable[..., Result]
) -> None:
    result = run("new", "Ein Titel", "--topic", "kuchen")
    assert result.exit_code == 1
    assert result.output == "Das Thema „kuchen“ gibt es nicht. Möglich sind: kunden.\n"
    assert not (content.folder / "artikel").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["bereit", "bereit.md", "content/artikel/bereit.md", "/artikel/bereit/"]
)
def test_publishing_changes_one_line_and_no_other_file(
    content: Content, run: Callable[..., Result], name: str
) -> None:
    content.write("artikel/bereit.md", "\ufeff" + READY.replace("\n", "\r\n"))
    before = state(content)
    result = run("publish", name)
    assert result.exit_code == 0, result.output
    assert "content/artikel/bereit.md ist veröffentlicht." in result.output
    after = state(content)
    article = before["artikel/bereit.md"]
    assert after == before | {
        "artikel/bereit.md": article.replace(b"status: draft #", b"status: published #")
    }
    assert content.load().article("bereit")


@pytest.mark.slow
def test_publishing_twice_changes_nothing_more(
    content: Content, run: Callable[..., Result]
) -> None:
    content.write("artikel/bereit.md", READY)
    run("publish", "bereit")
    before = state(content)
    result = run("publish", "bereit")
    assert "ist schon veröffentlicht" in result.output
    assert state(content) == before


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("description: Eine Beschreibung.\n", "", "md:1: Die Angabe „description“ fehlt."),
        ("Ein Absatz.", "[x](fehlt.md)", "md:11: Der Link „fehlt.md“ meint eine Datei"),
        ("Ein Absatz.", "So steht es in § 5 TMG.", "md:11: „TMG“ gilt nicht mehr"),
        ("Ein Absatz.", "Ein\n\nPLATZHALTER: Text", "md:13: Hier steht noch „PLATZHALTER“"),
        ("2026-11-01  #", "gestern  #", "md:4: „date: gestern“ ist kein Datum"),
        ("reviewed_by: Erika Muster\n", "", "Die Angabe „reviewed_by“ fehlt."),
        ("ai: none\n", "", "md:1: Die Angabe „ai“ fehlt."),
    ],
)
def test_what_is_wrong_with_the_file_keeps_it_from_being_published(
    content: Content, run: Callable[..., Result], old: str, new: str, message: str
) -> None:
    content.write("artikel/bereit.md", READY.replace(old, new))
    before = state(content)
    result = run("publish", "bereit")
    assert result.exit_code == 1
    assert message in result.output
    assert state(content) == before


def test_what_is_wrong_with_another_file_keeps_no_article_back(
    content: Content, run: Callable[..., Result]
) -> None:
    content.write("artikel/bereit.md", READY)
    content.article("anderer", date="gestern")
    assert run("publish", "bereit").exit_code == 0


def test_articles_that_link_to_each_other_are_published_together(
    content: Content, run: Callable[..., Result]
) -> None:
    content.write("artikel/a.md", READY.replace("Ein Absatz.", "[x](b.md)"))
    content.write("artikel/b.md", READY.replace("Ein Absatz.", "[x](a.md)"))
    before = state(content)
    assert "unveröffentlichten Artikel" in run("publish", "a").output
    assert state(content) == before
    assert run("publish", "a", "b").exit_code == 0
    assert {article.name for article in content.load(today=TODAY).articles} == {"a", "b"}


def test_an_old_address_of_an_article_is_not_given_to_a_new_one(
    content: Content, run: Callable[..., Result]
) -> None:
    content.article("neu", aliases="[/artikel/alt/]")
    result = run("new", "Alt")
    assert result.exit_code == 1
    assert "/artikel/alt/ ist eine alte Adresse von content/artikel/neu.md" in result.output


def test_a_placeholder_for_the_reviewer_is_told_and_stops_only_a_release(
    content: Content, run: Callable[..., Result]
) -> None:
    content.write("artikel/a.md", READY.replace("Erika Muster", '"PLATZHALTER: Prüfung"'))
    result = run("publish", "a")
    assert result.exit_code == 0
    assert "--release fehlt noch:\ncontent/artikel/a.md:6: Es fehlt noch: Prüfung." in result.output


@pytest.mark.slow
def test_the_first_publishing_sets_the_date_and_a_later_one_that_of_the_update(
    content: Content, run: Callable[..., Result]
) -> None:
    content.write("artikel/a.md", READY.replace("date: 2026-11-01  # der Tag der Messe\n", ""))
    run("publish", "a")
    assert f"\ndate: {TODAY}\nstatus: published # bald\n" in text(content, "artikel/a.md")
    assert "updated" not in text(content, "artikel/a.md")
    run("unpublish", "a")
    run("publish", "a")
    assert "updated" not in text(content, "artikel/a.md"), "on the same day nothing is an update"
    run("unpublish", "a")
    earlier = text(content, "artikel/a.md").replace(str(TODAY), "2020-02-02")
    content.write("artikel/a.md", earlier)
    run("publish", "a")
    assert "updated" not in text(content, "artikel/a.md"), "no release has held it"
    content.write("artikel/a.md", earlier)
    published.add(content.folder, ["/artikel/a/"])
    run("publish", "a")
    assert f"\nupdated: {TODAY}\nstatus: published # bald\n" in text(content, "artikel/a.md")
    assert "\ndate: 2020-02-02\n" in text(content, "artikel/a.md")


def test_an_article_of_tomorrow_is_published_then(
    content: Content, run: Callable[..., Result]
) -> None:
    tomorrow = TODAY + datetime.timedelta(days=1)
    content.write("artikel/a.md", READY.replace("2026-11-01", str(tomorrow)))
    result = run("publish", "a")
    assert "Leser sehen ihn, sobald die Website am " in result.output
    assert content.load(today=TODAY).article("a") is None
    assert published.read(content.folder) == ()
    assert content.load(today=tomorrow).article("a")


@pytest.mark.slow
def test_what_no_release_has_held_can_be_taken_back_without_a_trace(
    content: Content, run: Callable[..., Result]
) -> None:
    content.write("artikel/a.md", READY)
    before = state(content)
    run("publish", "a")
    run("unpublish", "a")
    assert state(content) == before
    run("publish", "a")
    run("unpublish", "a")
    (content.folder / "artikel/a.md").unlink()
    assert "/artikel/a/" not in run("check").output


@pytest.mark.slow
def test_an_article_is_withdrawn_by_one_line_and_its_address_stays_listed(
    content: Content, run: Callable[..., Result]
) -> None:
    content.write("artikel/a.md", READY)
    run("publish", "a")
    library = content.load(today=TODAY)
    published.record(library.folder, library.promised, library.questionnaire.keys)
    listed = published.read(content.folder)
    assert "/artikel/a/" in listed
    content.article("b", text=READY.replace("Ein Absatz.", "[x](a.md)"), status="published")
    result = run("unpublish", "a")
    assert "wieder ein Entwurf" in result.output
    assert "content/artikel/b.md:11: Der Link „a.md“ meint einen unveröff" in result.output
    assert text(content, "artikel/a.md") == READY
    assert published.read(content.folder) == listed
    assert "ist nicht veröffentlicht (Status: draft)" in run("unpublish", "a").output


def test_an_unknown_article_is_told_with_the_one_that_was_meant(
    content: Content, run: Callable[..., Result]
) -> None:
    content.article("kunden-halten")
    for command in ("publish", "unpublish"):
        result = run(command, "kunden-haltn")
        assert result.exit_code == 1
        assert result.output == (
            "Den Artikel „kunden-haltn“ gibt es nicht. Meinten Sie „kunden-halten“?\n"
        )


def test_an_unreadable_article_says_why(content: Content, run: Callable[..., Result]) -> None:
    content.write("artikel/kaputt.md", "---\ntitle: A: B\n---\n")
    result = run("publish", "kaputt")
    assert result.exit_code == 1
    assert result.output.startswith("content/artikel/kaputt.md:2: Der Wert enthält einen Doppel")


LINKS = """\
[a](alt.md), [b](alt.md#ziel "Titel"), [c](./alt.md), [d](../artikel/alt.md), [e](</artikel/alt/>)
[f](/artikel/alt/#ziel), [g][ref], [h](kalt.md), [i](alt.md.md), `[j](alt.md)`

[ref]: alt.md#ziel

```
[k](alt.md)
```
"""


@pytest.mark.slow
def test_renaming_moves_the_article_and_mends_every_link(
    content: Content, run: Callable[..., Result]
) -> None:
    content.article("alt", reviewed_by="E", text=_article("## Ziel\n\n[selbst](alt.md#ziel)"))
    content.article("kalt")
    others = LINKS.replace(", [i](alt.md.md)", "")
    content.article("andere", text=_article(others))
    content.write(
        "seiten/ueber.md", _page("[x](../artikel/alt.md) [y](alt.md)").replace("\n", "\r\n")
    )
    content.write("seiten/alt.md", _page("Eine Seite gleichen Namens."))
    site = text(content, "website.toml").replace('to = "/kontakt/"', 'to = "/artikel/alt/"')
    content.write("website.toml", site)
    assert content.problems() == []
    before = state(content)
    result = run("rename", "alt", "neu.md")
    assert result.exit_code == 0, result.output
    after = state(content)
    assert content.problems() == []
    assert "artikel/alt.md" not in after
    assert after["artikel/andere.md"].decode() == _article(
        others.replace("alt.md", "neu.md")
        .replace("kneu", "kalt")
        .replace("/alt/", "/neu/")
        .replace("[j](neu.md)", "[j](alt.md)")
        .replace("[k](neu.md)", "[k](alt.md)")
    )
    assert b"[x](../artikel/neu.md) [y](alt.md)\r\n" in after["seiten/ueber.md"]
    assert b'to = "/artikel/neu/"' in after["website.toml"]
    assert b"\naliases: [/artikel/alt/]\n" in after["artikel/neu.md"]
    assert b"[selbst](neu.md#ziel)" in after["artikel/neu.md"]
    assert "adressen.txt" not in after
    assert after["seiten/alt.md"] == before["seiten/alt.md"]
    assert "Wer /artikel/alt/ aufruft, kommt zu ihm." in result.output
    assert "Links angepasst: content/seiten/ueber.md" in result.output


FORMS = (
    "[a](alt.md)",
    '[a](./alt.md#ziel "Titel")',
    "[a](</artikel/alt/>)",
    "[a](/artikel/alt/#ziel)",
    "[a](../artikel/alt.md)",
    "[a][r] und [r]",
    "`[a](alt.md)`",
    "[a](kalt.md) alt.md",
    "```\n[a](alt.md)\n```",
    "~~~~\n[r]: alt.md\n~~~\n~~~~",
    "| [a](alt.md) |\n|---|\n| [a](alt.md#ziel) |",
    "/// merksatz\n[a](alt.md)\n///",
)


@pytest.mark.slow
@given(st.lists(st.sampled_from(FORMS), min_size=1, max_size=6), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_renaming_leaves_every_link_whole(content: Content, forms: list[str], end: str) -> None:
    body = "\n\n".join([*forms, "[r]: alt.md#ziel"])
    content.article("alt", text=_article("## Ziel"))
    content.article("kalt")
    content.article("andere", text=_article(body).replace("\n", end))
    before = content.load()
    assert library_problems.every(before) == ()
    try:
        articles.rename(before, "alt", "neu", TODAY)
        after = content.load()
        assert library_problems.every(after) == ()
        assert _html(after) == _html(before).replace("/artikel/alt/", "/artikel/neu/")
    finally:
        (content.folder / "artikel/neu.md").unlink(missing_ok=True)


def _html(library: Library) -> str:
    article = library.article("andere")
    assert article
    return library.rendered(article).html


@pytest.mark.slow
def test_renaming_back_leads_the_other_way(content: Content, run: Callable[..., Result]) -> None:
    content.article("alt", aliases="[/ganz-alt/]")
    run("rename", "alt", "neu")
    run("rename", "neu", "alt")
    article = content.load().article("alt")
    assert article
    assert article.aliases == ("/ganz-alt/", "/artikel/neu/")
    assert content.problems() == []


@pytest.mark.slow
def test_a_draft_that_nobody_has_seen_leaves_no_address_behind(
    content: Content, run: Callable[..., Result]
) -> None:
    content.article("alt", status="draft")
    before = text(content, "artikel/alt.md")
    run("rename", "alt", "neu")
    assert text(content, "artikel/neu.md") == before
    assert not (content.folder / "adressen.txt").exists()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("besetzt", "content/artikel/besetzt.md gibt es schon"),
        ("frueher", "/artikel/frueher/ ist eine alte Adresse von content/artikel/besetzt.md"),
        ("Größer", "Möglich wäre: groesser"),
        ("../seiten/x", "kann keine Adresse sein"),
        ("alt", "content/artikel/alt.md gibt es schon"),
    ],
)
def test_a_name_that_cannot_be_had_changes_nothing(
    content: Content, run: Callable[..., Result], name: str, message: str
) -> None:
    content.article("alt")
    content.article("besetzt", aliases="[/artikel/frueher/]")
    before = state(content)
    result = run("rename", "alt", name)
    assert result.exit_code == 1
    assert message in result.output
    assert state(content) == before


def test_changes_that_fail_half_way_leave_everything_as_it_was(content: Content) -> None:
    content.article("a")
    content.article("b")
    before = state(content)
    changes = {
        "artikel/a.md": b"neu", "artikel/c.md": b"neu", "artikel/b.md": None, "artikel": None,
    }  # fmt: skip
    with pytest.raises(AuthoringError, match="Es ist alles, wie es war"):
        file_transactions.apply(changes, content.folder)
    assert state(content) == before


def test_a_written_file_keeps_its_permissions(content: Content) -> None:
    file = content.article("a")
    file.chmod(0o640)
    file_transactions.apply({"artikel/a.md": b"neu"}, content.folder)
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in file.parent.iterdir()] == ["a.md"]


def _article(body: str) -> str:
    return (
        "---\ntitle: Ein Titel\ndescription: Eine Beschreibung.\ndate: 2026-11-01\n"
        f"topic: kunden\nreviewed_by: E\nstatus: published\n---\n\n{body}\n"
    )


def _page(body: str) -> str:
    return f"---\ntitle: Seite\ndescription: Eine Seite.\nupdated: 2026-11-02\n---\n\n{body}\n"


@pytest.mark.slow
def test_translations_move_along(content: Content, run: Callable[..., Result]) -> None:
    content.article()
    content.edition()
    result = run("rename", "ein-artikel", "neu")
    assert result.exit_code == 0, result.output
    assert (content.folder / "en/artikel/neu.md").exists()
    assert not (content.folder / "en/artikel/ein-artikel.md").exists()
    assert '"artikel/neu" = "articles/an-article"' in text(content, "en/website.toml")


def test_commands_change_german_texts_alone(content: Content, run: Callable[..., Result]) -> None:
    content.article(status="draft")
    content.edition()
    result = run("publish", "content/en/artikel/ein-artikel.md")
    assert result.exit_code == 1
    assert "gehört zur Ausgabe „en“" in result.output
    assert "status: draft" in text(content, "artikel/ein-artikel.md")
