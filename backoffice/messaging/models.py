"""Every message in, every document that came with it, every message out."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from backoffice.core.models import JobRow

if TYPE_CHECKING:
    from collections.abc import Iterable


class Channel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    WHATSAPP = "whatsapp", _("WhatsApp")
    API = "api", _("API")


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

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["message", "position"], name="messaging_attachment_position"
            ),
        ]

    def __str__(self) -> str:
        return self.filename or f"#{self.position}"


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
        InboundMessage, models.SET_NULL, null=True, blank=True, related_name="replies"
    )
    about_type = models.ForeignKey(ContentType, models.SET_NULL, null=True, blank=True)
    about_id = models.PositiveBigIntegerField(null=True, blank=True)
    about = GenericForeignKey("about_type", "about_id")
    # Whether it replaces what was written before about the same thing to the same person.
    supersedes = models.BooleanField(default=False, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
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


class MailboxCursor(models.Model):
    """How far a mailbox folder was read; the ids are only valid for one ``uidvalidity``."""

    mailbox = models.CharField(max_length=40)
    folder = models.CharField(max_length=200)
    uidvalidity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    # Mails that arrived before are history and left alone; set at the first look.
    since = models.DateTimeField(null=True)
    last_run_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mailbox", "folder"], name="messaging_cursor_once"),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox}/{self.folder}"


class MailboxRun(models.Model):
    """One look for new mail, or one upload of mails that lie in files.

    waiting -> running -> done | failed | interrupted. What became of its
    messages is counted on their own rows.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        INTERRUPTED = "interrupted", _("interrupted")

    class Source(models.TextChoices):
        MAILBOX = "mailbox", _("mailbox")
        FILES = "files", _("files")

    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.MAILBOX)
    # The mailbox's name, which is its desk's.
    mailbox = models.CharField(_("mailbox"), max_length=40)
    # Nobody: the schedule.
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.WAITING)
    found = models.PositiveIntegerField(_("found"), default=0)
    stored = models.PositiveIntegerField(_("stored"), default=0)
    known = models.PositiveIntegerField(_("already known"), default=0)
    error = models.TextField(_("error"), blank=True)
    asked_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    # The last sign of life.
    seen_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("mailbox run")
        verbose_name_plural = _("mailbox runs")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["mailbox"],
                condition=Q(source="mailbox", status__in=["waiting", "running"]),
                name="messaging_run_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox} {self.asked_at:%Y-%m-%d %H:%M}"
