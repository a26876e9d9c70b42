"""What a rule finds, and which orders it is asked about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from orders.models import Alert, Order, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime, timedelta

    from django.db.models import QuerySet

# The copy of an order that stands says nothing that the order itself does not say.
NOT_A_COPY = Q(duplicate_of__isnull=True) | Q(duplicate_of__status=Order.Status.REJECTED)
# When the customer asked for it; an order loaded from a history has its day in created_at.
PLACED_AT = Coalesce(F("message__sent_at"), F("created_at"))
# When it lay before us.
RECEIVED_AT = Coalesce(F("message__received_at"), F("created_at"))


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is so now. ``key`` names it, ``fingerprint`` what is known of it.

    A fact that is as a person put it away is not raised again; so the fingerprint is never
    empty, and holds nothing that changes by itself. ``critical_after``: how long it may stand
    before it is critical.
    """

    key: str
    kind: Alert.Kind
    severity: Severity
    sentence: str
    fingerprint: str
    order_id: int | None = None
    message_id: int | None = None
    notice_id: int | None = None
    critical_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Now, and the orders to look at: all of them, or those with these ids."""

    now: datetime
    orders: frozenset[int] | None = None

    def among(self, rows: QuerySet[Any], field: str = "pk") -> QuerySet[Any]:
        """``rows`` whose ``field`` is one of the orders."""
        return rows if self.orders is None else rows.filter(**{f"{field}__in": self.orders})


@dataclass(frozen=True, slots=True)
class Family:
    """Rules that are computed together; ``is_about_orders``: they can be asked about some only."""

    kinds: tuple[Alert.Kind, ...]
    find: Callable[[Scope], Iterable[Fact] | Iterator[Fact]]
    is_about_orders: bool = True


def in_words(reason: str) -> str:
    """What a service or a server said, on one line and ending like a sentence."""
    words = " ".join(reason.split())
    return words if not words or words.endswith((".", "!", "?", "…")) else f"{words}."


def order_name(number: str, *names: str) -> str:
    """The order as sentences call it: "CMD-2026-00012 (Boulangerie Tizi)"."""
    who = next(filter(None, names), "")
    return f"{number} ({who})" if who else number
