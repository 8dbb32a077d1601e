"""German labels for values of the database, read from ``labels.toml``."""

import functools
from collections.abc import Mapping

from babel.core import Locale, UnknownLocaleError

from website.infra import toml_tables
from website.leads.models import GERMAN

_LABELS = toml_tables.beside(__file__, "labels.toml")
STATUS: Mapping[str, str] = _LABELS["status"]
LOST_REASON: Mapping[str, str] = _LABELS["lost_reason"]
CHANNEL: Mapping[str, str] = _LABELS["channel"]
DELIVERY_STATE: Mapping[str, str] = _LABELS["delivery_state"]
ACTOR: Mapping[str, str] = _LABELS["actor"]
HISTORY: Mapping[str, str] = _LABELS["history"]
"""Phrases for actions of the audit trail, to follow the name of the actor."""
RECORD: Mapping[str, str] = _LABELS["record"]
"""The same for actions that concern several leads."""
ACCESS_REPORT: Mapping[str, Mapping[str, str]] = _LABELS["access_report"] | {
    "lost_reason": LOST_REASON,
    "state": DELIVERY_STATE,
}
"""Labels in the report for data subjects, by the kind of value."""


@functools.cache
def language(code: str) -> str:
    """Return the German name of a language, like „Englisch“; unknown codes as they are."""
    try:
        return Locale.parse(code).get_language_name("de") or code
    except (UnknownLocaleError, ValueError):
        return code


def foreign_language(code: str) -> str:
    """Return the German name of a language; empty for German."""
    return "" if code == GERMAN else language(code)
