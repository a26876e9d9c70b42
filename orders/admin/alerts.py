"""Alerts as staff see them: the list, and what they say about each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from unfold.contrib.filters.admin import ChoicesCheckboxFilter, RadioFilter
from unfold.widgets import UnfoldAdminTextareaWidget

from backoffice.core.admin import (
    DialogForm,
    Done,
    ReadOnlyModelAdmin,
    bulk_action,
    dialog_action,
    display,
)
from backoffice.core.admin.filters import DayRangeFilter
from orders.alerts import states, tasks
from orders.models import Alert, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from backoffice.core.admin.staff import StaffRequest

State = Alert.State
SEVERITY_COLOURS = {
    Severity.CRITICAL: "danger",
    Severity.WARNING: "warning",
    Severity.INFO: "info",
}
STATE_COLOURS = {State.OPEN: "danger", State.ACKNOWLEDGED: "info", State.RESOLVED: "success"}


class StateFilter(RadioFilter):  # type: ignore[misc]
    """Without a choice what still needs somebody is shown."""

    title = gettext_lazy("state")
    parameter_name = "state"
    all_option = ("", gettext_lazy("Open and acknowledged"))

    def lookups(self, *_args: object) -> list[tuple[str, Any]]:
        return [*State.choices, ("all", gettext_lazy("All"))]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Alert]) -> QuerySet[Alert]:
        chosen = self.value()
        if chosen == "all":
            return queryset
        if chosen in State.values:
            return queryset.filter(state=chosen)
        return queryset.exclude(state=State.RESOLVED)


class NoteForm(DialogForm):
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )


@admin.register(Alert)
class AlertAdmin(ReadOnlyModelAdmin):
    list_display = (
        "display_severity",
        "sentence",
        "display_links",
        "kind",
        "display_state",
        "raised_at",
    )
    list_display_links = ("sentence",)
    list_filter = (
        StateFilter,
        ("severity", ChoicesCheckboxFilter),
        ("kind", ChoicesCheckboxFilter),
        ("raised_at", DayRangeFilter),
    )
    list_select_related = ("order", "acknowledged_by", "resolved_by")
    search_fields = ("sentence", "order__number", "order__company", "note")
    search_help_text = gettext_lazy("Words of the alert, number or company of the order")
    fieldsets = (
        (None, {"fields": ("severity", "kind", "sentence", "display_links")}),
        (
            gettext_lazy("What was done"),
            {
                "fields": (
                    "state",
                    "raised_at",
                    ("acknowledged_by", "acknowledged_at"),
                    ("resolved_by", "resolved_at"),
                    "note",
                )
            },
        ),
    )
    actions = ("acknowledge_selected", "resolve_selected", "reopen_selected")
    actions_row = ("acknowledge", "resolve")
    actions_detail = ("acknowledge", "resolve", "reopen")

    class Media:
        css: ClassVar = {"all": ["orders/alerts.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Alert]:
        alerts: QuerySet[Alert] = super().get_queryset(request)
        # What was read of an order weighs more than all the rest of the page.
        return alerts.select_related(*self.list_select_related).defer("order__reading")

    # --- columns ---

    @display(description=gettext_lazy("Severity"), ordering="severity", label=SEVERITY_COLOURS)
    def display_severity(self, alert: Alert) -> tuple[int, str]:
        return alert.severity, alert.get_severity_display()

    @display(description=gettext_lazy("State"), ordering="state", label=STATE_COLOURS)
    def display_state(self, alert: Alert) -> tuple[str, str]:
        who = {
            State.ACKNOWLEDGED: alert.acknowledged_by,
            State.RESOLVED: alert.resolved_by,
        }.get(State(alert.state))
        label = alert.get_state_display()
        return alert.state, f"{label} ({who.get_full_name() or who})" if who else label

    @display(description=gettext_lazy("About"))
    def display_links(self, alert: Alert) -> str:
        links = (
            format_html('<a class="underline" href="{}">{}</a>', url, text)
            for url, text in _links(alert)
        )
        return format_html_join(", ", "{}", ((link,) for link in links)) or "–"

    # --- who may what ---

    def has_decide_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Whether the person may say something about alerts; the button goes once all is said."""
        return self._may_decide(request, object_id, State.OPEN, State.ACKNOWLEDGED)

    def has_acknowledge_permission(
        self, request: HttpRequest, object_id: str | None = None
    ) -> bool:
        return self._may_decide(request, object_id, State.OPEN)

    def has_reopen_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return self._may_decide(request, object_id, State.ACKNOWLEDGED, State.RESOLVED)

    def _may_decide(self, request: HttpRequest, object_id: str | None, *among: Alert.State) -> bool:
        if not self.may(request, "change"):
            return False
        if object_id is None or request.method == "POST":
            return True
        is_id = str(object_id).isdecimal()
        return is_id and Alert.objects.filter(pk=object_id, state__in=among).exists()

    # --- one alert ---

    @dialog_action(
        gettext_lazy("Acknowledge"),
        permissions=["acknowledge"],
        question=gettext_lazy("Say that you look after it? It leaves the open alerts."),
        form=NoteForm,
        icon="visibility",
    )
    def acknowledge(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        states.acknowledge(object_id, by=request.user, note=data["note"])
        return Done(_("You look after this alert."))

    @dialog_action(
        gettext_lazy("Resolve"),
        permissions=["decide"],
        question=gettext_lazy("Put this alert away? It comes back only if things change."),
        form=NoteForm,
        icon="check",
    )
    def resolve(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        states.resolve(object_id, by=request.user, note=data["note"])
        return Done(_("The alert is resolved."))

    @dialog_action(
        gettext_lazy("Open again"),
        permissions=["reopen"],
        question=gettext_lazy("Put this alert back among the open ones?"),
        icon="undo",
    )
    def reopen(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> Done:
        states.reopen(object_id, by=request.user)
        return Done(_("The alert is open again."))

    # --- many ---

    @bulk_action(
        gettext_lazy("Acknowledge the selected alerts"),
        permissions=["acknowledge"],
        question=gettext_lazy("Say that you look after these alerts?"),
        done=ngettext_lazy(
            "You look after %(count)d alert.", "You look after %(count)d alerts.", "count"
        ),
        form=NoteForm,
        task=tasks.acknowledge_as,
    )
    def acknowledge_selected(
        self, request: StaffRequest, object_id: int, data: dict[str, Any]
    ) -> None:
        states.acknowledge(object_id, by=request.user, note=data["note"])

    @bulk_action(
        gettext_lazy("Resolve the selected alerts"),
        permissions=["decide"],
        question=gettext_lazy("Put these alerts away? They come back only if things change."),
        done=ngettext_lazy("%(count)d alert resolved.", "%(count)d alerts resolved.", "count"),
        form=NoteForm,
        task=tasks.resolve_as,
    )
    def resolve_selected(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> None:
        states.resolve(object_id, by=request.user, note=data["note"])

    @bulk_action(
        gettext_lazy("Open the selected alerts again"),
        permissions=["reopen"],
        question=gettext_lazy("Put these alerts back among the open ones?"),
        done=ngettext_lazy(
            "%(count)d alert is open again.", "%(count)d alerts are open again.", "count"
        ),
    )
    def reopen_selected(self, request: StaffRequest, object_id: int, _data: dict[str, Any]) -> None:
        states.reopen(object_id, by=request.user)


def open_alerts(request: HttpRequest, order_id: int) -> QuerySet[Alert]:
    """What the order's page shows: its alerts that still need somebody; none to strangers."""
    if not request.user.has_perm("orders.view_alert"):
        return Alert.objects.none()
    unresolved = Alert.objects.filter(order=order_id).exclude(state=State.RESOLVED)
    return unresolved.select_related("acknowledged_by")


def _links(alert: Alert) -> Iterator[tuple[str, str]]:
    if alert.order is not None:
        yield reverse("admin:orders_order_change", args=[alert.order_id]), alert.order.number
    if alert.message_id is not None:
        page = reverse("admin:messaging_inboundmessage_change", args=[alert.message_id])
        yield page, _("message received")
    if alert.kind == Alert.Kind.CHANGE_REQUEST:
        request_id = alert.key.rpartition(":")[2]
        yield reverse("admin:orders_changerequest_change", args=[request_id]), _("change request")
    if alert.notice_id is not None:
        page = reverse("admin:messaging_outboundmessage_change", args=[alert.notice_id])
        yield page, _("message sent")
