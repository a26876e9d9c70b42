"""What is proposed to whom, why, who decided about it and what came of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models.customer import Customer
from crm.models.product import Product
from crm.models.recommendation_run import RecommendationModel, RecommendationRun


class Question(models.TextChoices):
    """The two lists: they have different winners and are measured apart."""

    REPEAT = "repeat", _("to buy again")
    NEW = "new", _("to discover")


class Recommendation(models.Model):
    """Products for one customer: pending -> approved | rejected | replaced (by a newer one).

    Approved and rejected ones never change again, save that they were used (``contacted_at``) and
    what came of it (``bought_on``).
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("to review")
        APPROVED = "approved", pgettext_lazy("recommendation", "approved")
        REJECTED = "rejected", pgettext_lazy("recommendation", "rejected")
        REPLACED = "replaced", pgettext_lazy("recommendation", "replaced")

    class Rejection(models.TextChoices):
        PRODUCTS = "products", _("the products do not suit")
        MOMENT = "moment", _("not the moment")
        CUSTOMER = "customer", _("not for this customer")
        DATA = "data", _("it rests on wrong data")
        OTHER = "other", _("other")

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="recommendations", verbose_name=_("customer")
    )
    run = models.ForeignKey(
        RecommendationRun,
        models.SET_NULL,
        null=True,
        related_name="recommendations",
        verbose_name=_("making of recommendations"),
    )
    model = models.ForeignKey(RecommendationModel, models.SET_NULL, null=True, related_name="+")
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.PENDING, editable=False
    )
    # The chance that the customer's next purchase has one of the products (docs).
    confidence = models.DecimalField(_("confidence"), max_digits=4, decimal_places=3)
    # 0-100: how much there is to rest on; {"part": points} says of what.
    quality = models.PositiveSmallIntegerField(_("data score"))
    quality_parts = models.JSONField(default=dict, editable=False)
    # Empty where the list is.
    repeat_algorithm = models.CharField(_("algorithm, to buy again"), max_length=20, blank=True)
    new_algorithm = models.CharField(_("algorithm, to discover"), max_length=20, blank=True)
    # The profile's, when it was made.
    segment = models.CharField(_("segment"), max_length=10, blank=True)
    # Of the purchases, refusals, ratings and stock it came from: equal means nothing to make.
    fingerprint = models.CharField(max_length=32, editable=False)
    # Ids of products whose coming and going changes it: those proposed, and those that would have
    # been but were not to be had.
    watched = models.JSONField(default=list, editable=False)
    replaces = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="replaced_by", editable=False
    )
    created_at = models.DateTimeField(pgettext_lazy("recommendation", "made"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    rejection = models.CharField(
        _("reason of the rejection"), max_length=10, choices=Rejection, blank=True
    )
    rejection_note = models.CharField(_("note"), max_length=500, blank=True)
    # The last one given, 1-5; all of them are in the feedback.
    rating = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True)
    contacted_at = models.DateTimeField(_("contacted"), null=True, blank=True)
    contact_channel = models.CharField(_("channel"), max_length=20, blank=True)
    campaign = models.CharField(_("campaign"), max_length=120, blank=True)
    # The first purchase of one of its products within the horizon after the contact.
    bought_on = models.DateField(pgettext_lazy("recommendation", "bought"), null=True, blank=True)

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(status="pending"),
                name="crm_recommendation_one_pending",
            ),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1),
                name="crm_recommendation_confidence",
            ),
            models.CheckConstraint(
                condition=Q(quality__lte=100), name="crm_recommendation_quality"
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5),
                name="crm_recommendation_rating",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "rejected"]) | Q(decided_at__isnull=False),
                name="crm_recommendation_decided",
            ),
            models.CheckConstraint(
                condition=Q(contacted_at__isnull=True) | Q(status="approved"),
                name="crm_recommendation_contacted_approved",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer", "-id"], name="crm_recommendation_customer"),
            models.Index(fields=["status", "-confidence"], name="crm_recommendation_status"),
            # Read each night: what was used and may still have been bought.
            models.Index(
                fields=["contacted_at"],
                name="crm_recommendation_contacted",
                condition=Q(contacted_at__isnull=False),
            ),
        ]
        permissions: ClassVar = [
            ("approve_recommendation", _("Can approve, reject and rate recommendations")),
            ("generate_recommendation", _("Can have recommendations made")),
            ("export_recommendation", _("Can export recommendations for campaigns")),
        ]

    def __str__(self) -> str:
        return f"{self.customer} #{self.pk}"


