"""Python-Markdown extensions for what other programs write: lists, tables and inline marks.

Accepted are a list or a table right below a sentence, items indented by two spaces, and the markers
``1)``, ``•`` and ``- [ ]``, as word processors and other Markdown programs write them.
"""

import functools
import itertools
import re
import string
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast
from xml.etree import ElementTree as ET

from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.tables import TableProcessor
from markdown.inlinepatterns import (
    EscapeInlineProcessor,
    InlineProcessor,
    SubstituteTagInlineProcessor,
)
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import STX, AtomicString

from website.content.outline import CELLS
from website.content.source_lines import BULLETS, MARKS, SPEAKING

_REPLACED = {"–": "", "☐": "[ ] ", "☑": "[x] "}
_FAMILIES = ("☐☑", "✓✔✗✘", "→➔➜►▶", "–")
"""Signs of :data:`SPEAKING` that stand in one list."""
_TASK = re.compile(r"\[([ xX])\]\s+(?=\S)")

_INDENT = 4
"""Spaces for each level, which is all that Python-Markdown understands."""

_ITEM = re.compile(
    rf"(?P<indent> *)(?P<sign>[-*+o{BULLETS}{SPEAKING}]|(?P<number>\d{{1,9}})[.)])(?P<gap> +)"
    rf"(?P<rest>[{MARKS}]?(?P<text>\S.*))"
)
_MONTH = re.compile(
    r"(?:Jan|Feb|Mär|Mrz|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)[a-zä]*\b", re.IGNORECASE
)
_RULE = re.compile(r" {0,3}([-*_])(?: *\1){2,} *$")
_APART = re.compile(
    rf" {{0,3}}#{{1,6}}(?: |$)| ?(?:#|/{{3,}} *(?:[\w-]+ *(?:\|.*)?)?$|{STX}|\[\^[^\]]+\]:)"
)
"""Rows that are no paragraph, and end every list."""
_QUOTE = re.compile(r" ?> ?")
_DELIMITERS = re.compile(r" {0,3}\|?+ *+:?+-++:?+ *+(?:\| *+:?+-++:?+ *+)*+\|?+ *$")

_ADDRESS = (
    r"(?<![\w/@=.-])(https?://"
    r"(?:[^\s<>\"'`()\[\]„“”|\\]|\([^\s()]*\))*(?:[\w/=&#~+-]|\([^\s()]*\)))"
)
"""An address on the web as it is pasted, without the full stop or bracket that ends a sentence."""
_LINKS = (
    "link",
    "image_link",
    "reference",
    "image_reference",
    "short_reference",
    "short_image_ref",
)
_INNER_STAR = r"(?<=[^\W_])(\*)(?=[^\W_])"
_GENDERED = re.compile(r"\*(?:innen|in(?![^\W_]))|(?<=\d)\*(?=\d)")
_SHORT_ENDING = re.compile(r"\*[a-zäöüß]{1,2}(?![^\W_])")
_OPENING_STAR, _CLOSING_STAR = re.compile(r"(?<!\w)\*(?=\S)"), re.compile(r"(?<=\S)\*(?!\w)")
_LONGEST_WORD = 50
_HEADING = re.compile(
    r"(?:^|\n) {0,3}(?P<level>#{2,6}|#(?=[ \n]))(?P<header>[^\n]*?)(?:(?<= )#+)?(?:\n|$)"
)
"""As in CommonMark „#1 der Branche“ is none, and „## Warum C#“ keeps its last sign."""
_BRACKET = re.compile(r"[\[\]]")
_DEEPEST = 32
"""Brackets within each other in the label of a link."""
_CAPTION = re.compile(r"(\S.*?\.\w{2,5})\s+[„“”»«‚‘](.*)[“”„«»‘’]")
"""A file's name and a caption in the quotation marks of a word processor."""


class Lists(Extension):
    """Normalizes lists and tables, and marks items of task lists."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Register the processors after those for fenced code and lines."""
        md.preprocessors.register(_Tidying(md), "lists", 23)
        md.treeprocessors.register(_Tasks(md), "tasks", 18.5)
        former: Any = md.parser.blockprocessors["table"]
        md.parser.blockprocessors.register(_Tables(md.parser, former.config), "table", 75)


