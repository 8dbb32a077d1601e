"""What authors and operators are told where a command fails, whatever it does."""

from __future__ import annotations

import errno
import os

import click
import pytest
from click.testing import CliRunner

from website.infra.commands import GermanCommand, OperatorCommand

BOTH = [(GermanCommand, "Fehler"), (OperatorCommand, "Error")]


def _told(cls: type[click.Command], error: Exception) -> tuple[int, str]:
    @click.command(cls=cls)
    def fails() -> None:
        raise error

    result = CliRunner().invoke(fails)
    return result.exit_code, result.output


@pytest.mark.parametrize(("cls", "word"), BOTH)
@pytest.mark.parametrize(
    ("error", "told"),
    [
        (click.ClickException("So geht es nicht."), "{}: So geht es nicht.\n"),
        (BrokenPipeError(32, "Broken pipe"), ""),
    ],
)
def test_an_error_is_a_sentence(
    error: Exception, told: str, cls: type[click.Command], word: str
) -> None:
    assert _told(cls, error) == (1, told.format(word))


@pytest.mark.parametrize(
    ("number", "german", "english"),
    [
        (errno.ENOSPC, "Schaffen Sie Platz", "make room"),
        (errno.EACCES, "fehlen die Rechte", "give this process's user the right"),
        (errno.EROFS, "lässt sich nichts schreiben", "mounted for writing"),
        (errno.ENOTDIR, "Gibt es den Ordner", "Is the folder there"),
        (errno.EIO, "fragen Sie Ihre Technik", "doctor' may say more"),
    ],
)
def test_what_the_system_refuses_is_told_with_the_next_step(
    number: int, german: str, english: str
) -> None:
    error = OSError(number, os.strerror(number), "/usr/no/such/folder")
    said = f"/usr/no/such/folder: {os.strerror(number)}. "
    for (cls, word), advice in zip(BOTH, (german, english), strict=True):
        code, told = _told(cls, error)
        assert code == 1
        assert told.startswith(f"{word}: {said}")
        assert advice in told


def test_a_full_disk_is_looked_at_by_a_path_that_exists() -> None:
    error = OSError(errno.ENOSPC, "No space left on device", "/usr/no/such/folder")
    assert "'df -h /usr'" in _told(OperatorCommand, error)[1]
    assert "'df -h" in _told(OperatorCommand, OSError(errno.ENOSPC, "No space left"))[1]
