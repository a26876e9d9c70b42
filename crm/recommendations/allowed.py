"""Whether products may (still) be proposed to customers: asked by decisions and files.

Runs ask :mod:`crm.recommendations.data` for all products of a block at once; the rules are the
same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.models import RecommendationRules

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from crm.models import Customer

# Of each (customer, product, since): why not; NULL where it may be proposed. What was bought since
# and sent back was not bought. With ``rhythm``, who buys it faster than that is due already.
_AGAINST = """
WITH pair AS (
    SELECT * FROM unnest(%(customers)s::bigint[], %(products)s::bigint[], %(since)s::date[])
        AS pair (customer_id, product_id, since)
), stock AS (
    SELECT product_id, bool_or(available > 0) AS is_there
    FROM crm_stocklevel WHERE product_id = ANY(%(products)s) GROUP BY product_id
), bought AS (
    SELECT pair.customer_id, pair.product_id,
        sum(s.quantity) FILTER (WHERE s.sold_on >= pair.since) AS lately,
        count(DISTINCT s.sold_on) FILTER (WHERE s.quantity > 0) AS times,
        min(s.sold_on) FILTER (WHERE s.quantity > 0) AS first,
        max(s.sold_on) FILTER (WHERE s.quantity > 0) AS last
    FROM pair JOIN crm_sale s USING (customer_id, product_id)
    WHERE s.sold_on <= %(today)s AND (%(rhythm)s OR s.sold_on >= pair.since)
    GROUP BY pair.customer_id, pair.product_id
)
SELECT pair.customer_id, pair.product_id, CASE
    WHEN NOT p.is_active THEN 'archived'
    WHEN NOT COALESCE(stock.is_there, TRUE) THEN 'out_of_stock'
    WHEN EXISTS (
        SELECT FROM crm_refusedproduct r
        WHERE r.customer_id = pair.customer_id AND r.product_id = pair.product_id
    ) THEN 'refused'
    WHEN b.lately > 0 AND NOT (
        %(rhythm)s AND b.times > 1
        AND (b.last - b.first)::float8 / (b.times - 1) <= %(today)s::date - b.last
    ) THEN 'bought'
END
FROM pair JOIN crm_product p ON p.id = pair.product_id
LEFT JOIN stock USING (product_id)
LEFT JOIN bought b USING (customer_id, product_id)
"""


def against(
    pairs: Sequence[tuple[int, int, dt.date]], *, rhythm: bool = False
) -> dict[tuple[int, int], str]:
    """Of (customer, product, bought since) those that may not be proposed, and why; one query.

    The codes are those of :class:`~crm.recommendations.refusals.NotAllowed`. ``rhythm``: what was
    bought since may be proposed to whoever buys it faster than that.
    """
    if not pairs:
        return {}
    customers, products, since = zip(*pairs, strict=True)
    values: dict[str, Any] = {
        "customers": list(customers),
        "products": list(products),
        "since": list(since),
        "today": timezone.localdate(),
        "rhythm": rhythm,
    }
    with connection.cursor() as cursor:
        cursor.execute(_AGAINST, values)
        return {(customer, product): code for customer, product, code in cursor if code}


def refuse_customer(customer: Customer, rules: RecommendationRules) -> None:
    """Raise ``DomainError`` where nothing may be proposed to this customer (any more)."""
    words = {"customer": customer}
    if customer.merged_into_id is not None:
        sentence = _("%(customer)s was merged into another customer: decide about that one's.")
        raise DomainError(sentence % words, code="merged", field="customer", value=customer.pk)
    if customer.archived_at is not None:
        sentence = _("%(customer)s is archived: restore the customer first, or reject this.")
        raise DomainError(sentence % words, code="archived", field="customer", value=customer.pk)
    if not may_be_asked(customer, rules):
        sentence = _(
            "%(customer)s does not want to be contacted (any more): reject this, or change the"
            " consent on the customer's page if they asked for it."
        )
        raise DomainError(sentence % words, code="opted_out", field="customer", value=customer.pk)


def may_be_asked(customer: Customer, rules: RecommendationRules) -> bool:
    """Whether the customer's consents are those that recommendations take."""
    if rules.consent == RecommendationRules.Consent.EMAIL:
        return customer.consent_email
    return customer.consent_email or customer.consent_sms or customer.consent_phone
