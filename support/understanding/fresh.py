"""What the customer wrote now: no markup, no quoted answers, no signature, no fields of a form."""

from __future__ import annotations

import re
from typing import Final

from backoffice.messaging.documents import html, replies

# People do not write more about one order; machines and attackers do.
LONGEST: Final = 12_000
_TAG: Final = re.compile(
    r"<(?:html|body|div|p|br|table|span|b|i|strong|a)\b[^>]{0,500}>", re.IGNORECASE
)
_FIELD: Final = re.compile(r"^\s*([^\W\d_][\w' °./()-]{0,40}?)\s*[:=]\s*(.*)$")
_MESSAGE_FIELD: Final = re.compile(
    r"(?:votre |your |su |tu |el )?(?:message|demande|commentaires?|texte|description|question"
    r"|d[ée]tails?|mensaje|consulta|comments?|comentarios?|details?|enquiry|request"
    r"|(?:نص )?الرسالة|رسالتك)\b.{0,20}",
    re.IGNORECASE,
)
_FEWEST_FIELDS: Final = 2
# Shorter, and the heading chosen says more.
_SHORTEST_MESSAGE: Final = 25


def own_words(message: str) -> str:
    """Return what is left when everything the customer did not write now is taken away.

    A message of nothing but quotations or a signature is returned whole.
    """
    text = message[:LONGEST]
    if _TAG.search(text):
        text = html.to_text(text).text
    own = "\n".join(text[span.start : span.end] for span in replies.split(text).fresh)
    return _without_form(own).strip() or text.strip()


def _without_form(text: str) -> str:
    """Return the message of a contact form without its other fields; other text as it is."""
    fields: list[tuple[str, list[str]]] = []
    for line in text.split("\n"):
        match = _FIELD.match(line)
        if match:
            fields.append((match[1], [match[2]]))
        elif fields:
            fields[-1][1].append(line)
        elif line.strip():
            fields.append(("", [line]))
    values = [(name, "\n".join(lines).strip()) for name, lines in fields]
    if sum(bool(name) for name, _value in values) < _FEWEST_FIELDS:
        return text
    longest = max(values, key=lambda field: len(field[1]))
    said = "\n".join(
        value for name, value in values if value is longest[1] or _MESSAGE_FIELD.fullmatch(name)
    )
    return said if len(said) >= _SHORTEST_MESSAGE else text
