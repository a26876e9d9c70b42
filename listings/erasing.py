"""Removing a person on request, and what is old by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from listings.models import Trader


def erase(trader_id: int, *, by: User) -> Trader:
    """Remove a trader's personal data: names, addresses, texts, raw payloads, files, drafts.

    Their offers stay as nameless figures of the market (facts, price, day). Safe to repeat.
    """
    raise NotImplementedError


def prune() -> int:
    """Forget raw payloads, texts and files older than LISTINGS_RETENTION_DAYS; in blocks.

    Returns how many messages were emptied. Ids stay, so that nothing is taken in twice.
    """
    raise NotImplementedError
