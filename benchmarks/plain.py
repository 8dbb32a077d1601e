"""The baseline of build.py: the simplest Flask site for the same articles, frozen.

    python benchmarks/plain.py ARTICLES OUTPUT

Articles, lists of twenty, topics, feed and sitemap; each text is rendered once.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import flask_frozen
import yaml
from flask import Flask, render_template
from jinja2 import DictLoader
from markdown import Markdown

PER_PAGE = 20
TEMPLATES = {
    "base.html": """<!doctype html>
<html lang="de"><head><meta charset="utf-8"><title>{% block title %}{% endblock %}</title>
<meta name="description" content="{{ description }}"><link rel="stylesheet" href="/site.css"></head>
<body><header><nav><a href="/">Start</a> <a href="/artikel/">Artikel</a></nav></header>
<main>{% block main %}{% endblock %}</main><footer>Impressum</footer></body></html>""",
    "article.html": """{% extends "base.html" %}{% block title %}{{ article.title }}{% endblock %}
{% block main %}<article><h1>{{ article.title }}</h1><time>{{ article.date }}</time>
<ul>{% for tag in article.tags %}<li>{{ tag }}</li>{% endfor %}</ul>
{{ article.html | safe }}</article>{% endblock %}""",
    "list.html": """{% extends "base.html" %}{% block title %}{{ title }}{% endblock %}
{% block main %}<h1>{{ title }}</h1><ul>{% for article in articles %}
<li><a href="/artikel/{{ article.slug }}/">{{ article.title }}</a>
<p>{{ article.description }}</p></li>{% endfor %}</ul>
{% if number > 1 %}<a href="{{ base }}{{ number - 1 }}/">Neuere</a>{% endif %}
{% if number < count %}<a href="{{ base }}{{ number + 1 }}/">Ältere</a>{% endif %}{% endblock %}""",
    "feed.xml": """<feed xmlns="http://www.w3.org/2005/Atom">{% for article in articles %}
<entry><title>{{ article.title }}</title><id>/artikel/{{ article.slug }}/</id>
<content type="html">{{ article.html | forceescape }}</content></entry>{% endfor %}</feed>""",
    "sitemap.xml": """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{% for article in articles %}<url><loc>/artikel/{{ article.slug }}/</loc>
<lastmod>{{ article.date }}</lastmod></url>{% endfor %}</urlset>""",
}


def main() -> None:
    app = make_app(Path(sys.argv[1]))
    app.config["FREEZER_DESTINATION"] = str(Path(sys.argv[2]).absolute())
    freezer = flask_frozen.Freezer(app)
    articles: list[dict[str, Any]] = app.config["ARTICLES"]
    pages = -(-len(articles) // PER_PAGE)

    @freezer.register_generator
    def addresses() -> Any:  # noqa: ANN401 - Frozen-Flask's
        for item in articles:
            yield "article", {"slug": item["slug"]}
        for number in range(1, pages + 1):
            yield "listed", {"number": number}
        for topic in {item["topic"] for item in articles}:
            count = -(-sum(item["topic"] == topic for item in articles) // PER_PAGE)
            for number in range(1, count + 1):
                yield "in_topic", {"topic": topic, "number": number}

    freezer.freeze()


def make_app(folder: Path) -> Flask:
    app = Flask(__name__, static_folder=None)
    app.jinja_env.loader = DictLoader(TEMPLATES)
    articles = sorted(map(_read, folder.glob("*.md")), key=lambda item: item["date"], reverse=True)
    app.config["ARTICLES"] = articles
    by_slug = {item["slug"]: item for item in articles}
    markdown = Markdown(
        extensions=["abbr", "def_list", "fenced_code", "sane_lists", "tables", "footnotes", "toc"]
    )
    for item in articles:
        item["html"] = markdown.reset().convert(item["text"])

    def listing(listed: list[dict[str, Any]], title: str, base: str, number: int) -> str:
        shown = listed[(number - 1) * PER_PAGE : number * PER_PAGE]
        count = -(-len(listed) // PER_PAGE)
        return render_template(
            "list.html", articles=shown, title=title, base=base, number=number, count=count
        )

    @app.get("/artikel/<slug>/")
    def article(slug: str) -> str:
        item = by_slug[slug]
        return render_template("article.html", article=item, description=item["description"])

    @app.get("/artikel/seite/<int:number>/")
    def listed(number: int) -> str:
        return listing(articles, "Artikel", "/artikel/seite/", number)

    @app.get("/themen/<topic>/<int:number>/")
    def in_topic(topic: str, number: int) -> str:
        chosen = [item for item in articles if item["topic"] == topic]
        return listing(chosen, topic, f"/themen/{topic}/", number)

    @app.get("/feed.xml")
    def feed() -> tuple[str, dict[str, str]]:
        text = render_template("feed.xml", articles=articles[:20])
        return text, {"Content-Type": "application/xml"}

    @app.get("/sitemap.xml")
    def sitemap() -> tuple[str, dict[str, str]]:
        text = render_template("sitemap.xml", articles=articles)
        return text, {"Content-Type": "application/xml"}

    return app


def _read(path: Path) -> dict[str, Any]:
    _, head, text = re.split(r"^---$", path.read_text(), maxsplit=2, flags=re.MULTILINE)
    data: dict[str, Any] = yaml.safe_load(head)
    return data | {"slug": path.stem, "text": text, "tags": data.get("tags", [])}


if __name__ == "__main__":
    main()
