"""What a euro is worth in other currencies, day by day."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ExchangeRate(models.Model):
    """Units of ``currency`` for one euro on ``day``, as the European Central Bank says it."""

    currency = models.CharField(_("currency"), max_length=3)
    day = models.DateField(_("day"))
    rate = models.DecimalField(_("for one euro"), max_digits=18, decimal_places=6)
    # "ecb", or "staff" where a person typed it in.
    source = models.CharField(_("source"), max_length=20, default="staff", editable=False)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering: ClassVar = ["-day", "currency"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["currency", "day"], name="listings_rate_once"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="listings_rate_positive"),
        ]
        permissions: ClassVar = [("import_exchangerate", _("Can import exchange rates"))]

    def __str__(self) -> str:
        return f"{self.currency} {self.day}"
