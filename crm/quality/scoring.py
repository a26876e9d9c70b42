"""The data score: its parts, what they weigh, what a problem costs. See docs/crm-quality.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm import canonical
from crm.models import Anomaly, Entity

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

COMPLETENESS, VALIDITY, UNIQUENESS = "completeness", "validity", "uniqueness"
CONSISTENCY, FRESHNESS = "consistency", "freshness"
WEIGHTS: Mapping[str, int] = {
    COMPLETENESS: 40,
    VALIDITY: 25,
    CONSISTENCY: 15,
    UNIQUENESS: 10,
    FRESHNESS: 10,
}
# What one problem takes from its part of the record's score.
COSTS: Mapping[str, float] = {
    Anomaly.Severity.CRITICAL: 1.0,
    Anomaly.Severity.HIGH: 0.5,
    Anomaly.Severity.MEDIUM: 0.25,
}
# Whatever is not named here is a matter of validity.
PARTS: Mapping[str, str] = {
    "duplicate_key": UNIQUENESS,
    "same_product": UNIQUENESS,
    "total_differs": CONSISTENCY,
    "negative_quantity": CONSISTENCY,
    "future_date": CONSISTENCY,
    "inconsistent": CONSISTENCY,
    "unknown_customer": CONSISTENCY,
    "unknown_product": CONSISTENCY,
    "outlier": CONSISTENCY,
}
# When the record was looked after last, and how many days that stays fresh and becomes worthless.
DATES: Mapping[Entity, tuple[str, int, int]] = {
    Entity.CUSTOMER: ("changed_at", 365, 5 * 365),
    Entity.PRODUCT: ("changed_at", 365, 5 * 365),
    Entity.STOCK: ("counted_on", 31, 365),
}
# What is asked of a product only where one of these says that it is a wine.
WINE = ("grape_varieties", "vintage", "appellation", "colour", "alcohol")
COUNTED: Mapping[Entity, tuple[str, ...]] = {
    entity: tuple(field.name for field in fields if field.counts)
    for entity, fields in canonical.FIELDS.items()
}


ATTRIBUTES = frozenset(canonical.ATTRIBUTES)


def weigh(parts: Mapping[str, float | None]) -> int:
    """The score, 0-100, of parts between 0 and 1; those that are None are not known."""
    known = {name: part for name, part in parts.items() if part is not None}
    total = sum(WEIGHTS[name] for name in known)
    if not total:
        return 0
    return round(100 * sum(WEIGHTS[name] * part for name, part in known.items()) / total)


def freshness(entity: str, day: dt.date | None, today: dt.date) -> float | None:
    """1 while the record is fresh, then falling to 0; None where nobody can tell."""
    if day is None or Entity(entity) not in DATES:
        return None
    _name, fresh, worthless = DATES[Entity(entity)]
    age = (today - day).days
    return min(1.0, max(0.0, (worthless - age) / (worthless - fresh)))


def counted(entity: str) -> Sequence[str]:
    """The fields that completeness asks for; of a product that is no wine those before WINE's."""
    return COUNTED[Entity(entity)]