def begins_with_month(text: str) -> bool:
    """Return whether a text goes on as a date does after its day."""
    return bool(_MONTH.match(text))


class _Tidying(Preprocessor):
    def run(self, lines: list[str]) -> list[str]:
        return list(_tidied(lines))


def _tidied(rows: Iterable[str]) -> Iterator[str]:
    """Normalize rows, those of block quotes separately."""
    before, ends_with_text = "", False
    for is_quote, run in itertools.groupby(rows, key=lambda row: bool(_QUOTE.match(row))):
        typed = list(run)
        if is_quote:
            inner = [_QUOTE.sub("", row, count=1) for row in typed]
            tidy = list(_tidied(inner))
            if ends_with_text:
                yield ""
            yield from typed if tidy == inner else (f"> {row}".rstrip() for row in tidy)
        else:
            if before and _ITEM.match(typed[0]):
                yield ""
            yield from _ListRows(typed).tidied()
        before = typed[-1].strip() if is_quote else ""
        ends_with_text = not is_quote and bool(typed[-1].strip())


class _Item(NamedTuple):
    indent: int
    sign: str
    number: int | None
    gap: str
    rest: str
    text: str

    @property
    def kind(self) -> str:
        """The type of list that the item belongs to."""
        return "ul" if self.number is None else "ol"

    def row(self, level: int) -> str:
        """Return the row in the form that Python-Markdown reads."""
        sign = f"{self.number}." if self.number is not None else self.sign
        added = _REPLACED.get(sign, f"{sign} ") if sign in SPEAKING else ""
        sign = sign if self.number is not None or sign in "-*+" else "-"
        return f"{' ' * _INDENT * level}{sign}{self.gap}{added}{self.rest}"


def _item(row: str) -> _Item | None:
    found = _ITEM.match(row)
    if found is None or _RULE.match(row):
        return None
    number = found["number"]
    return _Item(
        len(found["indent"]),
        found["sign"],
        None if number is None else int(number),
        found["gap"],
        found["rest"],
        found["text"],
    )


