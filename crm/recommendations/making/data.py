"""From the database into columns: purchases, catalogue, and what must not be proposed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from django.db import connection
from django.utils import timezone

from crm.models import Customer, RecommendationRules, RefusedProduct
from crm.recommendations.algorithms.base import Block, Lessons
from crm.recommendations.engine.purchases import Purchases
from crm.recommendations.engine.returns import take_off
from crm.recommendations.making import shelf

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from crm.recommendations.making.shelf import Shelf

_EPOCH = dt.date(1970, 1, 1)
# Codes of the segments, the same in every run.
SEGMENTS = ("prospect", "standard", "vip", "at_risk", "inactive")

# One line as it comes over the wire, of PostgreSQL's ..send functions.
_LINE = np.dtype(
    [("customer", ">i8"), ("product", ">i8"), ("day", ">i4"), ("quantity", ">f4")], align=False
)
# "PGCOPY", flags and the length of an extension; then each row the number of its cells and the
# length of the one; -1 at the end.
_HEADER, _LENGTHS, _TRAILER = 19, 6, 2
# Thousands of lines are one value: a row by itself costs more than what is in it.
_LINES = """
COPY (
    SELECT string_agg(int8send(customer_id) || int8send(product_id)
        || int4send(sold_on - DATE '1970-01-01') || float4send(quantity::float4), ''::bytea)
    FROM crm_sale WHERE sold_on < {until} {only} GROUP BY id / 20000
) TO STDOUT (FORMAT BINARY)
"""


@dataclass(frozen=True, slots=True)
class Permitted:
    """Business rules for the customers of one block."""

    # Products, for everybody: active, in stock (or stock unknown).
    available: NDArray[np.bool_]
    # Customers x products, by question: what these may be proposed, ``available`` included.
    repeat: NDArray[np.bool_]
    new: NDArray[np.bool_]
    # The same, as if everything were to be had, at any price.
    repeat_wished: NDArray[np.bool_]
    new_wished: NDArray[np.bool_]


def day_number(day: dt.date) -> int:
    """Days since 1970-01-01."""
    return (day - _EPOCH).days


def day_of(number: int) -> dt.date:
    """The day of that number."""
    return _EPOCH + dt.timedelta(days=int(number))


def evening() -> dt.date:
    """What is asked now knows what was bought today: the day from which on nothing counts."""
    return timezone.localdate() + dt.timedelta(days=1)


def lessons(as_of: dt.date, *, seed: int = 0) -> Lessons:
    """All purchases before ``as_of`` and all products, streamed by COPY."""
    customers = np.fromiter(_customers(), dtype=np.int64)
    goods = shelf.load(with_words=True)
    purchases = _purchases(_lines(as_of), customers, goods.products)
    return Lessons(
        purchases=purchases,
        catalogue=goods.catalogue(purchases.products),
        as_of=day_number(as_of),
        segment=_segments(purchases.customers),
        seed=seed,
    )


def history(customer_ids: Sequence[int], as_of: dt.date) -> Purchases:
    """What these customers bought, over the products that they bought; ids sorted."""
    lines = _lines(as_of, customer_ids)
    customers = np.asarray(sorted(customer_ids), dtype=np.int64)
    products = np.unique(lines["product"]).astype(np.int64)
    bought = _purchases(lines, customers, products)
    return replace(bought, sent_back=_sent_back(lines, bought))


def block(customer_ids: Sequence[int], products: NDArray[np.generic], as_of: dt.date) -> Block:
    """What these customers bought, over the products of a model."""
    return block_of(history(customer_ids, as_of), customer_ids, products, as_of)


def block_of(
    bought: Purchases,
    customer_ids: Sequence[int],
    products: NDArray[np.generic],
    as_of: dt.date,
) -> Block:
    """The same of a history that is loaded already and has these customers."""
    rows = np.searchsorted(bought.customers, np.asarray(customer_ids, dtype=np.int64))
    mine = bought.of(rows)
    place = np.searchsorted(products, bought.products)
    place[place == len(products)] = 0
    known = products[place] == bought.products if len(products) else place < 0
    on_shelf = known[mine.product] if len(mine) else np.zeros(0, dtype=bool)
    line_products = place[mine.product[on_shelf]].astype(np.int32)
    order = np.lexsort((line_products, mine.day[on_shelf], mine.customer[on_shelf]))
    purchases = Purchases(
        mine.customers,
        products,
        mine.customer[on_shelf][order],
        line_products[order],
        mine.day[on_shelf][order],
        mine.quantity[on_shelf][order],
        _on_shelf(mine.sent_back, place, known),
    )
    return Block(purchases, day_number(as_of), _segments(mine.customers))


def permitted(customer_ids: Sequence[int], found: Block, rules: RecommendationRules) -> Permitted:
    """Archived products, stock, refusals, what was bought lately, price limit; few queries."""
    return permitted_on(shelf.load(), customer_ids, found, rules)


def permitted_on(
    goods: Shelf, customer_ids: Sequence[int], found: Block, rules: RecommendationRules
) -> Permitted:
    """The same with a shelf that is loaded already."""
    products = found.purchases.products
    shape = (len(customer_ids), len(products))
    refused = np.zeros(shape, dtype=bool)
    row_of = {key: row for row, key in enumerate(customer_ids)}
    pairs = RefusedProduct.objects.filter(customer__in=customer_ids)
    for customer, product in pairs.values_list("customer_id", "product_id"):
        column = int(np.searchsorted(products, product))
        if column < len(products) and products[column] == product:
            refused[row_of[customer], column] = True
    repeat, new = ~refused, ~refused
    rests = resting(found.purchases, found.as_of, rules.bought_within_days)
    repeat[rests] = False
    new[tuple(found.purchases.sent_back)] = False
    available = goods.available_of(products)
    may_cost = goods.affordable(customer_ids, products, rules)
    return Permitted(available, repeat & available, new & available & may_cost, repeat, new)


def resting(
    purchases: Purchases, as_of: int, days: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Customers' and products' positions that were bought too lately to be proposed again.

    Within ``days``, save what the customer usually buys again sooner than that and is due to.
    The same rule as :func:`crm.recommendations.deciding.allowed.against`.
    """
    order = np.lexsort((purchases.day, purchases.product, purchases.customer))
    customer, product = purchases.customer[order], purchases.product[order]
    day = purchases.day[order]
    begins = np.ones(len(day), dtype=bool)
    begins[1:] = (customer[1:] != customer[:-1]) | (product[1:] != product[:-1])
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(day)) - 1 if len(first) else first
    times = last - first + 1
    interval = (day[last] - day[first]) / np.maximum(times - 1, 1)
    # ``as_of`` is tomorrow: what was bought today was bought 0 days ago.
    ago = as_of - 1 - day[last]
    is_due = (times > 1) & (interval <= ago)
    rests = (ago <= days) & ~is_due
    return customer[first][rests], product[first][rests]


