"""What was sold to whom."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from crm.models.customer import Customer
from crm.models.product import Product


class Sale(models.Model):
    """One purchased line; negative quantities are returns."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="sales", verbose_name=_("customer")
    )
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="sales", verbose_name=_("product")
    )
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)
    amount = models.DecimalField(
        _("amount"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    unit = models.CharField(_("unit"), max_length=30, blank=True)
    bottles = models.DecimalField(
        _("bottles of 75 cl"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    unit_price = models.DecimalField(
        _("unit price"), max_digits=14, decimal_places=4, null=True, blank=True
    )
    # Of the whole line.
    cost = models.DecimalField(_("cost"), max_digits=14, decimal_places=2, null=True, blank=True)
    margin = models.GeneratedField(
        expression=F("amount") - F("cost"),
        output_field=models.DecimalField(max_digits=15, decimal_places=2, null=True),
        db_persist=True,
        verbose_name=_("margin"),
    )
    document = models.CharField(_("document"), max_length=60, blank=True)
    channel = models.CharField(_("channel"), max_length=60, blank=True)
    sold_on = models.DateField(_("sold on"))
    source = models.CharField(_("source"), max_length=40)
    external_ref = models.CharField(_("reference"), max_length=120)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("sale")
        verbose_name_plural = _("sales")
        ordering: ClassVar = ["-sold_on", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "external_ref"], name="crm_sale_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer", "-sold_on"], name="crm_sale_customer")
        ]
        permissions: ClassVar = [
            ("import_sale", _("Can import sales")),
            ("export_sale", _("Can export sales")),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.external_ref}"
