"""The catalogue as sheets: brands, models with their names and references, grammars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from import_export.fields import Field

from backoffice.core.spreadsheets.resources import Resource
from backoffice.core.spreadsheets.widgets import Text, YesNo
from crm.resources.cells import Choice
from crm.resources.references import column
from listings.models import Brand, CatalogueEntry, ReferenceGrammar
from listings.reading.catalogue_names import parted

if TYPE_CHECKING:
    from collections.abc import Mapping

    import tablib
    from django.db.models import QuerySet


_LONGEST_BRAND = 80


class Names(Text):
    """Names in one cell, parted by semicolons, bars or lines."""

    def clean(self, value: object, *_row: object, **_options: object) -> Any:  # noqa: ANN401 - a list
        return parted(super().clean(value))

    def render(self, value: Any, *_obj: object, **_options: object) -> str:  # noqa: ANN401 - a list
        return "; ".join(value or ())


class References(Names):
    """References in one cell; one with blanks inside needs the marks of :class:`Names`."""

    def clean(self, value: object, *_row: object, **_options: object) -> Any:  # noqa: ANN401 - a list
        found = super().clean(value)
        return found if len(found) != 1 else found[0].replace(",", " ").split()


class BrandName(Text):
    """A brand of the table by its name, in any case."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[str, Brand] = {}

    def clean(self, value: object, *_row: object, **_options: object) -> Any:  # noqa: ANN401 - a brand
        name = super().clean(value)
        if name.casefold() not in self.known:
            raise ValueError(_("brand: write the name of a brand, of 80 characters at most."))
        return self.known[name.casefold()]

    def render(self, value: object, *_obj: object, **_options: object) -> str:
        return str(value)


class BrandResource(Resource):
    """Found again by name."""

    brand = Field("name", "brand", Text())
    aliases = Field("aliases", "aliases", Names())
    is_active = Field("is_active", "is_active", YesNo(empty=True))

    class Meta:
        model = Brand
        import_id_fields = ("brand",)
        fields = ("brand", "aliases", "is_active")
        export_order = fields


def _brands(names: list[str]) -> dict[str, Brand]:
    """All brands by name, those that a sheet is the first to name added to the table."""
    known = {row.name.casefold(): row for row in Brand.objects.all()}
    new = {
        name.casefold(): Brand(name=name)
        for name in names
        if name and len(name) <= _LONGEST_BRAND and name.casefold() not in known
    }
    Brand.objects.bulk_create(new.values())
    return known | new


class OfBrand(Resource):
    """Rows of a brand; found again by ``KEYS``."""

    KEYS: tuple[str, ...] = ()

    def filter_export(self, queryset: QuerySet[Any], **_options: object) -> object:
        return queryset.select_related("brand")

    def before_import(self, dataset: tablib.Dataset, **options: object) -> None:
        super().before_import(dataset, **options)
        self.fields["brand"].widget.known = _brands(column(dataset, "brand"))
        rows = self._meta.model.objects.select_related("brand")
        self.rows = {self._key(row.brand.name, *self._own(row)): row for row in rows}

    def get_instance(self, _loader: object, row: Mapping[str, object]) -> Any:  # noqa: ANN401 - a row
        said = [Text().clean(row.get(name)) for name in ("brand", *self.KEYS)]
        return self.rows.get(self._key(*said))

    def after_save_instance(self, instance: Any, *_row: object, **_options: object) -> None:  # noqa: ANN401 - a row
        self.rows[self._key(instance.brand.name, *self._own(instance))] = instance

    def _own(self, row: Any) -> list[str]:  # noqa: ANN401 - a row
        return [getattr(row, name) for name in self.KEYS]

    def _key(self, brand: str, *own: str) -> tuple[str, ...]:
        return (brand.casefold(), *own)


class CatalogueEntryResource(OfBrand):
    """Found again by brand and model."""

    KEYS = ("model",)

    brand = Field("brand", "brand", BrandName())
    model = Field("model", "model", Text())
    aliases = Field("aliases", "aliases", Names())
    references = Field("references", "references", References())
    is_active = Field("is_active", "is_active", YesNo(empty=True))

    class Meta:
        model = CatalogueEntry
        import_id_fields = ("brand", "model")
        fields = ("brand", "model", "aliases", "references", "is_active")
        export_order = fields


class GrammarResource(OfBrand):
    """Found again by brand, pattern and model; a pattern is checked as on its page."""

    KEYS = ("pattern", "model")

    brand = Field("brand", "brand", BrandName())
    pattern = Field("pattern", "pattern", Text())
    scope = Field("scope", "scope", Choice(ReferenceGrammar.Scope))
    model = Field("model", "model", Text())
    example = Field("example", "example", Text())
    is_active = Field("is_active", "is_active", YesNo(empty=True))

    class Meta:
        model = ReferenceGrammar
        import_id_fields = ("brand", "pattern", "model")
        fields = ("brand", "pattern", "scope", "model", "example", "is_active")
        export_order = fields
