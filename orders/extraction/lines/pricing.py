"""Prices beside the lines they belong to, and the total of the order."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING

from backoffice.core.money import CURRENCY, currency_of, readings

if TYPE_CHECKING:
    from orders.extraction.drafts import Draft, Span
    from orders.extraction.text.mentions import Quantity
    from orders.extraction.text.numbers import Number
    from orders.extraction.text.scan import Scan

# No bag, kilogram or carton costs more; a larger amount is the line's total.
_DEAREST = {
    "piece": Decimal(30),
    "kg": Decimal(300),
    "carton": Decimal(5000),
    "palette": Decimal(200000),
    "mille": Decimal(20000),
}
_PER_THOUSAND = re.compile(
    r"\s*(?:ht|ttc)?\s*(?:le|par|per|/|les|pour|l|the|a|a\s+thousand)?\s*(?:mille|1\s?000|1000|thousand|lalf|alf|الف|الالف)(?![^\W_])"
)
_PRICE_WORD = re.compile(
    r"(?:(?<![^\W_])(?:a|b|@|x|prix|pu|p\.u\.|at|price|taman|ب)|@|(?<=\d)x)\s*(?:de\s+)?:?\s*$"
)
# "le carton 380", "le kilo à 21": what one costs, without a currency.
UNIT_COSTS = re.compile(
    r"(?<![^\W_])(?:le|la|l')\s*(?P<unit>kilo\w*|kg|cartons?|ctn|palette|mille|unite|piece)"
    r"\s*(?:est\s+)?(?:a|:|=)?\s*$"
)
_LONGEST_ROW = 200
_LINE_TOTAL_WORD = re.compile(r"(?:(?<![^\W_])(?:soit|total|montant|pour)|=)\s*:?\s*$")


@dataclass(frozen=True, slots=True)
class Price:
    start: int
    end: int
    value: Decimal
    currency: str = ""


def prices(scan: Scan, start: int, end: int) -> list[Price]:
    """Amounts, and numbers that are plainly prices, between two positions."""
    by_start = attrgetter("start")
    known: list[Price] = _all_prices(scan)
    first = bisect_left(known, start, key=by_start)
    last = bisect_left(known, end, first, key=by_start)
    return [price for price in known[first:last] if price.end <= end]


def _all_prices(scan: Scan) -> list[Price]:
    """The prices of the whole text in order, found once."""
    if "prices" not in scan.memory:
        found = [Price(a.start, a.end, a.value, a.currency) for a in scan.amounts]
        found += [Price(n.start, n.end, n.value) for n in scan.numbers if _is_price(scan, n)]
        scan.memory["prices"] = sorted(found, key=attrgetter("start"))
    known: list[Price] = scan.memory["prices"]
    return known


def _is_price(scan: Scan, number: Number) -> bool:
    """Whether a number without currency is a fraction, or stands behind words for a price."""
    before = scan.masked[max(0, number.start - 20) : number.start]
    fraction = number.value % 1 or (len(number.readings) > 1 and number.readings[1] < 1)
    stated = _PRICE_WORD.search(before) or UNIT_COSTS.search(before)
    return bool(fraction or stated or before.rstrip().endswith("="))


def add_prices(scan: Scan, drafts: list[Draft], end: int) -> None:
    """Give each line the price and total written after it and before the next line."""
    for index, draft in enumerate(drafts):
        start = max(draft.quantity_span[1], draft.description[0])
        following = drafts[index + 1] if index + 1 < len(drafts) else None
        limit = _line_start(following) if following else _end_of_item(scan, start, end)
        found = [
            p
            for p in prices(scan, min(start, draft.quantity_span[1]), limit)
            if (p.start, p.end) != draft.quantity_span and not _states_total(scan, p)
        ]
        # "1 200 petits et 800 grands à 0,32 € et 0,45 €": one price for each, told after all.
        told_after = following is None and index and len(found) == len(drafts)
        if told_after and not any(d.unit_price or d.total for d in drafts):
            told_after = not _explained(draft, found)
        else:
            told_after = False
        if found and not told_after:
            assign(scan, draft, found)
    _add_leading_prices(scan, drafts)


def _add_leading_prices(scan: Scan, drafts: list[Draft]) -> None:
    """Give lines without a price the one stated before them: "à 0,85 la pièce, 4000 sacs"."""
    if any(draft.unit_price is not None or draft.total is not None for draft in drafts):
        drafts = [d for d in drafts if d.description[0] < d.quantity_span[0]]
    elif len(drafts) > 1:
        return
    for draft in drafts:
        if draft.unit_price is not None:
            continue
        product_first = draft.description[0] < draft.quantity_span[0]
        start = draft.description[0] if product_first else max(0, _line_start(draft) - _LEAD)
        end = draft.quantity_span[0] if product_first else _line_start(draft)
        found = [p for p in prices(scan, start, end) if _leads(scan, draft, p)]
        if not found and product_first and len(drafts) == 1:
            begin = draft.description[0]
            found = prices(scan, max(0, begin - _LEAD), begin)
            found = [p for p in found if _leads(scan, draft, p)]
        if len(found) == 1:
            assign(scan, draft, found)


_LEAD = 90
_OTHER_PRICE = re.compile(
    r"(?:au\s+lieu\s+de|instead\s+of|contre|etait|was|avant|blast|total|montant|remise|transport|"
    r"livraison|frais|acompte|avance)\W[^\d\n]{0,15}$"
)


def _leads(scan: Scan, draft: Draft, price: Price) -> bool:
    before = scan.masked[max(0, price.start - 30) : price.start]
    stated = price.currency or _PRICE_WORD.search(before)
    return bool(stated) and price.value <= _DEAREST[draft.unit] and not _OTHER_PRICE.search(before)


def is_amount_of(scan: Scan, number: Quantity, counts: list[Quantity]) -> bool:
    """Whether a number is what an earlier count on its line costs: "7 000 sacs 0,79 5 530,00"."""
    if number.unit_word:
        return False
    # Not further back than a row is long: a page of bare figures is no row.
    row = max(0, number.start - _LONGEST_ROW)
    start = scan.text.rfind("\n", row, number.start) + 1 or row
    by_start = attrgetter("start")
    first, last = (bisect_left(counts, at, key=by_start) for at in (start, number.start))
    earlier = counts[first:last]
    if not earlier:
        return False
    stated = prices(scan, start, number.start)
    return any(
        price.start > q.start and _is_product(q.value, price.value, number.value)
        for q in earlier
        for price in stated
    )


def _explained(draft: Draft, found: list[Price]) -> bool:
    """Whether two of the amounts are the line's unit price and its total."""
    return any(
        _is_product(draft.quantity, one.value, other.value) for one in found for other in found
    )


