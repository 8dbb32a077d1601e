"""The form of a live page, and how it differs from what the endpoint expects.

A frozen page may be older than the endpoint behind it, or post to another one. So nothing is taken
from what the page was made of: its HTML is parsed as a browser does it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element, SubElement

from website.questionnaire import TECHNICAL, Question, TechnicalField

PAGE = "/kontakt/"
"""The page that has the form."""
ENDPOINT = "/anfrage"
ENCODING = "application/x-www-form-urlencoded"
"""Of forms that name none."""
OPTIONAL = "(optional)"
"""Marks labels of optional fields. The page has no ``required``, so that the endpoint's own
messages are shown."""

_VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905
)
_INERT = frozenset({"template", "noscript", "script", "style"})
_UNSENT = frozenset({"submit", "button", "reset", "image", "file"})
_CHOSEN = frozenset({"radio", "checkbox"})


@dataclass(frozen=True)
class HtmlField:
    """One field of a form, as the page shows it."""

    name: str
    kind: str
    """``type`` of an input in lower case, or ``textarea`` or ``select``."""
    value: str = ""
    """What is sent if nobody changes it; empty for choices without a default."""
    choices: tuple[str, ...] = ()
    """Values of ``radio``, ``checkbox`` and ``select``."""
    label: str = ""
    """Text of its label, or of the legend above several."""
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
        """Return the address to which the form posts from a page's address."""
        return urljoin(page, self.action)


def read_form(html: str) -> HtmlForm | None:
    """Return the form of a page: the first that posts, else the first of all; None without any."""
    parser = _TreeParser()
    parser.feed(html)
    parser.close()
    found = list(_walk(parser.root))
    labels = {
        one.element.get("for", ""): _text(one.element)
        for one in _named(found, "label")
        if "for" in one.element.attrib
    }
    forms = [
        _form(one.element, [each for each in found if each.form is one.element], labels)
        for one in _named(found, "form")
        if one.form is one.element
    ]
    return next((form for form in forms if form.method == "post"), forms[0] if forms else None)


def differences(
    form: HtmlForm,
    questions: Sequence[Question],
    *,
    action: str = ENDPOINT,
    technical: Sequence[TechnicalField] = TECHNICAL,
) -> list[str]:
    """Return how a page is out of step with the endpoint, as English sentences.

    :param questions: what the endpoint asks.
    :param action: the endpoint's path.
    :param technical: its fields that nobody fills in.
    """
    fields = {one.name: one for one in form.fields}
    known = {asked.name for asked in questions} | {one.name for one in technical}
    return [
        *_target(form, action),
        *(f"The field {name} is unknown to the endpoint." for name in fields if name not in known),
        *(
            f"The field {one.name} is missing from the page."
            for one in technical
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


class _TreeParser(HTMLParser):
    """Builds a tree of elements; those that are not closed end with what is around them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("document")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == self._open[-1].tag == "option":
            self._open.pop()
        attributes = {name: value or "" for name, value in attrs}
        element = SubElement(self._open[-1], tag, attributes)
        if tag not in _VOID:
            self._open.append(element)

    def handle_data(self, data: str) -> None:
        parent = self._open[-1]
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + data
        else:
            parent.text = (parent.text or "") + data

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self._open[1:]):
            while self._open.pop().tag != tag:
                pass


@dataclass(frozen=True)
class _Placed:
    """An element, and what is around it."""

    element: Element
    form: Element | None = None
    fieldset: Element | None = None
    """The nearest that has a legend."""
    hidden: bool = False


def _walk(root: Element) -> Iterator[_Placed]:
    """Yield what is shown or sent, in document order."""
    stack = [_Placed(root)]
    while stack:
        placed = stack.pop()
        element = placed.element
        if element.tag in _INERT:
            continue
        if element.tag == "form" and placed.form is None:
            placed = replace(placed, form=element)
        if element.tag == "fieldset" and element.find("legend") is not None:
            placed = replace(placed, fieldset=element)
        placed = replace(placed, hidden=placed.hidden or _is_hidden(element))
        yield placed
        stack += [replace(placed, element=child) for child in reversed(element)]


def _named(found: Iterable[_Placed], tag: str) -> Iterator[_Placed]:
    return (one for one in found if one.element.tag == tag)


def _text(element: Element | None) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())


def _is_hidden(element: Element) -> bool:
    return (
        "hidden" in element.attrib
        or element.get("aria-hidden") == "true"
        or element.get("tabindex") == "-1"
    )


def _form(form: Element, found: Iterable[_Placed], labels: Mapping[str, str]) -> HtmlForm:
    fields: list[HtmlField] = []
    for new in filter(None, (_field(one, labels) for one in found)):
        names = [one.name for one in fields]
        if new.kind in _CHOSEN and new.name in names:
            first = names.index(new.name)
            fields[first] = _joined(fields[first], new)
        else:
            fields.append(new)
    return HtmlForm(
        action=form.get("action", ""),
        method=form.get("method", "get").lower(),
        encoding=form.get("enctype", ENCODING).lower(),
        fields=tuple(fields),
    )


def _joined(first: HtmlField, other: HtmlField) -> HtmlField:
    return replace(first, choices=first.choices + other.choices, value=other.value or first.value)


def _field(placed: _Placed, labels: Mapping[str, str]) -> HtmlField | None:
    element = placed.element
    kind = element.get("type", "text").lower() if element.tag == "input" else element.tag
    if element.tag not in {"input", "select", "textarea"} or kind in _UNSENT:
        return None
    if not element.get("name"):
        return None
    value, choices = _value(element, kind)
    label = labels.get(element.get("id", ""), "")
    if kind in _CHOSEN and placed.fieldset is not None:
        label = _text(placed.fieldset.find("legend")) or label
    return HtmlField(
        name=element.get("name", ""),
        kind=kind,
        value=value,
        choices=choices,
        label=label,
        hidden=placed.hidden or kind == "hidden",
        invalid=element.get("aria-invalid") == "true",
    )


def _value(element: Element, kind: str) -> tuple[str, tuple[str, ...]]:
    """Return the default value of a field, and the values that can be chosen."""
    if kind in _CHOSEN:
        value = element.get("value", "on")
        return value if "checked" in element.attrib else "", (value,)
    if kind == "select":
        options = list(element.iter("option"))
        values = [option.get("value", _text(option)) for option in options]
        chosen = [number for number, one in enumerate(options) if "selected" in one.attrib]
        return values[(chosen or [0])[-1]] if values else "", tuple(values)
    if kind == "textarea":  # HTML drops one line break that follows the tag
        return "".join(element.itertext()).removeprefix("\n"), ()
    return element.get("value", ""), ()
