"""Order numbers with letters of the shop's own before them: "WEB-88213", "FR10234".

Articles, invoices, returns and parcels are written so too: only what is called an order's, or
begins as the shop's own order numbers do, is one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from support.understanding import number_contrasts, number_labels
from support.understanding.number_shapes import Kind, Shape
from support.understanding.words import numbers as words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from backoffice.core.text import Folded

_PREFIXED: Final = re.compile(
    r"(?<![\w./@-])(?P<prefix>[a-z]{1,6})(?P<sign>[-_]?)"
    r"(?P<number>(?:20\d\d[-_/]?)?\d{3,8})(?!\w|[-/.,'’:]\d|[-/]\w)"
)
# "commande-10402", "la-10402", "svp10402": words, no letters of a number.
_WORD: Final = re.compile(
    rf"(?:{words.one_of(words.ORDER)}|{words.one_of(words.STUCK_BEFORE)}"
    rf"|{words.one_of(words.SAYING)}|{words.JOINING})"
)
# Words too, unless in capitals: "ES20981".
_COUNTRY: Final = re.compile(r"ES|DE|MA")
_OTHERS: Final = re.compile(rf"(?:{words.one_of(words.PREFIXES_OF_OTHERS)})")
_ARTICLE: Final = r"(?:(?:le|la|les|the|un|une|el|a|an|my|ma|votre|your)\s)?"
# "j'ai commandé la lampe LX-2045", "commande de LX-2045"
_BOUGHT: Final = re.compile(
    rf"(?<![^\W_])(?:{words.one_of(words.BUYING)})\W{{1,3}}{_ARTICLE}$"
    rf"|\b(?:d[e']?|du|of|for|pour|por|para|avec|with|con|dyal|من|ديال)\s{_ARTICLE}$"
)
_BOUGHT_BEFORE: Final = re.compile(r"command(?:é|er)[es]*\b[^\d\n]{0,12}$", re.IGNORECASE)
_WINDOW: Final = 90


def find(text: Folded, masked: str, own: Collection[str]) -> Iterator[tuple[Shape, float]]:
    """Yield the numbers that are an order's, with what speaks for each.

    ``own`` are prefixes of the shop's order numbers, folded ("web").
    """
    for match in _PREFIXED.finditer(masked):
        prefix, written = match["prefix"], text.source_text(*match.span())
        if not _is_prefix(prefix, match["sign"], written):
            continue
        shape = Shape(written, *match.span(), Kind.PREFIXED)
        before = masked[max(0, shape.start - _WINDOW) : shape.start]
        if prefix in own:
            points = number_labels.HASHED
        elif _OTHERS.fullmatch(prefix) or _is_bought(text, before, shape):
            points = number_labels.OTHER
        else:
            points = number_labels.weigh_prefixed(masked, shape)
        if points > 0:
            yield shape, number_contrasts.weigh(masked, shape, before, points)


def prefix_of(number: str) -> str:
    """Return the letters before an order number, folded; empty where it has none of its own."""
    match = _PREFIXED.fullmatch(number)
    return match["prefix"] if match and not _WORD.fullmatch(match["prefix"]) else ""


def _is_prefix(prefix: str, sign: str, written: str) -> bool:
    letters = written[: len(prefix)]
    if _WORD.fullmatch(prefix):
        return bool(_COUNTRY.fullmatch(letters))
    return bool(sign) or letters.isupper()


def _is_bought(text: Folded, before: str, shape: Shape) -> bool:
    if _BOUGHT.search(before):
        return True
    first, _last = text.source(shape.start, shape.end)
    return bool(_BOUGHT_BEFORE.search(text.original[max(0, first - _WINDOW) : first]))
