"""Approved recommendations for a mailing tool, and into the contact history."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.contrib.auth.models import User

# Of Interaction.Channel, those a campaign may use, each with the consent it needs.
CHANNELS = {"email": "consent_email", "sms": "consent_sms", "call": "consent_phone"}


def rows(recommendation_ids: Sequence[int] | None, *, channel: str) -> Iterator[list[object]]:
    """The headings, then one row per customer; streamed.

    Only approved ones of customers who (still) allow the channel and can be reached by it;
    products bought, archived, out of stock or refused since are left out.
    """
    raise NotImplementedError


def mark_contacted(
    recommendation_ids: Sequence[int], *, channel: str, campaign: str, by: User
) -> int:
    """Write the contact into each customer's history, once; how many were written."""
    raise NotImplementedError
