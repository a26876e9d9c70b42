"""Alerts of long ago are forgotten, and with them who was written to about them."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from orders.models import Alert

# Long enough to ask what was done about an order, a season ago.
KEPT = timedelta(days=180)
_BATCH = 2000


def prune() -> int:
    """Delete alerts resolved longer ago than ``KEPT``; how many.

    What a person put away stays while its fact lasts (it has a fingerprint until then):
    without its row it would be raised again.
    """
    resolved = Alert.objects.filter(
        state=Alert.State.RESOLVED, fingerprint="", resolved_at__lt=timezone.now() - KEPT
    )
    pruned = 0
    while ids := [*resolved.order_by("pk").values_list("pk", flat=True)[:_BATCH]]:
        Alert.objects.filter(pk__in=ids).delete()
        pruned += len(ids)
    return pruned
