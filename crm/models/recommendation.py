"""What is proposed to whom, why, who decided about it and what came of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from backoffice.core.models import JobRow
from crm.models.customer import Customer
from crm.models.product import Product


class Question(models.TextChoices):
    """The two lists: they have different winners and are measured apart."""

    REPEAT = "repeat", _("to buy again")
    NEW = "new", _("to discover")


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
    # An npz without pickle: loading it runs no code (crm.recommendations.artifact).
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
    # [{"code", ...}]: crm.recommendations.evidence says which, .reasons puts them in words.
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