def _line_start(draft: Draft) -> int:
    return min(draft.quantity_span[0], draft.description[0])


_GOES_ON = re.compile(
    r"\s*(?:prix|p\.?\s?u\b|unit\s+price|price|quantite|qte|qty|soit|montant|tarif|a\s|@|=|x\s|[\d$€])"
)


def _end_of_item(scan: Scan, start: int, end: int) -> int:
    """The last line's price stands in its sentence, or on the next lines of its item."""
    stop = re.search(
        r"\n\s*\n|(?<=[^\W\d_]{3})[.!?؟]\s+(?=[^\W\d_])|\n[^\n]*total", scan.masked[start:end]
    )
    limit = start + stop.start() if stop else end
    line_end = scan.text.find("\n", start, limit)
    while line_end >= 0 and _GOES_ON.match(scan.text, line_end + 1):
        line_end = scan.text.find("\n", line_end + 1, limit)
    return line_end if line_end >= 0 else limit


_TOTAL_BEFORE = re.compile(
    r"(?<![^\W_])(?:total|totale|somme|majmou3|lmajmou3|montant|budget|plafond|order\s+value|المجموع)[^\n\d]{0,25}$"
)


def _states_total(scan: Scan, price: Price) -> bool:
    return bool(_TOTAL_BEFORE.search(scan.masked[max(0, price.start - 40) : price.start]))


def assign(scan: Scan, draft: Draft, found: list[Price]) -> None:
    """Tell unit price and line total apart by arithmetic, then words, then size."""
    for first in found:
        for second in found:
            if first is not second and _is_product(draft.quantity, first.value, second.value):
                _set(draft, first, second)
                return
    price = found[0]
    if _PER_THOUSAND.match(scan.text, price.end):
        _sell_by_thousand(draft, price)
        return
    before = scan.masked[max(0, price.start - 12) : price.start]
    if _LINE_TOTAL_WORD.search(before) or price.value > _DEAREST[draft.unit]:
        draft.total, draft.total_span = price.value, (price.start, price.end)
        draft.currency = price.currency
        return
    _set(draft, price, found[1] if len(found) > 1 and found[1].value > price.value else None)


def assign_unit_price(scan: Scan, draft: Draft, price: Price) -> None:
    """Give a line what the text says one of it costs; an amount too large for that is left."""
    if _PER_THOUSAND.match(scan.text, price.end):
        _sell_by_thousand(draft, price)
    elif price.value <= _DEAREST[draft.unit]:
        _set(draft, price, None)


def _is_product(quantity: Decimal, price: Decimal, total: Decimal) -> bool:
    return price > 0 and abs(quantity * price - total) <= max(Decimal("0.02"), total / 500)


def _set(draft: Draft, price: Price, total: Price | None) -> None:
    draft.unit_price, draft.price_span = price.value, (price.start, price.end)
    draft.currency = price.currency or (total.currency if total else "")
    if total and _is_product(draft.quantity, price.value, total.value):
        draft.total, draft.total_span = total.value, (total.start, total.end)


def _sell_by_thousand(draft: Draft, price: Price) -> None:
    """Count in thousands where text and price do: "10 mille sachets à 310 DH le mille".

    Of "10 000 sachets à 310 DH le mille" each costs 0.31.
    """
    draft.price_span, draft.currency = (price.start, price.end), price.currency
    if draft.in_thousands:
        draft.quantity, draft.unit = draft.quantity / 1000, "mille"
    draft.unit_price = price.value if draft.unit == "mille" else price.value / 1000


