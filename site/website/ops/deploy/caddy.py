"""A site of Caddy for the frozen pages, with the endpoint behind it.

Caddy gets certificates by itself where the site's address begins with ``https://``.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from website.ops.deploy import speculation
from website.ops.deploy.rules import ASK_AGAIN, FINGERPRINTED, POLICY, quoted
from website.web import security
from website.web.assets import FOREVER

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from website.ops.deploy.rules import HostedSite

TEMPLATE = """\
# Written by "flask --app website deploy-files". Written again after articles have moved.
(website_headers) {{
\theader {{
{headers}
\t\t{policy} {{website_policy}}
\t}}
}}

(website_files) {{
\troot * {folder}
{strip}\t@rules path *{rules}
\theader @rules Content-Type {rules_type}
\tencode gzip
\tfile_server {{
\t\thide _headers _redirects
\t\tprecompressed br gzip
\t}}
}}

{address} {{
\tmap {{path}} {{website_policy}} {{
{policies}
\t\t~\\.svg$ "{svg}"
\t\tdefault "{common}"
\t}}
\tmap {{path}} {{website_cache}} {{
\t\t~{fingerprinted} "{forever}"
\t\tdefault "{ask_again}"
\t}}
{redirects}
\t@endpoint path_regexp ^{root_pattern}({endpoint_paths})(/|$)
\thandle @endpoint {{
\t\treverse_proxy {endpoint} {{
\t\t\ttransport http {{
\t\t\t\tkeepalive off
\t\t\t}}
\t\t}}
\t}}

{hsts}\thandle {root}* {{
\t\timport website_headers
\t\theader Cache-Control {{website_cache}}
\t\t@fetching not path {without_rules}*
\t\theader @fetching {rules_header} {rules_value}
\t\timport website_files
\t}}

\thandle {{
\t\terror 404
\t}}

\thandle_errors {{
{errors}
\t}}
}}
"""

ERROR = """\
\t\t@{name} expression {condition}
\t\thandle @{name} {{
\t\t\timport website_headers
\t\t\theader Cache-Control "{ask_again}"
\t\t\tmethod GET
\t\t\trewrite * {root}{page}.html
\t\t\timport website_files
\t\t}}"""
ERRORS = (
    ("missing", "{http.error.status_code} == 404", 404),
    ("large", "{http.error.status_code} == 413", 413),
    ("unreachable", "{http.error.status_code} >= 500", 503),
)
"""What is to be said, when, and by which page."""
HSTS = "Strict-Transport-Security"


def configuration(
    site: HostedSite,
    folder: Path,
    *,
    endpoint: str,
    endpoint_paths: Iterable[str],
    moved: Iterable[tuple[str, str]],
) -> str:
    """Write the site, for a ``Caddyfile`` or to be imported by one.

    :param folder: the frozen pages.
    :param endpoint: host and port where ``flask --app website serve`` listens.
    :param endpoint_paths: the first parts of the paths that it answers.
    """
    return TEMPLATE.format(
        address=f"{'https' if site.is_https else 'http'}://{site.host}:{site.port}",
        policies="\n".join(f'\t\t~^{path} "{rules}"' for path, rules in site.policies.items()),
        svg=security.SVG_POLICY,
        common=security.policy("/"),
        fingerprinted=FINGERPRINTED,
        forever=FOREVER,
        ask_again=ASK_AGAIN,
        redirects="".join(f'\tredir "{old}" {new} permanent\n' for old, new in moved),
        root=site.root,
        root_pattern=site.root.replace(".", r"\."),
        endpoint=endpoint,
        endpoint_paths="|".join(sorted(endpoint_paths)),
        headers="\n".join(f"\t\t{name} {quoted(value)}" for name, value in site.headers.items()),
        hsts=_hsts(site),
        errors="\n".join(
            ERROR.format(
                name=name, condition=condition, page=page, root=site.root, ask_again=ASK_AGAIN
            )
            for name, condition, page in ERRORS
        ),
        policy=POLICY,
        rules_header=speculation.HEADER,
        rules_value=quoted(speculation.header(site)[1]),
        without_rules=f"{site.root}{speculation.NOT_ON[1:]}",
        rules=PurePosixPath(speculation.PATH).suffix,
        rules_type=speculation.MEDIA_TYPE,
        folder=folder,
        strip="" if site.root == "/" else f"\turi strip_prefix {site.root.rstrip('/')}\n",
    )


def _hsts(site: HostedSite) -> str:
    """Let also redirects stay with HTTPS; put last, so that no answer says it twice."""
    value = site.headers.get(HSTS)
    return f"\theader >{HSTS} {quoted(value)}\n" if value else ""
