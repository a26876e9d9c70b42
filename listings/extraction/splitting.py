"""Which part of a message speaks of which watch.

A part (:class:`Part`) is one watch with its piece of the text. What stands
above a list ("Dispo, tout full set:") or below it ("all b&p, prices in EUR")
holds for every watch of it: the part's ``shared`` pieces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listings.extraction.mention import Mention
    from listings.extraction.message import Message

Span = tuple[int, int]
_MONEY = re.compile(
    r"\d\s?(?:€|eur|euros?|chf|usd|gbp|hkd|aed|\$|£|k\b|e\b)|(?:€|\$|£|chf|eur|usd|hkd|aed)\s?\d"
)
_JOINED = re.compile(
    r"(?:\b(?:et|and|und|ou|or|oder|e|o|y|u|contre|gegen|con|for|per|por|vs|la|the|die|il|el|una?|une?|an?)\b|,)\s*$"
)
_NEAR = 2  # words
_AGAINST = re.compile(r"\b(?:contre|gegen|against|towards|for your|swap)\b")
_SEPARATOR = re.compile(
    r"[;•|]|[.!?]\s| [-+] | / |, |\b(?:et|and|und|ou|or|oder|e|y|o|u|contre|gegen|con|for your"
    r"|for|per|against|towards|por|sowie|plus)\s"
)


@dataclass(slots=True)
class Part:
    """A watch, the text that speaks of it alone, and texts it shares with others."""

    mention: Mention
    start: int
    end: int
    shared: list[Span] = field(default_factory=list)
    floor: int = 0  # where the words about the watch before end
    index: int = 0  # which watch of the message it is


def split(message: Message, mentions: Sequence[Mention]) -> list[Part]:
    """Join mentions of one watch, and give each watch its piece of the message."""
    watches = _watches(message, mentions)
    if not watches:
        return []
    if len(watches) == 1:
        return [Part(watches[0], 0, len(message.low))]
    starts = [_start(message, watches, index) for index in range(len(watches))]
    ends = [*starts[1:], len(message.low)]
    parts = [Part(w, s, e) for w, s, e in zip(watches, starts, ends, strict=True)]
    for index, (previous, part) in enumerate(pairwise(parts), start=1):
        part.floor = previous.mention.end
        part.index = index
    _share_headings(message, parts)
    _share_tail(message, parts)
    return parts


def _watches(message: Message, mentions: Sequence[Mention]) -> list[Mention]:
    found: list[Mention] = []
    for mention in mentions:
        if _compared(message, mention):
            continue
        if found and _continues(message, found[-1], mention):
            found[-1].take(mention)
        elif not (found and _passing(message, found, mention)):
            found.append(mention)
    return found


_LIKE_AFTER = re.compile(r"\W{0,2}(?:homage|hommage|lookalike|look-alike|clone|killer)\b")
_LIKE_BEFORE = re.compile(
    r"\b(?:homage|hommage|omaggio|homenaje|lookalike)\s(?:(?:to|of|a|au|an|zur?|al|alla?|de|del|di)\s)?"
    r"(?:(?:the|la|le|das|die|den|il|el|une?)\s)?$"
)


def _compared(message: Message, mention: Mention) -> bool:
    """Tell whether a watch is named for its looks only ("a Sub homage")."""
    before = message.low[max(0, mention.start - 30) : mention.start]
    return bool(_LIKE_AFTER.match(message.low, mention.end) or _LIKE_BEFORE.search(before))


_ENUMERATED = re.compile(rf"(?:{_MONEY.pattern})\S*\s?(?:[;|/&+]|\b(?:et|and|und|e|y)\b|, )\s?$")


def _continues(message: Message, last: Mention, new: Mention) -> bool:  # noqa: PLR0911 - one rule a line
    """Tell whether ``new`` still speaks of the watch of ``last``."""
    between = message.low[last.end : new.start]
    if _written_out(last, new, between):
        last.reference, last.spans["reference"] = new.reference, new.spans["reference"]
        last.known, last.reference_model = new.known, new.reference_model
        return True
    if not last.agrees(new) or last.is_listed_with(new, between):
        return False
    apart = "\n" in between
    if last.reference and new.reference:
        return not (apart and (_MONEY.search(between) or _both_listed(message, last, new)))
    if new.reference:
        return not _MONEY.search(between) or (not apart and not last.model)
    if apart and _MONEY.search(between) and _own_price(message, new):
        return False
    if not last.model and not last.reference:
        return not (apart and _MONEY.search(between))
    if new.model and not last.model and not new.known and _MONEY.search(between):
        return not last.reference_model or last.reference_model == new.model
    if not apart and new.model and _ENUMERATED.search(between) and _own_price(message, new):
        return False
    return apart or _AGAINST.search(between) is None


def _written_out(last: Mention, new: Mention, between: str) -> bool:
    """Tell whether a reference is the whole of the one said before: "5711 green 5711/1A-014"."""
    return bool(
        last.reference
        and last.reference.isdigit()
        and new.reference.startswith(last.reference)
        and last.brand == new.brand
        and not re.search(
            r"[\n,;/&+]|\b(?:et|and|und|ou|or|oder|e|o|y|u|vs|contre|gegen)\b", between
        )
        and not _MONEY.search(between)
    )


_FIGURES = re.compile(r"(?:19|20)\d\d\b|\d[.,' ]\d{3}\b|\d\s?k\b")


def _both_listed(message: Message, last: Mention, new: Mention) -> bool:
    """Tell whether two lines name one reference each time with a year or a price."""
    return all(
        _FIGURES.search(message.low, one.end, message.lines[message.line_of(one.end)][1])
        for one in (last, new)
    )


def _own_price(message: Message, mention: Mention) -> bool:
    _first, end = message.lines[message.line_of(mention.start)]
    return _MONEY.search(message.low, mention.end, end) is not None


def _passing(message: Message, found: Sequence[Mention], new: Mention) -> bool:
    """Tell whether a bare brand is said in passing ("mouvement Zenith"), not offered too."""
    if _aside(message, found[-1], new) or _second_name(found[-1], new, message):
        return True
    if new.model or new.reference:
        return any(
            one.reference and one.reference == new.reference and one.brand == new.brand
            for one in found
        ) and not (
            "\n" in message.low[found[-1].end : new.start] and _both_listed(message, found[-1], new)
        )
    last = found[-1]
    between = message.low[last.end : new.start]
    if not (last.model or last.reference or between.strip()):  # "Rolex Patek AP"
        return False
    if "\n" in between:
        return not _own_price(message, new)
    if _own_price(message, new) and re.search(r"[;,•|]|\b(?:et|and|und|e|y)\b", between):
        return False
    return not re.search(
        r"(?:\b(?:et|and|und|ou|or|oder|e|o|y|u|contre|gegen|con|against|for|per|towards|por|vs)\b"
        r"|[/,+;&])"
        r"\s*(?:\w+\s){0,2}$",
        between,
    )


def _second_name(last: Mention, new: Mention, message: Message) -> bool:
    """Tell whether a word is the end of another maker's name: "Polerouter Sub"."""
    return bool(
        last.model
        and new.model
        and new.brand != last.brand
        and not new.reference
        and "brand" not in new.spans
        and message.low[last.end : new.start] == " "
    )


