"""Filling in what a message leaves out from what earlier orders taught, and saying so.

What the message says is never changed. Only facts of the customer the order is from,
and those of everybody, are looked at.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from backoffice.core.text import words
from orders import checks
from orders.extraction.text.units import UNITS
from orders.learning import facts, habits, prices, vocabulary
from orders.learning.facts import Kind
from orders.learning.prices import Price
from orders.models import LearnedFact, OrderLine
from orders.reading import Found, Learned

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from crm.models import Customer
    from orders.reading import LineReading, OrderReading

# A usual price is a guess that somebody looks at; older ones are not even that.
PRICE, UNIT = 0.65, 0.75
WORD_FIRST_TIME, WORD_EACH_TIME, WORD_AT_MOST = 0.8, 0.03, 0.93
PRICES_HOLD = timedelta(days=365)
# A quantity this many times above or below the usual ones is counted in something else.
FAR = 10


@dataclass(slots=True)
class _Order:
    """The reading on its way; ``learned`` grows with what is filled in."""

    reading: OrderReading
    lines: list[LineReading]
    learned: list[Learned] = field(default_factory=list)

    def say(self, fact: LearnedFact, index: int, name: str, sentence: str) -> str:
        """Keep where a value of a line is from; returns the note for the value itself."""
        told = _("Line %(line)s: %(sentence)s") % {"line": index + 1, "sentence": sentence}
        self.learned.append(Learned(fact.pk, f"lines-{index}-{name}", told))
        return sentence


def complete(
    reading: OrderReading,
    *,
    customer: Customer | None,
    alias: LearnedFact | None,
    at: datetime,
    with_prices: bool = True,
) -> OrderReading:
    """The reading with words explained and usual units and prices filled in, as of ``at``.

    ``alias`` is the name by which the customer was recognised. Without ``with_prices`` usual
    prices are left out. The sentences for staff are in ``learned`` of the result.
    """
    if not settings.LEARNING:
        return reading
    order = _Order(reading, list(reading.lines))
    if alias is not None:
        named = _("%(customer)s: the name “%(name)s”, %(source)s.") % {
            "customer": customer,
            "name": alias.phrase,
            "source": facts.source_of(alias),
        }
        order.learned.append(Learned(alias.pk, "customer", named))
    _explain_words(order, customer)
    if customer is not None:
        usual = _habits(order.lines, customer)
        _fill_units(order, customer, usual)
        if settings.LEARNING_PRICES and with_prices:
            _fill_prices(order, usual, at)
    return replace(order.reading, lines=tuple(order.lines), learned=tuple(order.learned))


def _explain_words(order: _Order, customer: Customer | None) -> None:
    known = vocabulary.words_for(customer) if order.lines else []
    for index, line in enumerate(order.lines):
        fact = vocabulary.behind(line, known)
        is_explained = bool(line.product.value and line.product.note)
        if fact is None or fact.product is None or is_explained:
            continue
        sentence = _("“%(words)s” means %(product)s, %(source)s.") % {
            "words": fact.phrase,
            "product": fact.product,
            "source": facts.source_of(fact),
        }
        sure = min(WORD_AT_MOST, WORD_FIRST_TIME + WORD_EACH_TIME * (fact.times_seen - 1))
        note = order.say(fact, index, "product", sentence)
        product = replace(
            line.product, value=fact.product.sku, confidence=round(sure, 2), note=note
        )
        order.lines[index] = replace(line, product=product)


def _habits(
    lines: Sequence[LineReading], customer: Customer
) -> dict[tuple[str, str], list[LearnedFact]]:
    """The customer's usual units and prices of the products in ``lines``: (kind, code) -> facts."""
    found: dict[tuple[str, str], list[LearnedFact]] = defaultdict(list)
    codes = {line.product.value for line in lines if line.product.value}
    if codes:
        kinds = (Kind.USUAL_UNIT, Kind.USUAL_PRICE)
        for fact in facts.in_use().filter(
            kind__in=kinds, customer=customer, product__sku__in=codes
        ):
            if fact.product:
                found[fact.kind, fact.product.sku].append(fact)
    return found


