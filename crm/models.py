"""Who buys, what we make, what was sold."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Reverse
from django.utils.translation import gettext_lazy as _

from crm import product_names
from crm.names import SearchNameField, search_name


class Customer(models.Model):
    """A person or firm that buys; archived rather than deleted."""

    name = models.CharField(_("name"), max_length=200, blank=True)
    company = models.CharField(_("company"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    # What people type to find somebody: name and company without accents or case.
    search_name = SearchNameField(
        parts=("company", "name"), max_length=420, blank=True, editable=False
    )
    consent_email = models.BooleanField(_("may be e-mailed"), default=True)
    consent_phone = models.BooleanField(_("may be called"), default=True)
    notes = models.TextField(_("notes"), blank=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering: ClassVar = ["search_name", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(name="") | ~Q(company=""),
                name="crm_customer_has_name",
                violation_error_message=_("Give a name or a company."),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["search_name"], name="crm_customer_search"),
            # Read by crm.customers.identify: customers with a word that begins like this.
            GinIndex(SearchVector("search_name", config="simple"), name="crm_customer_words"),
        ]
        permissions: ClassVar = [
            ("import_customer", _("Can import customers")),
            ("export_customer", _("Can export customers")),
        ]

    def __str__(self) -> str:
        return self.company or self.name


class CustomerIdentity(models.Model):
    """A way to recognise a customer: an address, a number, another system's key."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("e-mail")
        PHONE = "phone", _("phone")
        WHATSAPP_USER = "whatsapp_user_id", _("WhatsApp user id")
        SOURCE_KEY = "source_key", _("key in another system")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="identities")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    # E-mail in lower case, phone in E.164, source key as "system:key".
    value = models.CharField(_("value"), max_length=254)
    # What a message merely stated or matched helps to recognise a customer; it entitles nobody to
    # read about them.
    is_confirmed = models.BooleanField(
        _("confirmed"),
        default=True,
        help_text=_(
            "It is certainly the customer's: whoever writes from it may be told about all of"
            " their orders. What was learnt from an order is confirmed by a person."
        ),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "kind", "value"], name="crm_identity_once_per_customer"
            ),
            models.UniqueConstraint(
                fields=["value"],
                condition=Q(kind="source_key"),
                name="crm_identity_source_key_unique",
                violation_error_message=_("Another customer already has this key."),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "value"], name="crm_identity_lookup"),
            # Read by crm.customers.identify: e-mail addresses of one domain.
            models.Index(
                OpClass(Reverse("value"), name="varchar_pattern_ops"),
                name="crm_identity_domain",
                condition=Q(kind="email"),
            ),
        ]

    def __str__(self) -> str:
        return self.value


class Product(models.Model):
    """What we sell."""

    sku = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    category = models.CharField(_("category"), max_length=80, blank=True)
    description = models.TextField(_("description"), blank=True)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    unit = models.CharField(_("unit"), max_length=20, default="piece")
    list_price = models.DecimalField(
        _("list price"), max_digits=12, decimal_places=4, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
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
    sold_on = models.DateField(_("sold on"))
    source = models.CharField(_("source"), max_length=40)
    external_ref = models.CharField(_("reference"), max_length=120)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

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