def _aside(message: Message, last: Mention, new: Mention) -> bool:
    """Tell whether a weak word only adds to the watch before ("Polerouter 1958 Microtor")."""
    between = message.low[last.end : new.start]
    return bool(
        new.generic
        and not new.reference
        and new.brand == last.brand
        and not re.search(r"[\n;•|+/?!]|\.\s", between)
        and not _MONEY.search(between)
        and len(between.split()) <= _NEAR
        and not _JOINED.search(between)
    )


def _start(message: Message, watches: Sequence[Mention], index: int) -> int:
    """Where the text of a watch begins: its line, or the separator before it."""
    watch = watches[index]
    line, _end = message.lines[message.line_of(watch.start)]
    floor = watches[index - 1].end if index else 0
    if floor <= line:
        return line
    cuts = list(_SEPARATOR.finditer(message.low, floor, watch.start))
    if cuts:
        joined = message.low[cuts[-1].end() : watch.start]
        if len(cuts) > 1 and len(joined) < 2:  # noqa: PLR2004 - ", et " is one cut
            return cuts[-1].start()
        return cuts[-1].start()
    return watch.start


def _share_headings(message: Message, parts: Sequence[Part]) -> None:
    """Lines above a watch that are no text of the one before hold for all that follow."""
    first_line = message.line_of(parts[0].start)
    heading: Span | None = (0, parts[0].start) if first_line else None
    named = message.line_of(_first_name(parts[0]))
    if named > message.line_of(parts[0].mention.start):  # "ROLEX NEW" above the references
        heading = (0, message.lines[named][0])
    for previous, part in zip([None, *parts[:-1]], parts, strict=True):
        if previous is not None:
            heading_start = _heading(message, previous, part)
            if heading_start < part.start:
                previous.end = heading_start
                heading = (heading_start, part.start)
        if heading is not None:
            part.shared.append(heading)
    if first_line == message.line_of(parts[-1].start) and parts[0].start < parts[0].mention.start:
        lead = (parts[0].start, parts[0].mention.start)
        for part in parts[1:]:
            part.shared.append(lead)


