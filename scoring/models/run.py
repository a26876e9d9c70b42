"""Scorings of our customers: runs, what waits to be looked at, and what each day came to."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backoffice.core.models import JobRow
from scoring.models.version import ScoringModel


class ScoringRun(JobRow):
    """One scoring of many customers: waiting -> running -> done | failed; at most one is open.

    It goes through the customers by their ids, in slices, and on where a killed worker left it.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    class Kind(models.TextChoices):
        CHANGES = "changes", _("what changed")
        FULL = "full", _("everybody")

    OPEN = (Status.WAITING, Status.RUNNING)

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.FULL)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.WAITING, editable=False
    )
    # Scores are as of the end of this day; by this model.
    day = models.DateField(_("as of"))
    model = models.ForeignKey(
        ScoringModel, models.PROTECT, related_name="+", verbose_name=_("version")
    )
    # What somebody who never bought is expected to spend: the median of those who did, of the last
    # run of everybody, so that it does not move with every sale.
    house_purchase = models.DecimalField(
        _("usual purchase"), max_digits=14, decimal_places=2, null=True, editable=False
    )
    # Customers there were when it was asked for; those up to `position`, an id, are done.
    expected = models.PositiveIntegerField(_("customers in all"), default=0, editable=False)
    position = models.PositiveBigIntegerField(default=0, editable=False)
    looked_at = models.PositiveIntegerField(_("customers"), default=0, editable=False)
    # Of those: rows made or changed, and those left as they were.
    written = models.PositiveIntegerField(pgettext_lazy("scores", "changed"), default=0)
    unchanged = models.PositiveIntegerField(pgettext_lazy("scores", "unchanged"), default=0)
    # Archived or merged since: their scores went.
    removed = models.PositiveIntegerField(pgettext_lazy("scores", "removed"), default=0)
    moved = models.PositiveIntegerField(_("changes of segment"), default=0)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    requested_at = models.DateTimeField(pgettext_lazy("training", "requested"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("scoring of customers")
        verbose_name_plural = _("scorings of customers")
        ordering: ClassVar = ["-pk"]
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(status__in=["waiting", "running"]),
                name="scoring_run_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class LeadTouch(models.Model):
    """A customer about whom something happened since they were last scored; or everybody.

    Only ever added and taken away, so that nobody who adds one waits for another; no foreign key,
    so that it outlives the customer and locks nothing.
    """

    # Empty: everybody, after a sync or another change of unknown reach.
    customer_id = models.BigIntegerField(null=True)
    touched_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("customer to score again")
        verbose_name_plural = _("customers to score again")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.customer_id or "*")


class ScoreDay(models.Model):
    """What the scores came to at the end of a day: for charts over time, and for drift."""

    day = models.DateField(_("day"), primary_key=True)
    model = models.ForeignKey(
        ScoringModel, models.PROTECT, related_name="+", verbose_name=_("version")
    )
    hot = models.PositiveIntegerField(default=0)
    warm = models.PositiveIntegerField(default=0)
    cold = models.PositiveIntegerField(default=0)
    average = models.FloatField(default=0)
    # Customers by tens of points: 0-9, 10-19, ... 90-100.
    histogram = models.JSONField(default=list)
    # By feature, its population stability index against what the model learned from, and the
    # shares of customers by bin: {"recency": {"psi": 0.31, "shares": [...]}}.
    drift = models.JSONField(default=dict)
    computed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("day of scores")
        verbose_name_plural = _("days of scores")
        ordering: ClassVar = ["-day"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.day)
