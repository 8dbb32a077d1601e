"""Statistics of leads as charts, for a selectable period."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request

from website.inbox.blueprint import blueprint
from website.infra import clock, toml_tables
from website.infra.text import clean_line
from website.leads.labels import LOST_REASON
from website.leads.statistics import Funnel, Sources, first_monday
from website.questionnaire import Question
from website.staff.access import Action, requires
from website.web.services import services

PERIODS: Mapping[str, tuple[str, int]] = toml_tables.beside(__file__, "lists.toml")["periods"]
"""Label and number of weeks by query parameter."""
USUAL = "6-monate"

Bar = dict[str, Any]
"""A row of the macro ``bars`` in ``templates/inbox/components/chart.html``."""


@blueprint.get("/zahlen/")
@requires(Action.READ)
def figures() -> str:
    """Render the charts; for the usual period if the requested one is unknown."""
    asked = request.args.get("zeitraum", USUAL)
    chosen = asked if asked in PERIODS else USUAL
    found = services().leads.statistics.since(first_monday(clock.today(), PERIODS[chosen][1]))
    return render_template(
        "inbox/figures.html",
        found=found,
        chosen=chosen,
        periods=PERIODS,
        topics=named_topics(found.topics, services().leads.questionnaire().question("topic")),
        sources=named_sources(found.sources, services().german.every_title),
        lost=named_reasons(found.funnel),
    )


def named_topics(counts: Iterable[tuple[str, int]], question: Question) -> list[Bar]:
    """Return the bars of the topics; each leads to its requests."""
    return [
        {
            "label": question.display(key) or "Kein Thema gewählt",
            "count": count,
            "filters": key and urlencode({"thema": key}),
        }
        for key, count in counts
    ]


def named_sources(found: Sources, titles: Mapping[str, str]) -> list[Bar]:
    """Return the bars of the pages that led to requests.

    :param titles: of pages by their path. Other paths are what visitors sent, and shown as such.
    """
    return [
        {
            "label": titles.get(path, clean_line(path)),
            "count": count,
            "filters": urlencode({"seite-von": path}),
            "is_path": path not in titles,
        }
        for path, count in found.top
    ]


def named_reasons(found: Funnel) -> list[Bar]:
    """Return the bars of the reasons for which requests were lost."""
    return [
        {
            "label": LOST_REASON[reason] if reason else "Ohne Angabe",
            "count": count,
            "filters": f"stand=lost&grund={reason.value}" if reason else "",
        }
        for reason, count in found.lost
    ]
