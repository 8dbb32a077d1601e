"""The form of a live page: parsing, comparison with what the endpoint expects, and sample answers.

A frozen page may be older than the endpoint, or post to another one. So its HTML is parsed as a
browser does it, independently of the code that rendered it.
"""

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from lxml import etree
from lxml.etree import ParserError
from lxml.html import FormElement, HtmlElement, HTMLParser, document_fromstring

from website.infra import toml_tables
from website.leads import canaries
from website.questionnaire import PROOF, TECHNICAL, Question

PAGE = "/kontakt/"
"""Path of the page with the form."""
ENDPOINT = "/anfrage"
ENCODING = "application/x-www-form-urlencoded"
"""Of forms without one."""
OPTIONAL = "(optional)"
"""Marks the labels of optional fields. The page has no ``required`` attributes, so that the
messages of the endpoint are shown."""

_INERT = frozenset({"template", "noscript", "script", "style"})
_UNSENT = frozenset({"submit", "button", "reset", "image", "file"})
_CHOSEN = frozenset({"radio", "checkbox"})
_ANSWERS = toml_tables.beside(__file__, "answers.toml")


def read_form(html: str, url: str = "") -> FormElement | None:
    """Return the first form of a page that posts, else the first one; None if there is none.

    :param url: of the page, which then completes the URL that the form posts to.
    """
    try:
        parser = HTMLParser(encoding="utf-8")
        page = document_fromstring(html.encode(), parser=parser, base_url=url or None)
    except ParserError:  # there is nothing in it
        return None
    etree.strip_elements(page, *_INERT, with_tail=False)
    for area in page.iter("textarea"):  # HTML drops one line break that follows the tag
        area.value = area.value.removeprefix("\n")
    for form in page.forms:
        form.action = form.action or url
    return next(
        (form for form in page.forms if form.method == "POST"), next(iter(page.forms), None)
    )


def fields_of(form: FormElement) -> dict[str, list[HtmlElement]]:
    """Return the elements that can be sent by their names, in order; choices have several."""
    found: dict[str, list[HtmlElement]] = {}
    for element in form.inputs:
        if element.name and _kind(element) not in _UNSENT:
            found.setdefault(element.name, []).append(element)
    return found


def differences(
    form: FormElement, questions: Sequence[Question], *, action: str = ENDPOINT
) -> list[str]:
    """Return how a page differs from what the endpoint expects, as English sentences.

    :param questions: those of the endpoint.
    :param action: the endpoint's path.
    """
    fields = fields_of(form)
    known = {asked.name for asked in questions} | {one.name for one in TECHNICAL}
    return [
        *_target(form, action),
        *(f"The field {name} is unknown to the endpoint." for name in fields if name not in known),
        *(
            f"The field {one.name} is missing from the page."
            for one in TECHNICAL
            if one.name not in fields
        ),
        *(fault for asked in questions for fault in _question(asked, fields.get(asked.name, []))),
    ]


def _target(form: FormElement, action: str) -> Iterable[str]:
    path = urlsplit(form.action).path
    if path.rstrip("/") != action.rstrip("/"):
        yield f"The form posts to {path or 'its own page'} instead of {action}."
    if form.method != "POST":
        yield f"The form sends by {form.method} instead of POST."
    if (encoding := form.get("enctype", ENCODING).lower()) != ENCODING:
        yield f"The form is encoded as {encoding} instead of {ENCODING}."


def _question(asked: Question, shown: Sequence[HtmlElement]) -> Iterable[str]:
    if not shown:
        must = ", which the endpoint requires" if asked.required else ""
        yield f"The field {asked.name} is missing from the page{must}."
        return
    if asked.required and is_optional(shown[0]):
        yield f"The field {asked.name} is optional on the page, but the endpoint requires it."
    offered, taken = {*choices_of(shown)}, {key for key, _ in asked.choices}
    if asked.kind.is_chosen or offered:
        offered.discard("")
        for key in sorted(offered - taken):
            yield f"The field {asked.name} offers {key!r}, which is unknown to the endpoint."
        for key in sorted(taken - offered):
            yield f"The field {asked.name} does not offer {key!r}."


def _kind(element: HtmlElement) -> str:
    """Return the ``type`` of an input, or ``textarea`` or ``select``."""
    return str(element.type if element.tag == "input" else element.tag)


def choices_of(field: Sequence[HtmlElement]) -> list[str]:
    """Return the values that can be chosen in a field, in order."""
    if _kind(field[0]) == "select":
        return list(field[0].value_options)
    return [each.get("value", "on") for each in field if _kind(each) in _CHOSEN]


def is_optional(element: HtmlElement) -> bool:
    """Return whether the page lets people leave a field empty."""
    return is_hidden(element) or OPTIONAL in _label(element)


def _label(element: HtmlElement) -> str:
    """Return the text of the legend around a choice, else of the label."""
    around = element.iterancestors("fieldset") if _kind(element) in _CHOSEN else ()
    legend = next((each.find("legend") for each in around), None)
    label = element.label if legend is None else legend
    return "" if label is None else " ".join(label.text_content().split())


def is_hidden(element: HtmlElement) -> bool:
    """Return whether people can neither see nor reach a field."""
    return _kind(element) == "hidden" or any(
        "hidden" in one.attrib or one.get("aria-hidden") == "true" or one.get("tabindex") == "-1"
        for one in (element, *element.iterancestors())
    )


def filled_in(form: FormElement, nonce: str, marker: str) -> list[tuple[str, str]]:
    """Fill in a form where people can, and return its fields as a browser sends them.

    The marker replaces the proof of work, which the page's script would compute.
    """
    for name, field in fields_of(form).items():
        first = field[0]
        if name == PROOF.name:
            first.value = marker
        elif is_hidden(first):
            continue
        elif _kind(first) not in {*_CHOSEN, "select"}:
            first.value = _answer(name, _kind(first), nonce)
        elif not any(each.value for each in field):
            first.value = next(filter(None, choices_of(field)), first.value)
    return list(form.form_values())


def _answer(name: str, kind: str, nonce: str) -> str:
    if kind == "email":
        return canaries.address(nonce)
    otherwise = _ANSWERS["names"].get(name, _ANSWERS["word"])
    return str(_ANSWERS["kinds"].get(kind, otherwise)).format(nonce=nonce)
