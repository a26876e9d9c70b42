"""What a message repeats of earlier ones without saying so by quote marks.

Our own notices pasted below an answer, our lines of a copied chat, and "rappel de notre
commande du ...": nothing of it is ordered now.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from backoffice.core.text import fold, words
from orders.extraction.kind.cue import B, E
from orders.extraction.splitting.segments import without

if TYPE_CHECKING:
    from collections.abc import Callable

    from backoffice.core.text import Folded
    from backoffice.messaging.content import MessageContent, ReadDocument
    from orders.extraction.who.company import Company

    Find = Callable[[Folded], list[tuple[int, int]]]

_NUMBER = r"cmd-20\d\d-\d{3,6}"
# The first lines of our notices, in the words of our templates and near them.
_NOTICE = re.compile(
    rf"(?m)^[^\w\n]*(?:[*_>\s]*)(?:(?:comme\s+vous\s+l'avez\s+demande,?\s+|as\s+you\s+asked,?\s+)?"
    rf"(?:votre|your)\s+(?:com+ande|order)\s+(?:n°\s*)?{_NUMBER}\s*(?::|est|is|has|a|n'a)\b"
    rf"|nous\s+ne\s+pouvons\s[^\n]{{0,40}}accepter\s+votre\s+com+ande\s+{_NUMBER}"
    rf"|(?:la\s+modification\s+de|we\s+have\s+noted\s+the\s+change\s+to|we\s+are\s+sorry\s+that\s+we\s+cannot"
    rf"\s+accept)\s+(?:votre|your)\s+(?:com+ande|order)\s+{_NUMBER}"
    rf"|[^\n]{{0,40}}الطلبيه\s+ديالكم\s+(?:رقم\s+)?{_NUMBER})[^\n]*"
)
_RECALL = re.compile(
    rf"(?m)^[^\w\n]*(?:(?:pour|en|petit)\s+)?(?:rappels?|memoire|reminder|for\s+(?:the\s+record|reference)|"
    rf"تذكير|للتذكير)[^\n.]{{0,40}}{B}(?:com+ande|cmd|order|livraison|طلبيه\w*|الطلبيه){E}[^\n]*"
)
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n(?!\s*(?:[-•*–]|\d))")
# "[09/04/2026 10:12] Kraft Atlas: ...", "09/04/2026, 10:12 - Kraft Atlas: ..."
_CHAT = re.compile(
    r"(?m)^\W{0,3}\d{1,2}[/.]\d{1,2}[/.]\d{2,4},?\s+(?:a\s+)?\d{1,2}[:h]\d{2}(?::\d{2})?(?:\s?[ap]m)?\W{1,4}"
    r"(?P<who>[^\n:]{1,60}):"
)


def without_ours(content: MessageContent, company: Company) -> MessageContent:
    """The message with our own notices and lines of a chat blanked out; places stay."""
    return _changed(content, lambda text: [*_notices(text, company), *_chat(text, company)])


def without_recalls(content: MessageContent) -> MessageContent | None:
    """The message without what it recalls of an earlier order; None where it recalls nothing."""
    shorter = _changed(content, _recalls)
    return None if shorter == content else shorter


def _changed(content: MessageContent, find: Find) -> MessageContent:
    documents = tuple(
        _blanked(document, find) if document.key == "body" else document
        for document in content.documents
    )
    return replace(content, documents=documents)


def _blanked(document: ReadDocument, find: Find) -> ReadDocument:
    text = fold(document.text)
    spans = [text.source(start, end) for start, end in find(text)]
    return replace(document, text=without(document.text, spans)) if spans else document


def _notices(text: Folded, company: Company) -> list[tuple[int, int]]:
    """From the first line of each notice to the line that bears our name, or to the end."""
    spans = []
    for match in _NOTICE.finditer(text.text):
        end = len(text.text)
        for line in re.finditer(r"[^\n]+", text.text[match.end() :]):
            if _is_ours(line.group(), company):
                end = match.end() + line.end()
                break
        spans.append((match.start(), end))
    return spans


def _chat(text: Folded, company: Company) -> list[tuple[int, int]]:
    lines = list(_CHAT.finditer(text.text))
    starts = [*(line.start() for line in lines), len(text.text)]
    return [
        (line.start(), min(end, _paragraph_end(text, line.start())))
        for line, end in zip(lines, starts[1:], strict=True)
        if _is_ours(line["who"], company)
    ]


def _recalls(text: Folded) -> list[tuple[int, int]]:
    return [
        (match.start(), _paragraph_end(text, match.end())) for match in _RECALL.finditer(text.text)
    ]


def _paragraph_end(text: Folded, start: int) -> int:
    blank = _PARAGRAPH.search(text.text, start)
    return blank.start() if blank else len(text.text)


def _is_ours(line: str, company: Company) -> bool:
    """Whether a short line is our name, or all but one word of it."""
    name, said = set(words(company.name)), set(words(line))
    return bool(name) and len(said) <= len(name) + 1 and len(name & said) >= min(2, len(name))
