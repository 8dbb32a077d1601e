"""The form of a live page: parsing, comparison with what the endpoint expects, and sample answers.

A frozen page may be older than the endpoint, or post to another one. So its HTML is parsed as a
browser does it, independently of the code that rendered it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.etree import ParserError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

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


@dataclass(frozen=True)
class HtmlField:
    """A field of a form, as the page shows it."""

    name: str
    kind: str
    """Lower-case ``type`` of an input, or ``textarea`` or ``select``."""
    value: str = ""
    """The default value; empty for choices without a default."""
    choices: tuple[str, ...] = ()
    """Values of ``radio``, ``checkbox`` and ``select``."""
    label: str = ""
    """Text of its label, or of the legend of a group."""
    hidden: bool = False
    """Whether people cannot see or reach it."""
    invalid: bool = False
    """Whether the page marks its value as invalid."""

    @property
    def optional(self) -> bool:
        """Whether the page lets people leave it empty."""
        return self.hidden or OPTIONAL in self.label


@dataclass(frozen=True)
class HtmlForm:
    """The form of a page."""

    action: str
    """As written in the page."""
    method: str
    """In lower case."""
    encoding: str
    fields: tuple[HtmlField, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields, in order."""
        return tuple(one.name for one in self.fields)

    def target(self, page: str) -> str:
        """Return the URL to which the form posts from a page's URL."""
        return urljoin(page, self.action)


def read_form(html: str) -> HtmlForm | None:
    """Return the first form of a page that posts, else the first one; None if there is none."""
    try:
        page = document_fromstring(html.encode(), parser=HTMLParser(encoding="utf-8"))
    except ParserError:  # there is nothing in it
        return None
    etree.strip_elements(page, *_INERT, with_tail=False)
    forms = [_form(element) for element in page.forms]
    return next((form for form in forms if form.method == "post"), forms[0] if forms else None)


def differences(
    form: HtmlForm, questions: Sequence[Question], *, action: str = ENDPOINT
) -> list[str]:
    """Return how a page differs from what the endpoint expects, as English sentences.

    :param questions: those of the endpoint.
    :param action: the endpoint's path.
    """
    fields = {one.name: one for one in form.fields}
    known = {asked.name for asked in questions} | {one.name for one in TECHNICAL}
    return [
        *_target(form, action),
        *(f"The field {name} is unknown to the endpoint." for name in fields if name not in known),
        *(
            f"The field {one.name} is missing from the page."
            for one in TECHNICAL
            if one.name not in fields
        ),
        *(fault for asked in questions for fault in _question(asked, fields.get(asked.name))),
    ]


def _target(form: HtmlForm, action: str) -> Iterable[str]:
    path = urlsplit(form.action).path
    if path.rstrip("/") != action.rstrip("/"):
        yield f"The form posts to {path or 'its own page'} instead of {action}."
    if form.method != "post":
        yield f"The form sends by {form.method.upper()} instead of POST."
    if form.encoding != ENCODING:
        yield f"The form is encoded as {form.encoding} instead of {ENCODING}."


def _question(asked: Question, shown: HtmlField | None) -> Iterable[str]:
    if shown is None:
        must = ", which the endpoint requires" if asked.required else ""
        yield f"The field {asked.name} is missing from the page{must}."
        return
    if asked.required and shown.optional:
        yield f"The field {asked.name} is optional on the page, but the endpoint requires it."
    offered, taken = set(shown.choices), {key for key, _ in asked.choices}
    if asked.kind.is_chosen or offered:
        offered.discard("")
        for key in sorted(offered - taken):
            yield f"The field {asked.name} offers {key!r}, which is unknown to the endpoint."
        for key in sorted(taken - offered):
            yield f"The field {asked.name} does not offer {key!r}."


def _form(form: HtmlElement) -> HtmlForm:
    fields: list[HtmlField] = []
    for element in form.iter("input", "select", "textarea"):
        kind = element.type.lower() if element.tag == "input" else element.tag
        if not element.name or kind in _UNSENT:
            continue
        new = _field(element, kind)
        names = [one.name for one in fields]
        if kind in _CHOSEN and new.name in names:
            first = fields[names.index(new.name)]
            choices, value = first.choices + new.choices, new.value or first.value
            fields[names.index(new.name)] = replace(first, choices=choices, value=value)
        else:
            fields.append(new)
    return HtmlForm(
        action=form.get("action", ""),
        method=form.method.lower(),
        encoding=form.get("enctype", ENCODING).lower(),
        fields=tuple(fields),
    )


def _field(element: HtmlElement, kind: str) -> HtmlField:
    value, choices = _value(element, kind)
    around = [element, *element.iterancestors()]
    legends = [one.find("legend") for one in around if one.tag == "fieldset"]
    legend = next((one for one in legends if one is not None), None) if kind in _CHOSEN else None
    return HtmlField(
        name=element.name,
        kind=kind,
        value=value,
        choices=choices,
        label=_text(legend) or _text(element.label),
        hidden=kind == "hidden" or any(map(_is_hidden, around)),
        invalid=element.get("aria-invalid") == "true",
    )


def _value(element: HtmlElement, kind: str) -> tuple[str, tuple[str, ...]]:
    """Return the default value of a field, and the values that can be chosen."""
    if kind in _CHOSEN:
        value = element.get("value", "on")
        return value if element.checked else "", (value,)
    if kind == "select":
        values = tuple(element.value_options)
        chosen = next(iter(values), "") if element.value is None else element.value
        return chosen, values
    if kind == "textarea":  # HTML drops one line break that follows the tag
        return element.text_content().removeprefix("\n"), ()
    return element.get("value", ""), ()


def _text(element: HtmlElement | None) -> str:
    return "" if element is None else " ".join(element.text_content().split())


def _is_hidden(element: HtmlElement) -> bool:
    return (
        "hidden" in element.attrib
        or element.get("aria-hidden") == "true"
        or element.get("tabindex") == "-1"
    )


def filled_in(form: HtmlForm, nonce: str, marker: str) -> list[tuple[str, str]]:
    """Return the fields as a browser sends them, filled in where people can.

    The marker replaces the proof of work, which the page's script would compute.
    """
    sent = [
        (one.name, marker if one.name == PROOF.name else _answer(one, nonce)) for one in form.fields
    ]
    # An empty choice is not sent at all.
    boxes = {one.name for one in form.fields if one.kind in _CHOSEN}
    return [(name, text) for name, text in sent if text or name not in boxes]


def _answer(field: HtmlField, nonce: str) -> str:
    if field.hidden:
        return field.value
    if field.kind in {*_CHOSEN, "select"}:
        return field.value or next(filter(None, field.choices), "")
    if field.kind == "email":
        return canaries.address(nonce)
    otherwise = _ANSWERS["names"].get(field.name, _ANSWERS["word"])
    return str(_ANSWERS["kinds"].get(field.kind, otherwise)).format(nonce=nonce)
