"""The admin site all apps register with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite
    from django.urls import URLPattern, URLResolver
else:
    AdminSite = UnfoldAdminSite


class BackofficeAdminSite(AdminSite):
    """The staff's workplace."""

    index_title = _("Home")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from backoffice.core.admin import pages  # noqa: PLC0415 - registers with this very site

        # Before Django's own, whose last pattern catches all that is left.
        return [*pages.patterns(), *super().get_urls()]
