"""Checks of Markdown that is shown literally or rendered in an unintended way.

Syntax of other programs, unclosed marks and pasted remains are searched for in the text as it is
rendered, so that what is rendered as intended is no problem.
"""

import re
from collections.abc import Callable, Mapping

from website.checking.check_context import TextContext
from website.checking.rules import Found, Rule, text_rule
from website.content import blocks
from website.content.markdown_dialects import begins_with_month
from website.content.outline import Passage, PassageKind

_LIST_SIGN = re.compile(r"\A[\s>]*(?:[^\w\s]|[o§]|\d{1,9}[.)])\t")
_TABLE_ROW = re.compile(r" *(?:\|.*\||\+[-=][-=+]*\+) *$")
_COLUMNS = re.compile(r" {0,3}-{2,}(?: +-{2,})+ *$")
"""Below the head of a table whose columns stand between spaces."""
_DEFINITION = re.compile(
    r"(?:[ >]|[-*+] )*+(?P<star>\*?)\[(?!//\])(?P<name>[^\]^\[]+)\] ?:\s*(?!#|<>)\S"
)
"""Of the address of a link, or of an abbreviation; a comment is none."""
_WANTED: Mapping[str, Callable[[Passage], bool]] = {
    blocks.STEPS: lambda held: bool(held.number),
    blocks.QUESTIONS: lambda held: held.kind is PassageKind.HEADING and held.level == _OF_QUESTION,
    blocks.CHECKLIST: lambda held: held.kind is PassageKind.ITEM,
}
"""What a box is for, by its name."""
_OF_QUESTION = 3
"""The level of a heading that asks."""
_FIRST_YEAR = 1000
"""A higher number before a full stop is no day; it may end a sentence."""


@text_rule("open-fence")
def _open_fence(rule: Rule, subject: TextContext) -> Found:
    for line, row in subject.rows:
        fence = re.match(r"[ \t>]*(`{3,}|~{3,})[^`]*$", row)
        if fence and not _is_fenced(subject, line):
            is_indented = row[:1].isspace() or row.startswith(">")
            yield line, rule.message("indented" if is_indented else "open", fence=fence[1])


def _is_fenced(subject: TextContext, line: int) -> bool:
    return any(first <= line <= last for first, last in subject.outline.fenced)


@text_rule("indented-code")
def _indented(rule: Rule, subject: TextContext) -> Found:
    return ((line, rule.message()) for line in subject.outline.indented)


@text_rule("typed-tab")
def _tabs(rule: Rule, subject: TextContext) -> Found:
    for passage in subject.prose:
        last = passage.line + passage.text.count("\n")
        tabbed = [at for at in range(passage.line, last + 1) if between_tabs(subject.row(at))]
        if len(tabbed) == 1:
            yield tabbed[0], rule.message("one")
        elif tabbed:
            row = "---".join("|" * (len(between_tabs(subject.row(tabbed[0]))) + 1))
            yield tabbed[0], rule.message("table", row=row)


def between_tabs(row: str) -> list[str]:
    """Return what stands between the tabs of a row; empty where only a list's sign has one."""
    written = _LIST_SIGN.sub("", row).strip()
    return re.split("\t+", written) if "\t" in written else []


@text_rule("no-table-head")
def _no_head(rule: Rule, subject: TextContext) -> Found:
    for passage in subject.passages:
        rows = (passage.signs or passage.text).split("\n")
        first = next((at for at, row in enumerate(rows) if _TABLE_ROW.match(row)), None)
        if first is not None and not any(map(_is_table_line, rows)):
            cells = len(re.split(r"[|+]", rows[first].strip(" |+")))
            yield passage.line + first, rule.message(row="|---" * cells + "|")
    for line, row in subject.rows:
        if _COLUMNS.match(row) and not _is_fenced(subject, line):
            yield line, rule.message(row="|---" * len(row.split()) + "|")


def _is_table_line(row: str) -> bool:
    return "--" in row and not row.strip(" |:-")


