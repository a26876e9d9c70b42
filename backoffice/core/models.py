"""Rows that belong to no domain: keys for programs, the cost of AI, the worker's pulse."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class JobRow(models.Model):
    """A row that carries work: how often it was tried, when next, and why not yet.

    See ``backoffice.core.jobs``: the attempt is counted and committed before the
    work begins, so that a job that kills its worker cannot come back for ever.
    """

    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    claimed_at = models.DateTimeField(_("claimed at"), null=True, blank=True, editable=False)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True, editable=False)
    # When the queue was last given this row's id; empty while it holds none that we know of.
    queued_at = models.DateTimeField(null=True, blank=True, editable=False, default=timezone.now)
    error = models.TextField(_("error"), blank=True, editable=False)

    # Set by a claim, not stored: the worker of the attempt before was stopped in the middle.
    interrupted = False

    class Meta:
        abstract = True


class AiCall(models.Model):
    """One call of a model: what for, what it cost, how it ended."""

    class Outcome(models.TextChoices):
        OK = "ok", _("answered")
        REFUSED = "refused", _("refused")
        TRUNCATED = "truncated", _("cut short")
        INVALID = "invalid", _("unreadable answer")
        RATE_LIMITED = "rate_limited", _("too many requests")
        QUOTA = "quota", _("no credit left")
        TIMEOUT = "timeout", _("timed out")
        UNAVAILABLE = "unavailable", _("service down")
        REJECTED = "rejected", _("request rejected")

    purpose = models.CharField(_("purpose"), max_length=60)
    model = models.CharField(_("model"), max_length=80)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome)
    input_tokens = models.PositiveIntegerField(_("input tokens"), default=0)
    cached_tokens = models.PositiveIntegerField(_("cached tokens"), default=0)
    output_tokens = models.PositiveIntegerField(_("output tokens"), default=0)
    audio_seconds = models.FloatField(_("seconds of audio"), default=0)
    cost_usd = models.DecimalField(_("cost (USD)"), max_digits=12, decimal_places=6, default=0)
    latency_ms = models.PositiveIntegerField(_("latency (ms)"), default=0)
    request_id = models.CharField(_("request id"), max_length=120, blank=True)
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("AI call")
        verbose_name_plural = _("AI calls")
        ordering: ClassVar = ["-created_at"]
        # Read by the monthly budget before each call.
        indexes: ClassVar = [models.Index(fields=["created_at"], name="core_aicall_created")]

    def __str__(self) -> str:
        return f"{self.purpose} ({self.model})"


class ApiKey(models.Model):
    """A program's key: only its digest is kept; it acts as ``user`` within ``scopes``."""

    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(_("begins with"), max_length=12, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_keys", verbose_name=_("acts as")
    )
    scopes = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, verbose_name=_("scopes")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class Heartbeat(models.Model):
    """The last sign of life of a background process."""

    name = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name
