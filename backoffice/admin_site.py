"""The admin site all apps register with."""

from __future__ import annotations

from unfold.sites import UnfoldAdminSite


class BackofficeAdminSite(UnfoldAdminSite):
    """The staff's workplace."""
