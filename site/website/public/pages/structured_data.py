"""What machines read: schema.org's words for the agency, its texts and where a page lies.

Source of the properties: Google's documentation of structured data (developers.google.com/search).
A fact that is still a placeholder is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from website.content.library import Library
from website.content.models import Item
from website.content.placeholders import is_placeholder
from website.infra.clock import midnight
from website.web.templating import absolute


def organization(library: Library) -> dict[str, Any]:
    """Describe the agency; it is the same in every edition."""
    site, home = library.site, library.addresses.page("index")
    provider = site.provider
    address = _known(
        {
            "streetAddress": provider.street,
            "postalCode": provider.postal_code,
            "addressLocality": provider.city,
        }
    )
    return {
        "@context": "https://schema.org",
        "@type": "ProfessionalService",
        "@id": _agency(library),
        "name": site.name,
        "slogan": site.motto,
        "description": site.description,
        "url": absolute(home),
        **_known(
            {
                "legalName": provider.company,
                "telephone": provider.phone,
                "email": provider.email,
                "vatID": provider.vat_id,
            }
        ),
        **({"address": {"@type": "PostalAddress", **address}} if address else {}),
    }


def _agency(library: Library) -> str:
    return absolute(library.addresses.at_site_root("/")) + "#agentur"


def work(item: Item, schema_type: str, library: Library, image: str) -> dict[str, Any]:
    """Describe a text; ``image`` is the address of a picture that stands for it."""
    site = library.site
    agency = {"@type": "Organization", "@id": _agency(library), "name": site.name}
    author = agency if item.author == site.name else {"@type": "Person", "name": item.author}
    return {
        "@context": "https://schema.org",
        "@type": schema_type,
        "headline": item.title,
        "description": item.description,
        "image": [absolute(image)],
        "inLanguage": library.language.tag,
        "mainEntityOfPage": absolute(item.address),
        **({"datePublished": midnight(item.date).isoformat()} if item.date else {}),
        **({"dateModified": midnight(item.modified).isoformat()} if item.modified else {}),
        **({"author": author} if item.author else {}),
        "publisher": agency,
        **({"keywords": list(item.tags)} if item.tags else {}),
    }


def faq(asked: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Describe questions with the HTML of their answers."""
    return {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "mainEntity": [
            {
                "@type": "Question",
                "name": question,
                "acceptedAnswer": {"@type": "Answer", "text": with_absolute_links(answer)},
            }
            for question, answer in asked
        ],
    }


def with_absolute_links(html: str) -> str:
    """Make links to other pages of the site readable away from it."""
    return html.replace('href="/', f'href="{absolute("")}/')


def breadcrumbs(trail: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Describe the way from the start page to a page: names and addresses, the page last."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": absolute(address)}
            for position, (name, address) in enumerate(trail, start=1)
        ],
    }


def _known(facts: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in facts.items() if text and not is_placeholder(text)}
