"""The body of an e-mail: the right part of several, as text with its spans."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from backoffice.messaging.content import Person, ReadDocument, Span
from backoffice.messaging.documents import html, limits, replies
from backoffice.messaging.documents.text import decode, tidy_lines

if TYPE_CHECKING:
    from email.message import Message

    from backoffice.messaging.documents.html import HtmlText
    from backoffice.messaging.documents.replies import Parts

# What programs put into the plain part when they have nothing to say there.
_USELESS: Final = re.compile(
    r"(?:does not|doesn't|ne) (?:support|prend|supporte|peut)[^.]{0,60}html"
    r"|html[- ](?:compatible|capable|enabled)|(?:version|format) html"
    r"|view this (?:e-?mail|message) in",
    re.IGNORECASE,
)
_SHORT: Final = 300
_PARAGRAPH: Final = 10_000


@dataclass(frozen=True, slots=True)
class Text:
    """``marks`` are offsets where the HTML says an earlier message begins."""

    text: str
    method: str
    marks: tuple[int, ...] = ()


def decode_part(content: bytes, part: Message) -> str:
    """The text of a MIME part; format=flowed lines joined again."""
    try:
        charset = part.get_content_charset("") or ""
        flowed = str(part.get_param("format", "")).lower() == "flowed"
        delete_space = str(part.get_param("delsp", "")).lower() == "yes"
    except Exception:  # noqa: BLE001 - the standard library trips over malformed parameters
        charset, flowed, delete_space = "", False, False
    text = decode(content[: limits.HTML_CHARACTERS * 4], charset)
    return _unflow(text, delete_space=delete_space) if flowed else text


def _unflow(text: str, *, delete_space: bool) -> str:
    """Soft line ends (RFC 3676) joined; the signature delimiter and quotes stay."""
    lines: list[str] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        quote = re.match(r">*", line)
        depth = len(quote[0]) if quote else 0
        content = line[depth:].removeprefix(" ")
        soft = content.endswith(" ") and content != "-- "
        shown = content[:-1] if soft and delete_space else content
        if open_depth == depth and lines and len(lines[-1]) < _PARAGRAPH:
            lines[-1] += shown
        else:
            lines.append(f"{'>' * depth} {shown}" if depth else shown)
        open_depth = depth if soft else None
    return "\n".join(lines)


def choose(plain: list[str], html_parts: list[str]) -> Text:
    """The plain part, unless it is empty or useless or flattens a table of the HTML."""
    text = tidy_lines("\n\n".join(part for part in plain if part.strip()))[: limits.TEXT_CHARACTERS]
    if not html_parts:
        return Text(text, "plain")
    parts = [html.to_text(part) for part in html_parts]
    rich = parts[0] if len(parts) == 1 else html.to_text("<hr>".join(html_parts))
    if text and not _is_worse(text, rich):
        return Text(text, "plain")
    return Text(rich.text[: limits.TEXT_CHARACTERS], "html", rich.history)


def _is_worse(text: str, rich: HtmlText) -> bool:
    if not rich.text:
        return False
    if len(text) < _SHORT and _USELESS.search(text):
        return True
    if len(text) * 3 < len(rich.text):
        return True
    # A plain part made by Outlook puts every cell of a table on a line of its own.
    rows = [line for line in rich.text.split("\n") if " | " in line]
    squeezed = re.sub(r"[\s|;\t]+", "", text)
    kept = sum(re.sub(r"[\s|]+", "", line) in squeezed for line in rows)
    lines = {re.sub(r"[\s|;\t]+", "", line) for line in text.split("\n")}
    on_a_line = sum(re.sub(r"[\s|]+", "", line) in lines for line in rows)
    return rich.has_table and on_a_line < len(rows) <= kept


def with_forwarded(text: Text, fields: dict[str, str], original: Text) -> Text:
    """A message attached as a file, put below in the form mail programs give a forward."""
    head = "\n".join(f"{name} : {value}" for name, value in fields.items() if value)
    block = f"-------- Message transféré --------\n{head}\n\n{original.text}"
    # Without the leading blank lines where the note is empty: offsets count from the text.
    joined = f"{text.text}\n\n{block}" if text.text else block
    return Text(joined, text.method, text.marks)


def document(text: Text, *, subject: str, sender: Person) -> tuple[ReadDocument, Parts]:
    """The body as a document with the spans of its own parts."""
    parts = replies.split(text.text, subject=subject, names=names_of(sender), marks=text.marks)
    fresh = parts.fresh
    if not fresh and text.text:
        # An empty span says "nothing of it is new"; no span at all would say "all of it".
        fresh = (Span(0, 0),)
    read = ReadDocument(
        key="body",
        kind="body",
        text=text.text,
        mime="text/html" if text.method == "html" else "text/plain",
        fresh=fresh,
        signature=parts.signature,
        method=text.method,
    )
    return read, parts


def names_of(person: Person) -> list[str]:
    """The names somebody may sign with: "Nadia Chraibi", "Chraibi Nadia", "Nadia"."""
    words = person.name.split()
    names = [person.name, " ".join(reversed(words))]
    if len(words) > 1:
        names.append(words[0])
    return [name for name in names if name]