def reachable(customer_ids: Sequence[int], rules: RecommendationRules) -> set[int]:
    """Those who may be given a recommendation at all: not archived, not merged, not opted out."""
    found = Customer.objects.filter(pk__in=customer_ids, archived_at=None, merged_into=None)
    consents = ("consent_email", "consent_sms", "consent_phone")
    return {
        key
        for key, *given in found.values_list("pk", *consents)
        if (given[0] if rules.consent == RecommendationRules.Consent.EMAIL else any(given))
    }


def _customers() -> Iterator[int]:
    rows = Customer.objects.filter(merged_into=None).order_by("pk").values_list("pk", flat=True)
    return rows.iterator(chunk_size=10_000)


def _lines(until: dt.date, customer_ids: Sequence[int] | None = None) -> NDArray[np.void]:
    """The lines before that day, as they were sold and sent back."""
    only = ""
    if customer_ids is not None:
        # COPY takes no parameters; ids of ours are safe.
        only = f"AND customer_id = ANY('{{{','.join(str(int(key)) for key in customer_ids)}}}')"
    statement = _LINES.format(until=f"DATE '{until:%Y-%m-%d}'", only=only)
    with connection.cursor() as cursor, cursor.copy(statement) as copying:
        parts = [_decoded(row) for row in copying]
    return np.concatenate([part for part in parts if len(part)] or [np.empty(0, dtype=_LINE)])


def _decoded(row: bytes | bytearray | memoryview) -> NDArray[np.void]:
    """The lines of one row of COPY's; the header comes with the first one."""
    head = _HEADER if bytes(row[:6]) == b"PGCOPY" else 0
    if len(row) - head <= _TRAILER:
        return np.empty(0, dtype=_LINE)
    return np.frombuffer(bytes(row[head + _LENGTHS :]), dtype=_LINE)


def _purchases(
    lines: NDArray[np.void], customers: NDArray[np.int64], products: NDArray[np.int64]
) -> Purchases:
    """Of these customers and products, both sorted; lines of others are none."""
    customer, is_ours = _places(customers, lines["customer"])
    product, is_known = _places(products, lines["product"])
    day, quantity = lines["day"].astype(np.int32), lines["quantity"].astype(np.float32)
    both = is_ours & is_known
    if not both.all():
        customer, product = customer[both], product[both]
        day, quantity = day[both], quantity[both]
    customer, product, day, quantity = take_off(customer, product, day, quantity)
    order = np.lexsort((day, customer))
    return Purchases(
        customers, products, customer[order], product[order], day[order], quantity[order]
    )


def _sent_back(lines: NDArray[np.void], bought: Purchases) -> NDArray[np.int32]:
    """Pairs with lines of which nothing was kept."""
    number = np.int64(max(len(bought.products), 1))
    customer, is_ours = _places(bought.customers.astype(np.int64), lines["customer"])
    product, is_known = _places(bought.products.astype(np.int64), lines["product"])
    pairs = (customer * number + product)[is_ours & is_known]
    gone = np.setdiff1d(pairs, bought.customer * number + bought.product)
    return np.stack(np.divmod(gone, number)).astype(np.int32)


def _on_shelf(
    pairs: NDArray[np.int32], place: NDArray[np.int64], known: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """Those whose product is among a model's, in its positions."""
    customer, product = pairs
    kept = known[product]
    return np.stack([customer[kept], place[product[kept]].astype(np.int32)])


def _places(
    keys: NDArray[np.int64], wanted: NDArray[np.generic]
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Where each of ``wanted`` stands among the sorted keys, and whether it is there."""
    if not len(keys):
        return np.zeros(len(wanted), dtype=np.int32), np.zeros(len(wanted), dtype=np.bool_)
    place = np.searchsorted(keys, wanted.astype(np.int64)).astype(np.int32)
    place[place == len(keys)] = 0
    return place, keys[place] == wanted


def _segments(customers: NDArray[np.generic]) -> NDArray[np.int32]:
    """A small number for each one's segment; that of a prospect where there is no profile."""
    if not len(customers):
        return np.zeros(0, dtype=np.int32)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(array_position(%s::text[], p.segment::text), 1) - 1"
            " FROM unnest(%s::bigint[]) WITH ORDINALITY AS asked (id, place)"
            " LEFT JOIN crm_customerprofile p ON p.customer_id = asked.id ORDER BY asked.place",
            [list(SEGMENTS), customers.tolist()],
        )
        return np.array([code for (code,) in cursor], dtype=np.int32)
