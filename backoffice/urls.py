"""Every address of the project."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from backoffice import health, old_addresses
from backoffice.api import api, no_such_address
from support.notion import webhook as notion_webhook

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("api/", api.urls),
    re_path(r"^api/", no_such_address),
    re_path(r"^health/?$", health.show, name="health"),
    path("", include("backoffice.messaging.urls")),
    path("webhook/notion", notion_webhook.receive, name="notion_webhook"),
    path("i18n/", include("django.conf.urls.i18n")),
    *old_addresses.patterns(),
]
