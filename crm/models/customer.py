"""Who buys, and how to recognise them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.db.models.functions import Reverse
from django.utils.translation import gettext_lazy as _

from crm.names import SearchNameField


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
    segment = models.CharField(
        _("segment"),
        max_length=60,
        blank=True,
        help_text=_("As the company calls it: private, wine merchant, restaurant ..."),
    )
    # Another system may withdraw a consent; only a person gives it back (docs/crm-sources.md).
    consent_email = models.BooleanField(_("may be e-mailed"), default=True)
    consent_sms = models.BooleanField(_("may be sent SMS"), default=True)
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
            ("merge_customer", _("Can merge customers and undo it")),
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

    # Its index is that of crm_identity_once_per_customer.
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="identities", db_index=False
    )
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
