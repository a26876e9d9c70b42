"""What people thought of recommendations weighs in the next ones (docs/crm-recommendations.md).

:func:`weights` is about the algorithms, over all customers; :func:`adjust` about one customer.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import timezone

from crm.models import Question, RecommendationFeedback, RecommendedProduct
from crm.recommendations.deciding.alike import Alike

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

# As many opinions as the neutral one counts: until there are so many, an algorithm's own weigh
# less than half.
NEUTRAL_OPINIONS = 20
# Between 0 and 1: 3 stars are 0.5. To approve is worth 4 stars, to swap something out 2.
NEUTRAL, APPROVED, SWAPPED = 0.5, 0.75, 0.25
# Older ones are about another catalogue and another machine.
DAYS = 365
# Places of a blend's list that are asked which algorithm they came from.
PLACES = 3
# A blend's product is the merit of those that give this reason first.
_REASON_OF = {
    "bought": ("own_frequency",),
    "due": ("own_frequency",),
    "together": ("collaborative", "ease"),
    "similar": ("content",),
    "taste": ("content",),
    "popular": ("popularity",),
}
_BLEND = "hybrid"
# How far a rating shifts a product: 1 is from the first to the last of the customer's best.
BEST = 20
OF_WHOLE = 0.5
OF_ALIKE = 0.5
_STARS = 5
# Stars that are worth being told as a reason.
GOOD = 4

_WHOLE = """
WITH judged AS (
    SELECT r.id, r.{column} AS algorithm, CASE
        WHEN r.rating IS NOT NULL THEN (r.rating - 1) / 4.0
        WHEN r.status = 'approved' THEN %(approved)s
        WHEN r.rejection IN ('products', 'other') THEN 0.0
    END AS opinion
    FROM crm_recommendation r
    WHERE r.{column} <> '' AND r.created_at >= %(since)s
        AND (r.rating IS NOT NULL OR r.status IN ('approved', 'rejected'))
)
SELECT j.algorithm, p.code, sum(p.part), sum(p.part * j.opinion)
FROM judged j CROSS JOIN LATERAL (
    SELECT '' AS code, 1.0 AS part WHERE j.algorithm <> %(blend)s
    UNION ALL
    SELECT COALESCE(evidence -> 0 ->> 'code', ''), 1.0 / %(places)s
    FROM crm_recommendedproduct
    WHERE j.algorithm = %(blend)s AND recommendation_id = j.id AND question = %(question)s
        AND rank <= %(places)s AND algorithm <> ''
) p
WHERE j.opinion IS NOT NULL
GROUP BY j.algorithm, p.code
"""
_PRODUCTS = """
WITH last AS (
    SELECT DISTINCT ON (recommendation_id, product_id) recommendation_id, product_id, CASE
        WHEN action = 'rated' THEN (rating - 1) / 4.0
        WHEN action = 'swapped' THEN %(swapped)s
        ELSE 0.0
    END AS opinion
    FROM crm_recommendationfeedback
    WHERE product_id IS NOT NULL AND action IN ('rated', 'refused', 'swapped') AND at >= %(since)s
    ORDER BY recommendation_id, product_id, id DESC
)
SELECT p.algorithm, COALESCE(p.evidence -> 0 ->> 'code', ''), count(*), sum(last.opinion)
FROM last JOIN crm_recommendedproduct p USING (recommendation_id, product_id)
WHERE p.question = %(question)s AND p.algorithm <> ''
GROUP BY 1, 2
"""


def weights(question: str) -> dict[str, float]:
    """Of each algorithm that somebody had an opinion of, 0.5 (bad) to 1.5 (good); two queries.

    0.5 + (20 x 0.5 + sum of opinions) / (20 + number of opinions): one that nobody judged is 1.
    """
    values: dict[str, Any] = {
        "question": question,
        "since": timezone.now() - dt.timedelta(days=DAYS),
        "approved": APPROVED,
        "swapped": SWAPPED,
        "blend": _BLEND,
        "places": PLACES,
    }
    column = "repeat_algorithm" if question == Question.REPEAT else "new_algorithm"
    opinions: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    with connection.cursor() as cursor:
        for statement in (_WHOLE.format(column=column), _PRODUCTS):
            cursor.execute(statement, values)
            for algorithm, code, number, total in cursor:
                for name in _credited(algorithm, code):
                    opinions[name][0] += float(number)
                    opinions[name][1] += float(total)
    return {
        name: round(0.5 + (NEUTRAL_OPINIONS * NEUTRAL + total) / (NEUTRAL_OPINIONS + number), 4)
        for name, (number, total) in sorted(opinions.items())
    }


def adjust(
    scores: NDArray[np.float32],
    customer_ids: Sequence[int],
    products: NDArray[np.generic],
    question: str,  # noqa: ARG001 - who likes a product likes it on either list
) -> NDArray[np.float32]:
    """The scores, with what each customer liked (and what is like it) higher, and lower what not.

    Customers x products; -inf stays. A row is shifted by its own spread, so it does not matter
    what an algorithm's scores look like; rows without ratings are as they were.
    """
    opinions = opinions_of(customer_ids)
    if not opinions:
        return scores
    alike = Alike(products)
    found = scores.copy()
    for row, customer_id in enumerate(customer_ids):
        if customer_id in opinions:
            found[row] += _shift(found[row], opinions[customer_id], alike)
    return found


def opinions_of(customer_ids: Sequence[int]) -> dict[int, dict[int, float]]:
    """By customer and product, -1 (1 star) to 1 (5 stars), 0 left out; two queries.

    The stars of a product count; where it has none, those of its whole recommendation by half.
    The last ones given win.
    """
    rows = RecommendationFeedback.objects.filter(
        recommendation__customer__in=customer_ids, rating__isnull=False
    ).order_by("pk")
    columns = ("recommendation__customer_id", "recommendation_id", "product_id", "rating")
    given = [(*of, _liking(stars)) for *of, stars in rows.values_list(*columns)]
    if not given:
        return {}
    whole = {made: (customer, liking) for customer, made, product, liking in given if not product}
    found: dict[int, dict[int, float]] = defaultdict(dict)
    listed = RecommendedProduct.objects.filter(recommendation__in=whole, rank__isnull=False)
    for made, product in listed.order_by("pk").values_list("recommendation_id", "product_id"):
        customer, liking = whole[made]
        found[customer][product] = OF_WHOLE * liking
    for customer, _made, product, liking in given:
        if product:
            found[customer][product] = liking
    return {
        customer: {product: liking for product, liking in mine.items() if liking}
        for customer, mine in found.items()
        if any(mine.values())
    }


def liked(customer_ids: Sequence[int]) -> dict[tuple[int, int], int]:
    """By customer and product, 4 or 5 stars that the product itself was given last; one query."""
    rows = RecommendationFeedback.objects.filter(
        recommendation__customer__in=customer_ids, product__isnull=False, rating__isnull=False
    ).order_by("pk")
    columns = ("recommendation__customer_id", "product_id", "rating")
    last = {(customer, product): stars for customer, product, stars in rows.values_list(*columns)}
    return {pair: stars for pair, stars in last.items() if stars >= GOOD}


def _credited(algorithm: str, code: str) -> tuple[str, ...]:
    if algorithm != _BLEND:
        return (algorithm,)
    return (_BLEND, *_REASON_OF.get(code, ()))


def _liking(stars: int) -> float:
    middle = (_STARS + 1) / 2
    return (stars - middle) / (_STARS - middle)


def _shift(
    row: NDArray[np.float32], opinions: Mapping[int, float], products: Alike
) -> NDArray[np.float32]:
    import numpy as np  # noqa: PLC0415 - slow import

    finite = row[np.isfinite(row)]
    shift = np.zeros(len(row), dtype=np.float32)
    if not len(finite):
        return shift
    best = np.sort(finite)[-BEST:]
    # Where all are equal, any difference decides.
    spread = float(best[-1] - best[0]) or abs(float(best[-1])) or 1.0
    own = {}
    for product_id, liking in sorted(opinions.items()):
        place, alike = products.to(product_id)
        shift += np.float32(OF_ALIKE * liking) * alike
        if place is not None:
            own[place] = liking
    for place, liking in own.items():
        shift[place] = liking
    shift = np.clip(shift, -1, 1) * np.float32(spread)
    return np.where(np.isfinite(row), shift, np.float32(0)).astype(np.float32)