def _first_name(part: Part) -> int:
    """Where the model or the reference stands, or the brand when there is neither."""
    spans = part.mention.spans
    return min(spans[name][0] for name in (spans.keys() - {"brand"} or spans))


_WHOLE_LINE = re.compile(r"[^\w\n]*[*_=\-\U0001f300-\U0001faff]+\s?(\w+(?: \w+)?)\s?[^\w\n]*")


def _titled(message: Message, low: int, high: int) -> bool:
    """Tell whether a line is a condition set off as a title ("*USED*")."""
    match = _WHOLE_LINE.fullmatch(message.low, low, high)
    if match is None:
        return False
    return any(
        found.start == match.start(1) and found.end == match.end(1)
        for found in message.phrases.of("condition", low, high)
    )


def _heading(message: Message, previous: Part, part: Part) -> int:
    """Where the heading above ``part`` begins; ``part.start`` when there is none."""
    start = part.start
    line = message.line_of(part.start)
    last = message.line_of(previous.mention.end)
    while line - 1 > last:
        low, high = message.lines[line - 1]
        text = message.low[low:high].strip()
        above = message.lines[line - 2]
        gap = not message.low[slice(*above)].strip()
        kinds = message.phrases.of("type", low, high)
        if not text or _MONEY.search(text):
            break
        titled = line - 2 == last and _titled(message, low, high)
        if not (text.endswith(":") or kinds or titled or (gap and line - 2 > last)):
            break
        start, line = low, line - 1
    return start


def _share_tail(message: Message, parts: Sequence[Part]) -> None:
    last = parts[-1]
    for match in message.phrases.of("all", last.mention.end, last.end):
        before = message.low[last.mention.end : match.start]
        if "\n" in before:
            _cut(parts, message.low.rfind("\n", 0, match.start) + 1)
            return
        if clause := re.search(
            r"[,.;:!(-]\s*(?=(?:fs|fullset|full set|b&p|b\+p|new|unworn)?\s?$)", before
        ):
            _cut(parts, last.mention.end + clause.end())
            return
    lines = [
        (message.line_of(p.mention.start), message.line_of(max(p.mention.end, p.end - 1)))
        for p in parts[:-1]
    ]
    single = all(end - start <= 1 for start, end in lines) and len({s for s, _ in lines}) == len(
        lines
    )
    _low, line_end = message.lines[message.line_of(last.mention.end)]
    if (
        single
        and line_end < last.end
        and message.line_of(parts[0].start) != message.line_of(last.start)
    ):
        rest = message.low[line_end : last.end]
        if _MONEY.search(message.low, last.mention.end, line_end) or not _MONEY.search(rest):
            _cut(parts, line_end)


def _cut(parts: Sequence[Part], position: int) -> None:
    """From ``position`` on the text belongs to all parts."""
    end = parts[-1].end
    parts[-1].end = position
    for part in parts:
        part.shared.append((position, end))
