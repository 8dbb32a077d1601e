"""The webhook: whether its receiver is reached, and takes a signed message if that is asked for."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

from website.exceptions import ConfigurationError, DeliveryError
from website.leads import webhooks
from website.ops.doctor import certificates
from website.ops.doctor.results import NotChecked, error, ok

if TYPE_CHECKING:
    from collections.abc import Iterator

    from website.ops.doctor.context import DoctorContext
    from website.ops.doctor.results import CheckResult

TEST_EVENT = "website.test"
"""Type of a message that tells of nothing; receivers ignore types that they do not know."""

CHECK_IT = "Check WEBSITE_WEBHOOK_URL, and ask whoever runs the receiver."


def check(context: DoctorContext) -> Iterator[CheckResult]:
    """Connect to the receiver; with the option also send a message that tells of nothing."""
    context.needs("WEBSITE_WEBHOOK_URL", "WEBSITE_WEBHOOK_SECRET")
    try:
        endpoint = webhooks.endpoint_of(context.settings)
    except ConfigurationError as problem:
        raise NotChecked("WEBSITE_WEBHOOK_URL cannot be used, see the settings") from problem
    if endpoint is None:
        raise NotChecked("no webhook is set")
    poster = webhooks.Poster(endpoint)
    try:
        ends = poster.reach()
        if ends:
            yield certificates.judge(endpoint.host, ends, context.clock())
        if context.send_test_webhook:
            poster.post(*_message(context, endpoint))
    except DeliveryError as problem:
        yield error(str(problem), CHECK_IT)
        return
    done = "took a signed test message" if context.send_test_webhook else "is reached"
    yield ok(f"the receiver at {endpoint.host} {done}")


def _message(context: DoctorContext, endpoint: webhooks.Endpoint) -> tuple[bytes, dict[str, str]]:
    now = context.clock()
    content = {"type": TEST_EVENT, "timestamp": now.isoformat().replace("+00:00", "Z"), "data": {}}
    data = json.dumps(content, separators=(",", ":")).encode("ascii")
    return data, endpoint.headers(f"doctor.{secrets.token_hex(8)}", now, data)
