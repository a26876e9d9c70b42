"""Orders as read from messages and decided by people."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from backoffice.messaging.models import Channel, InboundMessage
from crm.models import Customer, Product

# What people call the states since the first system; exports and the API speak them too.
STATUS_WORDS = {"pending": "en_attente", "validated": "validee", "rejected": "rejetee"}

# All but the copies of orders that were sent twice.
COUNTED = Q(duplicate_of__isnull=True) | Q(status="validated")


class OrderQuerySet(models.QuerySet["Order"]):
    def pending(self) -> Self:
        return self.filter(status=Order.Status.PENDING)

    def counted(self) -> Self:
        """Without the copies of orders that were sent twice."""
        return self.filter(COUNTED)

    def with_details(self) -> Self:
        """With all that lists of orders show, in a constant number of queries."""
        related = self.select_related("customer", "decided_by", "duplicate_of", "renewed_from")
        return related.prefetch_related("lines__product", "lines__from_history")


class Order(models.Model):
    """What a customer wants, as we understood it: pending -> validated | rejected.

    A validated order that its customer cancels becomes rejected too, with that reason.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("pending")
        VALIDATED = "validated", _("validated")
        REJECTED = "rejected", _("rejected")

    class Method(models.TextChoices):
        RULES = "rules", _("local rules")
        OPENAI = "openai", "OpenAI"
        MANUAL = "manual", _("typed in")
        IMPORT = "import", _("imported")

    number = models.CharField(_("number"), max_length=20, unique=True)
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("customer"),
    )
    message = models.ForeignKey(
        InboundMessage,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("message"),
    )
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, blank=True)

    # Who ordered, in the message's own words.
    contact_name = models.CharField(_("contact"), max_length=200, blank=True)
    company = models.CharField(_("company"), max_length=200, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=32, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)

    currency = models.CharField(_("currency"), max_length=3, blank=True)
    total = models.DecimalField(_("total"), max_digits=14, decimal_places=2, null=True, blank=True)
    delivery_date = models.DateField(_("delivery date"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True)

    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.PENDING)
    is_renewal = models.BooleanField(_("repeat order"), default=False)
    renewed_from = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="renewals",
        verbose_name=_("repeats"),
    )
    duplicate_of = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="duplicates",
        verbose_name=_("duplicate of"),
    )
    attention = models.TextField(_("to check"), blank=True)

    confidence = models.FloatField(_("confidence"), default=0)
    method = models.CharField(_("read by"), max_length=10, choices=Method, default=Method.MANUAL)
    # orders.reading.OrderReading as it was proposed: values, confidences, evidence.
    reading = models.JSONField(default=dict, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    rejection_reason = models.TextField(_("reason for rejection"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["message", "position"], name="orders_order_once_per_message"
            ),
            models.CheckConstraint(
                condition=Q(confidence__gte=0, confidence__lte=1), name="orders_order_confidence"
            ),
            models.CheckConstraint(
                condition=Q(total__isnull=True) | Q(total__gte=0),
                name="orders_order_total_not_negative",
                violation_error_message=_("A total cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(status="pending", decided_at__isnull=True)
                | (~Q(status="pending") & Q(decided_at__isnull=False)),
                name="orders_order_decided_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="rejected") | ~Q(rejection_reason=""),
                name="orders_order_rejected_has_reason",
                violation_error_message=_("Say why the order is rejected."),
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of__isnull=True) | ~Q(duplicate_of=F("pk")),
                name="orders_order_not_its_own_duplicate",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["status", "-created_at"], name="orders_order_queue"),
            # Read when a repeat order is filled from history.
            models.Index(fields=["customer", "-decided_at"], name="orders_order_history"),
            # Read by the figures of a period, and by the list, which shows the newest first.
            models.Index(fields=["created_at"], name="orders_order_created"),
            models.Index(
                fields=["decided_at"],
                name="orders_order_decided",
                condition=Q(decided_at__isnull=False),
            ),
            # Read by the support desk: whose an order is the address tells, in any case.
            models.Index(Lower("email"), name="orders_order_email"),
        ]
        permissions: ClassVar = [
            ("validate_order", _("Can validate orders")),
            ("reject_order", _("Can reject orders")),
            ("import_order", _("Can import orders")),
            ("export_order", _("Can export orders")),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """One product of an order."""

    class Unit(models.TextChoices):
        PIECE = "piece", _("piece")
        MILLE = "mille", _("thousand")
        KG = "kg", _("kg")
        CARTON = "carton", _("carton")
        PALETTE = "palette", _("pallet")

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(default=0)
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="order_lines",
        verbose_name=_("product"),
    )
    description = models.CharField(_("description"), max_length=500, blank=True)
    quantity = models.DecimalField(
        _("quantity"), max_digits=12, decimal_places=3, null=True, blank=True
    )
    unit = models.CharField(_("unit"), max_length=10, choices=Unit, default=Unit.PIECE)
    unit_price = models.DecimalField(
        _("unit price"), max_digits=12, decimal_places=4, null=True, blank=True
    )
    total = models.DecimalField(_("total"), max_digits=14, decimal_places=2, null=True, blank=True)
    # Size, grammage, paper, printing.
    attributes = models.JSONField(_("details"), default=dict, blank=True)
    confidence = models.FloatField(_("confidence"), default=1)
    from_history = models.ForeignKey(
        Order,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("filled from"),
    )

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity__isnull=True) | Q(quantity__gt=0),
                name="orders_line_quantity_positive",
                violation_error_message=_("A quantity must be above zero."),
            ),
            models.CheckConstraint(
                condition=Q(unit_price__isnull=True) | Q(unit_price__gte=0),
                name="orders_line_price_not_negative",
                violation_error_message=_("A price cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.unit} {self.description}"


class OrderEvent(models.Model):
    """What happened to an order, when, and by whom (nobody: by the machine)."""

    class Kind(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        EDITED = "edited", _("edited")
        REREAD = "reread", _("read again")
        VALIDATED = "validated", _("validated")
        REJECTED = "rejected", _("rejected")
        NOTIFIED = "notified", _("customer told")
        REFUSED = "refused", _("decision not possible")
        ASKED = "asked", _("change asked for")
        CHANGED = "changed", _("change agreed")
        CANCELLED = "cancelled", _("cancelled by the customer")

    order = models.ForeignKey(Order, models.CASCADE, related_name="events")
    kind = models.CharField(_("what"), max_length=12, choices=Kind)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    # {"field": [before, after]}
    changes = models.JSONField(default=dict, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("history")
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"


class OrderCounter(models.Model):
    """The last order number given in a year."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("order counter")
        verbose_name_plural = _("order counters")

    def __str__(self) -> str:
        return str(self.year)
