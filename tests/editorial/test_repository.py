"""The content repository keeps every byte, loses nothing, and lets one of two writers win."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
import threading
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.repository import commit_to_main, parents
from website.config import ROOT
from website.content.files import RIGHTS
from website.editorial import git
from website.editorial.repository import INCOMING, MAIN, Message, Person, Repository
from website.editorial.workspace import export
from website.exceptions import MainMoved, RepositoryError

EVA, TIM = Person("Eva Muster", "eva@example.org"), Person("Tim Technik", "tim@example.org")
A, B = "artikel/a.md", "artikel/b.md"
LINES = b"".join(b"Zeile %d\n" % number for number in range(1, 21))


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    content = tmp_path / "checkout" / "content"
    for path, data in {A: LINES, B: b"B\n", "website.toml": b"name = 'x'\n"}.items():
        (content / path).parent.mkdir(parents=True, exist_ok=True)
        (content / path).write_bytes(data)
    made = Repository(tmp_path / "redaktion" / "repo.git")
    made.create(content, TIM)
    return made


def changed(number: int, text: bytes) -> bytes:
    lines = LINES.splitlines(keepends=True)
    lines[number - 1] = text + b"\n"
    return b"".join(lines)


def in_folder(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def empty() -> Iterator[Repository]:
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "content").mkdir()
        made = Repository(Path(place) / "repo.git")
        made.create(Path(place) / "content", TIM)
        yield made


part = st.text(
    st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=20
).filter(lambda name: name not in {".", ".."} and name.lower() != ".git")
names = st.lists(
    st.one_of(part, part.map(lambda name: unicodedata.normalize("NFD", name))),
    min_size=1, max_size=3,
).map("/".join)  # fmt: skip
texts = st.one_of(
    st.binary(max_size=300),
    st.lists(st.sampled_from([b"a", b"\r\n", b"\n", b"\r", b"\xef\xbb\xbf", b"u\xcc\x88"])).map(
        b"".join
    ),
)


def is_possible(files: dict[str, bytes]) -> bool:
    """Return whether no file has the name of a folder, and the disk takes every name."""
    folders = {str(parent) for path in files for parent in Path(path).parents}
    fits = all(len(os.fsencode(each)) < 200 for path in files for each in path.split("/"))
    return fits and not folders & files.keys() and len(files) == len({Path(f) for f in files})


@settings(max_examples=settings.default.max_examples // 4)
@given(st.dictionaries(names, texts, max_size=5).filter(is_possible))
def test_what_is_exported_is_what_was_committed(empty: Repository, files: dict[str, bytes]) -> None:
    made = empty.commit(files, empty.main, EVA, Message("Ändern"))
    with tempfile.TemporaryDirectory() as place:
        export(empty, made, Path(place) / "content")
        assert in_folder(Path(place) / "content") == files
    assert {path: empty.read(made, path) for path in files} == files


def test_the_checkout_is_taken_in_byte_for_byte(tmp_path: Path) -> None:
    made = Repository(tmp_path / "repo.git")
    first = made.create(ROOT / "content", TIM)
    export(made, first, tmp_path / "content")
    assert in_folder(tmp_path / "content") == in_folder(ROOT / "content")
    assert made.write_folder(tmp_path / "content") == made.tree(first)


def test_an_export_writes_what_differs_and_mends_what_was_touched(
    repository: Repository, tmp_path: Path
) -> None:
    folder = tmp_path / "export" / "content"
    assert export(repository, repository.main, folder) == [A, B, "website.toml"]
    assert export(repository, repository.main, folder) == []
    before = (folder / B).stat().st_ino
    made = repository.commit({A: b"neu", "x/y.md": b"y"}, repository.main, EVA, Message("Neu"))
    assert export(repository, made, folder) == [A, "x/y.md"]
    assert (folder / B).stat().st_ino == before
    (folder / B).write_bytes(b"von Hand")
    (folder / "rest.tmp").write_bytes(b"")
    made = repository.commit({"x/y.md": None}, made, EVA, Message("Weg"))
    assert export(repository, made, folder) == [B, "rest.tmp", "x/y.md"]
    assert in_folder(folder) == {A: b"neu", B: b"B\n", "website.toml": b"name = 'x'\n"}
    assert not (folder / "x").exists()
    assert stat.S_IMODE((folder / A).stat().st_mode) == 0o644


def test_of_two_who_commit_on_the_same_state_one_wins(repository: Repository) -> None:
    base, results = repository.main, []
    barrier = threading.Barrier(4)

    def commit(number: int) -> None:
        barrier.wait()
        try:
            made = commit_to_main(repository, {A: b"%d" % number}, base, EVA, Message("Neu"))
        except MainMoved:
            results.append("")
        else:
            results.append(made)

    threads = [threading.Thread(target=commit, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results)[:3] == ["", "", ""]
    assert repository.main == max(results)
    assert parents(repository, repository.main) == [base]


STEPS = ("hash-object", "read-tree", "update-index", "write-tree", "commit-tree", "update-ref")
KILLING = """#!/bin/sh
for word; do
    if [ "$word" = "$KILL_AT" ]; then
        [ "$KILL_AFTER" ] && {git} "$@"
        kill -9 $PPID
        exit 1
    fi
