"""The way from a listing to its trader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from backoffice.core.admin.staff import StaffRequest
    from listings.models import Trader


def trader_link(request: StaffRequest, trader: Trader | None) -> str:
    """The page of the trader, for who may see traders."""
    if trader is None or not request.user.has_perm("listings.view_trader"):
        return ""
    return reverse("admin:listings_trader_change", args=[trader.pk])
