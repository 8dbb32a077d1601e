"""The content repository: a bare git repository that holds the official text of every file.

Only plumbing commands are used: objects are written first, then a single ``update-ref`` with the
expected old commit moves the branch. If the process is killed before, the branch is unchanged.

Paths are relative to the content folder (``artikel/x.md``). In the repository they lie below
``content/``, so that the repository of the whole project can be the remote one.
"""

import contextlib
import datetime
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from website.editorial import git, msg
from website.exceptions import MainMoved, RepositoryError
from website.infra import disk, folders, system_errors, toml_tables

FOLDER = "content/"
"""The folder of the content in the repository."""
MAIN = "refs/heads/main"
"""The official branch; only publications move it."""
INCOMING = "refs/heads/technik"
"""The branch that developers push to; ``repository.toml`` names it, too."""
REMOTE = "refs/remotes/remote/main"
"""The last fetched state of the remote branch."""

COMMITTER = "Website", "website@website.invalid"
NOTHING = "0" * 40
"""Stands for the missing commit of a branch that must not exist yet."""
STALE = 10.0
"""Seconds after which a lock of a branch counts as left by a killed process."""

_NEWEST = 200
"""Maximum number of versions of a file."""
_COUNTED = 1_000
"""Maximum number of commits to count."""
_FILE, _PROGRAM = "100644", "100755"
_REGULAR = {_FILE, _PROGRAM}
_FILES = toml_tables.beside(__file__, "repository.toml")
"""Files of a new repository."""


@dataclass(frozen=True)
class Person:
    """The author of a version."""

    name: str
    email: str = ""


@dataclass(frozen=True)
class Message:
    """A commit message."""

    subject: str
    body: str = ""
    trailers: tuple[tuple[str, str], ...] = ()
    """Names and values of trailers, such as ``Reviewed-by`` and ``Publication``."""

    def __str__(self) -> str:
        parts = [_line(self.subject) or "Ohne Titel", self.body.strip()]
        parts.append("\n".join(f"{name}: {_line(value)}" for name, value in self.trailers))
        return "\n\n".join(part for part in parts if part) + "\n"


@dataclass(frozen=True)
class CommittedFile:
    """A file of a commit."""

    path: str
    blob: str
    """The object ID of its bytes."""
    mode: str

    @property
    def is_regular(self) -> bool:
        """Whether it is a regular file, not a symbolic link or submodule."""
        return self.mode in _REGULAR


@dataclass(frozen=True)
class Change:
    """The change of a file between two commits."""

    path: str
    status: str
    """``A`` added, ``M`` modified, ``D`` deleted, ``R`` renamed."""
    former: str = ""
    """The path before a rename."""


@dataclass(frozen=True)
class Version:
    """A commit with the files that it changed."""

    commit: str
    author: Person
    at: datetime.datetime
    subject: str
    trailers: tuple[tuple[str, str], ...] = ()
    changes: tuple[Change, ...] = ()
    """Changes compared with the first parent."""

    @property
    def path(self) -> str:
        """The path of the first change: in the history of a file, its path at the time."""
        return self.changes[0].path if self.changes else ""


@dataclass(frozen=True)
class DiffLine:
    """A line of a diff."""

    kind: str
    """``+``, ``-``, or a space for a common line."""
    text: str
    old: int | None
    new: int | None
    """Line number in each version, counted from 1."""


@dataclass(frozen=True)
class Diff:
    """The hunks of a diff, with context lines."""

    hunks: tuple[tuple[DiffLine, ...], ...] = ()
    is_binary: bool = False


@dataclass(frozen=True)
class Merge:
    """The result of a merge in memory."""

    tree: str
    conflicts: tuple[str, ...] = field(default=())
    """Files with conflicts; if there are any, the tree contains conflict markers."""


