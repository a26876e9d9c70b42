"""What the ERP has to know of products and lines, and which orders it was given."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.models import Product
from orders.models.order import Order, OrderLine

SUPPLIER = RegexValidator(
    r"^[A-Z][A-Z0-9]{1,5}\Z", _("Two to six capital letters or digits, a letter first: MON.")
)


class Paper(models.TextChoices):
    """The first letters of an article code."""

    KB = "KB", _("KB: bleached kraft")
    KE = "KE", _("KE: brown kraft")


class ErpFacts(models.Model):
    """The parts of an article code, such as KB100L28MON; empty ones are looked for elsewhere."""

    paper = models.CharField(_("paper"), max_length=2, choices=Paper, blank=True)
    grammage = models.PositiveSmallIntegerField(
        _("grammage (g/m²)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(10), MaxValueValidator(999)],
    )
    laize = models.PositiveSmallIntegerField(
        _("laize (width of the reel)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(9999)],
    )
    supplier = models.CharField(
        _("paper supplier"), max_length=6, blank=True, validators=[SUPPLIER]
    )

    class Meta:
        abstract = True


class ErpProduct(ErpFacts):
    """What the ERP calls a product, and what holds for its lines that say nothing else."""

    product = models.OneToOneField(
        Product, models.CASCADE, related_name="erp", verbose_name=_("product")
    )
    bag_type = models.CharField(_("bag type"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("ERP facts of a product")
        verbose_name_plural = _("ERP facts of products")
        ordering: ClassVar = ["product__sku"]

    def __str__(self) -> str:
        return str(self.product)


class ErpLine(ErpFacts):
    """What staff add to one line for the ERP; it counts more than what was read."""

    line = models.OneToOneField(OrderLine, models.CASCADE, related_name="erp")
    pieces = models.DecimalField(
        _("quantity in pieces"),
        max_digits=12,
        decimal_places=0,
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("For what was ordered by weight, carton or pallet."),
    )
    delivered = models.DecimalField(
        _("delivered (pieces)"), max_digits=12, decimal_places=0, default=0
    )

    class Meta:
        verbose_name = _("ERP facts of a line")
        verbose_name_plural = _("ERP facts of lines")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(delivered__gte=0),
                name="orders_erpline_delivered_not_negative",
                violation_error_message=_("A quantity cannot be negative."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.line)


class ErpExport(models.Model):
    """One file of orders for the ERP, kept as it was made."""

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    orders = models.PositiveIntegerField(_("orders"), default=0)
    lines = models.PositiveIntegerField(_("lines"), default=0)
    # In the default storage.
    path = models.CharField(max_length=200, editable=False, blank=True)
    sha256 = models.CharField(max_length=64, editable=False, blank=True)

    class Meta:
        verbose_name = _("export to the ERP")
        verbose_name_plural = _("exports to the ERP")
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return _("export %(number)s") % {"number": self.pk}


class ErpExportedOrder(models.Model):
    """An order that the ERP was given, and the last file that held it."""

    order = models.OneToOneField(
        Order, models.CASCADE, primary_key=True, related_name="erp_exported"
    )
    export = models.ForeignKey(ErpExport, models.PROTECT, related_name="exported")

    class Meta:
        verbose_name = _("order in the ERP")
        verbose_name_plural = _("orders in the ERP")

    def __str__(self) -> str:
        return f"{self.order_id}: {self.export_id}"
