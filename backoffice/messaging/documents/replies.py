"""Which part of a body its author wrote now: fresh, quoted, signature, disclaimer, forwarded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from backoffice.messaging.content import Span
from backoffice.messaging.documents import history, signatures

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from backoffice.messaging.documents.history import Boundary, Line

_FORWARD_PREFIX: Final = re.compile(
    r"^\s*(?:\[[^\]]*\]\s*)?(?:tr|fwd?|fw|wg|i|rv|enc|تحويل)\s*:", re.IGNORECASE
)
_REPLY_PREFIX: Final = re.compile(
    r"^\s*(?:\[[^\]]*\]\s*)?(?:re|ré|rép|aw|sv|r|رد)\s*:", re.IGNORECASE
)
_WRAPPED_LENGTH: Final = 60
_MAX_DEPTH: Final = 5


@dataclass(frozen=True, slots=True)
class Forwarded:
    """The original in a forwarded message: its header lines and its own parts."""

    fields: dict[str, str]
    parts: Parts


@dataclass(frozen=True, slots=True)
class Parts:
    """Spans of a body, each in the order of the text."""

    fresh: tuple[Span, ...] = ()
    signature: tuple[Span, ...] = ()
    disclaimer: tuple[Span, ...] = ()
    quoted: tuple[Span, ...] = ()
    forwarded: Forwarded | None = None


def split(
    text: str, *, subject: str = "", names: Sequence[str] = (), marks: Sequence[int] = ()
) -> Parts:
    """The parts of a body.

    ``names`` are the names the sender goes by, ``marks`` the offsets at which
    the HTML says that an earlier message begins. A message is taken for a
    forward when it says so, or when Outlook's block follows a subject "TR:" or
    nothing but a signature.
    """
    return _split(history.lines_of(text), subject, names, marks, depth=0)


def _split(
    lines: Sequence[Line], subject: str, names: Sequence[str], marks: Sequence[int], *, depth: int
) -> Parts:
    boundary = history.first_boundary(lines, marks)
    top = lines[: boundary.first] if boundary else lines
    parts = _own(top, names)
    if boundary is None:
        return parts
    rest = lines[boundary.first :]
    if depth < _MAX_DEPTH and _is_forward(boundary, parts, subject):
        inner = _split(
            lines[boundary.body :],
            boundary.fields.get("subject", ""),
            [_name(boundary.fields.get("from", ""))],
            marks if boundary.body > boundary.first else (),
            depth=depth + 1,
        )
        return Parts(
            parts.fresh,
            parts.signature,
            parts.disclaimer,
            (*parts.quoted, *_spans(rest)),
            Forwarded(boundary.fields, inner),
        )
    below = _between_quotes(lines[boundary.body :], names) if _is_marked(boundary, lines) else None
    if below is None:
        return Parts(parts.fresh, parts.signature, parts.disclaimer, (*parts.quoted, *_spans(rest)))
    head = _spans(lines[boundary.first : boundary.body])
    return Parts(
        (*parts.fresh, *below.fresh),
        (*parts.signature, *below.signature),
        (*parts.disclaimer, *below.disclaimer),
        (*parts.quoted, *head, *below.quoted),
    )


def _is_forward(boundary: Boundary, parts: Parts, subject: str) -> bool:
    if boundary.how == "forward":
        return True
    if boundary.how != "headers":
        return False
    if _FORWARD_PREFIX.match(subject):
        return True
    return not parts.fresh and not _REPLY_PREFIX.match(subject)


def _is_marked(boundary: Boundary, lines: Sequence[Line]) -> bool:
    """Does the earlier message carry quote marks, so that lines without are answers?"""
    if boundary.how not in {"attribution", "mark"}:
        return False
    following = next((line for line in lines[boundary.body :] if line.text), None)
    if following is None:
        return False
    # Some programs quote the attribution too: "> Le 3 juin, Salma a écrit :".
    return following.depth > lines[boundary.first].depth or following.depth > 0


def _own(lines: Sequence[Line], names: Sequence[str]) -> Parts:
    """Parts of text without a boundary; lines with quote marks are quoted."""
    if any(line.depth for line in lines) and not all(line.depth for line in lines if line.text):
        return _between_quotes(lines, names)
    kinds = signatures.mark(lines, names)
    return _parts(lines, kinds)


def _between_quotes(lines: Sequence[Line], names: Sequence[str]) -> Parts:
    """Answers written between or below quoted lines are fresh, the rest is quoted."""
    base = min((line.depth for line in lines if line.text), default=0)
    own = [index for index, line in enumerate(lines) if line.text and line.depth == base]
    own = [index for index in own if not _is_wrapped(lines, index, base)]
    if base and all(line.depth == base for line in lines if line.text):
        return Parts(quoted=_spans(lines))
    # An Outlook block below the answers ends them.
    boundary = history.first_boundary([line for line in lines if line.depth == base])
    if boundary is not None:
        kept = [line for line in lines if line.depth == base][boundary.first].start
        own = [index for index in own if lines[index].start < kept]
    kinds = ["quoted"] * len(lines)
    last = own[-1] if own else -1
    tail = last
    while tail > 0 and (lines[tail - 1].depth == base or not lines[tail - 1].text):
        tail -= 1
    for index in own:
        kinds[index] = "fresh"
    if own:
        kinds[tail : last + 1] = signatures.mark(lines[tail : last + 1], names)
    return _parts(lines, kinds)


def _is_wrapped(lines: Sequence[Line], index: int, base: int) -> bool:
    """The end of a quoted line that some mail program broke without a new quote mark."""
    if not 0 < index < len(lines) - 1:
        return False
    before, after = lines[index - 1], lines[index + 1]
    return (
        before.depth > base
        and after.depth > base
        and len(before.text) > _WRAPPED_LENGTH
        and len(lines[index].text) < _WRAPPED_LENGTH // 2
        and lines[index].text[:1].islower()
    )


def _parts(lines: Sequence[Line], kinds: Sequence[str]) -> Parts:
    def spans(kind: str) -> tuple[Span, ...]:
        return tuple(_runs(lines, [i for i, k in enumerate(kinds) if k == kind]))

    return Parts(spans("fresh"), spans("signature"), spans("disclaimer"), spans("quoted"))


def _spans(lines: Sequence[Line]) -> tuple[Span, ...]:
    return tuple(_runs(lines, list(range(len(lines)))))


def _runs(lines: Sequence[Line], indexes: Iterable[int]) -> list[Span]:
    """Neighbouring lines as one span, without the blank lines at its ends.

    Lines with quote marks before them cannot be joined: the marks would be in
    the middle of the span.
    """
    spans: list[Span] = []
    last = -2
    for index in indexes:
        line = lines[index]
        if line.text:
            start = line.start
            joins = spans and not line.depth and last >= 0 and _only_blank(lines, last + 1, index)
            if joins:
                start = spans.pop().start
            spans.append(Span(start, line.end))
            last = index if not line.depth else -2
    return spans


def _only_blank(lines: Sequence[Line], start: int, end: int) -> bool:
    return all(not line.text for line in lines[start:end])


def _name(value: str) -> str:
    return re.split(r"[<\[(]", value)[0].strip(" \"'*")
