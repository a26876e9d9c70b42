"""A file of earlier orders between its upload, its preview and the loading."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import JobRow


class HistoryUpload(JobRow):
    """preview -> waiting -> loading -> done | failed; nothing is written before "waiting"."""

    class Status(models.TextChoices):
        PREVIEW = "preview", _("to confirm")
        WAITING = "waiting", _("waiting")
        LOADING = "loading", _("being loaded")
        DONE = "done", _("loaded")
        FAILED = "failed", _("failed")

    filename = models.CharField(_("file"), max_length=255)
    # In the default storage; the checksum is that of the file as it was previewed.
    path = models.CharField(max_length=200, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.PREVIEW, editable=False
    )
    planned = models.PositiveIntegerField(_("orders to load"), default=0)
    created = models.PositiveIntegerField(_("orders loaded"), default=0)
    faults = models.PositiveIntegerField(_("errors"), default=0)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("by")
    )
    uploaded_at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("file of earlier orders")
        verbose_name_plural = _("files of earlier orders")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            # Read by the sweeper each minute.
            models.Index(
                fields=["status"],
                name="orders_historyupload_open",
                condition=models.Q(status__in=["waiting", "loading"]),
            ),
        ]

    def __str__(self) -> str:
        return self.filename
