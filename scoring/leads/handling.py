"""What staff did about a lead: a call, an e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from crm.models import Interaction


def handle(customer_id: int, *, channel: str, by: User, note: str = "") -> Interaction:
    """Write the call or e-mail (``crm.Interaction.Channel``) to the history; the lead rests.

    It is out of the worklist for LEAD_REST_DAYS and is scored again with the new contact. Clicked
    twice within a minute by the same person it is one contact.

    Raises:
        DomainError: no such channel, no consent for it, or the customer is archived.

    """
    raise NotImplementedError