@dataclass
class _ListRows:
    """Normalizer of the rows of a text; keeps track of open lists."""

    rows: Sequence[str]
    indents: list[int] = field(default_factory=list)
    """Where the items of each open list begin, the outermost first."""
    kinds: list[str] = field(default_factory=list)
    before: str = "blank"
    """What the last row was: blank, apart, text or item."""
    block: int | None = None
    """How far the rows of a paragraph within an item are indented, where that was changed."""
    code: int = 0
    """How far the rows of indented code are, while there is any."""
    number: int = 0
    """Of the last numbered item."""
    first: int = 0
    """How deep the row stands that is the first one below an empty one."""

    def tidied(self) -> Iterator[str]:
        """Yield every row as Python-Markdown reads it."""
        for at, row in enumerate(self.rows):
            if not row.strip():
                self.before, self.block, self.code = "blank", None, 0
                yield row
            elif self._is_code(row):
                self.before = "text"
                yield row
            elif _APART.match(row) or _RULE.match(row):
                ends_list = self.first or (self.indents and _RULE.match(row))
                if ends_list and self.before not in {"blank", "apart"}:
                    yield ""
                self._close(0)
                self.before, self.block, self.first = "apart", None, 0
                yield row
            elif (item := _item(row)) and (level := self._level_of(item, at)) is not None:
                yield from self._put(item, level)
            else:
                yield from self._text(at, row)

    def _is_code(self, row: str) -> bool:
        indent = len(row) - len(row.lstrip(" "))
        if self.before in {"blank", "apart"}:
            needed = _INDENT * (self._depth(indent) + 1)
            self.code = needed if indent >= needed else 0
        return bool(self.code) and indent >= self.code

    def _close(self, level: int) -> None:
        del self.indents[level:], self.kinds[level:]

    def _depth(self, indent: int) -> int:
        """Return how many open lists a row is nested in: two spaces are enough."""
        return next(
            (n for n in range(len(self.indents), 0, -1) if indent >= self.indents[n - 1] + 2), 0
        )

    def _level_of(self, item: _Item, at: int) -> int | None:
        """Return how deep an item stands; None where the row is none."""
        if item.sign == "o":  # the second level of a list from Word, where a tab stood behind
            is_meant = self.indents and len(item.gap) > 1
            return max(1, self._depth(item.indent)) if is_meant else None
        level = self._depth(item.indent)
        if not self.indents and item.indent >= _INDENT:
            return None
        goes_on = level < len(self.indents) and self.kinds[level] == item.kind
        if goes_on or (self._is_list(item, at) and self._may_begin(item, level, at)):
            return level
        return None

    def _is_list(self, item: _Item, at: int) -> bool:
        """Return whether a sign makes a list: one dash or arrow alone does not."""
        if item.sign not in SPEAKING:
            return True
        following = self._following(at)
        family = next(signs for signs in _FAMILIES if item.sign in signs)
        return following is not None and following.sign in family

    def _may_begin(self, item: _Item, level: int, at: int) -> bool:
        """Return whether a list may begin here, where no empty row is above it.

        A line of a sentence may begin with a dash, or with the day of a date.
        """
        if self.before in {"blank", "apart"}:
            return True
        goes_on = self.before == "item" and item.number == self.number + 1
        is_far = item.number not in {None, 1} and not goes_on
        if is_far or (item.number is not None and begins_with_month(item.text)):
            return False
        if level and level == len(self.indents):
            return True
        if self.before == "item" and level < len(self.indents):
            return True
        if self.rows[at - 1].rstrip(" *_").endswith(":"):
            return True
        following = self._following(at)
        return (
            following is not None and following.kind == item.kind and following.number in {None, 2}
        )

    def _following(self, at: int) -> _Item | None:
        return _item(self.rows[at + 1]) if at + 1 < len(self.rows) else None

    def _put(self, item: _Item, level: int) -> Iterator[str]:
        is_new = level == len(self.indents)
        is_other = not is_new and self.kinds[level] != item.kind
        is_below_block = self.before == "text" and self.block is not None
        begins = is_other or (is_new and level == 0) or is_below_block or level < self.first
        if begins and self.before not in {"blank", "apart"}:
            yield ""
        if begins or self.before in {"blank", "apart"}:
            self.first = level
        self._close(level if is_other else level + 1)
        if len(self.indents) == level:
            self.indents.append(item.indent)
            self.kinds.append(item.kind)
        self.before, self.block, self.number = "item", None, item.number or self.number
        yield item.row(level)

    def _text(self, at: int, row: str) -> Iterator[str]:
        text = row.lstrip(" ")
        indent = len(row) - len(text)
        if self.before in {"blank", "apart"}:
            self.first = level = self._depth(indent)
            self._close(level)
            if level:
                self.block = _INDENT * level
        if self.before == "text" and not self.indents and self._is_table(at):
            yield ""
        self.before = "text"
        yield row if self.block is None else " " * self.block + text

    def _is_table(self, at: int) -> bool:
        following = self.rows[at + 1 : at + 2]
        return "|" in self.rows[at] and bool(
            following and "|" in following[0] and _DELIMITERS.match(following[0])
        )


class _Tables(TableProcessor):
    def _build_row(self, row: str, parent: ET.Element, align: Sequence[str | None]) -> None:
        """Record how many cells were typed: those beyond the head's are not rendered."""
        super()._build_row(row, parent, align)  # type: ignore[misc]  # the stubs lack them
        cells = self._split_row(row)  # type: ignore[attr-defined]
        parent[-1].set(CELLS, str(len(cells)))


class _Tasks(Treeprocessor):
    def run(self, root: ET.Element) -> None:
        """Convert the check boxes of task lists into attributes that style sheets show."""
        for group in root.iter("ul"):
            for item in group:
                holder = item if (item.text or "").strip() or not len(item) else item[0]
                if found := _TASK.match((holder.text or "").lstrip()):
                    holder.text = (holder.text or "").lstrip()[found.end() :]
                    item.set("data-done", "false" if found[1] == " " else "true")
                    group.set("class", "tasks")


