"""How recommendations are made: the rules, what was learnt, and each making."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backoffice.core.models import JobRow


class RecommendationRules(models.Model):
    """What may be proposed and to whom: one row, which a manager edits."""

    class Consent(models.TextChoices):
        EMAIL = "email", _("who may be e-mailed")
        ANY = "any", _("who may be contacted in any way")

    top = models.PositiveSmallIntegerField(
        _("products per list"), default=10, help_text=_("At most so many of each list.")
    )
    consent = models.CharField(
        _("recommendations for"), max_length=5, choices=Consent, default=Consent.EMAIL
    )
    bought_within_days = models.PositiveSmallIntegerField(
        _("not again within (days)"),
        default=30,
        help_text=_(
            "What was bought in these days is not proposed again, unless the customer's own"
            " rhythm is faster."
        ),
    )
    price_factor = models.DecimalField(
        _("price limit"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        default=3,
        help_text=_(
            "New products cost at most so many times what the customer usually pays; empty: no"
            " limit."
        ),
    )
    families = models.PositiveSmallIntegerField(
        _("families at least"),
        default=2,
        help_text=_("A list comes from so many families of products, where there are so many."),
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("counts as bought within (days)"),
        default=90,
        help_text=_("A purchase so long after the contact is a success of the recommendation."),
    )
    stale_days = models.PositiveSmallIntegerField(
        _("outdated after (days)"),
        default=30,
        help_text=_("What nobody decided about in these days is made anew."),
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("rules of recommendations")
        verbose_name_plural = _("rules of recommendations")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(pk=1), name="crm_recommendation_rules_once"),
            models.CheckConstraint(
                condition=Q(top__gte=1, top__lte=50),
                name="crm_recommendation_rules_top",
                violation_error_message=_("Propose between 1 and 50 products per list."),
            ),
            models.CheckConstraint(
                condition=Q(price_factor__isnull=True) | Q(price_factor__gte=1),
                name="crm_recommendation_rules_price",
                violation_error_message=_("The price limit is at least 1 times the usual price."),
            ),
            models.CheckConstraint(
                condition=Q(horizon_days__gte=1, stale_days__gte=1),
                name="crm_recommendation_rules_days",
                violation_error_message=_("Give at least one day."),
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class RecommendationModel(models.Model):
    """What was learnt from the purchases on one day, and how well it did; one is in use."""

    as_of = models.DateField(_("purchases until"))
    fitted_at = models.DateTimeField(pgettext_lazy("model", "computed"), auto_now_add=True)
    # An npz without pickle: loading it runs no code (crm.recommendations.engine.artifact).
    artifact = models.BinaryField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    # Of all purchases, ratings and the catalogue it learnt from: equal means nothing to learn.
    fingerprint = models.CharField(max_length=64, editable=False)
    seed = models.PositiveIntegerField(_("seed"), default=0, editable=False)
    # {"customers", "products", "lines", "baskets", "first", "last"}
    data = models.JSONField(_("learnt from"), default=dict, editable=False)
    # As `manage.py evaluate_recommendations --json` prints it; empty where too little was bought.
    evaluation = models.JSONField(_("evaluation"), default=dict, editable=False)
    # {"repeat": "own_frequency", "new": "ease"}: the measured winner of each list.
    winners = models.JSONField(_("winners"), default=dict, editable=False)
    is_active = models.BooleanField(_("in use"), default=False, editable=False)

    class Meta:
        verbose_name = _("evaluation of the algorithms")
        verbose_name_plural = _("evaluations of the algorithms")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_active"],
                condition=Q(is_active=True),
                name="crm_recommendation_model_one_active",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class RecommendationRun(JobRow):
    """One making of recommendations: waiting -> running -> done | failed.

    It learns (``model``), then goes through the customers in slices and on where a killed worker
    left it. At most one is open.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", pgettext_lazy("sync", "done")
        FAILED = "failed", _("failed")

    class Kind(models.TextChoices):
        CHANGES = "changes", _("what changed")
        FULL = "full", _("everybody")
        SELECTION = "selection", _("chosen customers")

    class Stage(models.TextChoices):
        LEARN = "learn", _("learning")
        MEASURE = "measure", _("measuring")
        PROPOSE = "propose", _("proposing")

    OPEN = (Status.WAITING, Status.RUNNING)

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.CHANGES)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.WAITING, editable=False
    )
    stage = models.CharField(
        _("stage"), max_length=10, choices=Stage, default=Stage.LEARN, editable=False
    )
    # Of the last stage: customers up to this id are done.
    position = models.PositiveBigIntegerField(default=0, editable=False)
    # Empty: the measured winner of each list.
    algorithm = models.CharField(_("algorithm"), max_length=20, blank=True)
    top = models.PositiveSmallIntegerField(_("products per list"), null=True, blank=True)
    # Ids, of a run for chosen customers.
    customers = models.JSONField(default=list, blank=True, editable=False)
    model = models.ForeignKey(
        RecommendationModel,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="runs",
        verbose_name=_("evaluation of the algorithms"),
    )
    expected = models.PositiveIntegerField(_("customers expected"), default=0, editable=False)
    looked_at = models.PositiveIntegerField(_("customers"), default=0, editable=False)
    made = models.PositiveIntegerField(pgettext_lazy("recommendations", "made"), default=0)
    unchanged = models.PositiveIntegerField(
        pgettext_lazy("recommendations", "unchanged"), default=0
    )
    # Opted out, archived, or with a recommendation that is approved and not used yet.
    withheld = models.PositiveIntegerField(pgettext_lazy("recommendations", "withheld"), default=0)
    without = models.PositiveIntegerField(_("nothing to propose"), default=0)
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

    class Meta:
        verbose_name = _("making of recommendations")
        verbose_name_plural = _("makings of recommendations")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(status__in=["waiting", "running"]),
                name="crm_recommendation_run_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
