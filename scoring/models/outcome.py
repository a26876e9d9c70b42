"""What came of scores: who of those that had one bought in the days after."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ScoreOutcome(models.Model):
    """The customers scored by the end of a day, and who of them bought in the days after it.

    Counted once those days are over, and kept: a large house's points take seconds to go through.
    """

    day = models.DateField(_("day"))
    horizon_days = models.PositiveSmallIntegerField(_("days to buy in"))
    # [version, score, customers, of whom bought], for each version and score that anybody had.
    counts = models.JSONField(default=list)
    computed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("outcome of scores")
        verbose_name_plural = _("outcomes of scores")
        ordering: ClassVar = ["-day", "horizon_days"]
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "horizon_days"], name="scoring_outcome_once"),
            models.CheckConstraint(
                condition=Q(horizon_days__gte=1), name="scoring_outcome_horizon"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} + {self.horizon_days}"
