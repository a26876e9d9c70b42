"""What a service told of a message of ours before we knew the message by its id."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.messaging.models.channel import Channel


class DeliveryReport(models.Model):
    """A status report that waits for its message; removed once it was taken in, or is old.

    It may overtake the answer to the request that sent the message, or be about one that
    another program sent from our number.
    """

    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    provider_id = models.CharField(_("provider's id"), max_length=300)
    # The service's word.
    status = models.CharField(_("status"), max_length=40)
    # In a group: whose telephone tells it.
    participant = models.CharField(_("participant"), max_length=200, blank=True)
    # What we gave along when we sent it.
    reference = models.CharField(max_length=512, blank=True)
    error_code = models.CharField(_("error code"), max_length=40, blank=True)
    error = models.TextField(_("error"), blank=True)
    told_at = models.DateTimeField(_("told"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("delivery report")
        verbose_name_plural = _("delivery reports")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["channel", "provider_id", "status", "participant"],
                name="messaging_report_once",
            ),
        ]
        indexes: ClassVar = [
            # Read when old ones are removed.
            models.Index(fields=["created_at"], name="messaging_report_age"),
        ]

    def __str__(self) -> str:
        return f"{self.provider_id}: {self.status}"
