"""Run the git program in a clean environment, and turn its failures into messages.

The operator's configuration and hooks are ignored, and garbage collection never starts by itself.
Bare repositories and plumbing commands need no working tree, so nothing is ever half checked out.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Collection, Mapping
from pathlib import Path

from website.editorial import msg
from website.exceptions import RepositoryError
from website.infra import system_errors

OLDEST = (2, 38)
"""The first version with ``git merge-tree --write-tree``."""

TIMEOUT = 120.0
"""Seconds. Local work takes milliseconds; a remote may be slow."""

_OPTIONS = (
    "core.hooksPath=/dev/null",
    "gc.auto=0",
    "core.quotePath=false",
    "core.autocrlf=false",
    "core.precomposeUnicode=false",
    "safe.directory=*",
)  # fmt: skip

_FOR_REMOTES = ("HOME", "SSH_AUTH_SOCK", "GIT_SSH_COMMAND", "http_proxy", "https_proxy", "no_proxy")
"""Environment variables needed to reach a remote: SSH keys, proxies."""


def run(
    folder: Path,
    *words: str,
    stdin: bytes = b"",
    environ: Mapping[str, str] | None = None,
    expected: Collection[int] = (0,),
    remote: bool = False,
) -> subprocess.CompletedProcess[bytes]:
    """Run git on a bare repository and return the completed process.

    :param environ: additional environment variables.
    :param expected: exit codes that do not count as failure.
    :param remote: whether the command contacts another machine.
    :raises RepositoryError: if git is missing, or fails.
    """
    options = [word for option in _OPTIONS for word in ("-c", option)]
    try:
        done = subprocess.run(  # noqa: S603 - the program that was found, words of our own
            [_program(), f"--git-dir={folder}", *options, *words],
            input=stdin,
            capture_output=True,
            check=False,
            env={**_environment(remote=remote), **(environ or {})},
            timeout=TIMEOUT,
        )
    except subprocess.TimeoutExpired as error:
        message = msg("git.timeout", command=words[0], seconds=TIMEOUT)
        raise RepositoryError(message) from error
    if done.returncode not in expected:
        raise RepositoryError(_failure(folder, words[0], done))
    return done


def version() -> tuple[int, ...]:
    """Return the version of git.

    :raises RepositoryError: if it is missing or too old.
    """
    printed = subprocess.run(  # noqa: S603 - the program that was found
        [_program(), "version"], capture_output=True, check=False, env=_environment(remote=False)
    ).stdout.decode("utf-8", "replace")
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", printed)
    numbers = tuple(int(number) for number in found.groups("0")) if found else (0,)
    if numbers < OLDEST:
        raise RepositoryError(f"git {printed.strip()} is too old. {_install()}")
    return numbers


def _program() -> str:
    found = shutil.which("git")
    if found is None:
        raise RepositoryError(f"git is not installed. {_install()}")
    return found


def _install() -> str:
    return msg("git.install", oldest=".".join(map(str, OLDEST)))


def _environment(*, remote: bool) -> dict[str, str]:
    kept = _FOR_REMOTES if remote else ()
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
    }


def _failure(folder: Path, command: str, done: subprocess.CompletedProcess[bytes]) -> str:
    printed = done.stderr.decode("utf-8", "replace").strip() or f"exit code {done.returncode}"
    if "not a git repository" in printed:
        return msg("git.damaged", folder=folder)
    advice = system_errors.advice_on(printed, folder)
    return f"'git {command}' failed in {folder}: {printed}{advice and f'.{advice}'}"
