"""Whether products may (still) be proposed to customers: asked by decisions and files.

Runs ask :mod:`crm.recommendations.making.data` for all products of a block at once; what was
bought is judged by that code here, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.models import RecommendationRules
from crm.recommendations import rules

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from crm.models import Customer
    from crm.recommendations.engine.purchases import Purchases

# Of each pair why not, whatever they bought; without those that may be proposed.
_AGAINST = """
WITH pair AS (
    SELECT * FROM unnest(%(customers)s::bigint[], %(products)s::bigint[])
        AS pair (customer_id, product_id)
), stock AS (
    SELECT product_id, bool_or(available > 0) AS is_there
    FROM crm_stocklevel WHERE product_id = ANY(%(products)s) GROUP BY product_id
)
SELECT pair.customer_id, pair.product_id, CASE
    WHEN NOT p.is_active THEN 'archived'
    WHEN NOT COALESCE(stock.is_there, TRUE) THEN 'out_of_stock'
    WHEN r.id IS NOT NULL THEN 'refused'
END
FROM pair JOIN crm_product p ON p.id = pair.product_id
LEFT JOIN stock ON stock.product_id = p.id
LEFT JOIN crm_refusedproduct r
    ON r.customer_id = pair.customer_id AND r.product_id = pair.product_id
"""


def against(pairs: Sequence[tuple[int, int, dt.date | None]]) -> dict[tuple[int, int], str]:
    """Of (customer, product, since) those that may not be proposed, and why; two queries.

    The codes are those of :class:`~crm.recommendations.deciding.refusals.NotAllowed`. ``since``:
    not where they bought it from that day on; None: not where it rests by the rules, as in a run.
    """
    if not pairs:
        return {}
    customers, products, _since = zip(*pairs, strict=True)
    found = _by_purchases(pairs)
    values = {"customers": list(customers), "products": list(products)}
    with connection.cursor() as cursor:
        cursor.execute(_AGAINST, values)
        found |= {(customer, product): code for customer, product, code in cursor if code}
    return found


def _by_purchases(
    pairs: Sequence[tuple[int, int, dt.date | None]],
) -> dict[tuple[int, int], str]:
    """Bought lately, or sent back and not bought again: what a run knows of them."""
    from crm.recommendations.making import data  # noqa: PLC0415 - slow import

    evening = data.evening()
    bought = data.history(sorted({customer for customer, *_rest in pairs}), evening)
    gone, rests = _keys(bought, *bought.sent_back), set[tuple[int, int]]()
    if any(since is None for *_pair, since in pairs):
        days = rules.current().bought_within_days
        rests = _keys(bought, *data.resting(bought, data.day_number(evening), days))
    keys = zip(
        bought.customers[bought.customer].tolist(),
        bought.products[bought.product].tolist(),
        strict=True,
    )
    # Lines of a customer are in the order of their days: the last one wins.
    last = dict(zip(keys, bought.day.tolist(), strict=True))
    found = {}
    for customer, product, since in pairs:
        key = customer, product
        if key in gone:
            found[key] = "sent_back"
        elif key in rests if since is None else last.get(key, -1) >= data.day_number(since):
            found[key] = "bought"
    return found


def _keys(
    bought: Purchases, customer: NDArray[np.int32], product: NDArray[np.int32]
) -> set[tuple[int, int]]:
    """Our ids of these positions."""
    ids = bought.customers[customer].tolist(), bought.products[product].tolist()
    return set(zip(*ids, strict=True))


def refuse_customer(customer: Customer, now_rules: RecommendationRules) -> None:
    """Raise ``DomainError`` where nothing may be proposed to this customer (any more)."""
    words = {"customer": customer}
    if customer.merged_into_id is not None:
        sentence = _("%(customer)s was merged into another customer: decide about that one's.")
        raise DomainError(sentence % words, code="merged", field="customer", value=customer.pk)
    if customer.archived_at is not None:
        sentence = _("%(customer)s is archived: restore the customer first, or reject this.")
        raise DomainError(sentence % words, code="archived", field="customer", value=customer.pk)
    if not may_be_asked(customer, now_rules):
        sentence = _(
            "%(customer)s does not want to be contacted (any more): reject this, or change the"
            " consent on the customer's page if they asked for it."
        )
        raise DomainError(sentence % words, code="opted_out", field="customer", value=customer.pk)


def may_be_asked(customer: Customer, now_rules: RecommendationRules) -> bool:
    """Whether the customer's consents are those that recommendations take."""
    if now_rules.consent == RecommendationRules.Consent.EMAIL:
        return customer.consent_email
    return customer.consent_email or customer.consent_sms or customer.consent_phone
