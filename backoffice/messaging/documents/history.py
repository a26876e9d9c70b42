"""Where an e-mail stops being new: quoted, answered and forwarded messages.

The known reply parsers miss the French Outlook block ("De : ... Envoyé : ...")
and an attribution ("Le ... a écrit :") that is wrapped over two lines, which is
how most of our customers' mail looks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

How = Literal["attribution", "headers", "forward", "mark"]

_QUOTE: Final = re.compile(r"^ {0,3}(?:> ?)+")
# "Le jeu. 9 avr. 2026 à 10:12, X <x@y> a écrit :" / "On Thu, Apr 9, 2026 X wrote:" and cousins.
_ATTRIBUTION: Final = re.compile(
    r"^(?:le|on|am|el|il|em|op|في|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})\b.{0,400}?"
    r"(?:a\s+[ée]crit|wrote|schrieb(?:\s.{1,80})?|escribi[óo]|ha\s+scritto|escreveu|schreef|كتب)"
    r"\s*:?\s*$"
    # In Arabic the name follows: "في الخميس، 9 أبريل 2026 في 10:12 ص كتب Salma <s@x>:".
    r"|^\W*في\b.{0,120}?(?:كتب(?:ت|/كتبت)?|تمت كتابة ما يلي بواسطة)\b.{0,160}:\s*$",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTION_START: Final = re.compile(
    r"^(?:le|on|am|el|il|em|op|في)\s|^\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}", re.IGNORECASE
)
# "Le client nous a écrit" has neither a date nor an address.
_WHEN_OR_WHO: Final = re.compile(r"@|\d{1,2}\s?[:h]\s?\d\d|\b\d{4}\b|\d[/.-]\d")
# "Salma Idrissi <s@x> a écrit :" without a date.
_NAMED: Final = re.compile(
    r"^[^\n]{0,80}<[^<>\s]+@[^<>\s]+>\s*(?:a\s+[ée]crit|wrote)\s*:?\s*$"
    # "Salma Idrissi a écrit le 09/04/2026 à 10:12 :"
    r"|^[^\n]{1,80}\s(?:a\s+[ée]crit|wrote)\s*(?:le|on|\()\s[^\n]{0,30}\d[^\n]{0,30}:\s*$"
    r"|^[^\n]{1,80}\s(?:a\s+[ée]crit|wrote)\s*\(\d[^\n]{0,40}\)\s*:\s*$",
    re.IGNORECASE,
)
_ORIGINAL: Final = re.compile(
    r"^[-_=*\s]{2,}\s*(?:message d['’]origine|message original|message initial|original message"
    r"|e-?mail d['’]origine|reply message|urspr.{1,3}ngliche nachricht|mensaje original"
    r"|messaggio originale)\s*[-_=*\s]{2,}$",
    re.IGNORECASE,
)
_FORWARD: Final = re.compile(
    r"^(?:[-_=*\s]{2,}\s*)?(?:message transf[ée]r[ée]|forwarded message|message r[ée]exp[ée]di[ée]"
    r"|courriel transf[ée]r[ée]|e-?mail transf[ée]r[ée]|weitergeleitete nachricht"
    r"|mensaje reenviado|messaggio inoltrato)\s*(?:(?:par|by|de|from)\s[^\n]{1,60})?"
    r"(?:[-_=*\s]{2,}|:)\s*$"
    r"|^(?:d[ée]but du message (?:r[ée]exp[ée]di[ée]|transf[ée]r[ée])|begin forwarded message"
    r"|inizio messaggio inoltrato|anfang der weitergeleiteten nachricht)\s*:?\s*$",
    re.IGNORECASE,
)
_FIELDS: Final = {
    "from": "de from von expéditeur expediteur da من",
    "sent": "envoyé envoye sent date gesendet enviado data inviato تاريخ",
    "to": "à a to pour an para destinataire destinataires إلى",
    "cc": "cc copie kopie bcc cci",
    "subject": "objet sujet subject betreff asunto oggetto الموضوع",
    "reply": "répondre reply-to",
    "other": "importance priorité pièces attachments",
}
_FIELD_OF: Final = {word: name for name, words in _FIELDS.items() for word in words.split()}
# Two fields in bold, "*De :* X", are what a plain part makes of Outlook's HTML.
_FIELD: Final = re.compile(
    r"^[*_\s]{0,3}(?P<name>[^\W\d_]+(?:-to)?)(?:\s+(?:le|jointes|à|الإرسال))?\s?[*_]{0,2}\s?:[*_]{0,2}\s*(?P<value>.*)$",
    re.IGNORECASE,
)
_RULE: Final = re.compile(r"^[_\-=]{5,}\s*$")
# A header block has no more lines than this, folded recipients included.
_BLOCK_LINES: Final = 25
_ATTRIBUTION_LINES: Final = 4
# People do not write more; machines and attackers do.
_MOST_LINES: Final = 20_000
_MARKS: Final = 20


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the body: offsets of its content, without the quote marks before it."""

    start: int
    end: int
    text: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Boundary:
    """An earlier message begins at line ``first``; its own text at line ``body``.

    ``fields`` are its header lines by name: from, sent, to, cc, subject.
    """

    how: How
    first: int
    body: int
    fields: dict[str, str]