class RecommendedProduct(models.Model):
    """One product of a recommendation; one that was swapped out stays, without a rank."""

    recommendation = models.ForeignKey(
        Recommendation, models.CASCADE, related_name="products", db_index=False
    )
    product = models.ForeignKey(
        Product, models.CASCADE, related_name="recommended", verbose_name=_("product")
    )
    question = models.CharField(_("list"), max_length=6, choices=Question)
    # 1 is the first of its list.
    rank = models.PositiveSmallIntegerField(_("rank"), null=True, blank=True)
    algorithm = models.CharField(_("algorithm"), max_length=20, blank=True)
    # The algorithm's own; compares within one list of one customer only.
    score = models.FloatField(_("score"), default=0)
    # That the customer's next purchase has it (docs).
    probability = models.DecimalField(
        _("probability"), max_digits=4, decimal_places=3, null=True, blank=True
    )
    # The list price when it was proposed.
    price = models.DecimalField(_("price"), max_digits=12, decimal_places=4, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    # [{"code", ...}]: crm.recommendations.engine.evidence says which, .reasons puts them in words.
    evidence = models.JSONField(default=list, blank=True)
    # Of a product that a person put there.
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    bought_on = models.DateField(_("bought"), null=True, blank=True)

    class Meta:
        verbose_name = _("recommended product")
        verbose_name_plural = _("recommended products")
        ordering: ClassVar = ["recommendation", "-question", "rank", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["recommendation", "product"], name="crm_recommended_once"
            ),
        ]
        indexes: ClassVar = [
            # Read by the audit: which recommendations have two products at all.
            models.Index(
                fields=["recommendation"],
                name="crm_recommended_first_two",
                condition=Q(rank__lte=2),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recommendation_id} {self.product_id}"


class RecommendationFeedback(models.Model):
    """What somebody did or thought about a recommendation, or of one product of it."""

    class Action(models.TextChoices):
        RATED = "rated", pgettext_lazy("recommendation", "rated")
        COMMENTED = "commented", _("commented")
        APPROVED = "approved", pgettext_lazy("recommendation", "approved")
        REJECTED = "rejected", pgettext_lazy("recommendation", "rejected")
        REFUSED = "refused", _("product refused")
        SWAPPED = "swapped", _("product swapped")
        REGENERATED = "regenerated", _("made anew")
        CONTACTED = "contacted", _("customer contacted")

    recommendation = models.ForeignKey(
        Recommendation, models.CASCADE, related_name="feedback", verbose_name=_("recommendation")
    )
    product = models.ForeignKey(
        Product, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    action = models.CharField(_("action"), max_length=12, choices=Action)
    rating = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5),
                name="crm_feedback_rating",
            ),
            models.CheckConstraint(
                condition=~Q(action="rated") | Q(rating__isnull=False), name="crm_feedback_rated"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recommendation_id} {self.action}"


class RefusedProduct(models.Model):
    """A product that is not proposed to a customer again; deleting the row allows it again."""

    customer = models.ForeignKey(
        Customer,
        models.CASCADE,
        related_name="refused_products",
        db_index=False,
        verbose_name=_("customer"),
    )
    product = models.ForeignKey(
        Product, models.CASCADE, related_name="+", verbose_name=_("product")
    )
    recommendation = models.ForeignKey(
        Recommendation, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("refused product")
        verbose_name_plural = _("refused products")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "product"], name="crm_refused_once"),
        ]
        permissions: ClassVar = [
            ("import_refusedproduct", _("Can import refused products")),
            ("export_refusedproduct", _("Can export refused products")),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.product_id}"
