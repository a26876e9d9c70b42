"""Usual units and prices of a customer: what the last orders agreed on, product by product.

Both are worked out anew from the customer's last orders at every validation, so they follow
the newest decision and learning twice changes nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import takewhile
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from orders.learning.facts import LONGEST_PHRASE, Kind, one_at_a_time
from orders.learning.prices import Price, make_of
from orders.models import LearnedFact, Order, OrderLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.db.models import QuerySet

    from crm.models import Customer

    # Kind, customer, product, make.
    Key = tuple[str, int, int, str]

# Lines of a product that are looked at, the newest first.
DEPTH = 10
# A unit is usual when two of the last five lines and most of them have it.
RECENT, AT_LEAST = 5, 2
CHUNK = 200


def learn(order: Order, lines: Sequence[OrderLine]) -> None:
    """Set the customer's usual unit and price of each product in ``lines``."""
    products = {line.product_id for line in lines if line.product_id is not None}
    if order.customer_id is not None and products:
        _set(_last_lines(Q(order__customer=order.customer_id, product__in=products)))


def forget(order: Order, lines: Sequence[OrderLine]) -> None:
    """As if the cancelled ``order`` had never been: what only it showed is no longer used."""
    learn(order, lines)
    # What earlier orders show too is theirs by now.
    shown_by_it = LearnedFact.objects.filter(
        kind__in=[Kind.USUAL_UNIT, Kind.USUAL_PRICE], learned_from=order, is_active=True
    )
    shown_by_it.update(times_seen=0, updated_at=timezone.now())


def rebuild(customer_ids: Iterable[int]) -> None:
    """Set the usual units and prices of these customers, after orders were loaded in bulk."""
    wanted = sorted(set(customer_ids)) if settings.LEARNING else []
    for start in range(0, len(wanted), CHUNK):
        with transaction.atomic():
            # Before looking: an order validated meanwhile knows better.
            one_at_a_time()
            _set(_last_lines(Q(order__customer__in=wanted[start : start + CHUNK])))


def usual_quantities(customer: Customer, product_ids: Iterable[int]) -> list[OrderLine]:
    """The customer's last lines of these products, with the quantities they were given."""
    return list(_last_lines(Q(order__customer=customer, product__in=set(product_ids))))


def _last_lines(which: Q) -> QuerySet[OrderLine]:
    """The newest lines of each customer and product, newest first."""
    newest = (F("order__decided_at").desc(), F("order_id").desc(), F("pk").asc())
    validated = OrderLine.objects.filter(
        which,
        order__status=Order.Status.VALIDATED,
        order__customer__isnull=False,
        product__isnull=False,
        quantity__isnull=False,
    )
    ranked = validated.annotate(
        age=Window(RowNumber(), partition_by=[F("order__customer"), F("product")], order_by=newest)
    )
    return ranked.filter(age__lte=DEPTH).select_related("order").order_by("age", "pk")


def _set(lines: Iterable[OrderLine]) -> None:
    """Write what the lines show; three queries, or four. Switched off, a fact stays as it is."""
    by_goods: dict[tuple[int, int], list[OrderLine]] = defaultdict(list)
    for line in lines:
        if line.order.customer_id is not None and line.product_id is not None:
            by_goods[line.order.customer_id, line.product_id].append(line)
    shown = dict(
        pair
        for goods, recent in by_goods.items()
        for pair in [_unit(goods, recent), *_prices(goods, recent)]
    )
    known = LearnedFact.objects.filter(
        kind__in=[Kind.USUAL_UNIT, Kind.USUAL_PRICE],
        customer__in={customer for customer, _product in by_goods},
        product__in={product for _customer, product in by_goods},
    )
    there: dict[Key, LearnedFact] = {_key(fact): fact for fact in known}
    new = [fact for key, fact in shown.items() if key not in there and fact.times_seen]
    LearnedFact.objects.bulk_create(new, ignore_conflicts=True)
    changed = [old for key, old in there.items() if key in shown and _follows(old, shown[key])]
    LearnedFact.objects.bulk_update(
        sorted(changed, key=lambda fact: fact.pk),
        ["value", "times_seen", "learned_from", "updated_at"],
    )


def _follows(old: LearnedFact, new: LearnedFact) -> bool:
    """Give the old fact what the new one says; whether anything of it changed."""
    before = (old.value, old.times_seen, old.learned_from_id)
    after = (new.value, new.times_seen, new.learned_from_id)
    if not old.is_active or before == after:
        return False
    old.value, old.times_seen, old.learned_from_id = after
    old.updated_at = timezone.now()
    return True


def _unit(goods: tuple[int, int], recent: Sequence[OrderLine]) -> tuple[Key, LearnedFact]:
    units = Counter(line.unit for line in recent[:RECENT])
    unit, count = units.most_common(1)[0]
    # Pieces are what a figure alone means anyway.
    is_telling = unit != OrderLine.Unit.PIECE.value
    is_usual = is_telling and count >= AT_LEAST and 2 * count > units.total()
    newest = next(line for line in recent if line.unit == unit)
    return _fact(Kind.USUAL_UNIT, goods, "", unit, count if is_usual else 0, newest.order)


def _prices(
    goods: tuple[int, int], recent: Sequence[OrderLine]
) -> Iterator[tuple[Key, LearnedFact]]:
    """The newest price of each make, and in how many orders running it stands."""
    by_make: dict[str, list[OrderLine]] = defaultdict(list)
    for line in recent:
        # A sample that was given away is no price.
        if line.unit_price:
            by_make[make_of(line)].append(line)
    for make, lines in by_make.items():
        price = Price.of(lines[0])
        same = list(takewhile(lambda line: Price.of(line) == price, lines))  # noqa: B023 - used up at once
        yield _fact(Kind.USUAL_PRICE, goods, make, str(price), len(same), lines[0].order)


def _fact(  # noqa: PLR0913 - the columns of one fact
    kind: LearnedFact.Kind,
    goods: tuple[int, int],
    make: str,
    value: str,
    count: int,
    newest: Order,
) -> tuple[Key, LearnedFact]:
    customer_id, product_id = goods
    fact = LearnedFact(
        kind=kind,
        customer_id=customer_id,
        product_id=product_id,
        phrase=make[:LONGEST_PHRASE],
        value=value,
        times_seen=count,
        learned_from=newest,
    )
    return _key(fact), fact


def _key(fact: LearnedFact) -> Key:
    return str(fact.kind), fact.customer_id or 0, fact.product_id or 0, fact.phrase
