"""The catalogue by which messages are read: rows that staff edit."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.core.errors import DomainError
from listings.reading import catalogue_names, patterns


class Brand(models.Model):
    """A maker, and the other names by which traders call it."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    aliases = ArrayField(
        models.CharField(max_length=80), default=list, blank=True, verbose_name=_("other names")
    )
    is_active = models.BooleanField(_("active"), default=True)
    # What the product came with when it was last seeded: tells what staff changed since.
    shipped = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        ordering: ClassVar = ["name"]
        permissions: ClassVar = [
            ("import_brand", _("Can import brands")),
            ("export_brand", _("Can export brands")),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Other names as :mod:`listings.reading.catalogue_names` has them."""
        try:
            self.aliases = catalogue_names.cleaned_names(self.aliases)
        except DomainError as error:
            raise _invalid(error) from error


class CatalogueEntry(models.Model):
    """A family of watches: its other names ("Hulk") and references.

    An alias that begins with ``~`` names the watch beside its brand only.
    """

    brand = models.ForeignKey(
        Brand, models.CASCADE, related_name="entries", verbose_name=_("brand")
    )
    model = models.CharField(_("model"), max_length=120)
    aliases = ArrayField(
        models.CharField(max_length=120), default=list, blank=True, verbose_name=_("other names")
    )
    references = ArrayField(
        models.CharField(max_length=60), default=list, blank=True, verbose_name=_("references")
    )
    is_active = models.BooleanField(_("active"), default=True)
    shipped = models.JSONField(default=dict, blank=True, editable=False)  # as of Brand

    class Meta:
        verbose_name = _("catalogue entry")
        verbose_name_plural = _("catalogue entries")
        ordering: ClassVar = ["brand__name", "model"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["brand", "model"], name="listings_entry_once"),
        ]
        permissions: ClassVar = [
            ("import_catalogueentry", _("Can import the catalogue")),
            ("export_catalogueentry", _("Can export the catalogue")),
        ]

    def __str__(self) -> str:
        return f"{self.brand} {self.model}"

    def clean(self) -> None:
        """Names and references as :mod:`listings.reading.catalogue_names` has them."""
        try:
            self.aliases = catalogue_names.cleaned_names(self.aliases)
            self.references = catalogue_names.cleaned_references(self.references)
        except DomainError as error:
            raise _invalid(error) from error


class ReferenceGrammar(models.Model):
    """How references of a brand are written: a pattern with an example that it matches."""

    class Scope(models.TextChoices):
        ALONE = "alone", _("recognised without the brand")
        BRAND = "brand", _("beside the brand only")
        SPACED = "spaced", _("for the record")

    brand = models.ForeignKey(
        Brand, models.CASCADE, related_name="grammars", verbose_name=_("brand")
    )
    pattern = models.CharField(_("pattern"), max_length=400)
    scope = models.CharField(_("scope"), max_length=10, choices=Scope, default=Scope.BRAND)
    model = models.CharField(_("model"), max_length=120, blank=True)
    example = models.CharField(_("example"), max_length=60)
    is_active = models.BooleanField(_("active"), default=True)
    shipped = models.JSONField(default=dict, blank=True, editable=False)  # as of Brand

    class Meta:
        verbose_name = _("grammar of references")
        verbose_name_plural = _("grammars of references")
        ordering: ClassVar = ["brand__name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["brand", "pattern", "model"], name="listings_grammar_once"
            ),
        ]
        permissions: ClassVar = [
            ("import_referencegrammar", _("Can import grammars of references")),
            ("export_referencegrammar", _("Can export grammars of references")),
        ]

    def __str__(self) -> str:
        return f"{self.brand} {self.example}"

    def clean(self) -> None:
        """A pattern that fits its example and cannot slow the reading down."""
        try:
            patterns.check(self.pattern, self.example)
        except DomainError as error:
            raise _invalid(error) from error


def _invalid(error: DomainError) -> ValidationError:
    return ValidationError({error.field or "__all__": str(error.sentence)})
