"""What customers ask to change in an order they made."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.messaging.models import InboundMessage
from orders.models.order import Order


class ChangeRequest(models.Model):
    """A correction or cancellation of an order already received: open -> applied | dismissed.

    Nothing of the order changes until a person applies it.
    """

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("correction")
        CANCELLATION = "cancellation", _("cancellation")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        APPLIED = "applied", _("applied")
        DISMISSED = "dismissed", _("dismissed")

    message = models.ForeignKey(
        InboundMessage,
        models.PROTECT,
        related_name="change_requests",
        verbose_name=_("message"),
    )
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    # Nothing where it is not clear which order is meant: staff choose it.
    order = models.ForeignKey(
        Order,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="change_requests",
        verbose_name=_("order"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    # [{"line": id or null, "product": "…", "field": "quantity", "before": "2000", "after": "3000"}]
    changes = models.JSONField(_("changes"), default=list, blank=True)
    # Where the customer says so: orders.reading.Evidence as JSON.
    evidence = models.JSONField(default=list, blank=True, editable=False)
    # In the language of the installation, as all that is kept.
    sentence = models.TextField(_("what the customer asks for"), blank=True)
    confidence = models.FloatField(_("confidence"), default=0)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("change request")
        verbose_name_plural = _("change requests")
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "position"], name="orders_change_once"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="orders_change_decided_has_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-created_at"], name="orders_change_list"),
        ]
        permissions: ClassVar = [("apply_changerequest", _("Can apply or dismiss changes"))]

    def __str__(self) -> str:
        return self.sentence[:80] or self.get_kind_display()
