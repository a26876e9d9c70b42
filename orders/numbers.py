"""Order numbers: CMD-YYYY-NNNNN, one counter per year."""

from __future__ import annotations

import itertools

from django.utils import timezone

from orders.models import Order, OrderCounter


def take_number() -> str:
    """The next free number of the current year; call it inside the transaction that uses it.

    The counter's row stays locked until that transaction ends, so whoever
    numbers orders at the same moment waits and sees what was written before.
    Numbers that an imported history already uses are passed over; a rollback
    leaves no gap, a deleted order does.
    """
    year = timezone.localdate().year
    OrderCounter.objects.get_or_create(year=year)
    counter = OrderCounter.objects.select_for_update().get(year=year)
    prefix = f"CMD-{year}-"
    counter.last += 1
    if Order.objects.filter(number=f"{prefix}{counter.last:05d}").exists():
        taken = set(
            Order.objects.filter(number__startswith=prefix).values_list("number", flat=True)
        )
        counter.last = next(
            n for n in itertools.count(counter.last) if f"{prefix}{n:05d}" not in taken
        )
    counter.save(update_fields=["last"])
    return f"{prefix}{counter.last:05d}"
