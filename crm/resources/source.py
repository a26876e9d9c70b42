"""Data sources as a sheet: set up many at once, keep what they are; keys are never part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext as _
from import_export.fields import Field

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.resources import Resource
from backoffice.core.spreadsheets.widgets import Text
from crm.models import DataSource
from crm.resources.cells import Choice
from crm.sources import country, describing

if TYPE_CHECKING:
    from collections.abc import Mapping

    import tablib
    from django.db.models import QuerySet

    class BaseField:
        column_name: str

        def __init__(self, **options: object) -> None: ...
else:
    BaseField = Field

Kind = DataSource.Kind
# What a key is sent to, or goes with: only the page of the source changes it, with the key.
REACHED_BY = ("url", "database", "login")


class Option(BaseField):
    """One of ``DataSource.options``; an empty cell leaves it as it is."""

    def __init__(self, name: str) -> None:
        super().__init__(attribute=name, column_name=name)

    def get_value(self, instance: Any, **_options: object) -> str:  # noqa: ANN401 - a source
        return str((instance.options or {}).get(self.column_name, ""))

    def save(
        self,
        instance: Any,  # noqa: ANN401 - a source
        row: Mapping[str, Any],
        is_m2m: bool = False,  # noqa: ARG002, FBT001, FBT002 - import-export's signature
        **_options: object,
    ) -> None:
        value = Text().clean(row.get(self.column_name))
        if value:
            instance.options = {**(instance.options or {}), self.column_name: value}


class DataSourceResource(Resource):
    """Found again by name. A new one is set up as on its page; a key has to be typed in there."""

    name = Field("name", "name", Text())
    kind = Field("kind", "kind", Choice(Kind))
    match_by = Field("match_by", "match_by", Choice(DataSource.MatchBy), saves_null_values=False)
    country = Field("country", "country", Text(upper=True))
    currency = Field("currency", "currency", Text(upper=True))
    url = Option("url")
    database = Option("database")
    login = Option("login")
    folder = Option("folder")
    tables = Field(column_name="tables", readonly=True)

    class Meta:
        model = DataSource
        import_id_fields = ("name",)
        # The code is made when it is saved; what else may be wrong is checked below.
        clean_model_instances = False
        fields: ClassVar = (
            "name",
            "kind",
            "match_by",
            "country",
            "currency",
            "url",
            "database",
            "login",
            "folder",
            "tables",
        )
        export_order = fields

    def filter_export(self, queryset: QuerySet[DataSource], **_options: object) -> object:
        return queryset.prefetch_related("tables")

    def dehydrate_tables(self, source: DataSource) -> str:
        """What it brings; told, not taken in."""
        if not source.pk:
            return ""
        return ", ".join(table.name for table in source.tables.all())

    def before_import(self, dataset: tablib.Dataset, **options: object) -> None:
        super().before_import(dataset, **options)
        if "name" not in (dataset.headers or ()):
            del dataset[0 : len(dataset)]
            raise DomainError(_("The column “name” is missing: sources are found by it."))

    def before_import_row(self, row: dict[str, Any], **_options: object) -> None:
        # Empty: as it is, or as on the page for a new one.
        for name in ("kind", "match_by", "country", "currency"):
            if name in row and not Text().clean(row[name]):
                del row[name]

    def before_save_instance(
        self, instance: DataSource, _row: Mapping[str, Any], **_options: object
    ) -> None:
        """What may not be, in a sentence for the row."""
        if instance.country and instance.country not in dict(country.choices()):
            sentence = _("country: “%(value)s” is no country: write two letters, like FR.")
            raise ValueError(sentence % {"value": instance.country})
        if instance.currency and instance.currency not in dict(country.currencies()):
            sentence = _("currency: “%(value)s” is no currency: write three letters, like EUR.")
            raise ValueError(sentence % {"value": instance.currency})
        if not instance.kind:
            raise ValueError(_("kind: write what the source is: iSaVigne, Odoo or files."))
        before = DataSource.objects.filter(pk=instance.pk).first() if instance.pk else None
        if before is not None:
            _check_change(before, instance)

    def do_instance_save(self, instance: DataSource, is_create: bool) -> None:  # noqa: FBT001 - import-export's signature
        """As the pages do it: with the tables of its kind, checks and all."""
        columns = {name: getattr(instance, name) for name in describing.COLUMNS}
        values = {"name": instance.name, **columns, **(instance.options or {})}
        values["country"] = values["country"] or country.default_of(instance.kind)
        if is_create:
            made = describing.create(instance.kind, values)
            instance.pk, instance.slug = made.pk, made.slug
        else:
            describing.change(instance.pk, values)


def _check_change(before: DataSource, instance: DataSource) -> None:
    if before.kind != instance.kind:
        sentence = _("kind: “%(name)s” is a source of another kind: add a source instead.")
        raise ValueError(sentence % {"name": before})
    if not (before.secret or before.secret_variable):
        return
    for name in REACHED_BY:
        if (before.options or {}).get(name, "") != (instance.options or {}).get(name, ""):
            sentence = _(
                "%(column)s: a key is kept for “%(name)s”: change its address on its page,"
                " together with the key."
            )
            raise ValueError(sentence % {"column": name, "name": before})
