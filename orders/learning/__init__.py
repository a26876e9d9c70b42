"""What staff's decisions teach: how proposals fared, and facts for the next messages.

Learnt at validation only, in its transaction: never from a draft, never from a
rejection, which says nothing about single fields. docs/learning.md has the rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from orders.learning import aliases, facts, habits, outcomes, proposed, vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orders.models import Order, OrderLine


def remember(order: Order, lines: Sequence[OrderLine]) -> None:
    """Learn from an order that was just validated; a second call changes nothing."""
    before = proposed.of(order, lines)
    if before is not None:
        outcomes.record(order, before)
    if not settings.LEARNING or order.customer is None:
        return
    facts.one_at_a_time()
    habits.learn(order, lines)
    if before is not None:
        aliases.learn(order, before)
    vocabulary.learn(order, lines, before)


def forget(order: Order, lines: Sequence[OrderLine]) -> None:
    """Take back the habits a cancelled order showed; what its words meant stays true."""
    if settings.LEARNING and order.customer_id is not None:
        facts.one_at_a_time()
        habits.forget(order, lines)
