"""What customers ask to change in orders they made: found, kept for staff, applied by them.

Nothing of an order changes by itself. docs/changes.md has the rules.
"""

from __future__ import annotations

from orders.changes.decisions import apply, choose, dismiss
from orders.changes.requests import Wish, record, wishes, withdraw

__all__ = ["Wish", "apply", "choose", "dismiss", "record", "wishes", "withdraw"]
