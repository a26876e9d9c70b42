"""Change requests as staff see them: the customer's words beside the order as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesCheckboxFilter, RadioFilter
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from backoffice.core.admin import (
    ActionVariant,
    DialogForm,
    Done,
    ReadOnlyModelAdmin,
    dialog_action,
    display,
)
from backoffice.core.admin.filters import DayRangeFilter
from backoffice.core.admin.marks import Mark, level_of
from orders import changes
from orders.admin.source import documents_of_message
from orders.changes import lines, meant
from orders.changes.requests import EVIDENCE
from orders.models import ChangeRequest, Order

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from backoffice.core.admin.staff import StaffRequest
    from orders.changes.lines import Change

State, Kind = ChangeRequest.State, ChangeRequest.Kind
STATE_COLOURS = {State.OPEN: "warning", State.APPLIED: "success", State.DISMISSED: "info"}
KIND_COLOURS = {Kind.CORRECTION: "info", Kind.CANCELLATION: "danger"}
MOST_CHOICES = 20


class StateFilter(RadioFilter):  # type: ignore[misc]
    """Without a choice what still needs somebody is shown."""

    title = gettext_lazy("state")
    parameter_name = "state"
    all_option = ("", gettext_lazy("Open"))

    def lookups(self, *_args: object) -> list[tuple[str, Any]]:
        decided = [choice for choice in State.choices if choice[0] != State.OPEN]
        return [*decided, ("all", gettext_lazy("All"))]

    def queryset(
        self, _request: HttpRequest, queryset: QuerySet[ChangeRequest]
    ) -> QuerySet[ChangeRequest]:
        chosen = self.value()
        if chosen == "all":
            return queryset
        return queryset.filter(state=chosen if chosen in State.values else State.OPEN)


class ApplyForm(DialogForm):
    note = forms.CharField(
        label=gettext_lazy("What was done"),
        required=False,
        help_text=gettext_lazy(
            "Needed where no change could be read and you changed the order by hand."
        ),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )


class DismissForm(DialogForm):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("For your colleagues; the customer is not told."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )


class ChooseForm(DialogForm):
    order = forms.TypedChoiceField(
        label=gettext_lazy("Order"), coerce=int, widget=UnfoldAdminSelectWidget()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = (
            ChangeRequest.objects.select_related("message").filter(pk=self.object_id or 0).first()
        )
        field = self.fields["order"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [(order.pk, _label(order)) for order in _choices(request)]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the order as it is, and as it is to be."""

    goods: str
    quantity: str
    changes: tuple[str, ...] = ()
    tone: str = ""


