"""What authors and operators are told where a command fails, whatever it does."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from website.infra.commands import GermanCommand, OperatorCommand


@pytest.mark.parametrize(("cls", "word"), [(GermanCommand, "Fehler"), (OperatorCommand, "Error")])
@pytest.mark.parametrize(
    ("error", "told"),
    [
        (PermissionError(13, "Permission denied", "a.md"), "{}: a.md: Permission denied.\n"),
        (OSError(28, "No space left on device"), "{}: No space left on device.\n"),
        (click.ClickException("So geht es nicht."), "{}: So geht es nicht.\n"),
        (BrokenPipeError(32, "Broken pipe"), ""),
    ],
)
def test_an_error_is_a_sentence(
    error: Exception, told: str, cls: type[click.Command], word: str
) -> None:
    @click.command(cls=cls)
    def fails() -> None:
        raise error

    result = CliRunner().invoke(fails)
    assert (result.exit_code, result.output) == (1, told.format(word))
