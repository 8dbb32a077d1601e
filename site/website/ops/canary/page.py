"""What the form of a page says, and whether the endpoint means the same.

A frozen page may be older than the endpoint behind it, or lead to another one. So nothing is taken
from what the page was made of: it is read as a browser reads it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from website.leads.questions import TECHNICAL, QuestionKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from website.leads.questions import Question, TechnicalField

ENDPOINT = "/anfrage"
ENCODING = "application/x-www-form-urlencoded"
"""What a form sends that names none."""
OPTIONAL = "(optional)"
"""Stands in the label of what need not be answered: the page has no ``required``, so that the
endpoint's own messages are shown."""

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
    """What is sent if nobody touches it; nothing for a choice where none is preselected."""
    choices: tuple[str, ...] = ()
    """What can be chosen, of ``radio``, ``checkbox`` and ``select``."""
    label: str = ""
    """Text of its label, or of the legend above several."""
    hidden: bool = False
    """Whether people do not see it, or cannot reach it."""
    invalid: bool = False
    """Whether the page says that what stands there cannot be taken."""

    @property
    def optional(self) -> bool:
        """Whether the page says that it need not be answered."""
        return self.hidden or OPTIONAL in self.label


@dataclass(frozen=True)
class HtmlForm:
    """The form of a page."""

    action: str
    """As it is written there."""
    method: str
    """In lower case."""
    encoding: str
    fields: tuple[HtmlField, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields, in order."""
        return tuple(one.name for one in self.fields)

    def target(self, page: str) -> str:
        """Give the address to which it sends from the page at an address."""
        return urljoin(page, self.action)


def read_form(html: str) -> HtmlForm | None:
    """Read the form of a page that sends something: the first that posts, else the first of all.

    :returns: nothing if there is none.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    forms = [_built(draft, reader.labels) for draft in reader.forms]
    return next((form for form in forms if form.method == "post"), forms[0] if forms else None)


def differences(
    form: HtmlForm,
    questions: Sequence[Question],
    *,
    action: str = ENDPOINT,
    technical: Sequence[TechnicalField] = TECHNICAL,
) -> list[str]:
    """Say in English sentences where a page is out of step with the endpoint; none if nowhere.

    :param questions: what the endpoint asks.
    :param action: path at which it lies.
    :param technical: its fields that nobody answers.
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
        *(told for asked in questions for told in _question(asked, fields.get(asked.name))),
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
    if asked.kind in {QuestionKind.CHOICE, QuestionKind.CHECKBOX} or offered:
        offered.discard("")
        for key in sorted(offered - taken):
            yield f"The field {asked.name} offers {key!r}, which is unknown to the endpoint."
        for key in sorted(taken - offered):
            yield f"The field {asked.name} does not offer {key!r}."


@dataclass
class _Draft:
    attributes: dict[str, str]
    controls: list[tuple[HtmlField, str]] = field(default_factory=list)
    """Each with its id, by which a label names it; empty where a legend stands above."""


@dataclass
class _Open:
    """An element that has not ended."""

    tag: str
    hidden: bool
    """Whether it is not shown, itself or by what is around it."""
    inert: bool
    target: str | None = None
    """Of a label: the id of its control."""
    legend: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Collects forms with their controls, and labels."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[_Draft] = []
        self.labels: dict[str, str] = {}
        self._form: _Draft | None = None
        self._open: list[_Open] = []
        self._text: list[str] | None = None
        self._area: HtmlField | None = None
        self._area_id = ""
        self._select: tuple[HtmlField, str] | None = None
        self._option: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        above = self._open[-1] if self._open else _Open("", hidden=False, inert=False)
        hidden = above.hidden or _is_hidden(attributes)
        inert = above.inert or tag in _INERT
        if not inert:
            self._begin(tag, attributes, hidden=hidden)
        if tag not in _VOID:
            self._open.append(_Open(tag, hidden, inert, attributes.get("for")))

    def _begin(self, tag: str, attributes: dict[str, str], *, hidden: bool) -> None:
        match tag:
            case "form" if self._form is None:
                self._form = _Draft(attributes)
                self.forms.append(self._form)
            case "input":
                self._input(attributes, hidden=hidden)
            case "textarea":
                invalid = _is_invalid(attributes)
                name = attributes.get("name", "")
                self._area = HtmlField(name, "textarea", hidden=hidden, invalid=invalid)
                self._area_id, self._text = attributes.get("id", ""), []
            case "select":
                shown = HtmlField(attributes.get("name", ""), "select", hidden=hidden)
                self._select = (shown, attributes.get("id", ""))
            case "option":
                self._end_option()
                self._option, self._text = attributes, []
            case "label" | "legend":
                self._text = []

    def handle_data(self, data: str) -> None:
        if self._text is not None and not (self._open and self._open[-1].inert):
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if not any(one.tag == tag for one in self._open):
            return
        while True:
            ended = self._open.pop()
            if not ended.inert:
                self._end(ended)
            if ended.tag == tag:
                return

    def _end(self, ended: _Open) -> None:
        text = "".join(self._text or ())
        match ended.tag:
            case "form":
                self._form = None
            case "label":
                self.labels[ended.target or ""] = " ".join(text.split())
                self._text = None
            case "legend":
                for around in reversed(self._open):
                    if around.tag == "fieldset":
                        around.legend.append(" ".join(text.split()))
                        break
                self._text = None
            case "textarea" if self._area:
                # HTML drops one line break that follows the tag.
                self._add(replace(self._area, value=text.removeprefix("\n")), self._area_id)
                self._area, self._text = None, None
            case "option":
                self._end_option()
            case "select" if self._select:
                self._end_option()
                self._add(*self._select)
                self._select = None

    def _end_option(self) -> None:
        if self._option is None:
            return
        value = self._option.get("value", " ".join("".join(self._text or ()).split()))
        if self._select:
            shown, identifier = self._select
            is_first = not shown.choices
            chosen = value if is_first or "selected" in self._option else shown.value
            shown = replace(shown, choices=(*shown.choices, value), value=chosen)
            self._select = (shown, identifier)
        self._option, self._text = None, None

    def _input(self, attributes: dict[str, str], *, hidden: bool) -> None:
        kind = attributes.get("type", "text").lower()
        if kind in _UNSENT:
            return
        name, value = attributes.get("name", ""), attributes.get("value", "")
        out_of_sight = hidden or kind == "hidden"
        if kind not in _CHOSEN:
            invalid = _is_invalid(attributes)
            shown = HtmlField(name, kind, value, hidden=out_of_sight, invalid=invalid)
            self._add(shown, attributes.get("id", ""))
            return
        value = attributes.get("value", "on")
        chosen = value if "checked" in attributes else ""
        legends = [one.legend[-1] for one in self._open if one.tag == "fieldset" and one.legend]
        label = legends[-1] if legends else ""
        shown = HtmlField(name, kind, chosen, (value,), label, out_of_sight)
        self._add(shown, "" if label else attributes.get("id", ""))

    def _add(self, shown: HtmlField, identifier: str) -> None:
        if self._form is None or not shown.name:
            return
        controls = self._form.controls
        for place, (other, first) in enumerate(controls):
            if other.name == shown.name and shown.kind in _CHOSEN:
                joined = replace(
                    other, choices=other.choices + shown.choices, value=shown.value or other.value
                )
                controls[place] = (joined, first)
                return
        controls.append((shown, identifier))


def _is_hidden(attributes: dict[str, str]) -> bool:
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or attributes.get("tabindex") == "-1"
    )


def _is_invalid(attributes: dict[str, str]) -> bool:
    return attributes.get("aria-invalid") == "true"


def _built(draft: _Draft, labels: dict[str, str]) -> HtmlForm:
    get = draft.attributes.get
    return HtmlForm(
        action=get("action", ""),
        method=get("method", "get").lower(),
        encoding=get("enctype", ENCODING).lower(),
        fields=tuple(
            replace(shown, label=labels.get(identifier, "")) if identifier else shown
            for shown, identifier in draft.controls
        ),
    )
