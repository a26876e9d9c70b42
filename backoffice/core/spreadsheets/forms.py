"""The forms of import and export: a limit on the file, columns by the names staff know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib.admin.utils import get_fields_from_path
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
        model = resource._meta.model  # noqa: SLF001 - as in resources
        if model_field(model, column.attribute) is None:
            return capfirst(str(column.column_name))
        # "Order · e-mail" for what another row holds: its number and its e-mail are two columns.
        path = get_fields_from_path(model, column.attribute)
        return capfirst(" · ".join(str(field.verbose_name) for field in path))