class Repository:
    """The repository in a folder, which need not exist yet.

    Every method raises RepositoryError if git is missing or the repository is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._main = ""

    @property
    def exists(self) -> bool:
        """Whether the repository exists."""
        return (self.folder / "HEAD").is_file()

    def create(self, content: Path, author: Person) -> str:
        """Create the repository with the files of a content folder, atomically.

        :returns: the first commit.
        """
        with self._made() as made:
            first = made.commit_tree(
                made.write_folder(content), (), author, Message("Inhalte übernommen")
            )
            made.advance(first, NOTHING)
        return self.main

    def clone(self, source: str) -> str:
        """Create the repository from another one or a bundle, with all its refs.

        :returns: the head of the main branch.
        """
        with self._made() as made:
            made._git("fetch", "--quiet", source, "+refs/*:refs/*", remote=True)  # noqa: SLF001
            made.resolve(MAIN)
        return self.main

    @contextlib.contextmanager
    def _made(self) -> "Iterator[Repository]":
        """Yield an empty repository that is moved into place when the block ends."""
        git.version()
        disk.make_private(self.folder.parent)
        draft = Path(tempfile.mkdtemp(prefix=f".{self.folder.name}.", dir=self.folder.parent))
        made = Repository(draft)
        try:
            made._set_up()
            yield made
            draft.rename(self.folder)
        except OSError as error:
            if self.folder.exists():
                raise RepositoryError(msg("git.damaged", folder=self.folder)) from error
            told = system_errors.told(error, self.folder)
            raise RepositoryError(f"The repository cannot be made: {told}") from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def _set_up(self) -> None:
        self._git("init", "--quiet", "--bare", "--template=", "--initial-branch=main")
        with (self.folder / "config").open("a") as config:
            config.write(_FILES["configuration"])
        hook = self.folder / "hooks" / "pre-receive"
        disk.replace(hook, _FILES["pre-receive"].encode(), mode=0o755)

    @cached_property
    def id(self) -> str:
        """The first commit, which identifies the repository and its clones."""
        return min(self._git("rev-list", "--max-parents=0", MAIN).decode().split())

    @property
    def main(self) -> str:
        """The official commit."""
        # Every page of the editor asks: while the branch stands where it stood, without git.
        with contextlib.suppress(OSError):
            if self._main and (self.folder / MAIN).read_bytes().strip() == self._main.encode():
                return self._main
        self._main = self.resolve(MAIN)
        return self._main

    def resolve(self, name: str) -> str:
        """Return the commit that a name refers to."""
        if found := self.find(name):
            return found
        raise RepositoryError(msg("git.unknown", folder=self.folder, name=name))

    def find(self, name: str) -> str:
        """Return the commit that a name refers to; empty if there is none."""
        words = "rev-parse", "--quiet", "--verify", "--end-of-options", f"{name}^{{commit}}"
        return git.run(self.folder, *words, expected=(0, 1)).stdout.decode().strip()

    def files(self, commit: str) -> dict[str, CommittedFile]:
        """Return all files of a commit by their paths."""
        return {entry.path: entry for entry in self._entries("-r", commit, "--", FOLDER)}

    def read(self, commit: str, path: str) -> bytes | None:
        """Return the bytes of a file in a commit; None if it is missing."""
        for entry in self._entries(commit, "--", f":(literal){FOLDER}{path}"):
            if entry.is_regular:
                return self._git("cat-file", "blob", entry.blob)
        return None

    def _entries(self, *words: str) -> Iterator[CommittedFile]:
        for row in _fields(self._git("ls-tree", "-z", "--full-tree", *words)):
            head, _, path = row.partition(b"\t")
            mode, _, blob = head.decode().split(" ")
            yield CommittedFile(os.fsdecode(path).removeprefix(FOLDER), blob, mode)

    def read_all(self, blobs: Iterable[str]) -> Iterator[bytes]:
        """Yield the bytes of several blobs, given their object IDs."""
        names = "".join(f"{blob}\n" for blob in blobs)
        printed = memoryview(self._git("cat-file", "--batch", stdin=names.encode()))
        at = 0
        for name in names.split():
            end = at + bytes(printed[at : at + 200]).index(b"\n")
            found, _, size = bytes(printed[at:end]).decode().partition(" blob ")
            if found != name:
                raise RepositoryError(msg("git.missing", folder=self.folder, found=found))
            at = end + 1 + int(size) + 1
            yield bytes(printed[end + 1 : at - 1])

    def history(self, path: str) -> list[Version]:
        """Return the official versions of a file, newest first; renames are followed."""
        return self._log("--follow", "-M", f"-{_NEWEST}", MAIN, "--", f"{FOLDER}{path}")

    def count_since(self, commit: str) -> int:
        """Return the number of official commits that changed the content, at most 1,000.

        :param commit: exclude this commit and its ancestors; empty to count all.
        """
        span = f"{commit}..{MAIN}" if commit else MAIN
        words = "--count", f"--max-count={_COUNTED}", "--first-parent", span, "--", FOLDER
        return int(self._git("rev-list", *words))

    def _log(self, *words: str) -> list[Version]:
        shown = "%x01%H%x00%an%x00%ae%x00%aI%x00%s%x00%(trailers:only,unfold)%x00"
        printed = self._git(
            "log", f"--format={shown}", "--name-status", "-z", "--diff-merges=first-parent", *words
        )
        return [_version(row) for row in printed.split(b"\x01")[1:]]

    def changes(self, old: str, new: str) -> list[Change]:
        """Return the changed files between two commits or trees."""
        printed = self._git(
            "diff-tree", "-r", "-z", "-M", "--name-status", old, new, "--", FOLDER
        )  # fmt: skip
        return list(_changes(_fields(printed)))

    def changes_of(self, commits: Iterable[str]) -> dict[str, tuple[Change, ...]]:
        """Return the changed files of several commits, compared with their first parents.

        Missing commits, and those that changed nothing, are left out.
        """
        names = list(commits)
        words = ("--no-walk=unsorted", "--ignore-missing", *names, "--", FOLDER)
        return {one.commit: one.changes for one in self._log(*words)} if names else {}

    def diff(self, old: bytes, new: bytes, *, around: int = 3) -> Diff:
        """Return the diff of two versions of a text.

        :param around: number of context lines.
        """
        blobs = [self._write(version) for version in (old, new)]
        printed = self._git(
            "diff", "--no-color", "--no-ext-diff", "--histogram", f"-U{around}", *blobs
        )
        return _parse_diff(printed.decode("utf-8", "replace"))

    def changed_tree(self, tree: str, changes: Mapping[str, bytes | None]) -> str:
        """Write changed files and return the resulting tree; None deletes a file.

        :param tree: the tree or commit to start from.
        """
        for path in changes:
            if not _is_safe(path):
                raise RepositoryError(f"{path!r} is no path of a file within the content folder.")
        blobs = {
            path: None if data is None else self._write(data) for path, data in changes.items()
        }
        return self._tree_of(blobs, tree)

    def write_folder(self, content: Path, tree: str = "") -> str:
        """Write the files of a content folder and return the resulting tree.

        :param tree: a tree or commit whose files outside the content are kept.
        :raises RepositoryError: if one of them cannot be read: it would look deleted.
        """
        walked = list(folders.walk(content))
        for file in walked:
            if file.is_lost or (file.state and not os.access(file.path, os.R_OK)):
                raise RepositoryError(msg("git.unreadable", path=content / file.name))
        found = {
            file.name: Path(file.path) for file in walked if file.state and _is_safe(file.name)
        }
        return self._tree_of(self._write_files(found), tree, without_content=True)

    def commit_tree(
        self, tree: str, parents: Sequence[str], author: Person, message: Message
    ) -> str:
        """Write a commit without moving any branch, and return it."""
        words = [word for parent in parents for word in ("-p", parent)]
        environ = {
            "GIT_AUTHOR_NAME": _name(author.name),
            "GIT_AUTHOR_EMAIL": _name(author.email) or COMMITTER[1],
            "GIT_COMMITTER_NAME": COMMITTER[0],
            "GIT_COMMITTER_EMAIL": COMMITTER[1],
        }
        printed = self._git(
            "commit-tree", tree, *words, "-F", "-", stdin=str(message).encode(), environ=environ
        )
        return printed.decode().strip()

    def commit(
        self, changes: Mapping[str, bytes | None], parent: str, author: Person, message: Message
    ) -> str:
        """Write a commit of changed files without moving any branch, and return it."""
        return self.commit_tree(self.changed_tree(parent, changes), [parent], author, message)

    def advance(self, new: str, old: str, *, ref: str = MAIN) -> None:
        """Move a branch from one commit to another, atomically.

        :param old: the expected current commit; NOTHING if the branch must not exist.
        :raises MainMoved: if it is at another commit.
        """
        try:
            self._git("update-ref", ref, new, old)
        except RepositoryError as error:
            if "but expected" in str(error) or "already exists" in str(error):
                raise MainMoved(f"{ref} has moved meanwhile.") from error
            if not self._unlock(ref):
                raise
            self.advance(new, old, ref=ref)

    def _unlock(self, ref: str) -> bool:
        """Remove a stale lock of a branch, and return whether there was one."""
        lock = self.folder / f"{ref}.lock"
        with contextlib.suppress(OSError):
            if time.time() - lock.stat().st_mtime > STALE:
                lock.unlink()
                return True
        return False

    def set_ref(self, ref: str, commit: str) -> None:
        """Point a ref to a commit unconditionally."""
        self._git("update-ref", ref, commit)

    def delete_ref(self, ref: str) -> None:
        """Delete a ref."""
        self._git("update-ref", "-d", ref)

    def tree(self, commit: str) -> str:
        """Return the tree of a commit."""
        return self._git("rev-parse", "--verify", f"{commit}^{{tree}}").decode().strip()

    def content_tree(self, commit: str) -> str:
        """Return the tree of the content folder in a commit or tree; empty if there is none."""
        rows = self._git("ls-tree", "-z", commit, "--", FOLDER.rstrip("/"))
        return rows.partition(b"\t")[0].decode().rpartition(" ")[2]

    def version(self, commit: str) -> Version:
        """Return author, date, message and changes of a commit."""
        return self._log("-1", commit)[0]

    def body(self, commit: str) -> str:
        """Return the message of a commit without its subject and trailers."""
        shown = self._git("log", "-1", "--format=%b%x00%(trailers:only)", commit)
        body, _, trailers = shown.decode("utf-8", "replace").partition("\0")
        return body.removesuffix(trailers.rstrip("\n") + "\n").strip()

    def contains(self, commit: str, other: str) -> bool:
        """Return whether a commit descends from another, or is the same."""
        words = "merge-base", "--is-ancestor", other, commit
        return git.run(self.folder, *words, expected=(0, 1)).returncode == 0

    def merge(self, ours: str, theirs: str) -> Merge:
        """Merge two commits in memory, with rename detection.

        :raises RepositoryError: if they have no common ancestor, or it cannot be written.
        """
        self._set_attributes()
        words = "merge-tree", "--write-tree", "-z", "--name-only", ours, theirs
        done = git.run(self.folder, *words, expected=(0, 1))
        tree, *rest = done.stdout.split(b"\0")
        names = rest[: rest.index(b"")] if done.returncode and b"" in rest else []
        conflicts = sorted({os.fsdecode(name).removeprefix(FOLDER) for name in names})
        return Merge(tree.decode(), tuple(conflicts))

    def _set_attributes(self) -> None:
        """Write the attributes of files, also in a repository that an older version created."""
        file, wanted = self.folder / "info" / "attributes", _FILES["attributes"].encode()
        try:
            if not file.is_file() or file.read_bytes() != wanted:
                disk.replace(file, wanted)
        except OSError as error:
            raise RepositoryError(system_errors.told(error, file)) from error

    def blame(self, commit: str, path: str, line: int) -> Version | None:
        """Return the commit that last changed a line of a file; None if there is no such line."""
        words = "blame", "-s", "-l", f"-L{line},{line}", commit, "--", f"{FOLDER}{path}"
        done = git.run(self.folder, *words, expected=(0, 128))
        found = done.stdout.decode("utf-8", "replace").split(" ")[0].lstrip("^")
        return self.version(found) if done.returncode == 0 and found else None

    def fetch(self, remote: str) -> str:
        """Fetch the main branch of a remote repository and return its head."""
        spec = f"+refs/heads/main:{REMOTE}"
        self._git("fetch", "--quiet", "--no-tags", "--end-of-options", remote, spec, remote=True)
        return self.resolve(REMOTE)

    def push(self, remote: str) -> None:
        """Push main to a remote repository; fails if its branch has moved."""
        spec = f"{MAIN}:refs/heads/main"
        self._git("push", "--quiet", "--end-of-options", remote, spec, remote=True)
        self.set_ref(REMOTE, self.main)

    def bundle(self, target: Path) -> None:
        """Write all refs into a bundle file, from which :meth:`clone` can restore them."""
        self._git("bundle", "create", "--quiet", str(target), "--all")

    def verify(self) -> None:
        """Check that all objects reachable from main exist and are intact."""
        self._git("fsck", "--connectivity-only", "--no-dangling", "--no-progress", self.main)

    def _write(self, data: bytes) -> str:
        return self._git("hash-object", "-w", "--stdin", stdin=data).decode().strip()

    def _write_files(self, found: Mapping[str, Path]) -> dict[str, str]:
        plain = {name: path for name, path in found.items() if "\n" not in str(path)}
        paths = "".join(f"{path}\n" for path in plain.values())
        printed = self._git(
            "hash-object", "-w", "--no-filters", "--stdin-paths", stdin=os.fsencode(paths)
        )
        blobs = dict(zip(plain, printed.decode().split(), strict=True))
        others = found.keys() - plain.keys()
        return blobs | {name: self._write(found[name].read_bytes()) for name in others}

    def _tree_of(
        self, blobs: Mapping[str, str | None], base: str, *, without_content: bool = False
    ) -> str:
        """Write a tree, using a temporary index.

        :param blobs: the blob of each changed file; None deletes it.
        """
        # Deletions first: a folder may become a file.
        ordered = sorted(blobs.items(), key=lambda row: row[1] is not None)
        rows = [_index_row(os.fsencode(FOLDER + path), blob) for path, blob in ordered]
        with tempfile.TemporaryDirectory(prefix=".index.", dir=self.folder) as place:
            environ = {"GIT_INDEX_FILE": str(Path(place) / "index")}
            if base:
                self._git("read-tree", base, environ=environ)
            if base and without_content:
                listed = self._git("ls-files", "-z", environ=environ)
                here = [name for name in _fields(listed) if name.startswith(FOLDER.encode())]
                rows = [*(_index_row(name, None) for name in here), *rows]
            given = b"".join(rows)
            self._git("update-index", "-z", "--index-info", stdin=given, environ=environ)
            return self._git("write-tree", environ=environ).decode().strip()

    def _git(
        self,
        *words: str,
        stdin: bytes = b"",
        environ: Mapping[str, str] | None = None,
        remote: bool = False,
    ) -> bytes:
        return git.run(self.folder, *words, stdin=stdin, environ=environ, remote=remote).stdout


def _fields(printed: bytes) -> list[bytes]:
    return printed.split(b"\0")[:-1]


def _index_row(name: bytes, blob: str | None) -> bytes:
    return f"{_FILE if blob else 0} {blob or NOTHING}\t".encode() + name + b"\0"


def _line(text: str) -> str:
    return " ".join(text.split())


def _name(text: str) -> str:
    return re.sub(r"[<>\0]", "", _line(text))


def _is_safe(path: str) -> bool:
    parts = path.split("/")
    return "\0" not in path and not any(
        part in {"", ".", ".."} or part.lower() == ".git" for part in parts
    )


def _version(row: bytes) -> Version:
    commit, name, email, at, subject, trailers, *rest = row.split(b"\0")
    pairs = (line.partition(": ") for line in trailers.decode("utf-8", "replace").splitlines())
    changed = _changes([part.lstrip(b"\n") for part in rest if part.strip(b"\n")])
    return Version(
        commit=commit.decode(),
        author=Person(name.decode("utf-8", "replace"), email.decode("utf-8", "replace")),
        at=datetime.datetime.fromisoformat(at.decode()),
        subject=subject.decode("utf-8", "replace"),
        trailers=tuple((key, value) for key, _, value in pairs if value),
        changes=tuple(changed),
    )


def _changes(fields: Iterable[bytes]) -> Iterator[Change]:
    rest = iter(fields)
    for status in rest:
        letter, first = status[:1].decode(), os.fsdecode(next(rest)).removeprefix(FOLDER)
        if letter in {"R", "C"}:
            yield Change(os.fsdecode(next(rest)).removeprefix(FOLDER), letter, first)
        else:
            yield Change(first, letter)


_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")


def _parse_diff(printed: str) -> Diff:
    hunks: list[list[DiffLine]] = []
    old = new = 0
    # Not splitlines(): a line of a text may hold any other character that Python counts as an end.
    for row in printed.split("\n"):
        if found := _HUNK.match(row):
            old, new = int(found[1]), int(found[2])
            hunks.append([])
        elif hunks and row[:1] in {" ", "-", "+"}:
            kind = row[0]
            numbers = (None if kind == "+" else old, None if kind == "-" else new)
            hunks[-1].append(DiffLine(kind, row[1:], *numbers))
            old, new = old + (kind != "+"), new + (kind != "-")
    is_binary = not hunks and printed.rstrip().endswith("differ")
    return Diff(tuple(map(tuple, hunks)), is_binary)
