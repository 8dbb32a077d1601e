"""``_headers`` and ``_redirects``, read as the hosts read them that know these files."""

from __future__ import annotations

import functools
import re
from pathlib import Path

from support.released import Released
from support.site import release
from website.web import security

MOST_RULES = 100
LONGEST_LINE = 2000
"""Characters; both are limits of Cloudflare."""

Rules = list[tuple[str, list[tuple[str, str]]]]


@functools.cache
def rules(build: Path) -> Rules:
    found: Rules = []
    for line in (build / "_headers").read_text().splitlines():
        if line.startswith("/"):
            found.append((line, []))
        elif line:
            name, _, value = line.strip().partition(": ")
            found[-1][1].append((name, value))
    return found


def values(build: Path, path: str, name: str) -> list[str]:
    """Return all values of a header that fit a path, the closest rule's last."""
    fitting = [
        (not pattern.endswith("*"), len(pattern), value)
        for pattern, lines in rules(build)
        if re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), path)
        for given, value in lines
        if given == name
    ]
    return [value for *_, value in sorted(fitting)]


def paths(build: Path) -> list[str]:
    files = (path.relative_to(build).as_posix() for path in build.rglob("*") if path.is_file())
    return ["/" + file.removesuffix("index.html") for file in files if not file.startswith("_")]


def in_german(path: str) -> str:
    """Return the German path of the same page."""
    words = {"/en/tools/": "/werkzeuge/", "/en/search/": "/suche/"}
    return next(
        (path.replace(*pair, 1) for pair in words.items() if path.startswith(pair[0])), path
    )


def test_the_closest_rule_gives_each_page_its_policy(build: Path) -> None:
    for path in paths(build):
        if not path.endswith(".svg"):
            policy = values(build, path, "Content-Security-Policy")[-1]
            if path.endswith("/"):
                assert policy == security.policy(in_german(path)), path


def test_no_rule_narrows_the_policy_of_another_page(build: Path) -> None:
    for path in paths(build):
        *wider, own = values(build, path, "Content-Security-Policy")
        for other in wider:
            for rule in own.split("; "):
                name, *sources = rule.split()
                allowed = dict(r.split(" ", 1) for r in other.split("; "))[name].split()
                assert sources == ["'none'"] or set(sources) <= set(allowed), (path, rule)


def test_every_other_header_comes_from_one_rule(build: Path) -> None:
    for path in paths(build):
        for name, value in security.headers(https=False).items():
            if name != "Content-Security-Policy":
                assert values(build, path, name) == [value], (path, name)
        kept = values(build, path, "Cache-Control")
        is_fingerprinted = bool(re.search(r"\.[0-9a-f]{10}\.\w+\Z", path))
        assert kept == (["public, max-age=31536000, immutable"] if is_fingerprinted else []), path


def test_all_pages_but_the_tools_fetch_others_beforehand(build: Path) -> None:
    for path in paths(build):
        if path.endswith("/"):
            is_tool = in_german(path).startswith("/werkzeuge/")
            expected = [] if is_tool else ['"/vorabruf.speculationrules"']
            assert values(build, path, "Speculation-Rules") == expected, path


def test_the_rules_fit_what_hosts_allow(build: Path) -> None:
    assert len(rules(build)) <= MOST_RULES
    assert max(map(len, (build / "_headers").read_text().splitlines())) <= LONGEST_LINE


def test_old_addresses_are_listed_with_and_without_their_slash(released: Released) -> None:
    assert (released.build / "_redirects").read_text() == (
        "/artikel/alt /artikel/neu/ 301\n"
        "/artikel/alt/ /artikel/neu/ 301\n"
        "/uralt.html /artikel/neu/ 301\n"
        "/%C3%BCber-uns /artikel/neu/ 301\n"
        "/%C3%BCber-uns/ /artikel/neu/ 301\n"
    )


def test_browsers_are_told_to_stay_with_https(released: Released, tmp_path: Path) -> None:
    release(released.content.folder, tmp_path / "build", "https://www.beispiel.test")
    [value] = values(tmp_path / "build", "/kontakt/", "Strict-Transport-Security")
    assert value == "max-age=63072000"
