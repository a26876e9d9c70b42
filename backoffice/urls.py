"""Every address of the project."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("", include("backoffice.messaging.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
