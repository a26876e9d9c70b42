"""The admin site all apps register with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite
else:
    AdminSite = UnfoldAdminSite


class BackofficeAdminSite(AdminSite):
    """The staff's workplace."""

    index_title = _("Home")