CURRENCY_PATTERN = re.compile(CURRENCY)

# --- The total of the order -------------------------------------------------

_TOTALS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (
        6,
        re.compile(
            r"(?:total|montant|net|somme)[^\n\d|]{0,30}?(?:ttc|t\.t\.c\.?|tva\s+comprise|"
            r"toutes?\s+taxes)"
        ),
    ),
    (6, re.compile(r"(?<![^\W_])ttc(?![^\W_])")),
    (
        5,
        re.compile(
            r"net\s+a\s+payer|montant\s+(?:total\s+)?net|total\s+net|grand\s+total|"
            r"amount\s+due|total\s+due|total\s+general|order\s+(?:total|value|amount)"
        ),
    ),
    (
        4,
        re.compile(
            r"(?<![^\W_-])(?:total|totale|totl|l?majmou3|lmajmo3|المجموع|الاجمالي|مجموع)(?![^\W_])"
        ),
    ),
    (
        3,
        re.compile(
            r"(?<![^\W_])(?:montant\s+(?:total|global|de\s+la\s+commande)|pour\s+un\s+montant|"
            r"au\s+total|en\s+tout|somme\s+de)"
        ),
    ),
    (2, re.compile(r"(?<![^\W_])soit(?![^\W_])")),
)
_NOT_TOTAL = re.compile(
    r"sous[- ]?total|sub-?total|total\s+(?:tva|remise|quantites?|sacs|sachets|pieces|cartons|"
    r"colis|palettes|kg|a\s+reporter)|report"
)
_TTC_AFTER = re.compile(r"\s*(?:ttc|t\.t\.c|tva\s+comprise|incl)")
_WITH_TAX = 6
_FIGURE_ONLY = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Total:
    """A total the text states; ``rank`` tells how final the words make it."""

    value: Decimal
    span: Span
    rank: int
    currency: str


def totals(scan: Scan, start: int, end: int) -> list[Total]:
    """Return what the text between two positions states as totals, in order."""
    found: list[Total] = []
    position = start
    for line in scan.text[start:end].split("\n"):
        stop = position + len(line)
        cue = _cue(line)
        if cue:
            rank, offset = cue
            with_tax = _amount_with_tax(scan, position, stop)
            amount = (
                with_tax
                or _amount_after(scan, position + offset, stop)
                or _amount_after(scan, stop, _next_line_end(scan, stop, end))
                or _amount_before(scan, position, position + offset)
            )
            if amount:
                rank = _WITH_TAX if with_tax else rank
                found.append(Total(amount.value, (amount.start, amount.end), rank, amount.currency))
        position = stop + 1
    return found


def _amount_with_tax(scan: Scan, start: int, stop: int) -> Price | None:
    """Return the amount that says it includes the tax: "11 775 DH HT soit 14 130 DH TTC"."""
    for amount in scan.amounts:
        if start <= amount.start and amount.end <= stop and _TTC_AFTER.match(scan.text, amount.end):
            return Price(amount.start, amount.end, amount.value, amount.currency)
    return None


_IN_ALL = re.compile(r"\s*(?:en\s+|au\s+|in\s+)?(?:tout|total|all)(?![^\W_])|\s*(?:f\s?)?l?majmou3")


def _amount_before(scan: Scan, start: int, stop: int) -> Price | None:
    """Return the amount right before the word: "ça fait 1640 dh au total"."""
    before = [a for a in scan.amounts if start <= a.start and a.end <= stop]
    last = before[-1] if before else None
    if last is None or not _IN_ALL.match(scan.text, last.end):
        return None
    return Price(last.start, last.end, last.value, last.currency)


def _cue(line: str) -> tuple[int, int] | None:
    if _NOT_TOTAL.search(line):
        return None
    for rank, pattern in _TOTALS:
        match = pattern.search(line)
        if match:
            return rank, match.end()
    return None


def _next_line_end(scan: Scan, stop: int, end: int) -> int:
    """A total may stand alone on the line below its word."""
    following = scan.text.find("\n", stop + 1)
    limit = following if 0 <= following <= end else end
    return limit if _FIGURE_ONLY.match(scan.text[stop + 1 : limit].strip()) else stop


def _amount_after(scan: Scan, start: int, end: int) -> Price | None:
    """The last amount of the stretch, else its last number that is not a count of goods."""
    amounts = [a for a in scan.amounts if start <= a.start and a.end <= end]
    if amounts:
        last = amounts[-1]
        return Price(last.start, last.end, last.value, last.currency)
    loose = [n for n in scan.numbers if start <= n.start and n.end <= end]
    if not loose:
        return None
    last_number = loose[-1]
    text = scan.text[last_number.start : last_number.end]
    exact = (
        readings(text)[0] if text[:1].isdigit() and not last_number.thousands else last_number.value
    )
    return Price(last_number.start, last_number.end, exact)


def currency_named(scan: Scan, start: int, end: int) -> tuple[str, Span] | None:
    """Return the first currency named between two positions, with its place."""
    match = CURRENCY_PATTERN.search(scan.text, start, end)
    return (currency_of(match.group()), match.span()) if match else None
