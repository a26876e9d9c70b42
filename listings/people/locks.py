"""Locks that no row stands for: what two workers may not do at once about the same thing."""

from __future__ import annotations

import hashlib

from django.db import connection

# Making and joining traders, all over the house: seldom, and done in a moment.
TRADERS = "listings.people.traders"


def alone_with(name: str) -> None:
    """Wait until nobody else works on ``name``; held until this transaction ends.

    Order for everybody, so that nobody waits in a circle: a message's name, its row, ``TRADERS``,
    rows of traders, rows of listings.
    """
    digest = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [digest])
