"""Every message in, and every document that came with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import JobRow
from backoffice.messaging.models.channel import Channel

if TYPE_CHECKING:
    from collections.abc import Iterable


class InboundMessageManager(models.Manager["InboundMessage"]):
    """Leaves the raw bytes, up to tens of megabytes a row, where they are until asked for."""

    # Also the model's base manager, so that order.message does not fetch them either.
    def get_queryset(self) -> models.QuerySet[InboundMessage]:
        return super().get_queryset().defer("raw")


class InboundMessage(JobRow):
    """A message as it came, and how far we are with it.

    received -> processing -> done | not_for_us | needs_attention | failed;
    every final state may go back to received ("read again").
    """

    class Status(models.TextChoices):
        RECEIVED = "received", _("received")
        PROCESSING = "processing", _("being read")
        DONE = "done", _("done")
        NOT_FOR_US = "not_for_us", _("not for this desk")
        NEEDS_ATTENTION = "needs_attention", _("needs attention")
        FAILED = "failed", _("failed")

    desk = models.CharField(_("desk"), max_length=20)
    # The desk it was at before; a desk never hands on what another, or a person, handed to it.
    handed_from = models.CharField(_("came from desk"), max_length=20, blank=True)
    # The look into a mailbox, or the upload, that brought it.
    run = models.ForeignKey(
        "MailboxRun", models.SET_NULL, null=True, blank=True, related_name="messages"
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    external_id = models.CharField(_("external id"), max_length=300)
    account = models.CharField(_("received by"), max_length=200, blank=True)
    thread = models.CharField(_("thread"), max_length=300, blank=True)
    in_reply_to = models.CharField(_("in reply to"), max_length=300, blank=True)

    sender_name = models.CharField(_("sender"), max_length=200, blank=True)
    sender_email = models.CharField(_("sender's e-mail"), max_length=254, blank=True)
    sender_phone = models.CharField(_("sender's phone"), max_length=32, blank=True)
    sender_user_id = models.CharField(_("sender's WhatsApp user id"), max_length=160, blank=True)
    # Where answers go, if not to the sender's e-mail.
    reply_to = models.CharField(_("answers go to"), max_length=254, blank=True)
    subject = models.CharField(_("subject"), max_length=500, blank=True)
    body = models.TextField(_("text"), blank=True)
    # The bytes as they came: an .eml, a webhook's body.
    raw = models.BinaryField()
    is_automatic = models.BooleanField(_("sent by a machine"), default=False)

    sent_at = models.DateTimeField(_("sent"))
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    processed_at = models.DateTimeField(_("processed"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.RECEIVED)
    # What the desk found it to be: order, quote_request, complaint ...
    kind = models.CharField(_("kind"), max_length=30, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    objects = InboundMessageManager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("message received")
        verbose_name_plural = _("messages received")
        ordering: ClassVar = ["-received_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["channel", "external_id"], name="messaging_inbound_once"
            ),
        ]
        indexes: ClassVar = [
            # Read by the sweeper.
            models.Index(
                fields=["status", "next_attempt_at"],
                name="messaging_inbound_open",
                condition=Q(status__in=["received", "processing"]),
            ),
            # Read by the conversation view.
            models.Index(fields=["sender_email", "sent_at"], name="messaging_inbound_email"),
            models.Index(fields=["sender_phone", "sent_at"], name="messaging_inbound_phone"),
            models.Index(fields=["sender_user_id", "sent_at"], name="messaging_inbound_user"),
            models.Index(fields=["desk", "-received_at"], name="messaging_inbound_desk"),
            # Counted for /health, from this index alone.
            models.Index(fields=["desk", "status"], name="messaging_inbound_counted"),
            # Read when a mail names a first message that we never got.
            models.Index(
                fields=["thread"],
                name="messaging_inbound_thread",
                condition=Q(channel="email"),
            ),
        ]
        permissions: ClassVar = [
            ("process_inboundmessage", _("Can read messages again and move them")),
        ]

    def __str__(self) -> str:
        return self.subject or self.body[:60] or self.external_id

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: models.QuerySet[Self] | None = None,
    ) -> None:
        """As Django's, also for ``raw``: our manager's queryset would leave it out once more."""
        rows = models.QuerySet(type(self)) if from_queryset is None else from_queryset
        super().refresh_from_db(using=using, fields=fields, from_queryset=rows)


class Document(models.Model):
    """A file, stored once however often it is sent, and what was read in it."""

    sha256 = models.CharField(max_length=64, unique=True)
    file = models.FileField(_("file"), max_length=300)
    size = models.PositiveIntegerField(_("size"))
    mime = models.CharField(_("type"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, blank=True)
    text = models.TextField(_("text"), blank=True)
    # Where each page begins in the text.
    page_starts = models.JSONField(default=list, blank=True)
    method = models.CharField(_("read by"), max_length=30, blank=True)
    language = models.CharField(_("language spoken"), max_length=10, blank=True)
    problem = models.TextField(_("problem"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return self.sha256[:12]


class Attachment(models.Model):
    """A document in its place in a message; fetched later where only a link came."""

    message = models.ForeignKey(InboundMessage, models.CASCADE, related_name="attachments")
    position = models.PositiveSmallIntegerField()
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    filename = models.CharField(_("file name"), max_length=255, blank=True)
    declared_type = models.CharField(_("declared type"), max_length=120, blank=True)
    source_url = models.URLField(max_length=600, blank=True)
    problem = models.TextField(_("problem"), blank=True)
    # The message went on without this file; it is asked for again then.
    fetch_again_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering: ClassVar = ["position"]
        indexes: ClassVar = [
            # Read every two minutes.
            models.Index(
                fields=["fetch_again_at"],
                name="messaging_attachment_later",
                condition=Q(fetch_again_at__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["message", "position"], name="messaging_attachment_position"
            ),
        ]

    def __str__(self) -> str:
        return self.filename or f"#{self.position}"
