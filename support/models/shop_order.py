"""Orders of the online shop, as its own system tells of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from crm.models import Customer


class ShopOrder(models.Model):
    """What a customer bought in the shop and where it is; imported, never edited by the machine."""

    number = models.CharField(_("order number"), max_length=40, unique=True)
    customer = models.ForeignKey(
        Customer,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="shop_orders",
        verbose_name=_("customer"),
    )
    # Whose order it is, also while no customer is registered; in lower case.
    email = models.EmailField(_("customer's e-mail"), blank=True)
    customer_name = models.CharField(_("customer's name"), max_length=200, blank=True)
    # In the shop's own words: "en transit", "livrée", "remboursée".
    status = models.CharField(_("status"), max_length=60, blank=True)
    ordered_on = models.DateField(_("ordered on"), null=True, blank=True)
    delivery_date = models.DateField(_("delivery date"), null=True, blank=True)
    total = models.DecimalField(_("total"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    # One article per line: "4 x Chaise Lin".
    items = models.TextField(_("articles"), blank=True)
    carrier = models.CharField(_("carrier"), max_length=80, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=80, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("shop order")
        verbose_name_plural = _("shop orders")
        ordering: ClassVar = ["-ordered_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(total__isnull=True) | Q(total__gte=0),
                name="support_shoporder_total_not_negative",
                violation_error_message=_("A total cannot be negative."),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["email", "-ordered_on"], name="support_shoporder_email"),
            models.Index(fields=["customer", "-ordered_on"], name="support_shoporder_customer"),
            # As the other table is asked, in one question for both.
            models.Index(Lower("email"), name="support_shoporder_reader"),
        ]
        permissions: ClassVar = [
            ("import_shoporder", _("Can import shop orders")),
            ("export_shoporder", _("Can export shop orders")),
        ]

    def __str__(self) -> str:
        return self.number
