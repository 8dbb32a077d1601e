"""What tests do with a content repository and nobody else does."""

from __future__ import annotations

from collections.abc import Mapping

from support.publishing import git
from website.editorial.repository import Message, Person, Repository


def commit_to_main(
    repository: Repository,
    changes: Mapping[str, bytes | None],
    parent: str,
    author: Person,
    message: Message,
) -> str:
    """Commit some files on the head of main that is expected, past every check.

    :raises MainMoved: if the head is another one.
    """
    made = repository.commit(changes, parent, author, message)
    repository.advance(made, parent)
    return made


def parents(repository: Repository, commit: str) -> list[str]:
    """Return the commits on which a commit was made."""
    return git(f"--git-dir={repository.folder}", "rev-parse", f"{commit}^@").split()
