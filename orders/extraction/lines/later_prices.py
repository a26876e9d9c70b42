"""Prices told apart from their goods: "... Prix : 0,21 € et 0,17 € pièce respectivement"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orders.extraction.lines import pricing
from orders.extraction.lines.products import match, sign_of
from orders.extraction.text.mentions import mentions
from orders.extraction.text.units import unit_named

if TYPE_CHECKING:
    from orders.extraction.drafts import Draft
    from orders.extraction.lines.pricing import Price
    from orders.extraction.text.scan import Scan
    from orders.reading import Unit

_B, _E = r"(?<![^\W_])", r"(?![^\W_])"
_SENTENCE = re.compile(r"(?:[^.!?\n]|(?<=\d)[.](?=\d)|(?<=\b[a-z])[.])+[.!?]*")
# What was paid before, what may be spent, what something else costs.
_ANOTHER_SUM = re.compile(
    rf"{_B}(?:au\s+lieu\s+d\w+|instead\s+of|pay(?:e|ee|er|es|ons|ez|ait|ions)|paid|etait|was|were|ancien\w*|"
    r"avant|before|concurren\w+|ailleurs|elsewhere|budget|plafond|max\w*|plus\s+de|moins\s+de|"
    r"total\w*|montant\w*|somme|en\s+tout|remise|rabais|transport|livraison|frais|port|acompte|avance|solde|"
    r"virement|cheque|facture|invoice|tva|caution|kh[ae]?ls\w*|blast|bdel|kant?|kan\w*|"
    r"المجموع|الدفع|كان\w*)"
    r"\W[^\d]{0,25}$"
)
_AGREED = re.compile(
    rf"{_B}(?:prix|pu|p\.u\.?|tarifs?|price\w*|rate|taman\w*|convenu\w*|agreed|accord\w*|ok|oui|va|"
    r"valid\w*|accept\w*|confirm\w*|entendu|dit|annonc\w*|propos\w*|devis|offre|quote\w*|soit|a|at|@|"
    rf"factur\w+|compt\w+|الثمن|ثمن|ب){_E}[^\d\n.!?]{{0,45}}$"
)
_EACH = re.compile(
    r"\s*(?:ht|ttc|h\.t\.?|net|nets)?\s*(?:(?:/|par|per|la|le|l'|l|a\s+la|a\s+l'|the)\s?)?(?:pieces?|pce|pcs?|p|u|unites?|unit|"
    r"lwe7da|we7da|w7da|l?wa7da|l?habba|l?7abba|sacs?|sachets?|bag|kg|kilo\w*|carton|ctn|box|palette|l?kilo|"
    rf"each|chacune?s?|chaque|mille|1000|thousand|الواحد\w*|للواحد\w*|الوحده|للقطعه|الكيلو){_E}"
)
_FOR_ALL = re.compile(
    rf"{_B}(?:les\s+(?:deux|trois|2|3|4)|tous|toutes|chacune?s?|partout|each\s+of|both|all|pour\s+tout|"
    rf"meme\s+prix|same\s+price|bjouj|b\s?jouj|kolhom|kolchi|kamlin|للكل|كلهم|بجوج){_E}"
)
_JOINED = re.compile(rf"\d[^\d.!?;\n]{{0,40}}(?:,|/|{_B}(?:et|and|w|puis){_E})[^\d.!?;\n]{{0,25}}$")
# "plates 800 et torsadées 1200, à 1,95 l'unité les deux"
_SHARED = re.compile(
    rf"[^\d.!?;\n]{{0,25}}?{_B}(?:les\s+(?:deux|trois|2|3|4)|both|tous|toutes|bjouj|b\s?jouj|kolhom|كلهم|بجوج){_E}"
)
_ORDINALS = tuple(
    re.compile(rf"^\s*(?:pour|for|le|la|les|the|dyal|l|ل|\s)*(?:{words}){_E}")
    for words in (
        r"premiere?s?|1ere?s?|1ers?|first|lwla|lwel|louwl|للاول\w*|الاول\w*",
        r"second\w*|deuxiemes?|2e(?:me)?s?|second|jouj|tanya|tani|للثاني\w*|الثاني\w*",
        r"troisiemes?|3e(?:me)?s?|third|talta|للثالث\w*|الثالث\w*",
    )
)
_PER_KILO = re.compile(r"\s*(?:le|l|/|par|per|du)?\s*(?:kg|l?kilo\w*|الكيلو)")


@dataclass(frozen=True, slots=True)
class _Told:
    """A price told in a sentence, and the bags or the word for one bag beside it."""

    price: Price
    codes: frozenset[str]
    head: str
    ordinal: int | None = None
    unit: Unit | None = None


def add(scan: Scan, drafts: list[Draft], start: int, end: int) -> None:
    """Give lines without a price the prices that a sentence of their own tells."""
    for sentence in _SENTENCE.finditer(scan.text, start, end):
        waiting = [d for d in drafts if d.unit_price is None and d.total is None]
        if not waiting:
            return
        _share(scan, drafts, sentence.start(), sentence.end())
        told = _told(scan, drafts, sentence.start(), sentence.end())
        if told:
            _hand_out(scan, told, waiting, drafts, sentence.group())


def _share(scan: Scan, drafts: list[Draft], start: int, end: int) -> None:
    """Give the price of one line of a sentence to its others: "à 1,95 l'unité les deux"."""
    mine = [d for d in drafts if start <= d.quantity_span[0] < end]
    for draft in mine:
        if draft.unit_price is None or draft.price_span is None:
            continue
        after = draft.price_span[1]
        by_kilo = _PER_KILO.match(scan.text, after) and all(d.unit == "kg" for d in mine)
        if _SHARED.match(scan.text, after) or (by_kilo and draft is mine[-1]):
            price = pricing.Price(*draft.price_span, draft.unit_price, draft.currency)
            for other in mine:
                if other.unit_price is None and other.total is None:
                    _give(scan, other, price)


def _told(scan: Scan, drafts: list[Draft], start: int, end: int) -> list[_Told]:
    """The unit prices of a sentence that no line has; each value once."""
    used = {d.price_span for d in drafts} | {d.total_span for d in drafts}
    counted = {d.quantity_span for d in drafts}
    found: dict[object, _Told] = {}
    sure = False
    all_prices = pricing.prices(scan, start, end)
    for index, price in enumerate(all_prices):
        span = (price.start, price.end)
        before = scan.text[max(start, price.start - 60) : price.start]
        # "1,10 les plates et 1,90 les torsadées": as sure as the one before.
        sure = bool(
            (sure and _JOINED.search(before))
            or price.currency
            or _AGREED.search(before)
            or _EACH.match(scan.text, price.end)
            or pricing.UNIT_COSTS.search(before)
        )
        if span in used | counted or not sure or _ANOTHER_SUM.search(before):
            continue
        limit = all_prices[index + 1].start if index + 1 < len(all_prices) else end
        found[price.value] = _beside(scan, price, limit, start)
    return list(found.values())


def _beside(scan: Scan, price: Price, limit: int, start: int) -> _Told:
    """The price with the bag it is said of: "0,045 € le sachet", "1,90 pour les torsadées"."""
    stop = re.compile(rf"[,;.]\s|{_B}(?:et|and|w){_E}|$").search(scan.text, price.end, limit)
    after = scan.text[price.end : stop.start() if stop else limit][:60]
    codes = {match(m.traits).code for m in mentions(scan, price.end, price.end + len(after))}
    if not codes:
        lead = re.split(rf"[,;:]\s|{_B}(?:et|and|w){_E}", scan.text[start : price.start])[-1]
        codes = {match(m.traits).code for m in mentions(scan, price.start - len(lead), price.start)}
    head = next(
        (sign for word in re.findall(r"[^\W_]+", after) if (sign := sign_of(word)) in {"S", "B"}),
        "",
    )
    known = frozenset(code for code in codes if code)
    return _Told(price, known, head, _ordinal(after), _unit(scan, price, start))


def _unit(scan: Scan, price: Price, start: int) -> Unit | None:
    """What one costs so much: "le carton à 365 dh", "22 dh le kilo"; none for pieces."""
    lead = pricing.UNIT_COSTS.search(scan.text[max(start, price.start - 20) : price.start])
    each = _EACH.match(scan.text, price.end)
    word = lead["unit"] if lead else each.group().split()[-1].strip("/") if each else ""
    unit = unit_named(word) if word else None
    return None if unit == "piece" else unit


def _ordinal(after: str) -> int | None:
    """Which line "pour les premiers", "للأول", "for the second" means, counted from 0."""
    return next((i for i, words in enumerate(_ORDINALS) if words.search(after)), None)


def _hand_out(
    scan: Scan, told: list[_Told], waiting: list[Draft], drafts: list[Draft], sentence: str
) -> None:
    named = {id(one): _meant(one, waiting, drafts) for one in told}
    if all(named.values()) and len(told) > 1:
        for one in told:
            for draft in named[id(one)]:
                _give(scan, draft, one.price)
    elif len(told) == len(waiting) > 1 and len(waiting) == len(drafts):
        for one, draft in zip(told, waiting, strict=True):
            _give(scan, draft, one.price)
    elif len(told) == 1:
        only = told[0]
        takers = named[id(only)] if only.codes or len(drafts) > 1 else waiting
        if len(drafts) > 1 and _FOR_ALL.search(sentence) and not only.codes:
            takers = waiting
        for draft in takers:
            _give(scan, draft, only.price)


def _meant(told: _Told, waiting: list[Draft], drafts: list[Draft]) -> list[Draft]:
    """The lines a price is said of; none where its words leave that open."""
    if told.ordinal is not None and told.ordinal < len(drafts):
        return [drafts[told.ordinal]] if drafts[told.ordinal] in waiting else []
    if told.unit and (sold := [d for d in waiting if d.unit == told.unit]):
        return sold
    if told.codes:
        return [d for d in waiting if d.product.code in told.codes]
    kind = {"S": "sachet", "B": "sac_"}.get(told.head, "-")
    found = [d for d in waiting if d.product.code.startswith(kind)]
    return found if len(found) == 1 or (found and len({d.product.code for d in found}) == 1) else []


def _give(scan: Scan, draft: Draft, price: Price) -> None:
    pricing.assign_unit_price(scan, draft, price)
    if draft.price_span:
        draft.price_certainty = 0.8
