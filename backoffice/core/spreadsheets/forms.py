"""The upload form of an import, with a limit on the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from unfold.contrib.import_export.forms import ImportForm as UnfoldImportForm

if TYPE_CHECKING:
    BaseImportForm = forms.Form
else:
    BaseImportForm = UnfoldImportForm


class ImportForm(BaseImportForm):
    def clean_import_file(self) -> Any:  # noqa: ANN401 - an uploaded file
        file = self.cleaned_data["import_file"]
        limit = settings.MAX_DOCUMENT_BYTES
        if file.size > limit:
            sentence = _("The file is too large (%(size)s): give at most %(limit)s.")
            words = {"size": filesizeformat(file.size), "limit": filesizeformat(limit)}
            raise forms.ValidationError(sentence % words, code="file_too_large")
        return file
