"""HTML of an e-mail as text that reads like the plain part would have."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from lxml import etree
from lxml import html as lxml_html

from backoffice.messaging.documents import limits
from backoffice.messaging.documents.found import row
from backoffice.messaging.documents.text import clean, tidy_lines

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Stands for "an earlier message begins here" until the offsets are known.
_MARK: Final = "\ue000"
_SKIPPED: Final = frozenset(
    {"script", "style", "head", "title", "noscript", "template", "object", "svg", "select"}
)
_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "td",
        "th",
        "caption",
        "ul",
        "blockquote",
    ]
)
_HIDDEN: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|max-height\s*:\s*0(?:px)?\s*(?:;|$)"
    r"|font-size\s*:\s*0(?:px|pt|em)?\s*(?:;|$|!)",
    re.IGNORECASE,
)
# Where mail programs start the earlier message: Outlook, Gmail, Yahoo, Thunderbird, Proton, Zoho.
_HISTORY_IDS: Final = re.compile(
    r"^(?:x_)*(?:divRplyFwdMsg|appendonsend|stopSpelling|OLK_SRC_BODY_SECTION"
    r"|mail-editor-reference-message-container)$"
)
_HISTORY_CLASSES: Final = re.compile(
    r"(?:^|[\s_])(?:gmail_quote|gmail_quote_container|yahoo_quoted|moz-cite-prefix"
    r"|protonmail_quote|zmail_extra|moz-forward-container)(?:\s|$)"
)
_OUTLOOK_RULE: Final = re.compile(
    r"border:none;\s*border-top:\s*solid\s+#(?:E1E1E1|B5C4DF)", re.IGNORECASE
)
# A cell longer than this belongs to a table used for layout.
_LAYOUT_CHARACTERS: Final = 400
_LAYOUT_LINES: Final = 6


@dataclass(frozen=True, slots=True)
class HtmlText:
    """``history``: offsets at which an earlier message begins; ``has_table``: of data."""

    text: str
    history: tuple[int, ...] = ()
    has_table: bool = False


@dataclass(slots=True)
class _Writer:
    """Collects lines; ``quote`` is how many blockquotes we are in."""

    lines: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    quote: int = 0
    has_table: bool = False

    def say(self, text: str, *, keep_lines: bool = False) -> None:
        if keep_lines:
            first, *rest = text.split("\n")
            self.words.append(first)
            for line in rest:
                self.end_line()
                self.words.append(line)
        elif text:
            self.words.append(re.sub(r"[ \t\n]+", " ", text))

    def end_line(self, *, force: bool = False) -> None:
        line = re.sub(r" {2,}", " ", "".join(self.words)).strip()
        self.words.clear()
        if line or force:
            mark = _MARK if _MARK in line else ""
            line = line.replace(_MARK, "")
            self.lines.append(f"{mark}{'> ' * self.quote}{line}")

    def blank(self) -> None:
        self.end_line()
        if self.lines and self.lines[-1].strip("> "):
            self.end_line(force=True)


def to_text(source: str) -> HtmlText:
    """Blocks become lines, tables rows, hidden text and scripts nothing."""
    source = clean(source.replace(_MARK, ""))[: limits.HTML_CHARACTERS]
    # An encoding declared inside the page is no longer true of a decoded string.
    source = re.sub(r"^\s*<\?xml[^>]*\?>", "", source)
    parser = lxml_html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = lxml_html.document_fromstring(source, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return HtmlText(tidy_lines(re.sub(r"<[^<>]*>", " ", source)).strip())
    writer = _Writer()
    _walk(root, writer)
    writer.end_line()
    return _finish(writer)


def _finish(writer: _Writer) -> HtmlText:
    marked = tidy_lines(clean("\n".join(writer.lines)))
    history: list[int] = []
    pieces = marked.split(_MARK)
    offset = 0
    for piece in pieces[:-1]:
        offset += len(piece)
        history.append(offset)
    return HtmlText("".join(pieces), tuple(history), writer.has_table)


def _walk(element: HtmlElement, writer: _Writer) -> None:
    tag = element.tag
    if not isinstance(tag, str) or tag in _SKIPPED or _is_hidden(element):
        return
    if _starts_history(element):
        writer.end_line()
        writer.words.append(_MARK)
    if tag == "br":
        writer.end_line(force=True)
    elif tag == "table" and (rows := _data_rows(element)):
        writer.end_line()
        writer.has_table = True
        writer.lines.extend(f"{'> ' * writer.quote}{line}" for line in rows)
    elif tag == "p":
        _paragraph(element, writer)
    elif tag == "blockquote":
        _quote(element, writer)
    elif tag in _BLOCKS:
        writer.end_line()
        _inside(element, writer)
        writer.end_line()
    else:
        _inside(element, writer)


def _inside(element: HtmlElement, writer: _Writer) -> None:
    keep = element.tag == "pre"
    writer.say(element.text or "", keep_lines=keep)
    for child in element:
        _walk(child, writer)
        writer.say(child.tail or "", keep_lines=keep)


def _paragraph(element: HtmlElement, writer: _Writer) -> None:
    """Outlook writes every line as a paragraph without margin."""
    style = (element.get("style") or "").replace(" ", "")
    tight = "MsoNormal" in (element.get("class") or "") or "margin:0" in style
    if tight:
        # An empty one (a no-break space) is Outlook's blank line.
        writer.end_line()
        before = len(writer.lines)
        _inside(element, writer)
        writer.end_line()
        if len(writer.lines) == before:
            writer.blank()
        return
    writer.blank()
    _inside(element, writer)
    writer.blank()


def _quote(element: HtmlElement, writer: _Writer) -> None:
    # Gmail indents one's own text with a blockquote without border.
    own = "border:none" in (element.get("style") or "").replace(" ", "")
    writer.end_line()
    writer.quote += not own
    _inside(element, writer)
    writer.end_line()
    writer.quote -= not own


def _is_hidden(element: HtmlElement) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


def _starts_history(element: HtmlElement) -> bool:
    return bool(
        _HISTORY_IDS.match(element.get("id") or "")
        or _HISTORY_CLASSES.search(element.get("class") or "")
        or _OUTLOOK_RULE.search(element.get("style") or "")
    )


def _data_rows(table: HtmlElement) -> list[str]:
    """The rows of a table of data; none where the table is there for the layout."""
    if next(table.iter("table", "blockquote")) is not table or len(list(table.iter("table"))) > 1:
        return []
    rows: list[list[str]] = []
    for line in table.iter("tr"):
        cells: list[str] = []
        for cell in line.iterchildren("td", "th"):
            if _is_hidden(cell):
                continue
            writer = _Writer()
            _inside(cell, writer)
            writer.end_line()
            lines = [text for text in writer.lines if text.strip()]
            text = " ".join(lines)
            if len(text) > _LAYOUT_CHARACTERS or len(lines) > _LAYOUT_LINES or _MARK in text:
                return []
            cells.append(text)
        rows.append(cells)
    if max((len([cell for cell in cells if cell]) for cells in rows), default=0) < 2:  # noqa: PLR2004 - a table has columns
        return []
    return [line for line in map(row, rows) if line]
