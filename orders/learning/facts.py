"""Keeping facts: taught by one decision, weakened by another, used while they hold.

``times_seen`` is the strength of a fact. A decision that agrees adds one, a decision
that contradicts it halves it; at nothing the fact is no longer used. What a person
switched off stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext as _

from orders.models import LearnedFact, Lesson

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from crm.models import Customer, Product
    from orders.models import Order

Kind = LearnedFact.Kind
LONGEST_PHRASE = 200
# Any number, the same for everybody who learns.
_LOCK = 7_203_114


def one_at_a_time() -> None:
    """Until the end of the transaction nobody else learns: two might strengthen one fact."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def in_use() -> QuerySet[LearnedFact]:
    """The facts that may be used, the surest first."""
    facts = LearnedFact.objects.filter(is_active=True, times_seen__gt=0)
    return facts.select_related("learned_from", "product", "customer").order_by("-times_seen", "pk")


def teach(
    kind: LearnedFact.Kind,
    order: Order,
    *,
    phrase: str,
    customer: Customer | None = None,
    product: Product | None = None,
) -> None:
    """Have ``order`` confirm a fact, which is made if new; each order counts once."""
    fact, _made = LearnedFact.objects.get_or_create(
        kind=kind,
        customer=customer,
        product=product,
        phrase=phrase[:LONGEST_PHRASE],
        defaults={"learned_from": order, "times_seen": 0},
    )
    if fact.is_active and _is_new(fact, order, agrees=True):
        fact.times_seen += 1
        fact.learned_from = order
        fact.save(update_fields=["times_seen", "learned_from", "updated_at"])


def contradict(facts: Iterable[LearnedFact], order: Order) -> None:
    """Have ``order`` weaken these facts: their strength is halved, each time it happens."""
    for fact in facts:
        if fact.is_active and _is_new(fact, order, agrees=False):
            fact.times_seen //= 2
            fact.save(update_fields=["times_seen", "updated_at"])


def switch(fact_id: int, *, is_active: bool) -> LearnedFact:
    """Use the fact from now on, or no longer; learning never changes that choice."""
    fact = LearnedFact.objects.get(pk=fact_id)
    fact.is_active = is_active
    fact.save(update_fields=["is_active", "updated_at"])
    return fact


def source_of(fact: LearnedFact) -> str:
    """Where a fact is from, for a sentence: "learned from CMD-2026-00045"."""
    if fact.learned_from is None:
        return _("learned from an earlier order")
    return _("learned from %(number)s") % {"number": fact.learned_from.number}


def _is_new(fact: LearnedFact, order: Order, *, agrees: bool) -> bool:
    _lesson, made = Lesson.objects.get_or_create(
        fact=fact, order=order, defaults={"agrees": agrees}
    )
    return made
