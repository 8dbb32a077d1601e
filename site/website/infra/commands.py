"""Commands in which a disk that is full, say, becomes a sentence.

In those for authors, what click itself says of options and arguments is German, too.
"""

import contextlib
import errno
from collections.abc import Iterator

import click

from website.infra import system_errors


class OperatorCommand(click.Command):
    """A command for operators, in English."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            if _is_reader_gone(error):
                raise
            raise click.ClickException(system_errors.told(error)) from error


class GermanCommand(click.Command):
    """A command for authors."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse what was typed."""
        with _errors_told(ctx):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        with _errors_told(ctx):
            return super().invoke(ctx)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option ``--help``."""
        option = super().get_help_option(ctx)
        if option:
            option.help = "Zeigt diese Hilfe."
        return option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write how the command is typed."""
        words = " ".join(self.collect_usage_pieces(ctx)).replace("[OPTIONS]", "[OPTIONEN]")
        formatter.write_usage(ctx.command_path, words, "Aufruf: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each option does."""
        with formatter.section("Optionen"):
            options = (one for one in self.get_params(ctx) if isinstance(one, click.Option))
            formatter.write_dl([row for one in options if (row := one.get_help_record(ctx))])


@contextlib.contextmanager
def _errors_told(ctx: click.Context) -> Iterator[None]:
    try:
        yield
    except click.ClickException as error:
        if isinstance(error, click.UsageError):
            click.echo(f"{ctx.get_usage()}\nMehr sagt „{ctx.command_path} --help“.\n", err=True)
        click.echo(f"Fehler: {_sentence(error)}", err=True)
        ctx.exit(error.exit_code)
    except OSError as error:
        if _is_reader_gone(error):
            raise
        click.echo(f"Fehler: {system_errors.told(error, language='de')}", err=True)
        ctx.exit(1)


def _is_reader_gone(error: OSError) -> bool:
    """Return whether whoever reads what is printed has seen enough."""
    return error.errno == errno.EPIPE


def _sentence(error: click.ClickException) -> str:
    match error:
        case click.NoSuchOption():
            return f"Die Option {error.option_name} gibt es nicht."
        case click.BadOptionUsage():
            return f"Der Wert der Option {error.option_name} fehlt, oder er ist zu viel."
        case click.MissingParameter(param=click.Parameter() as missing):
            return f"Die Angabe {missing.get_error_hint(error.ctx)} fehlt."
        case click.BadParameter(param=click.Parameter() as wrong):
            return f"Bei {wrong.get_error_hint(error.ctx)} ist dieser Wert nicht möglich."
        case click.UsageError():
            return "Das sind zu viele Angaben. Was zusammengehört, steht in Anführungszeichen."
        case _:
            return error.format_message()
