"""What every import has in common: checks, limits, and headings people would write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from import_export.resources import ModelResource

from backoffice.core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import tablib
    from django.db.models import Model, QuerySet

    class BaseResource:
        fields: dict[str, Any]
        _meta: Any

        def filter_export(self, queryset: Any, **options: object) -> Any: ...  # noqa: ANN401 - rows of any model
        def get_export_fields(self, selected_fields: Collection[str] | None) -> list[Any]: ...
        def export_field(self, field: Any, instance: Model) -> object: ...  # noqa: ANN401 - a column
else:
    BaseResource = ModelResource

# Rows fetched at a time for an export, each batch with what hangs on it.
BATCH = 1000


class Resource(BaseResource):
    """A sheet whose rows become rows of ``Meta.model``, found again by ``import_id_fields``.

    A heading may be the column's name or the field's label in any of our
    languages, in any case. Unknown headings are refused rather than ignored: a
    column that nobody reads is data lost without a word.
    """

    class Meta:
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True
        use_transactions = True

    def iter_queryset(self, queryset: QuerySet[Model]) -> Iterator[Model]:
        """Batch after batch of one cursor: import-export's pages shift when a row comes in."""
        return queryset.iterator(chunk_size=BATCH)

    def stream(
        self, queryset: QuerySet[Any], columns: Collection[str] | None = None
    ) -> tuple[list[str], Iterator[list[object]]]:
        """The heading and the rows of a file, one after the other from a server-side cursor.

        ``columns`` names the fields that were chosen; all where it is None. Unlike ``export``
        nothing is kept: a hundred thousand rows weigh as much as one batch.
        """
        # Once, where import-export asks for each row anew which columns it has: half the time.
        fields = self.get_export_fields(columns)
        chosen = self.filter_export(queryset)
        rows = (
            [self.export_field(field, row) for field in fields]
            for row in self.iter_queryset(chosen)
        )
        return [str(field.column_name) for field in fields], rows

    def before_import(self, dataset: tablib.Dataset, **_kwargs: object) -> None:
        names = self._names()
        headers = [names.get(heading.strip().casefold(), heading) for heading in dataset.headers]
        fault = _fault(headers, sorted(set(names.values())))
        if fault:
            # import-export goes on to the rows whatever is raised here.
            del dataset[0 : len(dataset)]
            raise DomainError(fault)
        dataset.headers = headers

    def _names(self) -> dict[str, str]:
        """Column names by themselves and by the labels of their fields, in lower case."""
        labels: dict[str, str] = {}
        for language, _label in settings.LANGUAGES:
            with translation.override(language):
                for field in self.fields.values():
                    kept_in = model_field(self._meta.model, field.attribute)
                    if kept_in is not None:
                        label = str(kept_in.verbose_name).casefold()
                        labels.setdefault(label, field.column_name)
        return labels | {
            field.column_name.casefold(): field.column_name for field in self.fields.values()
        }


def _fault(headers: list[str], known: list[str]) -> str:
    unknown = [heading for heading in headers if heading not in known]
    if unknown:
        sentence = _("Unknown columns: %(unknown)s. Known columns: %(known)s.")
        return sentence % {"unknown": ", ".join(unknown), "known": ", ".join(known)}
    twice = sorted({heading for heading in headers if headers.count(heading) > 1})
    if twice:
        return _("Columns given twice: %(columns)s.") % {"columns": ", ".join(twice)}
    return ""


def model_field(model: type[Model], attribute: str | None) -> Any:  # noqa: ANN401 - any kind of field
    """The field of ``model`` that a column shows; None where it is no field of its own."""
    names = {field.name: field for field in model._meta.concrete_fields}  # noqa: SLF001 - Django's public name
    return names.get((attribute or "").split("__")[0])