def lines_of(text: str) -> list[Line]:
    """Lines with their offsets; quote marks are counted and left out of the content."""
    lines: list[Line] = []
    offset = 0
    for whole in text.split("\n"):
        quote = _QUOTE.match(whole)
        skipped = len(quote[0]) if quote else 0
        depth = quote[0].count(">") if quote else 0
        lines.append(Line(offset + skipped, offset + len(whole), whole[skipped:].strip(), depth))
        offset += len(whole) + 1
    return lines


def first_boundary(lines: Sequence[Line], history: Sequence[int] = ()) -> Boundary | None:
    """The first place where an earlier message begins.

    ``history`` are offsets known from HTML; they count even where the words
    around them are in a language we do not read.
    """
    marks = history[:_MARKS]
    for index, line in enumerate(lines[:_MOST_LINES]):
        found = _boundary_at(lines, index)
        if found is None and any(line.start <= offset <= line.end for offset in marks):
            found = _after_mark(lines, index)
        if found is not None:
            return found
    return None


def _boundary_at(lines: Sequence[Line], index: int) -> Boundary | None:
    text = lines[index].text
    if not text:
        return None
    if _FORWARD.match(text) or _ORIGINAL.match(text):
        how: How = "forward" if _FORWARD.match(text) else "headers"
        fields, body = _fields(lines, index + 1)
        return Boundary(how, index, body, fields)
    start = index + 1 if _RULE.match(text) else index
    fields, body = _fields(lines, start)
    if _is_block(fields):
        return Boundary("headers", index, body, fields)
    end = _attribution(lines, index)
    return Boundary("attribution", index, end, {}) if end else None


def _is_block(fields: dict[str, str]) -> bool:
    """From, and two of the others: "De :" alone may be an address in a sentence."""
    return "from" in fields and len(fields.keys() & {"sent", "to", "subject"}) > 1


def _after_mark(lines: Sequence[Line], index: int) -> Boundary:
    """What follows an offset the HTML gave away."""
    for later in range(index, min(index + 4, len(lines))):
        found = _boundary_at(lines, later)
        if found:
            return Boundary(found.how, index, found.body, found.fields)
    return Boundary("mark", index, index, {})


def _fields(lines: Sequence[Line], start: int) -> tuple[dict[str, str], int]:
    """Header lines from ``start`` on, and the line where the text after them begins."""
    fields: dict[str, str] = {}
    index = start
    last = ""
    while index < min(start + _BLOCK_LINES, len(lines)):
        text = lines[index].text
        match = _FIELD.match(text)
        name = _FIELD_OF.get(match["name"].lower(), "") if match else ""
        if match and name and name not in fields:
            fields[name] = match["value"].strip(" *")
            last = name
        elif not text and (not fields or (index == start + 1 and not _is_block(fields))):
            pass  # a blank line before the first field
        elif text and last in {"to", "cc"} and ("@" in text or ";" in text):
            pass  # recipients on the next line
        elif text and last and not fields[last]:
            fields[last] = text  # the value on the line below its name
        else:
            break
        index += 1
    while index < len(lines) and not lines[index].text:
        index += 1
    return fields, index


def _attribution(lines: Sequence[Line], index: int) -> int:
    """The line after an attribution that begins here, or 0."""
    if not (_ATTRIBUTION_START.match(lines[index].text) or _NAMED.match(lines[index].text)):
        return 0
    joined = ""
    for end in range(index, min(index + _ATTRIBUTION_LINES, len(lines))):
        text = lines[end].text
        if not text or lines[end].depth != lines[index].depth:
            return 0
        if end > index and _ATTRIBUTION_START.match(text):
            return 0
        joined = f"{joined} {text}".strip()
        if _NAMED.match(joined) or (_ATTRIBUTION.match(joined) and _WHEN_OR_WHO.search(joined)):
            return end + 1
    return 0
