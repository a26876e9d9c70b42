"""From the database into columns: purchases, catalogue, and what must not be proposed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import connection
from django.utils import timezone

from crm.models import Customer, RecommendationRules, RefusedProduct
from crm.recommendations import shelf
from crm.recommendations.algorithms.base import Block, Lessons
from crm.recommendations.purchases import Purchases, from_columns
from crm.recommendations.returns import take_off

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from crm.recommendations.shelf import Shelf

_EPOCH = dt.date(1970, 1, 1)
# Codes of the segments, the same in every run.
SEGMENTS = ("prospect", "standard", "vip", "at_risk", "inactive")

# One line as COPY's binary format has it: the number of cells, then each with its length.
_LINE = np.dtype(
    [
        ("cells", ">i2"),
        ("l1", ">i4"),
        ("customer", ">i8"),
        ("l2", ">i4"),
        ("product", ">i8"),
        ("l3", ">i4"),
        ("day", ">i4"),
        ("l4", ">i4"),
        ("quantity", ">f4"),
    ]
)
# "PGCOPY", flags and the length of an extension; and -1 for the end.
_HEADER, _TRAILER = 19, 2
_LINES = """
COPY (
    SELECT customer_id, product_id, sold_on - DATE '1970-01-01', quantity::float4
    FROM crm_sale WHERE sold_on < {until} {only}
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
    # The same, as if everything were to be had.
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
    lines = _columns(as_of)
    purchases = from_columns(*lines, all_customers=customers, all_products=goods.products)
    return Lessons(
        purchases=purchases,
        catalogue=goods.catalogue(purchases.products),
        as_of=day_number(as_of),
        segment=_segments(purchases.customers),
        seed=seed,
    )


def history(customer_ids: Sequence[int], as_of: dt.date) -> Purchases:
    """What these customers bought, over the products that they bought; ids sorted."""
    lines = _columns(as_of, customer_ids)
    return from_columns(*lines, all_customers=np.asarray(sorted(customer_ids), dtype=np.int64))


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
    new &= goods.affordable(customer_ids, products, rules)
    available = goods.available_of(products)
    return Permitted(available, repeat & available, new & available, repeat, new)


def resting(
    purchases: Purchases, as_of: int, days: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Customers' and products' positions that were bought too lately to be proposed again.

    Within ``days``, save what the customer usually buys again sooner than that and is due to.
    The same rule as :func:`crm.recommendations.allowed.against`.
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


def _customers() -> Any:  # noqa: ANN401 - an iterator of ids
    rows = Customer.objects.filter(merged_into=None).order_by("pk").values_list("pk", flat=True)
    return rows.iterator(chunk_size=10_000)


def _columns(
    until: dt.date, customer_ids: Sequence[int] | None = None
) -> tuple[Any, Any, NDArray[np.int32], NDArray[np.float32]]:
    """Customers, products, days and quantities of what was bought and kept."""
    only = ""
    if customer_ids is not None:
        # An IN list, since COPY takes no parameters: ids of ours.
        only = f"AND customer_id = ANY('{{{','.join(str(int(key)) for key in customer_ids)}}}')"
    statement = _LINES.format(until=f"DATE '{until:%Y-%m-%d}'", only=only)
    with connection.cursor() as cursor, cursor.copy(statement) as copying:
        raw = b"".join(copying)
    lines = np.frombuffer(raw[_HEADER:-_TRAILER], dtype=_LINE)
    return take_off(
        lines["customer"].astype(np.int64),
        lines["product"].astype(np.int64),
        lines["day"].astype(np.int32),
        lines["quantity"].astype(np.float32),
    )


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