class Inline(Extension):
    """Supports ``~~struck out~~``, bare URLs, and a backslash at the end of a line.

    Every sign can be escaped, and a heading's single ``#`` needs its space.
    """

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Register what CommonMark and GitHub's Markdown have beyond Python-Markdown."""
        untyped: Any = md
        untyped.delimiters.add("~", "del", double=True)
        untyped.ESCAPED_CHARS += [
            sign for sign in string.punctuation if sign not in untyped.ESCAPED_CHARS
        ]
        md.treeprocessors.register(_Captions(md), "captions", 18.6)
        md.inlinePatterns.register(_Address(_ADDRESS, md), "address", 115)
        for name in _LINKS:
            pattern = untyped.inlinePatterns[name]
            pattern.getText = _label
            pattern.getLink = functools.partial(_target, pattern.getLink)
        line_break = SubstituteTagInlineProcessor(r"\\\n", "br")
        md.inlinePatterns.register(line_break, "backslash", 185)
        md.inlinePatterns.register(_InnerStar(_INNER_STAR, md), "inner-star", 70)
        cast("Any", md.parser.blockprocessors["hashheader"]).RE = _HEADING


def _label(data: str, index: int) -> tuple[str, int, bool]:
    """Return a label up to its closing bracket, the position behind it, and whether there is one.

    Python-Markdown would read the rest of the text for each bracket that nothing closes.
    """
    depth = 1
    for found in _BRACKET.finditer(data, index):
        depth += 1 if found[0] == "[" else -1
        if not depth:
            return data[index : found.start()], found.end(), True
        if depth > _DEEPEST:
            break
    return "", index, False


def _target(
    read: Callable[[str, int], tuple[str, str | None, int, bool]], data: str, index: int
) -> tuple[str, str | None, int, bool]:
    """Return address and title of a link, the position behind it, and whether it is closed.

    Python-Markdown would read on beyond the next link, and would drop the text after a title that
    nothing closes.
    """
    following = data.find("](", index)
    part = data[index : following if following >= 0 else None]
    address, title, end, is_closed = read(part, 0)
    return address, title, index + end, is_closed and end > 0


class _Address(InlineProcessor):
    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]  # noqa: N802
        self,
        m: re.Match[str],
        data: str,  # noqa: ARG002
    ) -> tuple[ET.Element, int, int]:
        """Return a link for a pasted address."""
        link = ET.Element("a", {"href": m[1]})
        link.text = AtomicString(m[1])
        return link, m.start(0), m.end(0)


class _InnerStar(EscapeInlineProcessor):
    def handleMatch(  # type: ignore[override]  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[ET.Element | str | None, int | None, int | None]:
        """Keep a star within a word as it is, as in Kund*innen, unless it emphasizes a part."""
        if not _GENDERED.match(data, m.start()):
            word = _word_at(data, m.start())
            begins, ends = map(bool, (_OPENING_STAR.search(word), _CLOSING_STAR.search(word)))
            is_short = bool(_SHORT_ENDING.match(data, m.start()))
            is_alone = not begins and not ends and len(self.compiled_re.findall(word)) == 1
            if not (is_alone or (is_short and (ends or not begins))):
                return None, None, None
        return super().handleMatch(m, data)


def _word_at(data: str, at: int) -> str:
    least = max(at - _LONGEST_WORD, 0)
    start = max(data.rfind(blank, least, at) for blank in " \n")
    return data[max(start, least) : at + _LONGEST_WORD].split(maxsplit=1)[0]


class _Captions(Treeprocessor):
    def run(self, root: ET.Element) -> None:
        """Read a caption whose quotation marks are not straight."""
        for image in root.iter("img"):
            if found := _CAPTION.fullmatch(image.get("src", "")):
                image.set("src", found[1])
                image.set("title", found[2])
