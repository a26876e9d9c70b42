"""The catalogue by which messages are read: brands, models with their names, grammars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.db.models import Count
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.widgets import UnfoldAdminTextareaWidget

from backoffice.core.admin import ImportExportAdmin, display
from listings.models import Brand, CatalogueEntry, ReferenceGrammar
from listings.reading.catalogue_names import parted
from listings.sheets.catalogue_sheets import (
    BrandResource,
    CatalogueEntryResource,
    GrammarResource,
)

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.http import HttpRequest

_SHOWN = 6
_LONGEST_PATTERN = 60


class Lines(forms.CharField):
    """A list as people type it: one on each line."""

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401 - a list, or what was typed
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:  # noqa: ANN401 - a list
        return value if isinstance(value, list) else parted(super().to_python(value) or "")

    def has_changed(self, initial: Any, data: Any) -> bool:  # noqa: ANN401 - as above
        return bool(parted("\n".join(initial or [])) != parted(data or ""))


class CatalogueAdmin(ImportExportAdmin):
    """Rows the product came with are switched off: deleted ones would come back with a seed."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return not getattr(obj, "shipped", None) and super().has_delete_permission(request, obj)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:  # noqa: ANN401 - Django's
        if isinstance(db_field, ArrayField):
            return Lines(
                label=capfirst(str(db_field.verbose_name)),
                required=False,
                widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}),
                help_text=self.helps.get(db_field.name, ""),
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    helps: ClassVar[dict[str, Any]] = {
        "aliases": _(
            "One on each line, in any case and without accents. “~” before a name: it counts "
            "beside the brand only, for words that mean other things too."
        ),
        "references": _("One on each line, as they are written; blanks and dashes do not matter."),
    }


def _some(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" … +{more}" if more > 0 else "")


@admin.register(Brand)
class BrandAdmin(CatalogueAdmin):
    resource_classes: ClassVar = [BrandResource]
    list_display = ("name", "other_names", "models_count", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "aliases")
    search_help_text = _("Name or other name")
    fieldsets = ((None, {"fields": ("name", "aliases", "is_active")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Brand]:
        """With the number of its models."""
        rows: QuerySet[Brand] = super().get_queryset(request)
        return rows.annotate(models_known=Count("entries"))

    @display(description=_("other names"))
    def other_names(self, brand: Brand) -> str:
        return _some(brand.aliases)

    @display(description=_("models"), ordering="models_known")
    def models_count(self, brand: Brand) -> int:
        return int(getattr(brand, "models_known", 0))


@admin.register(CatalogueEntry)
class CatalogueEntryAdmin(CatalogueAdmin):
    resource_classes: ClassVar = [CatalogueEntryResource]
    list_display = ("model", "brand", "other_names", "known_references", "is_active")
    list_filter = ("is_active", ("brand", AutocompleteSelectFilter))
    list_select_related = ("brand",)
    search_fields = ("model", "aliases", "references", "brand__name")
    search_help_text = _("Model, nickname, reference or brand")
    autocomplete_fields = ("brand",)
    fieldsets = ((None, {"fields": (("brand", "model"), "aliases", "references", "is_active")}),)

    @display(description=_("other names"))
    def other_names(self, entry: CatalogueEntry) -> str:
        return _some(entry.aliases)

    @display(description=_("references"))
    def known_references(self, entry: CatalogueEntry) -> str:
        return _some(entry.references)


@admin.register(ReferenceGrammar)
class ReferenceGrammarAdmin(CatalogueAdmin):
    resource_classes: ClassVar = [GrammarResource]
    list_display = ("example", "brand", "model", "short_pattern", "scope", "is_active")
    list_filter = ("is_active", "scope", ("brand", AutocompleteSelectFilter))
    list_select_related = ("brand",)
    search_fields = ("pattern", "model", "example", "brand__name")
    search_help_text = _("Pattern, example, model or brand")
    autocomplete_fields = ("brand",)
    fieldsets = (
        (
            None,
            {
                "fields": (("brand", "model"), "pattern", ("example", "scope"), "is_active"),
                "description": _(
                    "A regular expression for a whole reference, whatever its case: \\d is a "
                    "figure, [A-Z] a letter, {2,4} says how many, (?:-\\d{4})? that a part may "
                    "be missing. It must fit the example."
                ),
            },
        ),
    )

    @display(description=_("pattern"), ordering="pattern")
    def short_pattern(self, grammar: ReferenceGrammar) -> str:
        return Truncator(grammar.pattern).chars(_LONGEST_PATTERN)
