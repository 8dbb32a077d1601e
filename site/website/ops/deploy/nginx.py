"""A configuration of nginx for the frozen pages, with the endpoint behind it.

Written for the ``http`` context, where Debian puts what lies in ``/etc/nginx/conf.d/``. Headers are
set where pages are served, not for the whole server: the endpoint sets its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.ops.deploy import speculation
from website.ops.deploy.rules import ALL_MEDIA_TYPES, ASK_AGAIN, FINGERPRINTED, POLICY, quoted
from website.web import security
from website.web.assets import FOREVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from website.ops.deploy.rules import HostedSite

TEMPLATE = """\
# Written by "flask --app website deploy-files". Written again after articles have moved.
map $uri $website_policy {{
    default "{common}";
    "~\\.svg$" "{svg}";
{policies}
}}

map $uri $website_rules {{
    default {rules};
    "~^{without_rules}" "";
}}

map $uri $website_cache {{
    default "{ask_again}";
    "~{fingerprinted}" "{forever}";
}}
{to_https}
server {{
{listen}
    server_name {host};
    absolute_redirect off;
    charset utf-8;
    server_tokens off;
    types {{
{types}
    }}
    error_page 404 {root}404.html;
    error_page 413 {root}413.html;
    error_page 502 503 504 {root}503.html;
{hsts}
    location {root} {{
        {place};
        index index.html;
        gzip on;
        gzip_static on;
        gzip_types text/css text/javascript text/plain application/xml image/svg+xml;
        gzip_vary on;
{brotli}{headers}
        add_header {policy} $website_policy always;
        add_header {rules_header} $website_rules always;
        add_header Cache-Control $website_cache always;
    }}

    location ~ /_(headers|redirects)$ {{
        return 404;
    }}

    location ~ ^{root_pattern}({endpoint_paths})(/|$) {{
        proxy_pass http://{endpoint};
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;
{hide}    }}
{elsewhere}{redirects}}}
"""

HSTS = "Strict-Transport-Security"
TO_HTTPS = """
server {{
    listen 80;
    listen [::]:80;
    server_name {host};
    return 301 {origin}$request_uri;
}}
"""

ELSEWHERE = """
    location / {
        return 404;
    }
"""

BROTLI = """\
        # Debian: apt-get install libnginx-mod-http-brotli-static
        brotli_static on;
"""


def configuration(  # noqa: PLR0913 - what a web server must know
    site: HostedSite,
    folder: Path,
    *,
    endpoint: str,
    endpoint_paths: Iterable[str],
    moved: Iterable[tuple[str, str]],
    certificates: str,
    brotli: bool = True,
) -> str:
    """Write the configuration.

    :param folder: the frozen pages.
    :param endpoint: host and port where ``flask --app website serve`` listens.
    :param endpoint_paths: the first parts of the paths that it answers.
    :param certificates: folder with ``fullchain.pem`` and ``privkey.pem``, for HTTPS.
    :param brotli: whether the server has the module that serves what is compressed with Brotli.
    """
    return TEMPLATE.format(
        common=security.policy("/"),
        svg=security.SVG_POLICY,
        policies=_lines(4, (f'"~^{path}" "{rules}"' for path, rules in site.policies.items())),
        ask_again=ASK_AGAIN,
        fingerprinted=FINGERPRINTED,
        forever=FOREVER,
        to_https=TO_HTTPS.format(host=site.host, origin=site.origin) if site.is_https else "",
        hsts=_hsts(site),
        hide=f"        proxy_hide_header {HSTS};\n" if site.is_https else "",
        listen=_lines(4, _listen(site, certificates)),
        host=site.host,
        root=site.root,
        root_pattern=site.root.replace(".", r"\."),
        place=f"root {folder}" if site.root == "/" else f"alias {folder}/",
        elsewhere="" if site.root == "/" else ELSEWHERE,
        types=_lines(8, (f"{kind} {suffix[1:]}" for suffix, kind in ALL_MEDIA_TYPES.items())),
        brotli=BROTLI if brotli else "",
        headers=_headers(site.headers),
        policy=POLICY,
        rules=quoted(speculation.header(site)[1]),
        rules_header=speculation.HEADER,
        without_rules=f"{site.root}{speculation.NOT_ON[1:]}",
        endpoint=endpoint,
        endpoint_paths="|".join(sorted(endpoint_paths)),
        redirects="".join(
            f'\n    location = "{old}" {{\n        return 301 {new};\n    }}\n'
            for old, new in moved
        ),
    )


def _listen(site: HostedSite, certificates: str) -> Iterable[str]:
    if not site.is_https:
        return [f"listen {site.port}", f"listen [::]:{site.port}"]
    return [
        f"listen {site.port} ssl http2",
        f"listen [::]:{site.port} ssl http2",
        f"ssl_certificate {certificates}/fullchain.pem",
        f"ssl_certificate_key {certificates}/privkey.pem",
    ]


def _hsts(site: HostedSite) -> str:
    """Let also those answers stay with HTTPS that nginx gives itself: redirects, and refusals."""
    value = site.headers.get(HSTS)
    return f"    add_header {HSTS} {quoted(value)} always;\n" if value else ""


def _headers(headers: Mapping[str, str]) -> str:
    return _lines(
        8, (f"add_header {name} {quoted(value)} always" for name, value in headers.items())
    )


def _lines(indent: int, statements: Iterable[str]) -> str:
    return "\n".join(f"{' ' * indent}{statement};" for statement in statements)
