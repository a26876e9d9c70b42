"""What we make and sell, and how much of it lies where."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm import product_names
from crm.names import search_name


class Product(models.Model):
    """What we sell."""

    sku = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    category = models.CharField(_("category"), max_length=80, blank=True)
    price_segment = models.CharField(_("price segment"), max_length=40, blank=True)
    description = models.TextField(_("description"), blank=True)
    barcode = models.CharField(_("barcode"), max_length=20, blank=True)
    # What crm.canonical names "attributes.<name>": grape varieties, vintage, region ...
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    unit = models.CharField(_("unit"), max_length=20, default="piece")
    list_price = models.DecimalField(
        _("list price"), max_digits=12, decimal_places=4, null=True, blank=True
    )
    cost_price = models.DecimalField(
        _("cost price"), max_digits=12, decimal_places=4, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    bottles = models.DecimalField(
        _("bottles of 75 cl"),
        max_digits=9,
        decimal_places=3,
        null=True,
        blank=True,
        help_text=_("In one unit sold: 2 in a magnum, 6 in a case of six; empty: not in bottles."),
    )
    synonyms = models.TextField(
        _("other names"),
        blank=True,
        help_text=_(
            "Other words by which customers call it, one per line: “zif”, “boîte à pizza”."
            " They are read in messages from then on."
        ),
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering: ClassVar = ["sku"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(list_price__isnull=True) | Q(list_price__gte=0),
                name="crm_product_price_not_negative",
                violation_error_message=_("A price cannot be negative."),
            ),
            models.CheckConstraint(
                condition=Q(cost_price__isnull=True) | Q(cost_price__gte=0),
                name="crm_product_cost_not_negative",
                violation_error_message=_("A price cannot be negative."),
            ),
        ]
        # Read when products of two sources are brought together.
        indexes: ClassVar = [
            models.Index(fields=["barcode"], name="crm_product_barcode", condition=~Q(barcode=""))
        ]
        permissions: ClassVar = [
            ("import_product", _("Can import products")),
            ("export_product", _("Can export products")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def other_names(self) -> tuple[str, ...]:
        """The synonyms, one by one."""
        return tuple(filter(None, map(str.strip, self.synonyms.splitlines())))

    def clean(self) -> None:
        """A name that two products share would be read as neither; "sac" means all of them."""
        super().clean()
        self.synonyms = "\n".join(self.other_names)
        against = list(filter(None, map(product_names.why_not, self.other_names)))
        if against:
            raise ValidationError({"synonyms": against})
        mine = {search_name(name): name for name in self.other_names}
        others = Product.objects.exclude(pk=self.pk).only("sku", "name", "synonyms")
        for other in others if mine else ():
            for name in map(search_name, (other.name, *other.other_names)):
                if name in mine:
                    raise ValidationError(
                        {
                            "synonyms": _("“%(name)s” already means %(product)s.")
                            % {"name": mine[name], "product": other}
                        }
                    )


class StockLevel(models.Model):
    """How much of a product lies in one warehouse, as counted last."""

    product = models.ForeignKey(
        Product, models.CASCADE, related_name="stock_levels", verbose_name=_("product")
    )
    warehouse = models.CharField(_("warehouse"), max_length=80, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)
    reserved = models.DecimalField(_("reserved"), max_digits=14, decimal_places=3, default=0)
    available = models.GeneratedField(
        expression=F("quantity") - F("reserved"),
        output_field=models.DecimalField(max_digits=15, decimal_places=3),
        db_persist=True,
        verbose_name=_("available"),
    )
    counted_on = models.DateField(_("counted on"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=40, blank=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("stock level")
        verbose_name_plural = _("stock levels")
        ordering: ClassVar = ["product__sku", "warehouse"]
        constraints: ClassVar = [
            # Two systems that count the same warehouse stay apart.
            models.UniqueConstraint(
                fields=["product", "warehouse", "source"], name="crm_stock_once"
            ),
        ]
        permissions: ClassVar = [
            ("import_stocklevel", _("Can import stock levels")),
            ("export_stocklevel", _("Can export stock levels")),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.warehouse}"
