"""Every message out, with its files, and the words staff can change."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import JobRow
from backoffice.messaging.models.channel import Channel
from backoffice.messaging.models.inbound import Document, InboundMessage


class OutboundMessage(JobRow):
    """The outbox: one row per message to a person.

    queued -> sending -> sent -> delivered -> read; or failed, blocked (may not
    be sent, the reason says why), not_configured (waits for credentials),
    unknown (sent or not? a status report will tell), superseded.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        DELIVERED = "delivered", _("delivered")
        READ = "read", _("read")
        FAILED = "failed", _("failed")
        BLOCKED = "blocked", _("cannot be sent")
        NOT_CONFIGURED = "not_configured", _("not configured")
        UNKNOWN = "unknown", _("unknown whether sent")
        SUPERSEDED = "superseded", _("superseded")

    # The effect this row stands for, e.g. "order:12:decision": written once, run twice or not.
    key = models.CharField(max_length=120, unique=True, editable=False)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    recipient = models.CharField(_("recipient"), max_length=254)
    recipient_name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    subject = models.CharField(_("subject"), max_length=500, blank=True)
    body = models.TextField(_("text"))
    # The approved WhatsApp template that says the same, for outside the 24-hour window.
    content_sid = models.CharField(_("content template"), max_length=64, blank=True)
    content_variables = models.JSONField(default=dict, blank=True)

    in_reply_to = models.ForeignKey(
        InboundMessage,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name=_("in reply to"),
    )
    about_type = models.ForeignKey(ContentType, models.SET_NULL, null=True, blank=True)
    about_id = models.PositiveBigIntegerField(null=True, blank=True)
    about = GenericForeignKey("about_type", "about_id")
    # Whether it replaces what was written before about the same thing to the same person.
    supersedes = models.BooleanField(default=False, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
    )

    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.QUEUED)
    provider_id = models.CharField(_("provider's id"), max_length=300, blank=True)
    error_code = models.CharField(_("error code"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    # Committed just before the words leave: from then on they may have been sent.
    handed_over_at = models.DateTimeField(null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        verbose_name = _("message sent")
        verbose_name_plural = _("messages sent")
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["channel", "provider_id"],
                condition=~Q(provider_id=""),
                name="messaging_outbound_provider",
            ),
        ]
        indexes: ClassVar = [
            # Read by the sweeper.
            models.Index(
                fields=["status", "next_attempt_at"],
                name="messaging_outbound_open",
                condition=Q(status__in=["queued", "sending", "not_configured"]),
            ),
            models.Index(fields=["about_type", "about_id"], name="messaging_outbound_about"),
            # Read by the conversation view.
            models.Index(fields=["recipient", "created_at"], name="messaging_outbound_to"),
        ]
        permissions: ClassVar = [("resend_outboundmessage", _("Can send messages again"))]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.subject or self.body[:60]}"


class OutboundAttachment(models.Model):
    """A file that goes out with an e-mail, in its place."""

    message = models.ForeignKey(OutboundMessage, models.CASCADE, related_name="attachments")
    position = models.PositiveSmallIntegerField()
    document = models.ForeignKey(Document, models.PROTECT, related_name="sent_attachments")
    filename = models.CharField(_("file name"), max_length=255)
    # What we say it is; a document's own type is what its bytes tell.
    mime = models.CharField(_("type"), max_length=120)

    class Meta:
        verbose_name = _("attachment sent")
        verbose_name_plural = _("attachments sent")
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["message", "position"], name="messaging_outbound_attachment_position"
            ),
        ]

    def __str__(self) -> str:
        return self.filename


class MessageTemplate(models.Model):
    """The words of a message staff can edit; placeholders are {names} the sender fills."""

    key = models.CharField(_("occasion"), max_length=60)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    language = models.CharField(_("language"), max_length=10)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"))
    content_sid = models.CharField(
        _("WhatsApp content template"),
        max_length=64,
        blank=True,
        help_text=_("Twilio's HX… id of the approved template, used outside the 24-hour window."),
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        ordering: ClassVar = ["key", "channel", "language"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key", "channel", "language"], name="messaging_template_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.channel}, {self.language})"
