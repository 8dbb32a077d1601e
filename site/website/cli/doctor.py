"""``flask --app website doctor``: works without an application, because it says why there is none.

Flask finds it by the entry point ``flask.commands``, before it makes the application.
"""

import os
import shutil
import sys

import click

from website.cli import instances
from website.cli.output import show_json
from website.ops import doctor as examining
from website.ops.doctor import report


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
    context = examining.DoctorContext.from_environment(
        os.environ,
        dkim_selectors=selectors,
        send_test_mail=send_test_mail,
        send_test_webhook=send_test_webhook,
    )
    instances.work_on(context.settings)
    findings = examining.run_checks(context, examining.CHECKS)
    context.close()
    if as_json:
        show_json(report.as_data(findings))
    else:
        for line in report.lines(findings, shutil.get_terminal_size(report.TERMINAL).columns):
            click.echo(line)
    if report.has_errors(findings):
        sys.exit(1)
