"""Tickets: what a customer wants, the messages that say so, and what was done about it."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backoffice.messaging.models import Channel, InboundMessage
from crm.models import Customer
from orders.models import Order
from support.models.category import Category
from support.models.shop_order import ShopOrder


class TicketQuerySet(models.QuerySet["Ticket"]):
    def open(self) -> Self:
        """Those that wait for us."""
        return self.filter(status__in=Ticket.OPEN)


class Ticket(models.Model):
    """A customer's request: new -> in_progress -> answered | answered_automatically.

    An answer of the customer opens it again. ``revision`` counts the customer's messages:
    a draft written for an earlier one is stale.
    """

    class Status(models.TextChoices):
        NEW = "new", _("new")
        IN_PROGRESS = "in_progress", _("in progress")
        ANSWERED = "answered", pgettext_lazy("ticket", "answered")
        AUTOMATIC = "answered_automatically", _("answered automatically")

    class Outcome(models.TextChoices):
        """How a ticket that is no longer open came to its end."""

        REPLIED = "replied", _("replied")
        CLOSED = "closed", _("closed without a reply")
        MERGED = "merged", _("merged")

    class Method(models.TextChoices):
        RULES = "rules", _("local classifier")
        OPENAI = "openai", "OpenAI"
        PERSON = "person", _("a person")

    OPEN = ("new", "in_progress")

    status = models.CharField(_("status"), max_length=24, choices=Status, default=Status.NEW)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    subject = models.CharField(_("subject"), max_length=500, blank=True)

    # Who wrote, as the first message says; where answers go.
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("customer"),
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    user_id = models.CharField(_("WhatsApp user id"), max_length=160, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)

    # Nothing until the message was understood for the first time.
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("category"),
    )
    category_confidence = models.FloatField(_("confidence"), default=0)
    category_method = models.CharField(
        _("categorised by"), max_length=10, choices=Method, blank=True
    )
    # Words that spoke for the category.
    category_reasons = models.JSONField(default=list, blank=True)
    # What the machine had said, kept when a person says otherwise.
    proposed_category = models.ForeignKey(
        Category, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    # As the customer wrote it, theirs or not; the rows only where it is their own.
    order_number = models.CharField(_("order number"), max_length=40, blank=True)
    shop_order = models.ForeignKey(
        ShopOrder,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("shop order"),
    )
    order = models.ForeignKey(
        Order,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("purchase order"),
    )
    # Sentences for staff, one per line: what to look at before answering.
    attention = models.TextField(_("to check"), blank=True)

    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assigned to"),
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    revision = models.PositiveIntegerField(default=0, editable=False)
    reopened = models.PositiveSmallIntegerField(_("reopened"), default=0, editable=False)
    opened_at = models.DateTimeField(_("first message"))
    # The customer's last message; what the queue is sorted by.
    last_message_at = models.DateTimeField(_("last message"))
    first_response_at = models.DateTimeField(_("first response"), null=True, blank=True)
    ended_at = models.DateTimeField(pgettext_lazy("ticket", "answered"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering: ClassVar = ["last_message_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(category_confidence__gte=0, category_confidence__lte=1),
                name="support_ticket_confidence",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["new", "in_progress"], ended_at__isnull=True, outcome="")
                | (~Q(status__in=["new", "in_progress"]) & Q(ended_at__isnull=False)),
                name="support_ticket_ended_has_time",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True)
                | (Q(outcome="merged") & ~Q(merged_into=F("pk"))),
                name="support_ticket_merged",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["status", "last_message_at"], name="support_ticket_queue"),
            models.Index(fields=["customer", "-last_message_at"], name="support_ticket_customer"),
            # Read when a message names no thread that we know.
            models.Index(fields=["email", "-last_message_at"], name="support_ticket_email"),
            # Read by the figures of a period.
            models.Index(fields=["opened_at"], name="support_ticket_opened"),
            models.Index(
                fields=["first_response_at"],
                name="support_ticket_responded",
                condition=Q(first_response_at__isnull=False),
            ),
            models.Index(
                fields=["ended_at"],
                name="support_ticket_ended",
                condition=Q(ended_at__isnull=False),
            ),
        ]
        permissions: ClassVar = [
            ("reply_ticket", _("Can send replies")),
            ("draft_ticket", _("Can have drafts written anew and reject them")),
            ("categorise_ticket", _("Can change the category of tickets")),
            ("assign_ticket", _("Can assign tickets")),
            ("merge_ticket", _("Can merge tickets")),
            ("close_ticket", _("Can close and reopen tickets")),
            ("import_ticket", _("Can import tickets")),
            ("export_ticket", _("Can export tickets")),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """How people call the ticket."""
        return f"T-{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN


class TicketMessage(models.Model):
    """A message received that belongs to a ticket; our answers are OutboundMessage.about."""

    class Kind(models.TextChoices):
        MESSAGE = "message", _("message")
        # Kept in the thread, but nobody is waiting for an answer.
        AUTOMATIC = "automatic", _("automatic reply")
        BOUNCE = "bounce", _("delivery report")
        THANKS = "thanks", _("thanks")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="thread")
    message = models.OneToOneField(
        InboundMessage, models.PROTECT, related_name="ticket_message", verbose_name=_("message")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.MESSAGE)
    # What the customer wrote now, without quoted answers and signature.
    text = models.TextField(_("text"), blank=True)
    # Why it must not be answered by the machine, in words; empty where it may.
    quiet_reason = models.TextField(_("no automatic answer"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("message of a ticket")
        verbose_name_plural = _("messages of a ticket")
        ordering: ClassVar = ["message__sent_at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class TicketEvent(models.Model):
    """What happened to a ticket, when, and by whom (nobody: by the machine)."""

    class Kind(models.TextChoices):
        OPENED = "opened", pgettext_lazy("event", "opened")
        REOPENED = "reopened", pgettext_lazy("event", "reopened")
        CATEGORISED = "categorised", _("category")
        DRAFTED = "drafted", _("draft written")
        DRAFT_REJECTED = "draft_rejected", _("draft rejected")
        REPLIED = "replied", _("reply sent")
        AUTOMATIC = "automatic", _("answered automatically")
        ASSIGNED = "assigned", _("assigned")
        MERGED = "merged", _("merged")
        SPLIT = "split", _("separated")
        CLOSED = "closed", pgettext_lazy("event", "closed")
        NOTE = "note", _("note")
        BOUNCED = "bounced", _("reply not delivered")
        NOTION = "notion", "Notion"
        REFUSED = "refused", _("not possible")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="events")
    kind = models.CharField(_("what"), max_length=16, choices=Kind)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    # {"field": [before, after]}
    changes = models.JSONField(default=dict, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("history")
        ordering: ClassVar = ["at", "pk"]
        indexes: ClassVar = [
            # Read by the figures: what an agent did in a week.
            models.Index(fields=["kind", "at"], name="support_event_period"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"
