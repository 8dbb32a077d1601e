"""``flask --app website doctor``: works without an application, because it says why there is none.

Flask finds it by the entry point ``flask.commands``, before it makes the application.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
from typing import TYPE_CHECKING

import click

from website.operations import doctor as examining
from website.operations.doctor import Case, Level, settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from website.operations.doctor import Finding

MARKS = {Level.OK: "✔", Level.UNCHECKED: "–", Level.WARNING: "!", Level.ERROR: "✘"}
COLOURS = {
    Level.OK: "green",
    Level.UNCHECKED: "bright_black",
    Level.WARNING: "yellow",
    Level.ERROR: "red",
}
WIDEST = 110


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--send-test-mail", is_flag=True, help="Send a mail to all who get the requests.")
@click.option("--send-test-webhook", is_flag=True, help="Send the receiver a signed test message.")
@click.option(
    "--dkim-selector",
    "selectors",
    multiple=True,
    metavar="NAME",
    help="Under which name the DKIM key of the sender's domain stands. May be given several times.",
)
def doctor(
    selectors: tuple[str, ...], *, as_json: bool, send_test_mail: bool, send_test_webhook: bool
) -> None:
    """Check live whether everything is right, and say what to do if not.

    Run it as the user of the service and with its settings. It changes nothing and stores no
    request. Exit code 1 if there are errors, 0 if all is right or there are only warnings.
    """
    case = case_from(
        os.environ,
        dkim_selectors=selectors,
        send_test_mail=send_test_mail,
        send_test_webhook=send_test_webhook,
    )
    findings = examining.examine(case, examining.CHECKS)
    case.close()
    if as_json:
        click.echo(json.dumps(as_data(findings), ensure_ascii=False, indent=2))
    else:
        for line in lines(findings, shutil.get_terminal_size((WIDEST, 24)).columns):
            click.echo(line)
    if has_errors(findings):
        sys.exit(1)


def case_from(environ: Mapping[str, str], **options: object) -> Case:
    """Take what can be used of the settings, and note the rest."""
    usable, wrong = settings.read(environ)
    hidden = tuple(environ[name] for name in wrong if name not in SHOWN)
    return Case(
        settings=usable,
        problems=tuple(wrong.values()),
        unusable=frozenset(wrong),
        misspelt=tuple(settings.unknown(environ)),
        hidden=hidden,
        **options,  # type: ignore[arg-type]
    )


SHOWN = {
    "WEBSITE_BASE_URL",
    "WEBSITE_TRUSTED_PROXIES",
    "WEBSITE_CONFIRMATION_MAIL",
    "WEBSITE_ANSWER_WITHIN_HOURS",
}
"""Settings that hold no secret, so that a message may repeat them."""


def has_errors(findings: Sequence[Finding]) -> bool:
    """Whether something does not work."""
    return any(finding.level is Level.ERROR for finding in findings)


def lines(findings: Sequence[Finding], columns: int) -> Iterator[str]:
    """Write the table: a line for each finding, and below it the next step."""
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


def summary(findings: Sequence[Finding]) -> str:
    """Count, and say whether all is well."""
    counts = {
        level: sum(finding.level is level for finding in findings)
        for level in (Level.ERROR, Level.WARNING, Level.UNCHECKED)
    }
    if not counts[Level.ERROR] and not counts[Level.WARNING]:
        return f"All that was checked is right ({counts[Level.UNCHECKED]} not checked)."
    return ", ".join(
        [
            _counted(counts[Level.ERROR], "error"),
            _counted(counts[Level.WARNING], "warning"),
            f"{counts[Level.UNCHECKED]} not checked.",
        ]
    )


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def as_data(findings: Sequence[Finding]) -> dict[str, object]:
    """Give what ``--json`` prints."""
    return {
        "ok": not has_errors(findings),
        "findings": [
            {
                "check": finding.check,
                "level": finding.level.value,
                "seen": finding.seen,
                "advice": finding.advice,
            }
            for finding in findings
        ],
    }
