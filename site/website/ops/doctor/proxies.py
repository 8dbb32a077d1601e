"""Whether the endpoint knows its visitors apart behind proxies, and believes nobody else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from website.ops.doctor.results import NotChecked, error, ok, warning
from website.ops.service import proxy_check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from website.ops.doctor.context import DoctorContext
    from website.ops.doctor.results import CheckResult

CLAIMED = "192.0.2.77"
"""Nobody's address (RFC 5737)."""


def check(context: DoctorContext) -> Iterator[CheckResult]:
    """Ask the endpoint, through the public address, what it makes of a forged sender."""
    context.needs("WEBSITE_BASE_URL")
    question = {proxy_check.HEADER: proxy_check.question(context.keys), "X-Forwarded-For": CLAIMED}
    answer = context.site.ask("/healthz", headers=question)
    if answer.media_type != "application/json":
        if answer.status == 200 and answer.text == "ok\n":  # noqa: PLR2004 - as HTTP has it
            yield error(
                "the endpoint does not know this command's secret",
                "Run doctor with the settings of the service. With several machines: set the same "
                "WEBSITE_SECRET_KEY on each, and set their clocks.",
            )
            return
        raise NotChecked("the endpoint cannot be reached")
    yield judge(json.loads(answer.text))


def judge(seen: dict[str, str]) -> CheckResult:
    """Judge what the endpoint saw of a request that claimed to come from elsewhere."""
    connection, forwarded, sender = seen["connection"], seen["forwarded"], seen["sender"]
    if sender == CLAIMED:
        return error(
            f"the endpoint believed a forged X-Forwarded-For that came through {connection}",
            "Anybody can get round the limits. Let the proxy set the header itself ('deploy-files' "
            "writes it so), and let nobody but the proxy reach the endpoint's port.",
        )
    if seen["trusted"] == "yes":
        return ok(f"the endpoint knows visitors apart behind the proxy at {connection}")
    if forwarded and forwarded != CLAIMED:
        return warning(
            f"X-Forwarded-For arrives from {connection}, which is not in WEBSITE_TRUSTED_PROXIES: "
            "all visitors look like one, and share one limit",
            f"If {connection} is your own proxy, set WEBSITE_TRUSTED_PROXIES={connection} and "
            "restart.",
        )
    return ok("the endpoint is reached without a proxy, and believes no forged sender")
