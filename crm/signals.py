"""What other apps may want to know of customers."""

from __future__ import annotations

from django.dispatch import Signal

# What counts about customers is other than it was: sales, contacts, identities, a merge. Sent
# inside the transaction of the change, with ``customer_ids`` (an iterable), or None where anybody
# may have changed, as after a sync. Rows saved one by one need none: Django tells of those.
customers_changed = Signal()
