"""Prices in thousands without saying so ("15.2 /"), and prices said once for several watches.

A list whose lines end with figures like 15.2 means thousands; "5711, 5712 and 5167: 120k/98k/58k"
names as many prices as watches, in their order.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from listings.extraction.prices import Amount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from listings.extraction.message import Message
    from listings.extraction.splitting import Part

_SHORT = r"(?P<figure>\d{1,3}[.,]\d{1,2})"
# At the end of a line, or marked: "10.8 /", "asking 10.8", "@10,8".
_AT_END = re.compile(
    rf"(?<![\w.,/\x00'-]){_SHORT}(?P<mark>\s?/-?)?[ \t]*(?:net|firm|obo)?[ \t]*$", re.MULTILINE
)
_MARKED = re.compile(
    rf"(?:@|\b(?:asking|prix|price|preis|prezzo|precio|vb|chiedo|pido))\s?:?\s?(?<![\w.,/]){_SHORT}"
    r"(?![\w.,/%]|\s?(?:mm|k\b|€|eur))"
)
# "BLNR new 14.9 / BLRO 16.2 / Starbucks 12.4": in a row of one line.
_IN_ROW = re.compile(
    rf"(?<![\w.,/\x00'-]){_SHORT}(?=\s+[/|]\s|\s*[,;]\s?(?:net|en k|in k)|\s*$)", re.MULTILINE
)
_LEAST, _MOST = 1, 900  # thousands
_SIZES = (Decimal(26), Decimal(50))


def completed(
    message: Message, text: str, amounts: list[Amount], parts: Sequence[Part]
) -> list[Amount]:
    """Return ``amounts`` with those in thousands added, each where its watch is."""
    if not amounts or all(amount.value < 1000 and not amount.currency for amount in amounts):  # noqa: PLR2004 - no price yet
        amounts = _in_thousands(text, amounts, parts)
    return _for_each(message, _handed_out(message, amounts, parts), parts)


def _in_thousands(text: str, amounts: list[Amount], parts: Sequence[Part]) -> list[Amount]:
    ends = [match for match in _AT_END.finditer(text) if _believable(match)]
    marked = [match for match in _MARKED.finditer(text) if _believable(match)]
    row = [match for match in _IN_ROW.finditer(text) if _believable(match)]
    if len(parts) > 1 and len(row) == len(parts):
        ends = row
    alone = len(ends) < min(2, len(parts)) or len(parts) < 2  # noqa: PLR2004 - one line is no list
    if alone:
        ends = [match for match in ends if match.groupdict().get("mark")]
    found = {match.start("figure"): match for match in (*ends, *marked)}
    more = [
        Amount(
            match.start("figure"),
            match.end("figure"),
            Decimal(match["figure"].replace(",", ".")) * 1000,
            "",
            thousands=True,
        )
        for match in found.values()
    ]
    taken = {amount.start for amount in more}
    return sorted(
        [*more, *(amount for amount in amounts if amount.start not in taken)],
        key=lambda amount: amount.start,
    )


def _believable(match: re.Match[str]) -> bool:
    value = Decimal(match["figure"].replace(",", "."))
    is_size = _SIZES[0] <= value <= _SIZES[1] and match["figure"].endswith("5")
    return _LEAST <= value <= _MOST and not (is_size and not match.groupdict().get("mark"))


_BETWEEN = re.compile(
    r"\s?(?:/|,|;|-|\||&|\+|et|and|und|e|y|bzw\.?|resp\.?|respectivement|ou|or|oder|o)\s?"
)


_EACH_AFTER = re.compile(
    r"\s?(?:each|apiece|a piece|chacune?|piece|l'une?|pro stuck|das stuck|ciascun[oa]|cadaun[oa]"
    r"|l'un[oa]|cada un[oa])\b"
)
_EACH_BEFORE = re.compile(r"\b(?:je|jeweils|chacune?|cada un[oa]|ciascun[oa])(?: [ae]n?)? $")


def _for_each(message: Message, amounts: list[Amount], parts: Sequence[Part]) -> list[Amount]:
    """Give the price of "Kermit / Hulk 13k each" to every watch of the row before it."""
    if len(amounts) != 1 or amounts[0].owner is not None:
        return amounts
    (amount,) = amounts
    if not (
        _EACH_AFTER.match(message.low, amount.end)
        or _EACH_BEFORE.search(message.low, max(0, amount.start - 16), amount.start)
    ):
        return amounts
    row = [index for index, part in enumerate(parts) if part.mention.end <= amount.start]
    spans = [(parts[index].mention.start, parts[index].mention.end) for index in row]
    if any(
        not _BETWEEN.fullmatch(message.low[one[1] : other[0]]) for one, other in pairwise(spans)
    ):
        return amounts
    return [replace(amount, owner=index) for index in row] or amounts


def _handed_out(message: Message, amounts: list[Amount], parts: Sequence[Part]) -> list[Amount]:
    """Move a row of prices that follows as many watches to the watches, one each."""
    count = len(parts)
    if count < 2 or len(amounts) < count:  # noqa: PLR2004 - one watch, one price
        return amounts
    last = parts[-1].mention.end
    row = [amount for amount in amounts if amount.start >= last]
    if len(row) != count or len(row) != len(amounts):
        return amounts
    if "\n" in message.low[last : row[0].start].strip():
        return amounts
    if not all(_BETWEEN.fullmatch(message.low[a.end : b.start]) for a, b in pairwise(row)):
        return amounts
    currency = next((amount.currency for amount in row if amount.currency), "")
    return [
        replace(amount, currency=amount.currency or currency, owner=index)
        for index, amount in enumerate(row)
    ]
