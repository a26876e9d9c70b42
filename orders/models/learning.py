"""What decisions taught: how each proposed field fared, and facts to use next time."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.models import Customer, Product
from orders.models.order import Order


class FieldOutcome(models.Model):
    """One field of an order as it was proposed and as it was validated."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="outcomes")
    # Of the proposed line, from 0; nothing for a field of the order itself.
    line = models.PositiveSmallIntegerField(null=True, blank=True)
    # "customer", "delivery_date", "quantity" ..., or "added" and "removed" for a whole line.
    field = models.CharField(max_length=30)
    # Nothing where nothing was proposed.
    confidence = models.FloatField(null=True)
    proposed = models.TextField(blank=True)
    decided = models.TextField(blank=True)
    was_kept = models.BooleanField()
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("outcome of a field")
        verbose_name_plural = _("outcomes of fields")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order", "line", "field"],
                nulls_distinct=False,
                name="orders_outcome_once",
            ),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__gte=0, confidence__lte=1),
                name="orders_outcome_confidence",
            ),
        ]
        indexes: ClassVar = [
            # Read by the figures: how often was a confidence right, in a period?
            models.Index(fields=["decided_at"], name="orders_outcome_period"),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.proposed} -> {self.decided}"


class LearnedFact(models.Model):
    """Something staff's decisions showed, used for the next messages while it is active."""

    class Kind(models.TextChoices):
        CUSTOMER_ALIAS = "customer_alias", _("name of a customer")
        PRODUCT_WORD = "product_word", _("word for a product")
        USUAL_UNIT = "usual_unit", _("usual unit")
        USUAL_PRICE = "usual_price", _("usual price")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    # Whose alias, word or habit it is; nothing for a word everybody uses.
    customer = models.ForeignKey(
        Customer,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="learned_facts",
        verbose_name=_("customer"),
    )
    product = models.ForeignKey(
        Product,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="learned_facts",
        verbose_name=_("product"),
    )
    # The words as core.text folds them: "chez momo".
    phrase = models.CharField(_("words"), max_length=200, blank=True)
    # A unit, or a price with its currency: "mille", "0.16 MAD".
    value = models.CharField(_("value"), max_length=60, blank=True)
    times_seen = models.PositiveIntegerField(_("times seen"), default=1)
    is_active = models.BooleanField(
        _("used"), default=True, help_text=_("Switched off, it is kept but no longer used.")
    )
    learned_from = models.ForeignKey(
        Order,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("learned from"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("learned fact")
        verbose_name_plural = _("learned facts")
        ordering: ClassVar = ["-updated_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "customer", "product", "phrase"],
                nulls_distinct=False,
                name="orders_learned_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["kind", "phrase"],
                condition=Q(is_active=True),
                name="orders_learned_lookup",
            ),
        ]

    def __str__(self) -> str:
        is_usual = self.kind in {self.Kind.USUAL_UNIT, self.Kind.USUAL_PRICE}
        what = self.value or self.product or self.customer
        said = self.product if is_usual else self.phrase
        words = {"title": self.get_kind_display(), "value": f"{said} = {what}"}
        return gettext("%(title)s: %(value)s") % words


class Lesson(models.Model):
    """An order whose decision taught a fact, or contradicted it; each order counts once."""

    fact = models.ForeignKey(LearnedFact, models.CASCADE, related_name="lessons")
    order = models.ForeignKey(Order, models.CASCADE, related_name="lessons")
    agrees = models.BooleanField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fact", "order"], name="orders_lesson_once"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.fact_id}"
