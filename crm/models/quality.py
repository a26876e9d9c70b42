"""What is wrong with the data: anomalies, and the rows that wait in quarantine."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.models.run import SyncRun
from crm.models.source import SourceTable


class StagedRow(models.Model):
    """A row that was refused: it waits, as it was read, until somebody mends or dismisses it.

    A mended row is remembered: while the source goes on sending the bad row, it is read as mended.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("to mend")
        MENDED = "mended", _("mended")
        DISMISSED = "dismissed", _("dismissed")

    table = models.ForeignKey(SourceTable, models.CASCADE, related_name="staged_rows")
    # The run that saw it last.
    run = models.ForeignKey(SyncRun, models.PROTECT, related_name="staged_rows")
    row_number = models.PositiveBigIntegerField(_("row"))
    # Of what was read; an exact copy of another row of the file has one of its own.
    row_hash = models.UUIDField(editable=False)
    # {column: text}, as read; and as corrected.
    raw = models.JSONField(_("as read"))
    mended = models.JSONField(_("as mended"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    sentence = models.TextField(_("what is wrong"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("first seen"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("row in quarantine")
        verbose_name_plural = _("rows in quarantine")
        ordering: ClassVar = ["table", "row_number", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "row_hash"], name="crm_staged_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["table", "row_number"],
                name="crm_staged_waiting",
                condition=Q(state="waiting"),
            ),
            # Read for every batch: is there anything to put in place of what is read?
            models.Index(fields=["table"], name="crm_staged_mended", condition=Q(state="mended")),
        ]
        permissions: ClassVar = [
            ("mend_stagedrow", _("Can mend rows in quarantine")),
            ("import_stagedrow", _("Can import rows in quarantine")),
            ("export_stagedrow", _("Can export rows in quarantine")),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row_number}"


class Anomaly(models.Model):
    """Something a person should know about one value of one row; said once however often seen."""

    class Severity(models.TextChoices):
        # The row is refused and waits in quarantine.
        CRITICAL = "critical", _("critical")
        # The row is taken, the value is not.
        HIGH = "high", _("high")
        # Row and value are taken; somebody should look.
        MEDIUM = "medium", _("medium")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        RESOLVED = "resolved", _("resolved")
        IGNORED = "ignored", _("ignored")

    table = models.ForeignKey(SourceTable, models.CASCADE, related_name="anomalies")
    run = models.ForeignKey(SyncRun, models.PROTECT, related_name="anomalies")
    staged_row = models.ForeignKey(
        StagedRow, models.CASCADE, null=True, blank=True, related_name="anomalies"
    )
    severity = models.CharField(_("severity"), max_length=8, choices=Severity)
    # A name of crm.problems.CODES.
    code = models.CharField(_("kind"), max_length=40)
    # Empty where the whole table is meant.
    row_number = models.PositiveBigIntegerField(_("row"), null=True, blank=True)
    key = models.CharField(_("key"), max_length=200, blank=True)
    field = models.CharField(_("field"), max_length=60, blank=True)
    value = models.CharField(_("value"), max_length=300, blank=True)
    sentence = models.TextField(_("what is wrong, and the mend"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    # Of key or row, field, code and value: the same anomaly again is this row.
    fingerprint = models.UUIDField(editable=False)
    first_seen_at = models.DateTimeField(_("first seen"), auto_now_add=True)
    last_seen_at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("anomaly")
        verbose_name_plural = _("anomalies")
        ordering: ClassVar = ["-pk"]
        permissions: ClassVar = [
            ("export_anomaly", _("Can export anomalies")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "fingerprint"], name="crm_anomaly_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["table", "severity", "-id"],
                name="crm_anomaly_open",
                condition=Q(state="open"),
            ),
            # Read for every batch: what was wrong with these rows before?
            models.Index(
                fields=["table", "key"], name="crm_anomaly_key", condition=Q(state="open")
            ),
        ]

    def __str__(self) -> str:
        return self.sentence
