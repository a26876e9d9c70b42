"""Ranges that a message narrows down itself: "entre 3000 et 4000, disons 3 500"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orders.extraction.text.mentions import Quantity
    from orders.extraction.text.scan import Scan

_B, _E = r"(?<![^\W_])", r"(?![^\W_])"
_OPENS = re.compile(
    rf"{_B}(?:entre|between|bin|mabin|de|from|environ|dans\s+les|autour\s+de|بين)\s+$"
)
_TO = re.compile(r"\s*(?:(?P<sure>a|to|7ta(?:\s+l)?|-|jusqu'?a)|et|and|w|ou|or|wla|و)\s*")
_SETTLES = re.compile(
    rf"[^\d\n]{{0,60}}?{_B}(?:disons|mettons|met(?:s|tez)|allons|allez|va\s+pour|partons|on\s+va\s+dire|"
    r"on\s+(?:prend|part|dit|fait)|je\s+(?:prends|dis)|prenez|prevoyez|comptez|soit|donc|alors|finalement|"
    r"plutot|let'?s\s+(?:say|go|make|take)|say|make\s+it|call\s+it|dir\w*|ndir\w*|gol\w*|goul\w*|khelli\w*|"
    rf"ديرو?|قول|نقولو){_E}[^\d\n]{{0,25}}"
)
_WIDEST = 4


def narrowed(scan: Scan, counts: list[Quantity]) -> list[Quantity]:
    """The counts without the two ends of a range where a number inside settles it."""
    ends: set[int] = set()
    for low, high, settled in zip(counts, counts[1:], counts[2:], strict=False):
        joint = _TO.fullmatch(scan.masked, low.end, high.start)
        if joint is None or not low.value < high.value <= _WIDEST * low.value:
            continue
        opens = _OPENS.search(scan.masked[max(0, low.start - 20) : low.start])
        inside = low.value <= settled.value <= high.value and settled.unit == high.unit
        if not (joint["sure"] or opens) or not inside:
            continue
        if _SETTLES.fullmatch(scan.masked, high.end, settled.start):
            ends |= {low.start, high.start}
    return [one for one in counts if one.start not in ends]