done
exec {git} "$@"
"""
COMMITTING = """
import sys
from pathlib import Path
from website.editorial.repository import Message, Person, Repository
repository, old = Repository(Path(sys.argv[1])), sys.argv[2]
made = repository.commit({"artikel/a.md": b"neu"}, old, Person("Eva"), Message("Neu"))
repository.advance(made, old)
"""


@pytest.mark.parametrize("after", ["", "yes"])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_main_is_old_or_new(
    repository: Repository, tmp_path: Path, step: str, after: str
) -> None:
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    real = subprocess.run(["which", "git"], capture_output=True, text=True, check=True).stdout
    program.write_text(KILLING.format(git=real.strip()))
    program.chmod(0o755)
    old = repository.main
    # The program is started with a clean environment: where to die stands in the script.
    text = program.read_text().replace("$KILL_AT", step).replace("$KILL_AFTER", after)
    program.write_text(text)
    environ = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        [sys.executable, "-c", COMMITTING, str(repository.folder), old], env=environ, check=False
    )
    assert done.returncode == -9
    is_new = step == "update-ref" and bool(after)
    assert (repository.read(repository.main, A) == b"neu") == is_new
    assert (repository.main == old) != is_new
    repository.verify()
    commit_to_main(repository, {A: b"danach"}, repository.main, EVA, Message("Danach"))


def test_the_lock_of_a_killed_process_is_removed(repository: Repository) -> None:
    lock = repository.folder / f"{MAIN}.lock"
    lock.touch()
    with pytest.raises(RepositoryError, match="lock"):
        commit_to_main(repository, {A: b"neu"}, repository.main, EVA, Message("Neu"))
    os.utime(lock, (0, 0))
    commit_to_main(repository, {A: b"neu"}, repository.main, EVA, Message("Neu"))
    assert repository.read(repository.main, A) == b"neu"


def test_different_lines_merge_and_the_same_lines_conflict(repository: Repository) -> None:
    base = repository.main
    ours = repository.commit({A: changed(2, b"Eva")}, base, EVA, Message("Oben"))
    theirs = repository.commit({A: changed(19, b"Tim")}, base, TIM, Message("Unten"))
    merged = repository.merge(ours, theirs)
    assert merged.conflicts == ()
    tree = repository.commit_tree(merged.tree, [ours], TIM, Message("Beides"))
    assert repository.read(tree, A) == changed(2, b"Eva").replace(b"Zeile 19\n", b"Tim\n")
    same = repository.commit({A: changed(2, b"Tim")}, base, TIM, Message("Oben"))
    assert repository.merge(ours, same).conflicts == (A,)


def test_a_change_follows_a_renamed_file(repository: Repository) -> None:
    base = repository.main
    renamed = repository.commit({A: None, "artikel/c.md": LINES}, base, EVA, Message("Umbenannt"))
    edited = repository.commit({A: changed(5, b"Tim")}, base, TIM, Message("Fünf"))
    merged = repository.merge(renamed, edited)
    assert merged.conflicts == ()
    final = repository.commit_tree(merged.tree, [renamed], TIM, Message("Beides"))
    assert repository.read(final, "artikel/c.md") == changed(5, b"Tim")
    repository.advance(final, base)
    history = repository.history("artikel/c.md")
    assert [(v.subject, v.path) for v in history][-2:] == [
        ("Umbenannt", "artikel/c.md"),
        ("Inhalte übernommen", A),
    ]


def test_a_reversal_takes_back_one_change_and_keeps_later_ones(repository: Repository) -> None:
    base = repository.main
    first = commit_to_main(repository, {A: changed(2, b"falsch")}, base, EVA, Message("Falsch"))
    later = commit_to_main(repository, {B: b"spaeter"}, first, TIM, Message("Später"))
    reversal = repository.commit_tree(
        repository.tree(base), [first], EVA, Message("Zurückgenommen")
    )
    merged = repository.merge(later, reversal)
    made = repository.commit_tree(merged.tree, [later], EVA, Message("Zurückgenommen"))
    assert (repository.read(made, A), repository.read(made, B)) == (LINES, b"spaeter")


@pytest.mark.parametrize("folder", ["", "en/"])
def test_lists_of_rights_are_merged_by_lines_also_in_a_repository_made_long_ago(
    repository: Repository, folder: str
) -> None:
    attributes = repository.folder / "info" / "attributes"
    attributes.parent.mkdir(exist_ok=True)
    attributes.write_text(f"content/{RIGHTS} merge=union\n")
    file = folder + RIGHTS
    base = commit_to_main(repository, {file: b"a: A\n"}, repository.main, EVA, Message("Liste"))
    ours, theirs = (
        repository.commit({file: b"a: A\n" + row}, base, EVA, Message("Bild"))
        for row in (b"b: B\n", b"c: C\n")
    )
    merged = repository.merge(ours, theirs)
    assert merged.conflicts == ()
    assert repository.read(merged.tree, file) == b"a: A\nb: B\nc: C\n"


def test_a_version_says_who_when_and_what(repository: Repository) -> None:
    message = Message("Titel\nändern", "Weil.", (("Reviewed-by", "Ina <ina@example.org>"),))
    odd = Person("Eva <b>\n", "eva@example.org")
    commit_to_main(repository, {A: b"neu"}, repository.main, odd, message)
    newest, first = repository.history(A)
    assert newest.subject == "Titel ändern"
    assert newest.author == Person("Eva b", "eva@example.org")
    assert newest.trailers == (("Reviewed-by", "Ina <ina@example.org>"),)
    assert newest.at >= first.at
    assert first.subject == "Inhalte übernommen"
    assert repository.count_since("") == 2
    assert repository.count_since(first.commit) == 1
    assert repository.count_since(newest.commit) == 0


def test_a_diff_names_lines_of_both_versions(repository: Repository) -> None:
    [hunk] = repository.diff(LINES, changed(5, b"neu"), around=1).hunks
    assert [(line.kind, line.text, line.old, line.new) for line in hunk] == [
        (" ", "Zeile 4", 4, 4),
        ("-", "Zeile 5", 5, None),
        ("+", "neu", None, 5),
        (" ", "Zeile 6", 6, 6),
    ]
    assert repository.diff(LINES, LINES).hunks == ()
    assert repository.diff(b"\0a", b"\0b").is_binary


def test_changes_between_commits_name_renames(repository: Repository) -> None:
    old = repository.main
    new = repository.commit(
        {A: None, "artikel/c.md": LINES, B: b"anders", "neu.md": b""}, old, EVA, Message("Viel")
    )
    found = {(change.status, change.path, change.former) for change in repository.changes(old, new)}
    assert found == {("R", "artikel/c.md", A), ("M", B, ""), ("A", "neu.md", "")}


@pytest.mark.parametrize("path", ["../x", "/x", "a//b", ".git/config", "a/.GIT/x", "a\0b", ""])
def test_no_path_leads_out_of_the_content(repository: Repository, path: str) -> None:
    with pytest.raises(RepositoryError, match="no path"):
        repository.commit({path: b""}, repository.main, EVA, Message("Böse"))


def test_a_link_is_not_exported(repository: Repository, tmp_path: Path) -> None:
    work = tmp_path / "work"
    run("git", "clone", "--quiet", str(repository.folder), str(work))
    (work / "content" / "artikel" / "x.md").symlink_to("/etc/passwd")
    push(work, "HEAD:technik")
    with pytest.raises(RepositoryError, match=r"content/artikel/x\.md is no plain file"):
        export(repository, INCOMING, tmp_path / "export" / "content")


def test_developers_push_to_their_branch_and_never_to_main(
    repository: Repository, tmp_path: Path
) -> None:
    work, old = tmp_path / "work", repository.main
    run("git", "clone", "--quiet", str(repository.folder), str(work))
    (work / "content" / B).write_bytes(b"vom Entwickler")
    push(work, "HEAD:technik")
    assert repository.read(INCOMING, B) == b"vom Entwickler"
    assert not repository.contains(MAIN, INCOMING)
    with pytest.raises(subprocess.CalledProcessError):
        push(work, "HEAD:main")
    assert repository.main == old


def run(*words: str) -> None:
    who = {f"GIT_{role}_{what}": "tim@example.org" for role in ("AUTHOR", "COMMITTER")
           for what in ("NAME", "EMAIL")}  # fmt: skip
    subprocess.run(words, check=True, capture_output=True, env={**os.environ, **who})


def push(work: Path, target: str) -> None:
    run("git", "-C", str(work), "add", "--all")
    run("git", "-C", str(work), "commit", "--quiet", "--allow-empty", "-m", "Änderung")
    run("git", "-C", str(work), "push", "--quiet", "origin", target)


def test_a_remote_gets_what_is_published_and_gives_what_was_pushed(
    repository: Repository, tmp_path: Path
) -> None:
    remote, work = tmp_path / "remote.git", tmp_path / "work"
    run("git", "init", "--quiet", "--bare", "--initial-branch=main", str(remote))
    repository.push(str(remote))
    run("git", "clone", "--quiet", str(remote), str(work))
    (work / "content" / B).write_bytes(b"dort")
    push(work, "HEAD:main")
    assert repository.read(repository.fetch(str(remote)), B) == b"dort"
    commit_to_main(repository, {A: b"hier"}, repository.main, EVA, Message("Hier"))
    with pytest.raises(RepositoryError, match="push"):
        repository.push(str(remote))


def test_a_bundle_brings_everything_back(repository: Repository, tmp_path: Path) -> None:
    commit_to_main(repository, {A: b"neu"}, repository.main, EVA, Message("Neu"))
    repository.set_ref(INCOMING, repository.main)
    repository.bundle(tmp_path / "all.bundle")
    again = Repository(tmp_path / "again.git")
    assert again.clone(str(tmp_path / "all.bundle")) == repository.main
    assert again.find(INCOMING) == repository.find(INCOMING)
    again.verify()


def test_configuration_and_hooks_of_the_operator_change_nothing(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "gitconfig"
    config.write_text("[core]\n\tautocrlf = true\n[commit]\n\tgpgSign = true\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/elsewhere/index")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Wer anders")
    commit_to_main(repository, {A: b"a\r\nb\n"}, repository.main, EVA, Message("Neu"))
    assert repository.read(repository.main, A) == b"a\r\nb\n"
    assert repository.version(repository.main).author == EVA


def test_without_git_the_next_step_is_named(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(RepositoryError, match="apt-get install git"):
        repository.find(MAIN)


def test_an_old_git_is_named(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git, "OLDEST", (99, 1))
    with pytest.raises(RepositoryError, match=r"too old.*99\.1 or newer"):
        Repository(repository.folder.with_name("new.git")).create(repository.folder, TIM)


def test_a_broken_repository_names_the_way_back(repository: Repository) -> None:
    for path in (repository.folder / "objects").rglob("*"):
        if path.is_file():
            path.unlink()
    with pytest.raises(RepositoryError):
        repository.verify()
    (repository.folder / "HEAD").unlink()
    with pytest.raises(RepositoryError, match="Restore it from a backup"):
        repository.find(MAIN)


@pytest.mark.parametrize("left", [b"", b"\0" * 41, b"\xff" * 41])
def test_a_branch_that_was_damaged_is_no_commit(repository: Repository, left: bytes) -> None:
    (repository.folder / MAIN).write_bytes(left)
    for each in (repository, Repository(repository.folder)):
        with pytest.raises(RepositoryError, match=r"(?i)restore it from a backup"):
            _ = each.main


def test_a_repository_that_cannot_be_finished_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RepositoryError):
        Repository(tmp_path / "repo.git").clone(str(tmp_path / "nothing"))
    assert list(tmp_path.iterdir()) == []


def test_who_wrote_a_line_is_known(repository: Repository) -> None:
    changes = {A: changed(7, b"x")}
    made = commit_to_main(repository, changes, repository.main, EVA, Message("Sieben"))
    found = repository.blame(made, A, 7)
    assert found is not None
    assert (found.author, found.subject) == (EVA, "Sieben")
    assert repository.blame(made, A, 99) is None
