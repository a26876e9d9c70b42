"""The forms of import and export: a limit on the file, columns by the names staff know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from unfold.contrib.import_export.forms import ImportForm as UnfoldImportForm
from unfold.contrib.import_export.forms import SelectableFieldsExportForm

from backoffice.core.spreadsheets.resources import Resource, model_field

if TYPE_CHECKING:
    BaseImportForm = forms.Form
    BaseExportForm = forms.Form
else:
    BaseImportForm = UnfoldImportForm
    BaseExportForm = SelectableFieldsExportForm


class ImportForm(BaseImportForm):
    def clean_import_file(self) -> Any:  # noqa: ANN401 - an uploaded file
        file = self.cleaned_data["import_file"]
        limit = settings.MAX_DOCUMENT_BYTES
        if file.size > limit:
            sentence = _("The file is too large (%(size)s): give at most %(limit)s.")
            words = {"size": filesizeformat(file.size), "limit": filesizeformat(limit)}
            raise forms.ValidationError(sentence % words, code="file_too_large")
        return file


class ExportForm(BaseExportForm):
    def _get_field_label(self, resource: Resource, field_name: str) -> str:
        column = resource.fields[field_name]
        field = model_field(resource._meta.model, column.attribute)  # noqa: SLF001 - as in resources
        return capfirst(field.verbose_name) if field else str(column.column_name)
