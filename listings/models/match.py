"""A wanted watch and one that is for sale."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from listings.models.listing import Listing


class Match(models.Model):
    """proposed -> contacted -> done, or dismissed; ``gone`` where a side left the market first."""

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("match", "proposed")
        CONTACTED = "contacted", pgettext_lazy("match", "contacted")
        DONE = "done", pgettext_lazy("match", "done")
        DISMISSED = "dismissed", pgettext_lazy("match", "dismissed")
        GONE = "gone", pgettext_lazy("match", "no longer possible")

    OPEN = ("proposed", "contacted")

    wanted = models.ForeignKey(
        Listing, models.CASCADE, related_name="matches_as_wanted", verbose_name=_("wanted listing")
    )
    sale = models.ForeignKey(
        Listing, models.CASCADE, related_name="matches_as_sale", verbose_name=_("listing for sale")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.PROPOSED, editable=False
    )
    # 0-100; reasons: [{"code": "reference", "points": 40, ...facts}], words in listings.matching.
    score = models.PositiveSmallIntegerField(_("score"))
    reasons = models.JSONField(default=list, editable=False)
    note = models.CharField(_("note"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("found"), auto_now_add=True)
    changed_at = models.DateTimeField(_("state since"), null=True, blank=True, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        ordering: ClassVar = ["-score", "-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["wanted", "sale"], name="listings_match_once"),
            models.CheckConstraint(condition=~Q(wanted=F("sale")), name="listings_match_two"),
            models.CheckConstraint(condition=Q(score__lte=100), name="listings_match_score"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-score", "-created_at"], name="listings_match_queue"),
        ]
        permissions: ClassVar = [
            ("decide_match", _("Can dismiss matches and mark them as done")),
            ("contact_match", _("Can write to both sides of a match")),
        ]

    def __str__(self) -> str:
        return f"{self.wanted} ↔ {self.sale}"