@admin.register(ChangeRequest)
class ChangeRequestAdmin(ReadOnlyModelAdmin):
    list_display = (
        "display_state",
        "sentence",
        "display_order",
        "display_sender",
        "display_kind",
        "display_confidence",
        "created_at",
    )
    list_display_links = ("sentence",)
    list_filter = (
        StateFilter,
        ("kind", ChoicesCheckboxFilter),
        ("created_at", DayRangeFilter),
    )
    list_select_related = ("order", "message", "decided_by")
    search_fields = ("sentence", "order__number", "order__company", "message__sender_name", "note")
    search_help_text = gettext_lazy("Words of the request, number or company of the order, sender")
    change_form_template = "admin/orders/changerequest/change_form.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("state", "kind"),
                    ("display_order", "certainty"),
                    "note",
                    ("decided_by", "decided_at"),
                )
            },
        ),
    )
    readonly_fields = ("display_order", "certainty")
    actions_detail = ("apply", "choose", "dismiss")
    actions_row = ("apply", "dismiss")

    class Media:
        css: ClassVar = {"all": ["orders/order.css", "orders/changes.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[ChangeRequest]:
        requests: QuerySet[ChangeRequest] = super().get_queryset(request)
        return requests.select_related(*self.list_select_related).defer("order__reading")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:  # noqa: ANN401 - Django's own
        asked = kwargs.get("obj")
        if asked is not None:
            context["source_documents"] = documents_of_message(asked.message, _marks(asked))
            context["rows"] = rows_of(asked)
            context["others"] = [
                lines.sentence(change)
                for change in lines.from_json(asked.changes)
                if change.field in {"delivery_date", "notes"}
            ]
        return super().render_change_form(request, context, *args, **kwargs)

    # --- columns ---

    @display(description=gettext_lazy("State"), ordering="state", label=STATE_COLOURS)
    def display_state(self, asked: ChangeRequest) -> tuple[str, str]:
        return asked.state, asked.get_state_display()

    @display(description=gettext_lazy("Kind"), ordering="kind", label=KIND_COLOURS)
    def display_kind(self, asked: ChangeRequest) -> tuple[str, str]:
        return asked.kind, asked.get_kind_display()

    @display(
        description=gettext_lazy("Confidence"),
        ordering="confidence",
        label={"high": "success", "medium": "warning", "low": "danger"},
    )
    def display_confidence(self, asked: ChangeRequest) -> tuple[str, str]:
        return level_of(asked.confidence), f"{round(asked.confidence * 100)} %"

    @display(description=gettext_lazy("Confidence"))
    def certainty(self, asked: ChangeRequest) -> str:
        return f"{round(asked.confidence * 100)} %"

    @display(description=gettext_lazy("Order"), ordering="order__number")
    def display_order(self, asked: ChangeRequest) -> str:
        if asked.order is None:
            return _("to be chosen")
        page = reverse("admin:orders_order_change", args=[asked.order_id])
        status = asked.order.get_status_display()
        return format_html('<a class="underline" href="{}">{}</a> ({})', page, asked.order, status)

    @display(description=gettext_lazy("Sender"))
    def display_sender(self, asked: ChangeRequest) -> str:
        message = asked.message
        return message.sender_name or message.sender_email or message.sender_phone or "–"

    # --- who may what ---

    def has_decide_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Whether the person may decide; the buttons go once it is decided."""
        if not self.may(request, "apply"):
            return False
        if object_id is None or request.method == "POST":
            return True
        is_id = str(object_id).isdecimal()
        return is_id and ChangeRequest.objects.filter(pk=object_id, state=State.OPEN).exists()

    # --- decisions ---

    @dialog_action(
        gettext_lazy("Apply"),
        permissions=["decide"],
        question=gettext_lazy(
            "Do what the customer asks for? An order that waits is changed, or rejected as"
            " cancelled. A validated one keeps its lines: the change is noted and confirmed to"
            " the customer; a cancellation rejects it and takes its sales back."
        ),
        form=ApplyForm,
        icon="check",
        variant=ActionVariant.PRIMARY,
    )
    def apply(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        asked = changes.apply(object_id, by=request.user, note=data["note"])
        number = asked.order.number if asked.order else ""
        return Done(_("The change of %(number)s is applied.") % {"number": number})

    @dialog_action(
        gettext_lazy("Choose the order"),
        permissions=["decide"],
        question=gettext_lazy("Which order of this customer is meant?"),
        form=ChooseForm,
        icon="rule",
    )
    def choose(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        asked = changes.choose(object_id, data["order"], by=request.user)
        number = asked.order.number if asked.order else ""
        return Done(_("The request is about %(number)s.") % {"number": number})

    @dialog_action(
        gettext_lazy("Dismiss"),
        permissions=["decide"],
        question=gettext_lazy("Put this request away? The order stays as it is."),
        form=DismissForm,
        icon="close",
    )
    def dismiss(self, request: StaffRequest, object_id: int, data: dict[str, Any]) -> Done:
        changes.dismiss(object_id, by=request.user, reason=data["reason"])
        return Done(_("The request is dismissed."))


def open_requests(request: HttpRequest, order_id: int) -> QuerySet[ChangeRequest]:
    """What the order's page shows: changes nobody has decided yet; none to strangers."""
    if not request.user.has_perm("orders.view_changerequest"):
        return ChangeRequest.objects.none()
    asked = ChangeRequest.objects.filter(order=order_id, state=State.OPEN)
    return asked.select_related("message").order_by("pk")


def rows_of(asked: ChangeRequest) -> list[Row]:
    """The lines of the order, each with what is to change in it, and the lines to add."""
    wanted = lines.from_json(asked.changes)
    order = asked.order
    now = list(order.lines.select_related("product")) if order else []
    rows = []
    for line in now:
        mine = [
            change
            for change in wanted
            if change.line is not None and lines.line_now(now, change) == line
        ]
        is_gone = asked.kind == Kind.CANCELLATION or any(c.field == "line" for c in mine)
        rows.append(
            Row(
                line.description or str(line.product or ""),
                lines.count_of(line),
                tuple(lines.after(change) for change in mine if change.field != "line"),
                "out" if is_gone else "changed" if mine else "",
            )
        )
    return rows + [_new_row(change) for change in _loose(wanted)]


def _loose(wanted: Sequence[Change]) -> list[Change]:
    of_lines = {"quantity", "unit", "product", "line"}
    return [change for change in wanted if change.line is None and change.field in of_lines]


def _new_row(change: Change) -> Row:
    goods = change.product or _("Which line is meant?")
    return Row(goods, "–", (lines.after(change),), "new" if change.is_clear else "unclear")


def _marks(asked: ChangeRequest) -> dict[str, list[Mark]]:
    marks: dict[str, list[Mark]] = {}
    level = level_of(asked.confidence)
    for place in EVIDENCE.validate_python(asked.evidence):
        mark = Mark(place.start, place.end, "change", asked.get_kind_display(), level)
        marks.setdefault(place.document, []).append(mark)
    return marks


def _choices(asked: ChangeRequest | None) -> list[Order]:
    """The sender's orders, newest first; for a sender without any, the newest there are.

    Who writes from a new address may still mean an order: staff, who know, may say so.
    """
    if asked is None:
        return []
    newest = Order.objects.exclude(message=asked.message).order_by("-created_at", "-pk")
    theirs = newest.filter(pk__in=meant.of_message(asked.message).values("pk"))
    found = theirs if theirs.exists() else newest
    return list(found.select_related("customer").defer("reading")[:MOST_CHOICES])


def _label(order: Order) -> str:
    who = order.customer or order.company or order.contact_name
    return f"{order.number} – {order.get_status_display()} – {who}"
