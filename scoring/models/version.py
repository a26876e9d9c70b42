"""What was learned, version by version, and the trainings that staff ask for."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backoffice.core.models import JobRow


class ScoringModel(models.Model):
    """One version of the model; its number is its key. At most one is in use.

    Versions are not changed once made, only put to use and taken out of it.
    """

    class Kind(models.TextChoices):
        FOREST = "forest", _("random forest")
        LOGISTIC = "logistic", _("logistic regression")
        BOOSTING = "boosting", _("gradient boosting")

    class Source(models.TextChoices):
        SHIPPED = "shipped", _("shipped sample")
        HISTORY = "history", _("our own history")
        CLIENTS = "clients", _("file of clients")
        PURCHASES = "purchases", _("file of purchases")

    kind = models.CharField(_("model"), max_length=10, choices=Kind)
    source = models.CharField(_("learned from"), max_length=10, choices=Source)
    # Of a file: its name, no path.
    source_name = models.CharField(_("file"), max_length=200, blank=True)
    as_of = models.DateField(_("tested from"), null=True, blank=True)
    horizon_days = models.PositiveSmallIntegerField(_("days to buy in"), null=True, blank=True)
    # An npz without pickle: loading it runs no code (scoring.engine.artifact).
    artifact = models.BinaryField(editable=False)
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    # As `manage.py train_scoring --json` prints it.
    report = models.JSONField(_("figures"), default=dict, editable=False)
    # What its clients looked like, for drift: see scoring.training.reference.
    reference = models.JSONField(default=dict, editable=False)
    trained_at = models.DateTimeField(pgettext_lazy("version", "trained"), auto_now_add=True)
    trained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("by"),
    )
    is_active = models.BooleanField(
        pgettext_lazy("version", "in use"), default=False, editable=False
    )
    activated_at = models.DateTimeField(_("in use since"), null=True, blank=True, editable=False)
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("put to use by"),
    )
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("model", "version of the model")
        verbose_name_plural = pgettext_lazy("model", "versions of the model")
        ordering: ClassVar = ["-pk"]
        default_permissions = ("view", "change")
        permissions: ClassVar = [
            ("train_scoringmodel", _("Can train lead scoring models")),
            ("activate_scoringmodel", _("Can put a lead scoring model to use")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_active"], condition=Q(is_active=True), name="scoring_model_one_active"
            ),
            models.CheckConstraint(
                condition=Q(is_active=False) | Q(activated_at__isnull=False),
                name="scoring_model_active_since",
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.pk}"


class ModelTraining(JobRow):
    """A training that somebody asked for: waiting -> running -> done | failed; one at a time.

    ``error`` tells why it failed, or why nothing could be learned. A new version is put to use
    when it is not worse than the one in use (``is_put_to_use``), or where ``is_forced``.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.WAITING, editable=False
    )
    as_of = models.DateField(_("tested from"))
    horizon_days = models.PositiveSmallIntegerField(_("days to buy in"), default=90)
    is_forced = models.BooleanField(_("put to use in any case"), default=False)
    model = models.ForeignKey(
        ScoringModel,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="trainings",
        verbose_name=_("version"),
    )
    is_put_to_use = models.BooleanField(_("put to use"), default=False, editable=False)
    # Why it was put to use or not, in words of the person who asked.
    verdict = models.TextField(_("verdict"), blank=True, editable=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    requested_at = models.DateTimeField(pgettext_lazy("training", "requested"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        ordering: ClassVar = ["-pk"]
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(status__in=["waiting", "running"]),
                name="scoring_training_one_open",
            ),
            models.CheckConstraint(
                condition=Q(horizon_days__gte=1), name="scoring_training_horizon"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
