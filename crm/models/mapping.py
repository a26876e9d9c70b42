"""How a source's columns become our fields; versioned, one version at work per table."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.models.source import SourceTable


class FieldMapping(models.Model):
    """One version of a table's mapping. Only drafts change; activating retires the one before."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", pgettext_lazy("mapping", "active")
        RETIRED = "retired", _("retired")

    class Origin(models.TextChoices):
        BUILT_IN = "built_in", _("built in")
        SUGGESTED = "suggested", _("suggested")
        BY_HAND = "by_hand", _("by hand")

    table = models.ForeignKey(
        SourceTable, models.CASCADE, related_name="mappings", verbose_name=_("table")
    )
    version = models.PositiveIntegerField(_("version"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    origin = models.CharField(_("origin"), max_length=10, choices=Origin, default=Origin.BY_HAND)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    activated_at = models.DateTimeField(_("activated"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("mapping")
        verbose_name_plural = _("mappings")
        ordering: ClassVar = ["table", "-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "version"], name="crm_mapping_version_once"),
            models.UniqueConstraint(
                fields=["table"],
                condition=models.Q(status="active"),
                name="crm_mapping_one_active",
            ),
        ]
        permissions: ClassVar = [
            ("import_fieldmapping", _("Can import mappings")),
            ("export_fieldmapping", _("Can export mappings")),
        ]

    def __str__(self) -> str:
        return f"{self.table} v{self.version}"


class MappingRule(models.Model):
    """One canonical field: from which column(s), through which steps, and who wins."""

    class Policy(models.TextChoices):
        """What happens where we have a value already and the source brings another."""

        REPLACE = "replace", _("the source's value replaces ours")
        FILL_EMPTY = "fill_empty", _("only fills what is empty")
        KEEP = "keep", _("ours stays, only new records take it")

    mapping = models.ForeignKey(FieldMapping, models.CASCADE, related_name="rules")
    position = models.PositiveSmallIntegerField(pgettext_lazy("position", "order"), default=0)
    # A name of crm.canonical.
    field = models.CharField(_("field"), max_length=60)
    columns = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    # [{"name": "parse_date", "arguments": {"format": "%d/%m/%Y"}}, ...]
    steps = models.JSONField(_("transformations"), default=list, blank=True)
    policy = models.CharField(
        _("when ours differs"), max_length=10, choices=Policy, default=Policy.REPLACE
    )

    class Meta:
        verbose_name = _("mapping rule")
        verbose_name_plural = _("mapping rules")
        ordering: ClassVar = ["mapping", "position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mapping", "field"], name="crm_rule_field_once"),
        ]

    def __str__(self) -> str:
        return self.field
