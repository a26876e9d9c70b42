"""The syncs: their list, the page of one, with what can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.urls import path
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.contrib.filters.admin import ChoicesCheckboxFilter, RelatedCheckboxFilter
from unfold.widgets import UnfoldBooleanSwitchWidget

from backoffice.core.admin import ActionVariant, Done, ReadOnlyModelAdmin, dialog_action, display
from backoffice.core.admin.actions import DialogForm
from backoffice.core.admin.filters import DayRangeFilter
from backoffice.core.admin.ids import id_in
from crm.admin.run_pages import ADDRESSES, state_context
from crm.models import SyncChange, SyncRun
from crm.sync import history, requests
from crm.sync.undoing import undo

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern

    from backoffice.core.admin.staff import StaffRequest

Status = SyncRun.Status
COLOURS = {
    Status.WAITING: "info",
    Status.RUNNING: "info",
    Status.DONE: "success",
    Status.FAILED: "danger",
    Status.CANCELLED: "warning",
    Status.TO_UNDO: "info",
    Status.UNDOING: "info",
    Status.UNDONE: "default",
}
SYNC = "crm.sync_datasource"
UNDO = "crm.undo_syncrun"


class UndoForm(DialogForm):
    """Asks with the numbers: how many rows go, how many are given back."""

    sure = forms.BooleanField(
        label=gettext_lazy("I want this sync to be undone"), widget=UnfoldBooleanSwitchWidget
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counts = undo.at_stake(id_in(self.object_id))
        actions = SyncChange.Action
        told = _(
            "%(created)s rows that it created are deleted, %(updated)s get their earlier values"
            " back, %(linked)s links are parted. Rows that were changed since, or that something"
            " else refers to now, stay as they are and are listed."
        )
        self.fields["sure"].help_text = told % {
            "created": _number(counts.get(actions.CREATED, 0)),
            "updated": _number(counts.get(actions.UPDATED, 0)),
            "linked": _number(counts.get(actions.LINKED, 0)),
        }


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyModelAdmin):
    list_display = (
        "display_run",
        "kind",
        "display_status",
        "requested_at",
        "display_duration",
        "display_read",
        "display_changes",
        "display_rejected",
        "display_scores",
        "requested_by",
    )
    list_select_related = ("source", "requested_by")
    list_prefetch_related = ("table_runs",)
    list_filter = (
        ("source", RelatedCheckboxFilter),
        ("status", ChoicesCheckboxFilter),
        ("kind", ChoicesCheckboxFilter),
        ("requested_at", DayRangeFilter),
    )
    search_fields = ("source__name", "source__slug", "=pk")
    fields = (("source", "kind"), ("requested_at", "requested_by"))
    readonly_fields = ("source", "kind", "requested_at", "requested_by")
    change_form_after_template = "admin/crm/run/page.html"
    actions_detail = ("undo", "resume", "cancel")

    class Media:
        css: ClassVar = {"all": ["messaging/channels.css", "crm/run.css"]}

    # --- who may what ---

    def has_undo_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        if not request.user.has_perm(UNDO):
            return False
        run = self._run(object_id)
        return run is None or request.method == "POST" or undo.can_undo(run)

    def has_resume_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return self._may_sync(request, object_id, requests.STOPPED)

    def has_cancel_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return self._may_sync(request, object_id, (Status.WAITING, Status.RUNNING))

    def _may_sync(
        self, request: HttpRequest, object_id: str | None, wanted: tuple[str, ...]
    ) -> bool:
        if not request.user.has_perm(SYNC):
            return False
        run = self._run(object_id)
        return run is None or request.method == "POST" or run.status in wanted

    def _run(self, object_id: str | None) -> SyncRun | None:
        return None if object_id is None else SyncRun.objects.filter(pk=id_in(object_id)).first()

    # --- deciding ---

    @dialog_action(
        gettext_lazy("Undo this sync"),
        permissions=["undo"],
        question=gettext_lazy("Take back everything this sync brought?"),
        form=UndoForm,
        icon="undo",
        variant=ActionVariant.DANGER,
    )
    def undo(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        undo.request_undo(object_id, by=request.user)
        return Done(_("The sync is being undone; this page says when that is done."))

    @dialog_action(
        gettext_lazy("Go on"),
        permissions=["resume"],
        question=gettext_lazy("Go on with this sync where it stopped? Failed tables too."),
        icon="play_arrow",
        variant=ActionVariant.PRIMARY,
    )
    def resume(self, _request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        requests.resume(object_id)
        return Done(_("The sync goes on where it stopped."))

    @dialog_action(
        gettext_lazy("Stop"),
        permissions=["cancel"],
        question=gettext_lazy(
            "Stop this sync after the batch it is at? What it has brought stays; it can go on"
            " later, or be undone."
        ),
        icon="stop",
    )
    def cancel(self, _request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        requests.cancel(object_id)
        return Done(_("The sync was stopped."))

    # --- the list ---

    @display(description=gettext_lazy("sync"), ordering="pk")
    def display_run(self, run: SyncRun) -> str:
        return str(run)

    @display(description=gettext_lazy("status"), ordering="status", label=COLOURS)
    def display_status(self, run: SyncRun) -> tuple[str, str]:
        return run.status, run.get_status_display()

    @display(description=gettext_lazy("duration"))
    def display_duration(self, run: SyncRun) -> str:
        duration = history.shown_of(run, list(run.table_runs.all())).duration
        return "" if duration is None else str(duration)

    @display(description=gettext_lazy("rows read"))
    def display_read(self, run: SyncRun) -> str:
        return _number(_sum(run, "read"))

    @display(description=gettext_lazy("created / changed / unchanged"))
    def display_changes(self, run: SyncRun) -> str:
        return " / ".join(_number(_sum(run, name)) for name in ("created", "updated", "unchanged"))

    @display(description=pgettext_lazy("rows", "refused"))
    def display_rejected(self, run: SyncRun) -> str:
        return _number(_sum(run, "rejected"))

    @display(description=gettext_lazy("mapping / data"))
    def display_scores(self, run: SyncRun) -> str:
        return " / ".join(_mean(run, name) for name in ("mapping_score", "data_score"))

    # --- its page ---

    def get_urls(self) -> list[URLPattern]:
        """With what its page asks for."""
        mine = [
            path(f"<int:run_id>/{ending}", self.admin_site.admin_view(view), name=name)
            for name, (ending, view) in ADDRESSES.items()
        ]
        return [*mine, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Beside Django's: how far it is, its tables, what was wrong, what an undo left alone."""
        run = self.get_object(request, object_id)
        context = state_context(run) if run else {}
        return super().change_view(
            request, object_id, form_url, {**context, **(extra_context or {})}
        )


def _number(count: int) -> str:
    return number_format(count, force_grouping=True)


def _sum(run: SyncRun, name: str) -> int:
    return sum(getattr(table, name) for table in run.table_runs.all())


def _mean(run: SyncRun, name: str) -> str:
    known = [value for table in run.table_runs.all() if (value := getattr(table, name)) is not None]
    return str(round(sum(known) / len(known))) if known else "–"
