"""Rows in quarantine: the list, mending one in place, dismissing, running again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext_lazy
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.widgets import UnfoldAdminTextInputWidget

from backoffice.core.admin import DialogForm, ModelAdmin, bulk_action, display
from backoffice.core.admin.actions import refusal_level
from backoffice.core.admin.filters import DayRangeFilter
from backoffice.core.admin.ids import id_in
from backoffice.core.errors import DomainError
from crm.admin.quality import row as quarantine_row
from crm.admin.quality import sheets as quarantine_sheets
from crm.admin.quality.anomalies import KindFilter, StateFilter, TableFilter
from crm.models import SourceTable, StagedRow
from crm.quality import quarantine, summary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern

State = StagedRow.State
TONES = {State.WAITING: "warning", State.MENDED: "success", State.DISMISSED: ""}
_SHOWN = 200


class RowStateFilter(StateFilter):
    """Those to mend, unless something else is asked for."""

    first = State.WAITING
    states = State


class RefusedForFilter(KindFilter):
    title = gettext_lazy("refused for")

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        if not self.value():
            return queryset
        return queryset.filter(anomalies__code=self.value()).distinct()


class ReplaceForm(DialogForm):
    """What to write where; without an old value whatever is there is replaced."""

    column = forms.CharField(label=gettext_lazy("Column"), widget=UnfoldAdminTextInputWidget)
    old = forms.CharField(
        label=gettext_lazy("Only where it is"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Empty: only where the column is empty. * is any value."),
    )
    new = forms.CharField(
        label=gettext_lazy("New value"), required=False, widget=UnfoldAdminTextInputWidget
    )


@admin.register(StagedRow)
class StagedRowAdmin(ModelAdmin):
    list_display = (
        "row_number",
        "display_what",
        "table",
        "display_state",
        "display_by",
        "updated_at",
    )
    list_display_links = ("row_number", "display_what")
    list_filter = (
        RowStateFilter,
        RefusedForFilter,
        ("table__source", RelatedDropdownFilter),
        ("table", TableFilter),
        ("updated_at", DayRangeFilter),
    )
    list_select_related = ("table__source", "changed_by")
    search_fields = ("sentence", "anomalies__key")
    search_help_text = gettext_lazy("Key, or words of the sentence")
    list_before_template = "admin/crm/quality/quarantine_tables.html"
    actions = ("replace_selected", "dismiss_selected", "restore_selected")

    class Media:
        css: ClassVar = {"all": ["crm/quality.css"]}

    # --- who may what ---

    def has_add_permission(self, *_request: object) -> bool:
        return False

    def has_change_permission(self, *_request: object, **_obj: object) -> bool:
        """Mending is a decision of its own, on a page of its own."""
        return False

    def has_delete_permission(self, *_request: object, **_obj: object) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: StagedRow | None = None) -> bool:  # noqa: ARG002 - Django's signature
        return self.may(request, "view")

    def has_mend_permission(self, request: HttpRequest, object_id: object = None) -> bool:  # noqa: ARG002 - unfold's signature
        return self.may(request, "mend")

    # --- pages ---

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        mine = [
            path("<int:row_id>/check/", view(self.check_view), name="crm_stagedrow_check"),
            path("again/", view(self.again_view), name="crm_stagedrow_again"),
            path("export/", view(quarantine_sheets.export), name="crm_stagedrow_export"),
            path("import/", view(quarantine_sheets.import_mended), name="crm_stagedrow_import"),
        ]
        return [*mine, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {
            **(extra_context or {}),
            "quarantine": summary.tables(),
            "may_mend": self.may(request, "mend"),
            "may_export": self.may(request, "export"),
            "may_import": self.may(request, "import"),
        }
        answer: HttpResponse = super().changelist_view(request, context)
        return answer

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002 - Django's signature
    ) -> HttpResponse:
        """The row's columns with the problem beside each; a post does what its button says."""
        if not self.may(request, "view"):
            raise PermissionDenied
        rows = StagedRow.objects.select_related("table__source", "run")
        row = rows.filter(pk=id_in(object_id)).first()
        if row is None:
            # Taken over meanwhile, by a run or with a newer row of its key.
            messages.warning(request, _("This entry no longer exists."))
            return HttpResponseRedirect(reverse("admin:crm_stagedrow_changelist"))
        if request.method == "POST":
            if not self.may(request, "mend"):
                raise PermissionDenied
            return self._act(request, row)
        context = {
            **self.admin_site.each_context(request),
            **quarantine_row.shown(row, may_mend=self.may(request, "mend")),
            "title": _("Row %(row)s of %(table)s") % {"row": row.row_number, "table": row.table},
            "opts": self.opts,
            "original": row,
        }
        return TemplateResponse(request, "admin/crm/quality/row.html", context)

    def check_view(self, request: HttpRequest, row_id: int) -> HttpResponse:
        """What would be wrong with the typed values; nothing is saved."""
        if not self.may(request, "mend"):
            raise PermissionDenied
        row = get_object_or_404(StagedRow.objects.select_related("table__source"), pk=row_id)
        return JsonResponse(quarantine_row.checked(row, request.POST))

    def again_view(self, request: HttpRequest) -> HttpResponse:
        """Run a table's mended rows; ``references``: and those whose references may be there."""
        if request.method != "POST" or not self.may(request, "mend"):
            raise PermissionDenied
        table = get_object_or_404(SourceTable, pk=id_in(request.POST.get("table", "")))
        with_references = "references" in request.POST
        try:
            run = quarantine.rerun(table, request.user, with_references=with_references)  # type: ignore[arg-type]
        except DomainError as error:
            messages.add_message(request, refusal_level(error), str(error.sentence))
        else:
            messages.success(request, quarantine_row.told_run(run))
        return HttpResponseRedirect(reverse("admin:crm_stagedrow_changelist"))

    def _act(self, request: HttpRequest, row: StagedRow) -> HttpResponse:
        here = request.get_full_path()
        try:
            told, leaves = quarantine_row.act(row, request.POST, by=request.user)  # type: ignore[arg-type]
        except DomainError as error:
            messages.add_message(request, refusal_level(error), str(error.sentence))
            return HttpResponseRedirect(here)
        messages.success(request, told)
        following = quarantine_row.following(row) if leaves else row.pk
        if following is None:
            return HttpResponseRedirect(reverse("admin:crm_stagedrow_changelist"))
        return HttpResponseRedirect(reverse("admin:crm_stagedrow_change", args=[following]))

    # --- actions ---

    @bulk_action(
        gettext_lazy("Replace a value in the selected rows"),
        permissions=["mend"],
        question=gettext_lazy("The rows are mended; run them again afterwards."),
        submit=gettext_lazy("Replace"),
        done=ngettext_lazy("%(count)d row mended.", "%(count)d rows mended.", "count"),
        form=ReplaceForm,
    )
    def replace_selected(
        self, request: HttpRequest, object_id: int, data: Mapping[str, str]
    ) -> None:
        old = None if data["old"].strip() == "*" else data["old"]
        changed = quarantine.mend_many(
            [object_id],
            column=data["column"],
            new=data["new"],
            old=old,
            by=request.user,  # type: ignore[arg-type]
        )
        if not changed:
            sentence = _(
                "The column “%(column)s” has another value here, or the row was dismissed."
            )
            raise DomainError(sentence % data, code="other_value")

    @bulk_action(
        gettext_lazy("Dismiss the selected rows"),
        permissions=["mend"],
        question=gettext_lazy("They are not listed again, however often the source sends them."),
        submit=gettext_lazy("Dismiss"),
        done=ngettext_lazy("%(count)d row dismissed.", "%(count)d rows dismissed.", "count"),
    )
    def dismiss_selected(
        self,
        request: HttpRequest,
        object_id: int,
        data: Mapping[str, object],  # noqa: ARG002 - the shape of actions
    ) -> None:
        quarantine.dismiss(object_id, request.user)  # type: ignore[arg-type]

    @bulk_action(
        gettext_lazy("Bring the selected rows back"),
        permissions=["mend"],
        question=gettext_lazy("They wait again as they were read; what was mended is forgotten."),
        submit=gettext_lazy("Bring back"),
        done=ngettext_lazy("%(count)d row waits again.", "%(count)d rows wait again.", "count"),
    )
    def restore_selected(
        self,
        request: HttpRequest,
        object_id: int,
        data: Mapping[str, object],  # noqa: ARG002 - the shape of actions
    ) -> None:
        quarantine.restore(object_id, request.user)  # type: ignore[arg-type]

    # --- columns ---

    @display(description=gettext_lazy("what is wrong, and the mend"))
    def display_what(self, row: StagedRow) -> str:
        return Truncator(row.sentence).chars(_SHOWN)

    @display(description=gettext_lazy("state"), ordering="state", label=TONES)
    def display_state(self, row: StagedRow) -> tuple[str, str]:
        return row.state, row.get_state_display()

    @display(description=pgettext_lazy("person", "changed by"))
    def display_by(self, row: StagedRow) -> str:
        return str(row.changed_by or "")
