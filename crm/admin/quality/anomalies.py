"""The list of what is wrong with the data, counted by kind, with the way to each mend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, Subquery
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy, pgettext
from unfold.contrib.filters.admin import ChoicesCheckboxFilter, RelatedDropdownFilter
from unfold.widgets import UnfoldAdminSelectWidget

from backoffice.core.admin import (
    DialogForm,
    Done,
    ExportAdmin,
    bulk_action,
    dialog_action,
    display,
)
from backoffice.core.admin.filters import DayRangeFilter
from crm import canonical
from crm.models import Anomaly, Entity, SourceRecord, SourceTable
from crm.problems import CODES
from crm.quality import deciding
from crm.resources.anomaly import AnomalyResource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

Severity, State = Anomaly.Severity, Anomaly.State
TONES = {Severity.CRITICAL: "danger", Severity.HIGH: "warning", Severity.MEDIUM: "info"}
# Where our record of an entity is shown.
PAGES = {
    Entity.CUSTOMER: "crm_customer",
    Entity.PRODUCT: "crm_product",
    Entity.SALE: "crm_sale",
    Entity.STOCK: "crm_stocklevel",
    Entity.INTERACTION: "crm_interaction",
}
_SHOWN = 200


class StateFilter(admin.SimpleListFilter):
    """Open ones, unless something else is asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"
    first: ClassVar[str] = State.OPEN
    states: ClassVar[Any] = State

    def lookups(self, *_context: object) -> list[tuple[str, Any]]:
        others = [(one.value, one.label) for one in self.states if one != self.first]
        return [*others, ("all", pgettext("rows", "All"))]

    def choices(self, changelist: Any) -> Any:  # noqa: ANN401 - Django's signature
        for choice in super().choices(changelist):
            if choice["query_string"] == changelist.get_query_string(remove=[self.parameter_name]):
                choice["display"] = self.states(self.first).label
            yield choice

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        if self.value() == "all":
            return queryset
        chosen = self.value() if self.value() in self.states.values else self.first
        return queryset.filter(state=chosen)


class TableFilter(RelatedDropdownFilter):  # type: ignore[misc]
    """Tables with their sources: one query, however many there are."""

    def field_choices(self, *_context: object) -> list[tuple[int, str]]:
        tables = SourceTable.objects.select_related("source")
        return [(table.pk, str(table)) for table in tables.order_by("source__name", "position")]


class KindFilter(admin.SimpleListFilter):
    title = gettext_lazy("kind")
    parameter_name = "code"

    def lookups(self, *_context: object) -> list[tuple[str, Any]]:
        return list(CODES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        return queryset.filter(code=self.value()) if self.value() else queryset


class FieldFilter(admin.SimpleListFilter):
    title = gettext_lazy("field")
    parameter_name = "field"

    def lookups(self, *_context: object) -> list[tuple[str, Any]]:
        fields = {field.name: field.label for list_ in canonical.FIELDS.values() for field in list_}
        return sorted(fields.items(), key=lambda one: str(one[1]))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's signature
        return queryset.filter(field=self.value()) if self.value() else queryset


class KindForm(DialogForm):
    """Which kind of which table; the lists are made when the dialog is opened."""

    table = forms.ModelChoiceField(
        label=gettext_lazy("Table"),
        queryset=SourceTable.objects.select_related("source"),
        widget=UnfoldAdminSelectWidget,
    )
    code = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=lambda: list(CODES.items()),
        widget=UnfoldAdminSelectWidget,
    )


