"""The lines by which messages come: how far each was read, and how it is doing."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.messaging.models.channel import Channel


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


class LineCheck(models.Model):
    """The last time somebody asked whether a channel works, and what was found; one per channel."""

    channel = models.CharField(_("channel"), max_length=10, choices=Channel, unique=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked for"), default=timezone.now)
    # Empty while it is under way.
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    # [{"tone": "success", "text": "..."}]
    findings = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("check of a channel")
        verbose_name_plural = _("checks of channels")

    def __str__(self) -> str:
        return self.channel
