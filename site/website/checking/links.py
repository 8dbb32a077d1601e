"""Checks of external links: redirectors, tracking parameters, local addresses."""

import re
from urllib.parse import SplitResult, parse_qs, parse_qsl, unquote, urlencode

from website.checking.check_context import TextContext
from website.checking.rules import Found, Rule, text_rule
from website.content.outline import web_addresses


@text_rule("tracked-link")
def _tracked(rule: Rule, subject: TextContext) -> Found:
    for line, _, parts in web_addresses(subject.item, subject.outline):
        host, query = parts.hostname or "", parse_qs(parts.query)
        if _is_round_about(rule, host, parts.path):
            yield line, rule.message("round_about", host=host, advice=_advice(rule, query))
        elif any(rule.pattern("parameters").fullmatch(name.lower()) for name in query):
            yield line, rule.message("parameters", plain=_plain(rule, parts))
        named = unquote(unquote(f"{parts.query} {parts.fragment}"))
        if mail := rule.pattern("mail").search(named):
            yield line, rule.message("mail", mail=mail[0])


def _is_round_about(rule: Rule, host: str, path: str) -> bool:
    is_search = rule.pattern("search").match(host) and path in rule.row["search_paths"]
    return bool(rule.pattern("round_about").search(host) or is_search)


def _advice(rule: Rule, query: dict[str, list[str]]) -> str:
    targets = (values[0] for values in query.values() if re.match(r"https?://", values[0]))
    target = next(targets, "")
    return rule.message("target", target=target) if target else rule.message("unknown_target")


def _plain(rule: Rule, parts: SplitResult) -> str:
    parameters = rule.pattern("parameters")
    kept = [(k, v) for k, v in parse_qsl(parts.query) if not parameters.fullmatch(k.lower())]
    return parts._replace(query=urlencode(kept)).geturl()


@text_rule("link-to-oneself")
def _leads_here(rule: Rule, subject: TextContext) -> Found:
    for line, _, parts in web_addresses(subject.item, subject.outline):
        if rule.pattern().match(parts.hostname or ""):
            yield line, rule.message()
