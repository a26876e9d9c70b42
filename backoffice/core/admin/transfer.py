"""Import and export pages with our formats, limits and unfold's widgets."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from import_export.admin import ExportActionModelAdmin, ImportExportModelAdmin

from backoffice.core.admin.base import ModelAdmin
from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.formats import FORMATS, Csv
from backoffice.core.spreadsheets.forms import ExportForm, ImportForm

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import Model, QuerySet
    from django.forms import Form
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from backoffice.core.spreadsheets.formats import Xlsx

    class BaseExport:
        resource_classes: ClassVar[Any]

        def get_export_filename(
            self, request: HttpRequest, queryset: QuerySet[Model], file_format: object
        ) -> str: ...

        def export_admin_action(
            self, request: HttpRequest, queryset: QuerySet[Model]
        ) -> HttpResponse: ...

    class BaseImportExport:
        resource_classes: ClassVar[Any]

        def add_data_read_fail_error_to_form(self, form: Form, e: Exception) -> None: ...
else:
    BaseExport = ExportActionModelAdmin
    BaseImportExport = ImportExportModelAdmin


class StreamedExport:
    """Files that are written while they are sent: import-export would build them in memory."""

    def has_export_permission(self: Any, request: HttpRequest) -> bool:
        """Who may not see the rows shall not have them as a file."""
        may_export = super().has_export_permission(request)  # type: ignore[misc]
        return bool(may_export and self.has_view_permission(request))

    def export_action(self: Any, request: HttpRequest) -> HttpResponseBase:
        """As the list does, back to the list where the address has a filter that is none."""
        try:
            answer: HttpResponseBase = super().export_action(request)  # type: ignore[misc]
        except IncorrectLookupParameters:
            page = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
            return HttpResponseRedirect(f"{page}?{ERROR_FLAG}=1")
        return answer

    def _do_file_export(
        self: Any,
        file_format: Csv | Xlsx,
        request: HttpRequest,
        queryset: QuerySet[Model],
        export_form: Any = None,  # noqa: ANN401 - import-export's
    ) -> HttpResponseBase:
        if not self.has_export_permission(request):
            raise PermissionDenied
        chosen = self.choose_export_resource_class(export_form, request)
        resource = chosen(**self.get_export_resource_kwargs(request, export_form=export_form))
        columns = self.get_export_resource_fields_from_form(export_form)
        header, rows = resource.stream(queryset, columns)
        filename = self.get_export_filename(request, queryset, file_format)
        content_type = file_format.get_content_type()
        if isinstance(file_format, Csv):
            return StreamingHttpResponse(
                file_format.chunks(header, rows),
                content_type=content_type,
                headers={"Content-Disposition": f'attachment; filename="{filename}"'},
            )
        # A workbook is complete only at its end: it waits in a file that goes with the answer.
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
        try:
            file_format.write(file, header, rows)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return FileResponse(file, as_attachment=True, filename=filename, content_type=content_type)


class ExportAdmin(StreamedExport, ModelAdmin, BaseExport):
    """A ModelAdmin whose list, or the rows selected in it, can be exported as CSV and Excel.

    Set ``resource_classes`` to subclasses of ``core.spreadsheets.resources.Resource``.
    Needs the permission ``export_<model>`` in the model's Meta. Nothing can be imported.
    """

    export_form_class = ExportForm
    formats: Sequence[Any] = FORMATS
    show_change_form_export = False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """With the export in our words: import-export's own are poor French."""
        actions: dict[str, Any] = super().get_actions(request)
        if "export_admin_action" in actions:
            function, name, _description = actions["export_admin_action"]
            actions[name] = (function, name, _("Export the selected rows"))
        return actions

    def export_admin_action(self, request: HttpRequest, queryset: QuerySet[Model]) -> HttpResponse:
        """The form for the selected rows; for all of them that of the list, with its filters."""
        if request.POST.get("select_across") == "1":
            # The form names each selected row in a field, and Django takes a thousand of them.
            page = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_export")
            return HttpResponseRedirect(f"{page}?{request.GET.urlencode()}")
        return super().export_admin_action(request, queryset)

    def get_valid_export_item_pks(self, request: HttpRequest) -> Iterable[Any]:
        """Those of the posted rows that the person sees; import-export would fetch all keys."""
        chosen = [pk for pk in request.POST.getlist("export_items") if pk.isdecimal()]
        return self.get_queryset(request).filter(pk__in=chosen).values_list("pk", flat=True)


class ImportExportAdmin(StreamedExport, ModelAdmin, BaseImportExport):
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
