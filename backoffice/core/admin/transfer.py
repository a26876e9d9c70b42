"""Import and export pages with our formats, limits and unfold's widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from import_export.admin import ImportExportModelAdmin
from unfold.contrib.import_export.forms import SelectableFieldsExportForm

from backoffice.core.admin.base import ModelAdmin
from backoffice.core.spreadsheets.formats import FORMATS
from backoffice.core.spreadsheets.forms import ImportForm

if TYPE_CHECKING:

    class BaseImportExport:
        resource_classes: Any
else:
    BaseImportExport = ImportExportModelAdmin


class ImportExportAdmin(ModelAdmin, BaseImportExport):
    """A ModelAdmin whose rows can be imported and exported as CSV and Excel.

    Set ``resource_classes`` to subclasses of ``core.spreadsheets.resources.Resource``.
    Needs the permissions ``import_<model>`` and ``export_<model>`` in the model's Meta.
    """

    import_form_class = ImportForm
    export_form_class = SelectableFieldsExportForm
    formats = FORMATS
    # The history of a bulk import is its file and its report, not a log row for each line.
    skip_admin_log = True
