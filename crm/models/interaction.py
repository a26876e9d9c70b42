"""When we were in contact with a customer, by which way, and what came of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models.customer import Customer


class Interaction(models.Model):
    """One contact: a mailing that was opened, a call, a visit."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        SMS = "sms", _("SMS")
        CALL = "call", _("call")
        VISIT = "visit", _("visit")
        MESSAGE = "message", _("message")
        MEETING = "meeting", _("meeting")
        POST = "post", _("post")
        EVENT = "event", _("fair or event")
        OTHER = "other", _("other")

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        SENT = "sent", _("sent")
        DELIVERED = "delivered", _("delivered")
        OPENED = "opened", pgettext_lazy("event", "opened")
        CLICKED = "clicked", _("clicked")
        REPLIED = "replied", _("replied")
        BOUNCED = "bounced", _("bounced")
        UNSUBSCRIBED = "unsubscribed", _("unsubscribed")
        DONE = "done", _("done")

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="interactions", verbose_name=_("customer")
    )
    occurred_at = models.DateTimeField(_("when"))
    channel = models.CharField(_("channel"), max_length=20, choices=Channel)
    campaign = models.CharField(_("campaign"), max_length=120, blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DONE)
    response = models.TextField(_("response"), blank=True)
    source = models.CharField(_("source"), max_length=40, blank=True)
    external_ref = models.CharField(_("reference"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contact history")
        ordering: ClassVar = ["-occurred_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "external_ref"],
                name="crm_interaction_once",
                condition=~models.Q(external_ref=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer", "-occurred_at"], name="crm_interaction_customer"),
            models.Index(fields=["-occurred_at"], name="crm_interaction_latest"),
        ]
        permissions: ClassVar = [
            ("import_interaction", _("Can import contact history")),
            ("export_interaction", _("Can export contact history")),
        ]

    def __str__(self) -> str:
        return self.subject or self.campaign or self.get_channel_display()
