"""Syncs: what was read, what became of it, and what is needed to take it back."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backoffice.core.models import JobRow
from crm.models.mapping import FieldMapping
from crm.models.source import DataSource, Entity, SourceTable


class SyncRun(JobRow):
    """One sync of one source: waiting -> running -> done | failed | cancelled.

    Each of the three can be taken back: -> to_undo -> undoing -> undone.

    A run goes on where a killed worker left it (``TableRun.checkpoint``); at most one run of a
    source is open. The counts are the sums of its tables'.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", pgettext_lazy("sync", "done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")
        TO_UNDO = "to_undo", _("waiting to be undone")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")

    class Kind(models.TextChoices):
        CHANGES = "changes", _("what is new")
        FULL = "full", _("everything")
        MENDED = "mended", _("mended rows")

    OPEN = (Status.WAITING, Status.RUNNING, Status.TO_UNDO, Status.UNDOING)

    source = models.ForeignKey(
        DataSource, models.PROTECT, related_name="runs", verbose_name=_("source")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.CHANGES)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.WAITING, editable=False
    )
    # Counted, or estimated from the files' sizes; 0 where nobody can tell.
    expected = models.PositiveBigIntegerField(_("rows expected"), default=0, editable=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    requested_at = models.DateTimeField(_("requested"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True, editable=False)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True, editable=False)
    # Of an undo that has begun: {"rows", "deleted", "restored", "unlinked", "refused", ...}.
    undo_counts = models.JSONField(default=dict, blank=True, editable=False)
    # Of an undo: what was refused and why, for people: [{"entity", "label", "reason"}], cut short.
    refusals = models.JSONField(default=list, blank=True, editable=False)

    class Meta:
        verbose_name = _("sync")
        verbose_name_plural = _("syncs")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(status__in=["waiting", "running", "to_undo", "undoing"]),
                name="crm_run_one_open",
            ),
        ]
        indexes: ClassVar = [
            # Read by the sweeper each minute.
            models.Index(
                fields=["status"],
                name="crm_run_open",
                condition=Q(status__in=["waiting", "running", "to_undo", "undoing"]),
            ),
        ]
        permissions: ClassVar = [
            ("undo_syncrun", _("Can undo syncs")),
        ]

    def __str__(self) -> str:
        return f"{self.source} #{self.pk}"


class TableRun(models.Model):
    """One table within a run. The counts, the checkpoint and the rows commit together."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", pgettext_lazy("sync", "done")
        FAILED = "failed", _("failed")

    run = models.ForeignKey(SyncRun, models.CASCADE, related_name="table_runs")
    table = models.ForeignKey(SourceTable, models.CASCADE, related_name="runs")
    mapping = models.ForeignKey(FieldMapping, models.PROTECT, null=True, related_name="+")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    read = models.PositiveBigIntegerField(pgettext_lazy("rows", "read"), default=0)
    created = models.PositiveBigIntegerField(pgettext_lazy("rows", "created"), default=0)
    updated = models.PositiveBigIntegerField(_("updated"), default=0)
    unchanged = models.PositiveBigIntegerField(_("unchanged"), default=0)
    rejected = models.PositiveBigIntegerField(pgettext_lazy("rows", "rejected"), default=0)
    # Quotations and cancelled lines that we never had as sales (crm.quality.unsold).
    left_out = models.PositiveBigIntegerField(
        pgettext_lazy("rows", "left out"), default=0, db_default=0
    )
    # Counted or estimated by the reader; empty until the table was opened.
    expected = models.PositiveBigIntegerField(_("rows expected"), null=True)
    # What the reader was given, so that a resumed run reads the same: paths, styles, joins.
    inputs = models.JSONField(default=dict, blank=True, editable=False)
    # Where the reader goes on; whatever the reader gave with its last batch that was written.
    checkpoint = models.JSONField(default=dict, blank=True, editable=False)
    # The table's cursor before this run, given back by an undo.
    cursor_before = models.JSONField(default=dict, blank=True, editable=False)
    # 0-100 (docs/crm-quality.md); the parts of the data score by name.
    mapping_score = models.PositiveSmallIntegerField(_("mapping score"), null=True)
    data_score = models.PositiveSmallIntegerField(_("data score"), null=True)
    score_parts = models.JSONField(default=dict, blank=True, editable=False)
    error = models.TextField(_("error"), blank=True)
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("table of a sync")
        verbose_name_plural = _("tables of a sync")
        ordering: ClassVar = ["run", "table__position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "table"], name="crm_tablerun_once"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.table_id}"


class SourceRecord(models.Model):
    """Which of our rows a source's key stands for, and what the source said last."""

    # No constraints of the database on these three: checking them took as long as all the rest of
    # writing a record, and who deletes a source, table or run does so through Django.
    source = models.ForeignKey(
        DataSource, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    table = models.ForeignKey(
        SourceTable, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    entity = models.CharField(max_length=12, choices=Entity)
    key = models.CharField(_("key"), max_length=200)
    # The primary key of the customer, product, sale, stock level or interaction.
    object_id = models.BigIntegerField()
    # Of the normalised values and the mapping's version: equal means nothing to do.
    fingerprint = models.UUIDField()
    # 0-100, see docs/crm-quality.md.
    quality = models.PositiveSmallIntegerField(_("data score"), null=True)
    row_number = models.PositiveBigIntegerField(_("row"), null=True)
    last_run = models.ForeignKey(
        SyncRun, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    seen_at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("record of a source")
        verbose_name_plural = _("records of a source")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "entity", "key"], name="crm_record_key_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["entity", "object_id"], name="crm_record_object"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}:{self.key}"


class SyncChange(models.Model):
    """What a run did to one row of ours: enough to take it back, and to see if it was edited since.

    ``before`` has the columns' earlier values of an updated row, nothing of a created one.
    ``after_hash`` is the hash of the row as the run left it (crm.sync.undoing.undo says how).
    """

    class Action(models.TextChoices):
        CREATED = "created", pgettext_lazy("change", "created")
        UPDATED = "updated", pgettext_lazy("change", "updated")
        # The record was linked to a row that another source or a person had made.
        LINKED = "linked", _("linked")

    class Refusal(models.IntegerChoices):
        """Why an undo left the row as it is."""

        EDITED = 1, _("It was changed after this sync.")
        USED = 2, _("Something else refers to it now.")
        MERGED = 3, _("It was merged with another customer since.")
        CLASHES = 4, _("Its earlier values meanwhile belong to another row.")

    # No constraint of the database, as above.
    run = models.ForeignKey(SyncRun, models.CASCADE, related_name="changes", db_constraint=False)
    entity = models.CharField(max_length=12, choices=Entity)
    object_id = models.BigIntegerField()
    record_id = models.BigIntegerField()
    action = models.CharField(max_length=8, choices=Action)
    before = models.JSONField(null=True)
    fingerprint_before = models.UUIDField(null=True)
    after_hash = models.BigIntegerField()
    # Empty until an undo; what an undo took back is here no more.
    refusal = models.PositiveSmallIntegerField(_("left alone"), choices=Refusal, null=True)

    class Meta:
        verbose_name = _("change of a sync")
        verbose_name_plural = _("changes of a sync")

    def __str__(self) -> str:
        return f"{self.run_id} {self.entity} {self.object_id}"
