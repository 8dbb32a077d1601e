"""The files ``_headers`` and ``_redirects`` for static hosts such as Netlify and Cloudflare.

If several rules match a path, Netlify takes a header from the most specific one, while Cloudflare
joins all values with commas. To get the same result, each header is in rules that exclude each
other, except the policy: browsers enforce every policy, so the rule for all paths has the widest
one.

Pages have no ``Cache-Control`` here, because these hosts make browsers revalidate anyway.
"""

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from website.content.library import Library
from website.ops.deploy import speculation_rules, web_server_rules
from website.ops.deploy.web_server_rules import POLICY, HostedSite
from website.web import security
from website.web.assets import FOREVER, NAMED_BY_CONTENT


def headers(site: HostedSite, library: Library) -> str:
    """Return the file ``_headers``. Its number of rules grows with folders, not with pages."""
    rules = [_rule(f"{site.root}*", [*site.headers.items(), (POLICY, _widest())])]
    for edition in library.every_edition:
        root = edition.addresses.root
        rules += [_rule(root, _of_pages(site, root))]
        paths = (f"{root}{part}" for part in sorted(_parts(edition)))
        rules += [_rule(f"{path}*", _of_pages(site, path)) for path in paths]
    rules += [
        _rule(f"{site.root}{part}*", [("Cache-Control", FOREVER)]) for part in NAMED_BY_CONTENT
    ]
    path = site.root + speculation_rules.PATH[1:]
    rules += [_rule(path, [("Content-Type", speculation_rules.MEDIA_TYPE)])]
    return "\n".join(rules)


def redirects(library: Library) -> str:
    """Return the file ``_redirects``."""
    return "".join(
        f"{quote(old, safe='/')} {new} 301\n" for old, new in web_server_rules.redirects(library)
    )


def _of_pages(site: HostedSite, path: str) -> Iterator[tuple[str, str]]:
    yield POLICY, site.policy(path)
    if speculation_rules.is_on(site, path):
        yield speculation_rules.header(site)


def _rule(path: str, lines: Iterable[tuple[str, str]]) -> str:
    return "".join([f"{path}\n", *(f"  {name}: {value}\n" for name, value in lines)])


def _parts(edition: Library) -> Iterator[str]:
    paths = (address.removeprefix(edition.addresses.root) for address in edition.own_addresses)
    yield from {path.partition("/")[0] + "/" for path in paths if "/" in path}


def _widest() -> str:
    """Return the common policy with the scripts that any part of the site may run."""
    common = security.CONTENT_SECURITY_POLICY
    scripts = (rules["script-src"] for rules in (common, *security.POLICIES.values()))
    sources = dict.fromkeys(source for value in scripts for source in value.split())
    return security.written(common | {"script-src": " ".join(sources)})
