"""What a customer's purchases say about them; recomputed, never typed in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.models.customer import Customer


class CustomerProfile(models.Model):
    """Recency, frequency, monetary: quintiles 1 (low) to 5 (high) among those who bought."""

    class Segment(models.TextChoices):
        VIP = "vip", _("VIP")
        STANDARD = "standard", _("standard")
        AT_RISK = "at_risk", _("at risk")
        PROSPECT = "prospect", _("prospect")
        INACTIVE = "inactive", _("inactive")

    customer = models.OneToOneField(
        Customer, models.CASCADE, primary_key=True, related_name="profile"
    )
    first_sale_on = models.DateField(_("first purchase"), null=True)
    last_sale_on = models.DateField(_("last purchase"), null=True)
    # Documents or days with a purchase; amounts and bottles net of returns, in `currency`.
    purchases = models.PositiveIntegerField(_("purchases"), default=0)
    revenue = models.DecimalField(_("revenue"), max_digits=16, decimal_places=2, default=0)
    revenue_year = models.DecimalField(
        _("revenue of 12 months"), max_digits=16, decimal_places=2, default=0
    )
    bottles = models.DecimalField(_("bottles"), max_digits=16, decimal_places=3, default=0)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    recency_score = models.PositiveSmallIntegerField(_("R"), null=True)
    frequency_score = models.PositiveSmallIntegerField(_("F"), null=True)
    monetary_score = models.PositiveSmallIntegerField(_("M"), null=True)
    segment = models.CharField(
        _("segment"), max_length=10, choices=Segment, default=Segment.PROSPECT
    )
    # Shares of the amount: {"families": [["Rouge", 0.62], ...], "grapes": [...], "budget": "12.50"}
    preferences = models.JSONField(_("preferences"), default=dict)
    # 0-100, see docs/crm-quality.md.
    quality = models.PositiveSmallIntegerField(_("data score"), null=True)
    computed_at = models.DateTimeField(_("computed"))

    class Meta:
        verbose_name = _("customer's profile")
        verbose_name_plural = _("customers' profiles")
        indexes: ClassVar = [
            models.Index(fields=["segment", "-revenue"], name="crm_profile_segment"),
            models.Index(fields=["-last_sale_on"], name="crm_profile_last_sale"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.segment}"
