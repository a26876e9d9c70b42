"""Wiring that Django asks for by name."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import autodiscover_modules


class BackofficeAdminConfig(AdminConfig):
    default_site = "backoffice.admin_site.BackofficeAdminSite"

    def ready(self) -> None:
        super().ready()
        # Each app says in its `tiles` what waits for people.
        autodiscover_modules("tiles")
