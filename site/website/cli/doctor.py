"""``flask --app website doctor``: creates no application, because it reports why there is none.

Flask finds it by the entry point ``flask.commands``, before it creates the application.
"""

import dataclasses
import os
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence

import click

from website.cli import instances
from website.cli.common import show_json
from website.infra.commands import OperatorCommand
from website.infra.text import counted
from website.ops import doctor as examining
from website.ops.doctor import CheckResult, Level

MARKS = {Level.OK: "✔", Level.UNCHECKED: "–", Level.WARNING: "!", Level.ERROR: "✘"}
COLOURS = {
    Level.OK: "green",
    Level.UNCHECKED: "bright_black",
    Level.WARNING: "yellow",
    Level.ERROR: "red",
}
WIDEST = 110
TERMINAL = (WIDEST, 24)
"""Columns and lines where the terminal's are unknown."""


@click.command(cls=OperatorCommand)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--send-test-mail", is_flag=True, help="Send a mail to all who get the requests.")
@click.option("--send-test-webhook", is_flag=True, help="Send the receiver a signed test message.")
@click.option(
    "--dkim-selector",
    "selectors",
    multiple=True,
    metavar="NAME",
    help="Selector of the DKIM key of the sender's domain; may be given several times.",
)
def doctor(
    selectors: tuple[str, ...], *, as_json: bool, send_test_mail: bool, send_test_webhook: bool
) -> None:
    """Check the live website, and print what to do about problems.

    Run it as the user of the service and with its settings. It changes nothing and stores no
    request. Exit code 1 if there are errors, 0 if there are none or only warnings.
    """
    context = examining.DoctorContext.from_environment(
        os.environ,
        dkim_selectors=selectors,
        send_test_mail=send_test_mail,
        send_test_webhook=send_test_webhook,
    )
    instances.work_on(context.settings)
    findings = examining.run_checks(context, examining.checks())
    context.close()
    has_errors = any(finding.level is Level.ERROR for finding in findings)
    if as_json:
        show_json(
            {
                "ok": not has_errors,
                "findings": [dataclasses.asdict(finding) for finding in findings],
            }
        )
    else:
        for line in lines(findings, shutil.get_terminal_size(TERMINAL).columns):
            click.echo(line)
    if has_errors:
        sys.exit(1)


def lines(findings: Sequence[CheckResult], columns: int) -> Iterator[str]:
    """Yield the report: a line for each result, followed by the next step."""
    width = max(len(finding.check) for finding in findings)
    indent = " " * (width + 4)
    columns = min(columns, WIDEST)
    for finding in findings:
        mark = click.style(MARKS[finding.level], fg=COLOURS[finding.level])
        seen = f"not checked: {finding.seen}" if finding.level is Level.UNCHECKED else finding.seen
        text = textwrap.fill(
            seen, columns, initial_indent=indent, subsequent_indent=indent, break_long_words=False
        )
        yield f"{mark} {finding.check:{width}}  {text.lstrip()}"
        if finding.advice:
            yield textwrap.fill(
                f"→ {finding.advice}",
                columns,
                initial_indent=indent,
                subsequent_indent=f"{indent}  ",
                break_long_words=False,
                break_on_hyphens=False,
            )
    yield ""
    yield summary(findings)


def summary(findings: Sequence[CheckResult]) -> str:
    """Return the number of errors and warnings as a sentence."""
    levels = [finding.level for finding in findings]
    errors, warnings, unchecked = map(levels.count, (Level.ERROR, Level.WARNING, Level.UNCHECKED))
    if not errors and not warnings:
        return f"All that was checked is right ({unchecked} not checked)."
    wrong = counted(errors, "error", "errors")
    return f"{wrong}, {counted(warnings, 'warning', 'warnings')}, {unchecked} not checked."