def _fill_units(
    order: _Order, customer: Customer, usual: dict[tuple[str, str], list[LearnedFact]]
) -> None:
    wanted: dict[int, LearnedFact] = {}
    for index, line in enumerate(order.lines):
        fact = next(iter(usual.get((Kind.USUAL_UNIT, line.product.value or ""), ())), None)
        if fact is not None and fact.value != line.unit.value and not _says_unit(line):
            wanted[index] = fact
    products = {fact.product_id for fact in wanted.values() if fact.product_id is not None}
    before = habits.usual_quantities(customer, products) if products else []
    for index, fact in wanted.items():
        line = order.lines[index]
        if not _is_near(line.quantity.value, before, fact):
            continue
        sentence = _("counted in %(unit)s as usual, %(source)s.") % {
            "unit": OrderLine.Unit(fact.value).label,
            "source": facts.source_of(fact),
        }
        note = order.say(fact, index, "unit", sentence)
        unit: Found[Any] = Found(fact.value, UNIT, line.unit.evidence, note)
        order.lines[index] = replace(line, unit=unit)


def _says_unit(line: LineReading) -> bool:
    """Whether the message itself counts in a unit, or prices by one."""
    if line.unit.note or line.unit_price.value or line.total.value:
        return True
    # Beside the number, or in a column of its own.
    in_words = any(word in UNITS for place in line.unit.evidence for word in words(place.text))
    return in_words or line.unit.value != OrderLine.Unit.PIECE.value


def _is_near(quantity: Decimal | None, before: Sequence[OrderLine], fact: LearnedFact) -> bool:
    """Whether the quantity is of the size of the customer's earlier ones in that unit."""
    if quantity is None:
        return False
    same = [one for one in before if (one.product_id, one.unit) == (fact.product_id, fact.value)]
    usual = [one.quantity for one in same if one.quantity]
    return any(one / FAR < quantity < one * FAR for one in usual)


def _fill_prices(
    order: _Order, usual: dict[tuple[str, str], list[LearnedFact]], at: datetime
) -> None:
    """Usual prices where the message states none and nothing it states speaks against them."""
    trial = _Order(order.reading, list(order.lines))
    currency = order.reading.currency.value
    for index, line in enumerate(trial.lines):
        found = _price_for(line, usual.get((Kind.USUAL_PRICE, line.product.value or ""), ()), at)
        if found is None or (currency and found[1].currency != currency):
            continue
        fact, price, amount = found
        sentence = _("usual price %(price)s, %(source)s; the message states none.") % {
            "price": f"{number_format(amount)} {price.currency}",
            "source": facts.source_of(fact),
        }
        note = trial.say(fact, index, "unit_price", sentence)
        trial.lines[index] = _priced(line, amount, note)
        currency = price.currency
        if not trial.reading.currency.value:
            trial.reading = replace(trial.reading, currency=Found(currency, PRICE, note=note))
    stated = order.reading.total.value
    amounts = [line.total.value or _amount(line) for line in trial.lines]
    if stated is not None and (
        None in amounts or checks.total_mismatch(stated, amounts) is not None
    ):
        return
    order.reading, order.lines = trial.reading, trial.lines
    order.learned += trial.learned


def _price_for(
    line: LineReading, known: Sequence[LearnedFact], at: datetime
) -> tuple[LearnedFact, Price, Decimal] | None:
    """The one price that the customer's earlier orders leave for this line."""
    if line.unit_price.value is not None or line.total.value is not None:
        return None
    if line.unit.value is None or line.quantity.value is None:
        return None
    wanted = prices.make_read(line)
    found: dict[tuple[Decimal, str], tuple[LearnedFact, Price, Decimal]] = {}
    for fact in known:
        price, source = Price.parse(fact.value), fact.learned_from
        if price is None or source is None or not prices.fits(wanted, fact.phrase):
            continue
        amount = price.per(line.unit.value)
        is_fresh = source.decided_at is not None and at - source.decided_at <= PRICES_HOLD
        if amount is not None and is_fresh:
            found.setdefault((amount, price.currency), (fact, price, amount))
    return next(iter(found.values())) if len(found) == 1 else None


def _priced(line: LineReading, amount: Decimal, note: str) -> LineReading:
    priced = replace(line, unit_price=Found(amount, PRICE, note=note))
    return replace(priced, total=Found(_amount(priced), PRICE, note=note))


def _amount(line: LineReading) -> Decimal | None:
    quantity, price = line.quantity.value, line.unit_price.value
    if quantity is None or price is None:
        return None
    return (quantity * price).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
