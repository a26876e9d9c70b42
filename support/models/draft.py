"""Replies as they are prepared, and what became of them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backoffice.core.models import JobRow
from backoffice.messaging.models import OutboundMessage
from support.models.category import Category
from support.models.template import ReplyTemplate, Tone
from support.models.ticket import Ticket


class Draft(JobRow):
    """A reply the worker writes and a person decides about.

    waiting -> writing -> ready -> sent | rejected; stale where the customer wrote again or
    another one was asked for; failed where it could not be written.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        WRITING = "writing", _("being written")
        READY = "ready", _("to approve")
        SENT = "sent", _("sent")
        REJECTED = "rejected", pgettext_lazy("draft", "rejected")
        STALE = "stale", _("overtaken")
        FAILED = "failed", _("failed")

    class Method(models.TextChoices):
        TEMPLATE = "template", _("template")
        OPENAI = "openai", "OpenAI"
        PERSON = "person", _("a person")

    # A ticket has one of these at most.
    OPEN = ("waiting", "writing", "ready", "failed")

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="drafts")
    # The ticket's revision that it answers.
    revision = models.PositiveIntegerField(_("answers message"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)

    # What was asked for; nothing means: the machine chooses.
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    asked_template = models.ForeignKey(
        ReplyTemplate, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    tone = models.CharField(_("tone"), max_length=10, choices=Tone, blank=True)
    instructions = models.TextField(_("instructions"), blank=True)

    # What was written.
    category = models.ForeignKey(
        Category,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
    )
    template = models.ForeignKey(
        ReplyTemplate,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="drafts",
        verbose_name=_("template"),
    )
    language = models.CharField(_("language"), max_length=10, blank=True)
    method = models.CharField(_("written by"), max_length=10, choices=Method, blank=True)
    body = models.TextField(_("text"), blank=True)
    # {"order_number": "10402", ...}: what the text may state.
    facts = models.JSONField(default=dict, blank=True, editable=False)
    # Names of placeholders without a value.
    missing = models.JSONField(default=list, blank=True, editable=False)
    # Sentences for staff, one per line: what is missing, why the template's words stand.
    notes = models.TextField(_("remarks"), blank=True)
    written_at = models.DateTimeField(_("written"), null=True, blank=True)

    # What became of it.
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    rejection_reason = models.TextField(_("reason for rejection"), blank=True)
    sent_body = models.TextField(_("sent text"), blank=True)
    # 0: sent as it was; 1: nothing of it is left.
    edited_share = models.FloatField(_("changed by"), null=True, blank=True)
    was_automatic = models.BooleanField(_("sent automatically"), default=False)
    outbound = models.ForeignKey(
        OutboundMessage,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("message sent"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(status__in=["waiting", "writing", "ready", "failed"]),
                name="support_draft_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["sent", "rejected"]) | Q(decided_at__isnull=False),
                name="support_draft_decided_has_time",
            ),
            models.CheckConstraint(
                condition=Q(edited_share__isnull=True)
                | Q(edited_share__gte=0, edited_share__lte=1),
                name="support_draft_edited_share",
            ),
        ]
        indexes: ClassVar = [
            # Read by the sweeper.
            models.Index(
                fields=["status", "next_attempt_at"],
                name="support_draft_open",
                condition=Q(status__in=["waiting", "writing"]),
            ),
            # Read by the figures of a period.
            models.Index(
                fields=["decided_at"],
                name="support_draft_decided",
                condition=Q(decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.body[:60]


class AutomaticTrial(models.Model):
    """What the machine would have sent by itself, or did, and how staff's own answer compares."""

    class Mode(models.TextChoices):
        SHADOW = "shadow", _("rehearsal")
        LIVE = "live", _("sent")

    draft = models.OneToOneField(Draft, models.CASCADE, related_name="trial")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="trials")
    category = models.ForeignKey(
        Category, models.CASCADE, related_name="trials", verbose_name=_("category")
    )
    mode = models.CharField(_("mode"), max_length=6, choices=Mode)
    # Of the installation's time zone: what the daily limit counts.
    day = models.DateField(_("day"))
    confidence = models.FloatField(_("confidence"))
    # Whether it would have gone, or went; else the sentences say why not.
    was_fit = models.BooleanField(_("ready to go"))
    reasons = models.JSONField(_("why not"), default=list, blank=True)
    body = models.TextField(_("text"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    # Filled when staff have answered.
    staff_body = models.TextField(_("what staff sent"), blank=True)
    staff_category = models.ForeignKey(
        Category, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    similarity = models.FloatField(_("similarity"), null=True, blank=True)
    agreed = models.BooleanField(_("same answer"), null=True, blank=True)
    compared_at = models.DateTimeField(_("compared"), null=True, blank=True)

    class Meta:
        verbose_name = _("automatic answer")
        verbose_name_plural = _("automatic answers")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["category", "day"], name="support_trial_day"),
        ]

    def __str__(self) -> str:
        return self.body[:60]
