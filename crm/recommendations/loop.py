"""What came of it: approved -> contacted -> bought within the horizon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt


def close(today: dt.date | None = None) -> int:
    """Note the purchases that followed a contact, set-based; the number of products bought.

    Safe to repeat; an undone sale takes its note away again.
    """
    raise NotImplementedError


def funnel() -> list[dict[str, Any]]:
    """Per algorithm and question: made, approved, contacted, bought and the rate of each."""
    raise NotImplementedError
