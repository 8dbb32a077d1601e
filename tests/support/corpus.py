"""Messages of both kinds, labelled, with the ways in which they are sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from support.questionnaire import QUESTIONNAIRE
from website.leads.rate_limit import Pace
from website.leads.spam import content, scoring
from website.leads.spam.proof_of_work import Verification
from website.leads.spam.signals import SIGNALS

CORPUS = Path(__file__).parents[1] / "leads/corpus"
BOT = (SIGNALS["untold-origin"].name, SIGNALS["no-language"].name, SIGNALS["silent"].name)
"""What a program that posts by itself gives away; one that hides its name, to be fair."""
WAYS: dict[str, tuple[Verification, tuple[str, ...]]] = {
    "browser": (Verification(SIGNALS["proven"]), ()),
    "without-javascript": (Verification(SIGNALS["no-proof"]), ()),
    "script": (Verification(SIGNALS["no-proof"]), BOT),
}


def read(kind: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CORPUS / f"{kind}.jsonl").read_text().splitlines()]


def score(entry: dict[str, Any], *, via: str = "") -> scoring.Score:
    proof, oddities = WAYS[via or entry["via"]]
    return scoring.score(
        content.signals_in(entry["answers"], QUESTIONNAIRE.free_texts),
        oddities=oddities,
        proof=proof,
        pace=Pace(0, 0),
        repeated=False,
        known_language=content.in_known_language(entry["answers"], QUESTIONNAIRE.free_texts),
    )


def suspected(entries: list[dict[str, Any]], *, via: str = "") -> list[dict[str, Any]]:
    return [entry for entry in entries if score(entry, via=via).suspicious]
