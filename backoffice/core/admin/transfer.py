"""Import and export pages with our formats, limits and unfold's widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from import_export.admin import ImportExportModelAdmin

from backoffice.core.admin.base import ModelAdmin
from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.formats import FORMATS
from backoffice.core.spreadsheets.forms import ExportForm, ImportForm

if TYPE_CHECKING:
    from django.forms import Form

    class BaseImportExport:
        resource_classes: ClassVar[Any]

        def add_data_read_fail_error_to_form(self, form: Form, e: Exception) -> None: ...
else:
    BaseImportExport = ImportExportModelAdmin


class ImportExportAdmin(ModelAdmin, BaseImportExport):
    """A ModelAdmin whose rows can be imported and exported as CSV and Excel.

    Set ``resource_classes`` to subclasses of ``core.spreadsheets.resources.Resource``.
    Needs the permissions ``import_<model>`` and ``export_<model>`` in the model's Meta.
    """

    import_form_class = ImportForm
    export_form_class = ExportForm
    formats = FORMATS
    # What the page shows of a row that failed: the sentence, not the traceback.
    import_error_display = ("message",)
    # The history of a bulk import is its file and its report, not a log row for each line.
    skip_admin_log = True

    def add_data_read_fail_error_to_form(self, form: Form, e: Exception) -> None:
        """The sentence of our formats; import-export would name the exception's class."""
        if isinstance(e, DomainError):
            form.add_error("import_file", str(e.sentence))
        else:
            super().add_data_read_fail_error_to_form(form, e)