@admin.register(Anomaly)
class AnomalyAdmin(ExportAdmin):
    resource_classes: ClassVar = [AnomalyResource]
    list_display = (
        "display_severity",
        "display_what",
        "display_field",
        "row_number",
        "table",
        "display_last_seen",
        "display_link",
    )
    list_display_links = ("display_what",)
    list_filter = (
        ("severity", ChoicesCheckboxFilter),
        KindFilter,
        ("table__source", RelatedDropdownFilter),
        ("table", TableFilter),
        StateFilter,
        FieldFilter,
        ("last_seen_at", DayRangeFilter),
    )
    list_select_related = ("table__source",)
    search_fields = ("key", "value", "sentence")
    search_help_text = gettext_lazy("Key, value or words of the sentence")
    list_before_template = "admin/crm/quality/anomaly_counts.html"
    fields = (
        ("severity", "display_kind", "state"),
        "sentence",
        ("table", "row_number", "key"),
        ("display_field", "value"),
        ("first_seen_at", "last_seen_at"),
        "display_link",
    )
    actions = ("ignore_selected", "reopen_selected")
    actions_list = ("ignore_kind",)

    class Media:
        css: ClassVar = {"all": ["crm/quality.css"]}

    # --- who may what ---

    def has_add_permission(self, *_request: object) -> bool:
        return False

    def has_change_permission(self, *_request: object, **_obj: object) -> bool:
        """What is wrong is mended in its row or its source."""
        return False

    def has_delete_permission(self, *_request: object, **_obj: object) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Anomaly | None = None) -> bool:  # noqa: ARG002 - Django's signature
        return self.may(request, "view")

    def has_decide_permission(self, request: HttpRequest, object_id: object = None) -> bool:  # noqa: ARG002 - unfold's signature
        return self.may(request, "change")

    # --- the list ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[Anomaly]:
        anomalies: QuerySet[Anomaly] = super().get_queryset(request)
        record = SourceRecord.objects.filter(
            source=OuterRef("table__source"), entity=OuterRef("table__entity"), key=OuterRef("key")
        )
        return anomalies.annotate(our_id=Subquery(record.values("object_id")[:1]))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        answer: Any = super().changelist_view(request, extra_context)
        changelist = getattr(answer, "context_data", {}).get("cl")
        if changelist is not None:
            answer.context_data["anomaly_groups"] = _groups(changelist)
        return answer  # type: ignore[no-any-return]

    @bulk_action(
        gettext_lazy("Ignore the selected anomalies"),
        permissions=["decide"],
        question=gettext_lazy("They are not listed again, however often the source sends them."),
        submit=gettext_lazy("Ignore"),
        done=ngettext_lazy("%(count)d anomaly ignored.", "%(count)d anomalies ignored.", "count"),
    )
    def ignore_selected(
        self,
        request: HttpRequest,  # noqa: ARG002 - the shape of actions
        object_id: int,
        data: Mapping[str, object],  # noqa: ARG002 - the shape of actions
    ) -> None:
        deciding.ignore(object_id)

    @bulk_action(
        gettext_lazy("Look at the selected anomalies again"),
        permissions=["decide"],
        question=gettext_lazy("Ignored anomalies are listed again."),
        submit=gettext_lazy("Reopen"),
        done=ngettext_lazy("%(count)d anomaly reopened.", "%(count)d anomalies reopened.", "count"),
    )
    def reopen_selected(
        self,
        request: HttpRequest,  # noqa: ARG002 - the shape of actions
        object_id: int,
        data: Mapping[str, object],  # noqa: ARG002 - the shape of actions
    ) -> None:
        deciding.reopen(object_id)

    @dialog_action(
        gettext_lazy("Ignore a kind"),
        permissions=["decide"],
        icon="visibility_off",
        question=gettext_lazy(
            "All open anomalies of this kind in rows that were taken are not listed again."
        ),
        submit=gettext_lazy("Ignore"),
        form=KindForm,
    )
    def ignore_kind(self, request: HttpRequest, data: Mapping[str, Any]) -> Done:  # noqa: ARG002 - the shape of actions
        count = deciding.ignore_kind(data["table"].pk, data["code"])
        told = ngettext("%(count)d anomaly ignored.", "%(count)d anomalies ignored.", count)
        return Done(told % {"count": count})

    # --- columns ---

    @display(description=gettext_lazy("severity"), ordering="severity", label=TONES)
    def display_severity(self, anomaly: Anomaly) -> tuple[str, str]:
        return anomaly.severity, anomaly.get_severity_display()

    @display(description=gettext_lazy("kind"))
    def display_kind(self, anomaly: Anomaly) -> str:
        return str(CODES.get(anomaly.code, anomaly.code))

    @display(description=gettext_lazy("what is wrong, and the mend"))
    def display_what(self, anomaly: Anomaly) -> str:
        return Truncator(anomaly.sentence).chars(_SHOWN)

    @display(description=gettext_lazy("field"), ordering="field")
    def display_field(self, anomaly: Anomaly) -> str:
        field = canonical.field_of(anomaly.table.entity, anomaly.field)
        return str(field.label) if field else "-"

    @display(description=gettext_lazy("last seen"), ordering="last_seen_at")
    def display_last_seen(self, anomaly: Anomaly) -> Any:  # noqa: ANN401 - the admin formats it
        return anomaly.last_seen_at

    @display(description=gettext_lazy("where"))
    def display_link(self, anomaly: Anomaly) -> str:
        """To the row in quarantine, or to what became of the row."""
        if anomaly.staged_row_id:
            target: int | None = anomaly.staged_row_id
            page = "crm_stagedrow"
            words = _("Mend the row")
        else:
            page, target = PAGES[Entity(anomaly.table.entity)], getattr(anomaly, "our_id", None)
            words = _("Our record")
        if not target:
            return "-"
        address = reverse(f"admin:{page}_change", args=[target])
        return format_html('<a class="underline" href="{}">{}</a>', address, words)


def _groups(changelist: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - Django's changelist
    """Of what the list shows, all pages of it: how many of each severity and kind; one query."""
    counted = (
        changelist.queryset.order_by()
        .values_list("severity", "code")
        .annotate(count=Count("pk"))
        .order_by("-count")
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for severity, code, count in counted:
        link = changelist.get_query_string({"code": code, "severity__in": severity}, ["p"])
        entry = {"title": CODES.get(code, code), "count": count, "link": link}
        found.setdefault(severity, []).append(entry)
    return [
        {
            "title": Severity(severity).label,
            "tone": TONES[Severity(severity)],
            "count": sum(one["count"] for one in kinds),
            "kinds": kinds,
        }
        for severity, kinds in sorted(found.items(), key=lambda one: Severity.values.index(one[0]))
    ]
