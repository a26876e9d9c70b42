"""Customers who may be one person, and those who were brought together."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backoffice.core.models import JobRow
from crm.models.customer import Customer


class DuplicateCandidate(models.Model):
    """Two customers who look alike; "not a duplicate" is remembered for ever."""

    class State(models.TextChoices):
        OPEN = "open", _("to decide")
        MERGED = "merged", pgettext_lazy("pair", "merged")
        DISTINCT = "distinct", _("not a duplicate")

    first = models.ForeignKey(Customer, models.CASCADE, related_name="+", verbose_name=_("first"))
    second = models.ForeignKey(Customer, models.CASCADE, related_name="+", verbose_name=_("second"))
    # 0-1: the probability that they are one.
    score = models.DecimalField(_("likeness"), max_digits=4, decimal_places=3)
    # What speaks for and against: [{"code", "weight", "first", "second"}].
    reasons = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    found_at = models.DateTimeField(pgettext_lazy("pair", "found"), auto_now_add=True)
    # The last search (DuplicateScan) that found them alike; an older one: they no longer are.
    search = models.PositiveBigIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        ordering: ClassVar = ["-score", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="crm_candidate_once"),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="crm_candidate_in_order"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-score"], name="crm_candidate_open", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} – {self.second_id}"


class CustomerMerge(models.Model):
    """One customer taken into another, with all that is needed to undo it."""

    kept = models.ForeignKey(Customer, models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    # {column: value} of the kept one where the merge changed it.
    fields_before = models.JSONField(default=dict)
    # {"orders.order.customer": [ids], ...}: the rows that now point to the kept one.
    moved = models.JSONField(default=dict)
    # {column: value} as the merge left the kept one: what differs by now was edited since.
    fields_after = models.JSONField(default=dict)
    # As `moved`: rows that stayed with the merged one, since the kept one has their like.
    left_behind = models.JSONField(default=dict)
    # The merged one's own {column: value} before.
    merged_before = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("merged"), auto_now_add=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        verbose_name = _("merge of customers")
        verbose_name_plural = _("merges of customers")
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kept} ← {self.merged}"


class DuplicateScan(JobRow):
    """One search for duplicates: waiting -> running -> done | failed.

    It goes on where a killed worker left it; at most one is open. The next one takes what changed
    since this one started.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    class Stage(models.TextChoices):
        KEYS = "keys", _("keys")
        COUNTS = "counts", _("counts")
        PAIRS = "pairs", _("pairs")

    OPEN = (Status.WAITING, Status.RUNNING)

    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.WAITING, editable=False
    )
    stage = models.CharField(
        _("stage"), max_length=10, choices=Stage, default=Stage.KEYS, editable=False
    )
    # Of the stage: customers up to this id are done.
    position = models.PositiveBigIntegerField(default=0, editable=False)
    # Looks at who changed from here to `started_at`; empty: at everybody.
    since = models.DateTimeField(null=True, blank=True, editable=False)
    # Whoever is changed while it runs is looked at by the next one.
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True, editable=False)
    is_whole = models.BooleanField(_("everybody"), default=False)
    customers = models.PositiveIntegerField(_("customers"), default=0)
    pairs = models.PositiveBigIntegerField(_("pairs compared"), default=0)
    # Of searches before they were made in slices: the least likely, for which no time was left.
    left_out = models.PositiveBigIntegerField(_("pairs left out"), default=0)
    # Blocks with more customers than are all compared with each other.
    split_blocks = models.PositiveIntegerField(_("large groups"), default=0)

    class Meta:
        verbose_name = _("search for duplicates")
        verbose_name_plural = _("searches for duplicates")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(status__in=["waiting", "running"]),
                name="crm_scan_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"