@text_rule("date-as-item")
def _date_as_item(rule: Rule, subject: TextContext) -> Found:
    for passage, typed in _numbered(subject):
        first = passage.text.split()[0]
        if typed is not None and (begins_with_month(passage.text) or typed >= _FIRST_YEAR):
            escaped = f"{typed}\\. {first}"
            yield passage.line, rule.message(start=f"{typed}. {first}", escaped=escaped)


@text_rule("other-number")
def _other_number(rule: Rule, subject: TextContext) -> Found:
    before: int | None = None
    for passage, typed in _numbered(subject):
        if typed is not None and typed not in {passage.number, before}:
            yield passage.line, rule.message(typed=typed, shown=passage.number)
        before = typed


def _numbered(subject: TextContext) -> list[tuple[Passage, int | None]]:
    """Return the items of numbered lists, each with the number that was typed."""
    items = [each for each in subject.body if each.kind is PassageKind.ITEM and each.number]
    rows = [re.match(r"[\s>*+-]*(\d{1,9})[.)]\s", subject.row(item.line)) for item in items]
    return [(item, int(row[1]) if row else None) for item, row in zip(items, rows, strict=True)]


@text_rule("bold-heading")
def _bold_heading(rule: Rule, subject: TextContext) -> Found:
    for passage in filter(lambda passage: passage.is_bold, subject.body):
        is_short = len(passage.text) <= rule.row["up_to"]
        if passage.kind is PassageKind.HEADING:
            yield passage.line, rule.message("heading")
        elif passage.kind is PassageKind.PARAGRAPH and is_short and not _ends(passage.text):
            yield passage.line, rule.message("paragraph")


def _ends(text: str) -> bool:
    return text[-1:] in '.,;:!?…“"'


@text_rule("underlined-heading")
def _underlined(rule: Rule, subject: TextContext) -> Found:
    for heading in subject.headings:
        if not re.match(r"[\s>]*#", subject.row(heading.line)):
            yield heading.line, rule.message()


@text_rule("ragged-table")
def _ragged(rule: Rule, subject: TextContext) -> Found:
    for line, typed, shown in subject.outline.rows:
        if typed != shown:
            case = "excess" if typed > shown else "lacking"
            yield line, rule.message(case, typed=typed, shown=shown)


@text_rule("unused-note")
def _notes(rule: Rule, subject: TextContext) -> Found:
    for line, name in subject.outline.unused_notes:
        yield line, rule.message("unused", name=name)
    seen: set[str] = set()
    for line, row in subject.rows:
        found = re.match(r" {0,3}\[\^([^\]]+)\]:", row)
        if found and not _is_fenced(subject, line):
            if found[1] in seen:
                yield line, rule.message("twice", name=found[1])
            seen.add(found[1])


@text_rule("unused-reference")
def _references(rule: Rule, subject: TextContext) -> Found:
    written = " ".join(subject.text.body.casefold().split())
    read = "\n".join(passage.signs or passage.text for passage in subject.passages)
    for line, row in subject.rows:
        found = _DEFINITION.match(row)
        if found is None or _is_fenced(subject, line) or f"[{found['name']}]:" in read:
            continue
        name = " ".join(found["name"].split())
        if found["star"]:
            if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", read):
                yield line, rule.message("abbreviation", name=name)
        elif written.count(f"[{name.casefold()}]") < 2:  # noqa: PLR2004 - here and where it leads
            yield line, rule.message("reference", name=name)


@text_rule("hidden-caption")
def _captions(rule: Rule, subject: TextContext) -> Found:
    return ((line, rule.message()) for line in subject.outline.hidden_captions)


@text_rule("box-content")
def _box_content(rule: Rule, subject: TextContext) -> Found:
    first_line = subject.text.line
    fenced = [(first - first_line, last - first_line) for first, last in subject.outline.fenced]
    for name, first, last in blocks.spans(subject.text.body, fenced):
        lines = range(first_line + first + 1, first_line + last)
        held = [passage for passage in subject.body if passage.line in lines]
        is_wanted = _WANTED.get(name)
        if not held and name != blocks.INSERT:
            yield first_line + first, rule.message("empty")
        elif is_wanted and not any(map(is_wanted, held)):
            yield first_line + first, rule.message(name)
