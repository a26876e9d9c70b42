"""What the ERP wants to know of a line, and where it comes from.

What staff typed for the line counts first, then what the customer's message said (details, then
description), then what holds for the product, then the settings. Nothing is guessed: what is
found nowhere, or found twice and differently, is a gap that somebody has to close.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from backoffice.core.text import folded
from orders import sales
from orders.erp import codes
from orders.extraction.text.scan import SIZE
from orders.models import ErpLine, ErpProduct, OrderLine, Paper

if TYPE_CHECKING:
    from decimal import Decimal

Value = TypeVar("Value", str, int)
_WHITE = re.compile(r"(?<!non[ -])\b(?:blanc\w*|white|bleached|kb)\b")
_BROWN = re.compile(
    r"\b(?:ecrus?|brune?s?|marrons?|naturel\w*|brown|natural|unbleached|non[ -]blanchi\w*|ke)\b"
)
# "Impression blanche" is a colour of ink.
_PRINTED = re.compile(
    r"\b(?:impressions?|imprime\w*|logos?|encres?|textes?|print\w*|ink)\b(?:\s+en)?\s+\w+"
)
_GRAMMAGE = re.compile(
    r"(?<![\w.,])(?P<figure>\d{2,3})\s?(?:grammes?|grs?|(?P<surely>gsm)|g)"
    r"(?P<square>\s?/\s?m[2²]?)?(?![^\W_])(?P<goods>\s+d(?:e|')\s*(?!papier|kraft|gramm))?"
)
# The paper of bags; "sachet 250 g" is what it holds.
_HEAVIEST = 170
_COUNTED = {OrderLine.Unit.PIECE, OrderLine.Unit.MILLE}


@dataclass(slots=True)
class LineFacts:
    """One line as the ERP takes it; ``gaps`` are the sentences of what is missing."""

    article_code: str = ""
    bag_type: str = ""
    size: str = ""
    paper: str = ""
    grammage: int | None = None
    laize: int | None = None
    supplier: str = ""
    ordered: Decimal | None = None
    delivered: Decimal | None = None
    gaps: list[str] = field(default_factory=list)


def facts_of(line: OrderLine) -> LineFacts:
    """What is known of ``line``, whose product and ERP facts may be prefetched."""
    typed: ErpLine | None = getattr(line, "erp", None)
    usual: ErpProduct | None = getattr(line.product, "erp", None) if line.product else None
    papers, grammages = papers_of(line), grammages_of(line)
    facts = LineFacts(
        bag_type=(usual.bag_type if usual else "") or str(line.product or ""),
        size=size_of(line),
        paper=(typed.paper if typed else "") or _only(papers, usual.paper if usual else "") or "",
        grammage=(typed.grammage if typed else None)
        or _only(grammages, usual.grammage if usual else None),
        laize=(typed.laize if typed else None) or (usual.laize if usual else None),
        supplier=(typed.supplier if typed else "")
        or (usual.supplier if usual else "")
        or settings.ERP_SUPPLIER,
        ordered=_pieces(line, typed),
        delivered=typed.delivered if typed else None,
    )
    facts.gaps = _gaps(facts, line)
    if facts.paper and facts.grammage and facts.laize and facts.supplier:
        parts = (facts.paper, facts.grammage, facts.laize, facts.supplier)
        try:
            facts.article_code = codes.compose(*parts)
        except DomainError as error:
            # A supplier of the settings, say, that no code can hold.
            facts.gaps.append(str(error.sentence))
    return facts


def papers_of(line: OrderLine) -> tuple[str, ...]:
    """KB or KE by the words of the line; both where it says both, none where neither."""
    texts = (line.attributes.get("paper"), line.description)
    return next(filter(None, (_papers_in(str(text or "")) for text in texts)), ())


def grammages_of(line: OrderLine) -> tuple[int, ...]:
    """g/m² as the line says it: each figure that it says."""
    texts = (line.attributes.get("grammage"), line.description)
    return next(filter(None, (_grammages_in(str(text or "")) for text in texts)), ())


def size_of(line: OrderLine) -> str:
    """Width, gusset and length with points between: 24.10.32; a flat bag has no gusset."""
    texts = (line.attributes.get("size"), line.description)
    return next(filter(None, (_size_in(str(text or "")) for text in texts)), "")


def _only(said: tuple[Value, ...], usual: Value | None) -> Value | None:
    """What the line says, else what is usual; nothing where it says two different things."""
    if not said:
        return usual
    return said[0] if len(said) == 1 else None


# The same words come back in thousands of lines, and folding is slow.
@lru_cache(maxsize=4096)
def _papers_in(text: str) -> tuple[str, ...]:
    words = _PRINTED.sub(" ", folded(text))
    found = {Paper.KB.value: _WHITE.search(words), Paper.KE.value: _BROWN.search(words)}
    return tuple(paper for paper, match in found.items() if match)


@lru_cache(maxsize=4096)
def _grammages_in(text: str) -> tuple[int, ...]:
    found = set()
    for match in _GRAMMAGE.finditer(folded(text)):
        figure = int(match["figure"])
        is_sure = bool(match["surely"] or match["square"])
        if is_sure or (figure <= _HEAVIEST and not match["goods"]):
            found.add(figure)
    return tuple(sorted(found))


@lru_cache(maxsize=4096)
def _size_in(text: str) -> str:
    match = SIZE.search(folded(text))
    if match is None:
        return ""
    # A point separates the sides, so that of a decimal becomes a comma.
    sides = [match[name] for name in ("a", "b", "c") if match[name]]
    return ".".join(side.replace(".", ",") for side in sides)


def _pieces(line: OrderLine, typed: ErpLine | None) -> Decimal | None:
    if typed is not None and typed.pieces is not None:
        return typed.pieces
    if line.quantity is None or line.unit not in _COUNTED:
        return None
    return sales.pieces(line)


def _gaps(facts: LineFacts, line: OrderLine) -> list[str]:
    gaps = []
    if not facts.paper:
        gaps.append(_("the paper (KB or KE)"))
    if not facts.grammage:
        gaps.append(_("the grammage"))
    if not facts.laize:
        gaps.append(_("the laize"))
    if not facts.supplier:
        gaps.append(_("the supplier of the paper"))
    if facts.ordered is None:
        unit = line.get_unit_display()
        gaps.append(
            _("the quantity")
            if line.quantity is None
            else _("the quantity in pieces (ordered by: %(unit)s)") % {"unit": unit}
        )
    return gaps
