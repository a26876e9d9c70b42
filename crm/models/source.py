"""Where data comes from: a system, its tables, and the files of a table."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Entity(models.TextChoices):
    """What the rows of a table are; their fields are those of :mod:`crm.canonical`."""

    CUSTOMER = "customer", _("customers")
    PRODUCT = "product", _("products")
    SALE = "sale", _("sales")
    STOCK = "stock", _("stock levels")
    INTERACTION = "interaction", _("contact history")


class DataSource(models.Model):
    """A system whose customers, products and sales we take over, again and again."""

    class Kind(models.TextChoices):
        FILES = "files", _("files (CSV, Excel)")
        ISAVIGNE = "isavigne", "iSaVigne"
        ODOO = "odoo", "Odoo"

    class MatchBy(models.TextChoices):
        """How a record that is new to us finds the customer another source brought before."""

        NOTHING = "nothing", _("never: a new key is a new customer")
        EMAIL = "email", _("the same e-mail address and a similar name")
        EMAIL_OR_PHONE = "email_or_phone", _("the same e-mail or phone and a similar name")

    name = models.CharField(_("name"), max_length=80, unique=True)
    # Stands in sales, identities ("slug:key") and addresses; never changes.
    slug = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    is_active = models.BooleanField(pgettext_lazy("source", "active"), default=True)
    match_by = models.CharField(
        _("recognise customers by"), max_length=20, choices=MatchBy, default=MatchBy.EMAIL
    )
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        help_text=_("Of phone numbers and addresses that name none; empty: the company's."),
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    # Odoo: url, database, login. iSaVigne: folder. Never a secret.
    options = models.JSONField(_("settings"), default=dict, blank=True)
    # Encrypted (crm.sources.secrets); the name of a variable of the environment wins.
    secret = models.TextField(editable=False, blank=True)
    secret_variable = models.CharField(
        _("variable with the key"),
        max_length=80,
        blank=True,
        help_text=_("The environment variable that holds the key, instead of typing it in."),
    )
    secret_expires_on = models.DateField(_("the key expires on"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("data source")
        verbose_name_plural = _("data sources")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                # The order desk's own sales carry this one (orders.sales).
                condition=~Q(slug="orders"),
                name="crm_source_slug_not_reserved",
                violation_error_message=_("This code is taken by the order desk."),
            ),
        ]
        permissions: ClassVar = [
            ("sync_datasource", _("Can sync data sources")),
            ("import_datasource", _("Can import data sources")),
            ("export_datasource", _("Can export data sources")),
        ]

    def __str__(self) -> str:
        return self.name


class SourceTable(models.Model):
    """One kind of rows of a source: its customers, its sales ..."""

    source = models.ForeignKey(
        DataSource, models.CASCADE, related_name="tables", verbose_name=_("source")
    )
    entity = models.CharField(_("holds"), max_length=12, choices=Entity)
    name = models.CharField(_("name"), max_length=80)
    is_active = models.BooleanField(pgettext_lazy("source", "active"), default=True)
    # Customers and products come before the sales that name them.
    position = models.PositiveSmallIntegerField(pgettext_lazy("position", "order"), default=0)
    # Odoo: model, domain. Files: nothing yet.
    options = models.JSONField(_("settings"), default=dict, blank=True)
    # Where the next incremental sync begins: what the reader gave at the end of the last one.
    cursor = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("table")
        verbose_name_plural = _("tables")
        ordering: ClassVar = ["source", "position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "name"], name="crm_table_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} – {self.name}"


class SourceFile(models.Model):
    """A file of a table; those after the first are joined to it, column to column.

    ``position`` 0 holds the rows. Each later file is looked up: a row's value in ``join_from``
    (a column of what is joined so far) is sought in ``join_to`` of this file, whose columns are
    added. Two files whose keys meet only through a third are joined by way of it.
    """

    table = models.ForeignKey(SourceTable, models.CASCADE, related_name="files")
    position = models.PositiveSmallIntegerField(pgettext_lazy("position", "order"), default=0)
    filename = models.CharField(_("file"), max_length=255)
    # In the default storage, by content: what a run has begun to read stays as it was.
    path = models.CharField(max_length=200, editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    size = models.PositiveBigIntegerField(_("bytes"), default=0, editable=False)
    # crm.sources.files.style.Style as JSON: what was detected, and what a person chose instead.
    detected = models.JSONField(default=dict, blank=True, editable=False)
    chosen = models.JSONField(default=dict, blank=True)
    columns = models.JSONField(default=list, blank=True, editable=False)
    join_from = models.CharField(_("joined by our column"), max_length=200, blank=True)
    join_to = models.CharField(_("to its column"), max_length=200, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now=True)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering: ClassVar = ["table", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "position"], name="crm_file_place_once"),
        ]

    def __str__(self) -> str:
        return self.filename
