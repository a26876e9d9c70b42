"""Each customer's score, what it came from, and how it moved."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models import Customer
from scoring.models.version import ScoringModel


class Segment(models.TextChoices):
    HOT = "Hot", pgettext_lazy("lead", "Hot")
    WARM = "Warm", pgettext_lazy("lead", "Warm")
    COLD = "Cold", pgettext_lazy("lead", "Cold")


class LeadScore(models.Model):
    """The score of a living customer, as of a day; computed, never typed in.

    The facts are dates and totals, so that they are the same tomorrow where nothing happened: the
    days that the model looks at follow from ``as_of``. Those of ``handled_*`` are a person's.
    """

    customer = models.OneToOneField(
        Customer,
        models.CASCADE,
        primary_key=True,
        related_name="lead_score",
        verbose_name=_("customer"),
    )
    # By an index below.
    model = models.ForeignKey(
        ScoringModel, models.PROTECT, related_name="+", verbose_name=_("version"), db_index=False
    )
    score = models.PositiveSmallIntegerField(_("score"))
    segment = models.CharField(pgettext_lazy("lead", "segment"), max_length=4, choices=Segment)
    # Calibrated chance of a purchase within the model's horizon, 0-1.
    chance = models.FloatField(_("chance of buying"))
    # Chance x usual purchase, in `currency`.
    expected_value = models.DecimalField(_("expected value"), max_digits=14, decimal_places=2)
    # The customer's mean purchase (a day's lines, returns taken off); the house's median for who
    # never bought.
    usual_purchase = models.DecimalField(_("usual purchase"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    last_contact_on = models.DateField(_("last contact"), null=True)
    known_since = models.DateField(_("known since"))
    total_contacts = models.PositiveIntegerField(_("contacts"))
    total_spent = models.DecimalField(_("spent"), max_digits=14, decimal_places=2)
    emails_sent = models.PositiveIntegerField(_("e-mails sent"))
    emails_opened = models.PositiveIntegerField(_("e-mails opened"))
    website_visits = models.PositiveIntegerField(_("website visits"))
    # Points by feature, in the order of scoring.engine.features.NAMES; base + sum is the score
    # before it is rounded.
    base = models.FloatField(editable=False)
    contributions = ArrayField(models.FloatField(), size=7, editable=False)
    as_of = models.DateField(_("as of"))
    scored_at = models.DateTimeField(_("scored"))
    # When staff last called or wrote about this lead; not shown again before `rests_until`.
    handled_at = models.DateTimeField(_("dealt with"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("dealt with by"),
        db_index=False,
    )
    rests_until = models.DateField(_("rests until"), null=True, blank=True)

    class Meta:
        verbose_name = pgettext_lazy("scoring", "lead")
        verbose_name_plural = pgettext_lazy("scoring", "leads")
        ordering: ClassVar = ["-expected_value", "pk"]
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("compute_leadscore", _("Can have leads scored")),
            ("contact_leadscore", _("Can note calls and e-mails to leads")),
            ("export_leadscore", _("Can export leads")),
            ("upload_leadscore", _("Can have a spreadsheet scored")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(score__lte=100), name="scoring_lead_score"),
            # As scoring.engine.scale says.
            models.CheckConstraint(
                condition=Q(segment="Hot", score__gte=70)
                | Q(segment="Warm", score__gte=40, score__lt=70)
                | Q(segment="Cold", score__lt=40),
                name="scoring_lead_segment",
            ),
            models.CheckConstraint(
                condition=Q(chance__gte=0, chance__lte=1), name="scoring_lead_chance"
            ),
            models.CheckConstraint(
                condition=Q(contributions__len=7), name="scoring_lead_contributions"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["segment", "-expected_value"], name="scoring_lead_worklist"),
            models.Index(fields=["-score"], name="scoring_lead_score_order"),
            models.Index(fields=["-expected_value", "customer"], name="scoring_lead_value"),
            models.Index(fields=["model"], name="scoring_lead_model"),
            # Few are: each night writes all rows anew, and each of their indexes.
            models.Index(
                fields=["handled_by"],
                condition=Q(handled_by__isnull=False),
                name="scoring_lead_handled_by",
            ),
            models.Index(
                fields=["rests_until"],
                condition=Q(rests_until__isnull=False),
                name="scoring_lead_resting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.score}"


class ScorePoint(models.Model):
    """A customer's score from this day on; only days on which it changed have one."""

    # The constraint's index begins with it.
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="score_points", db_index=False
    )
    day = models.DateField(_("day"))
    score = models.PositiveSmallIntegerField(_("score"))
    model = models.ForeignKey(
        ScoringModel, models.PROTECT, related_name="+", verbose_name=_("version"), db_index=False
    )

    class Meta:
        verbose_name = _("earlier score")
        verbose_name_plural = _("earlier scores")
        # Not by "customer": that would sort by their names.
        ordering: ClassVar = ["customer_id", "day"]
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "day"], name="scoring_point_once"),
            models.CheckConstraint(condition=Q(score__lte=100), name="scoring_point_score"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.day} {self.score}"


class SegmentChange(models.Model):
    """A customer who became hotter or colder; told once, in the next digest."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="segment_changes")
    before = models.CharField(_("before"), max_length=4, choices=Segment)
    after = models.CharField(pgettext_lazy("lead", "after"), max_length=4, choices=Segment)
    score = models.PositiveSmallIntegerField(_("score"))
    changed_at = models.DateTimeField(_("changed"))
    # The model was another one: the customer did nothing.
    by_model = models.BooleanField(_("by a new model"), default=False)
    told_at = models.DateTimeField(_("announced"), null=True, blank=True)

    class Meta:
        verbose_name = _("change of segment")
        verbose_name_plural = _("changes of segment")
        ordering: ClassVar = ["-changed_at", "-pk"]
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(before=models.F("after")), name="scoring_change_is_one"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["id"], condition=Q(told_at__isnull=True), name="scoring_change_untold"
            ),
            models.Index(fields=["-changed_at"], name="scoring_change_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.before} > {self.after}"
