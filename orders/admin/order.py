"""Where staff decide: the list of orders, and the order beside the message it was read from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponseRedirect
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import (
    ChoicesCheckboxFilter,
    RangeNumericFilter,
)
from unfold.widgets import UnfoldAdminTextareaWidget

from backoffice.core.admin import display
from backoffice.core.admin.filters import DayRangeFilter
from backoffice.core.admin.marks import level_of
from backoffice.core.errors import DomainError
from orders import duplicates, editing, workflow
from orders.admin import number_links, stale
from orders.admin.alerts import open_alerts
from orders.admin.changes import open_requests
from orders.admin.confidence import fields_of, mark_fields, reading_of
from orders.admin.decisions import OrderDecisions
from orders.admin.erp import ErpOrders, GivenToErp
from orders.admin.exports import OrderExports
from orders.admin.learned import used_in
from orders.admin.lines import OrderLineInline
from orders.admin.source import documents_of
from orders.models import ChangeRequest, Order, OrderEvent, OrderLine
from orders.resources import OrderLineResource, OrderResource

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.forms import Form, ModelForm
    from django.http import HttpRequest, HttpResponse

    from backoffice.core.admin.staff import StaffRequest

STATUS_COLOURS = {"pending": "warning", "validated": "success", "rejected": "danger"}
CONFIDENCE_COLOURS = {"high": "success", "medium": "warning", "low": "danger"}


@admin.register(Order)
class OrderAdmin(OrderDecisions, ErpOrders, OrderExports):
    resource_classes: ClassVar = [OrderResource, OrderLineResource]
    actions: Any = (*OrderDecisions.actions, "give_to_erp")
    list_display = (
        "display_number",
        "display_status",
        "display_customer",
        "display_lines",
        "display_total",
        "delivery_date",
        "channel",
        "display_confidence",
        "display_flags",
        "created_at",
    )
    list_filter = (
        ("status", ChoicesCheckboxFilter),
        ("channel", ChoicesCheckboxFilter),
        ("confidence", RangeNumericFilter),
        ("created_at", DayRangeFilter),
        ("delivery_date", DayRangeFilter),
        "is_renewal",
        GivenToErp,
    )
    list_select_related = ("customer", "duplicate_of")
    search_fields = (
        "number",
        "company",
        "contact_name",
        "email",
        "phone",
        "customer__search_name",
    )
    search_help_text = gettext_lazy("Number, customer, e-mail or phone")

    change_form_template = "admin/orders/order/change_form.html"
    # Labels above their fields: beside the message there is no room for both.
    compressed_fields = False
    fieldsets = (
        (None, {"fields": ("attention_list",)}),
        (
            gettext_lazy("Customer"),
            {"fields": ("customer", ("company", "contact_name"), ("email", "phone"))},
        ),
        (
            gettext_lazy("Order"),
            {"fields": (("delivery_date", "total", "currency"),)},
        ),
        (
            gettext_lazy("Notes and duplicates"),
            {"fields": ("notes", "duplicate_of"), "classes": ("collapse",)},
        ),
    )
    formfield_overrides: ClassVar = {
        models.TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 2})}
    }
    readonly_fields = ("attention_list",)
    autocomplete_fields = ("customer", "duplicate_of")
    inlines = (OrderLineInline,)

    class Media:
        css: ClassVar = {"all": ["orders/order.css"]}
        js: ClassVar = ["orders/order.js"]

    # --- who may what ---

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        """A decided order is history: it is shown, not edited."""
        decided = obj is not None and obj.status != Order.Status.PENDING
        return not decided and super().has_change_permission(request, obj)

    # --- the form ---

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Order | None:
        """Saving locks the order, so that nobody's edits land in an order decided meanwhile.

        Nor in one that was edited meanwhile: the form knows nothing of those values.
        """
        if request.method == "POST" and object_id.isdecimal():
            locked = Order.objects.select_for_update(no_key=True).filter(pk=object_id).first()
            if locked is not None and locked.status == Order.Status.PENDING:
                stale.refuse(locked, shown=request.POST.get(stale.FIELD, ""))
        order: Order | None = super().get_object(request, object_id, from_field)
        return order

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except stale.OrderChanged as late:
            messages.warning(request, str(late.sentence))
            return HttpResponseRedirect(request.get_full_path())
        except PermissionDenied:
            order = Order.objects.select_related("decided_by").filter(pk=object_id or 0).first()
            if request.method != "POST" or order is None or order.status == Order.Status.PENDING:
                raise
            messages.warning(request, str(workflow.OrderNotPending(order)))
            return HttpResponseRedirect(request.get_full_path())

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:  # noqa: ANN401 - Django's own
        order = kwargs.get("obj")
        if order is not None:
            reading = reading_of(order)
            context["source_documents"] = documents_of(order, reading)
            context["learned"] = used_in(reading)
            context["shown_field"], context["shown"] = stale.FIELD, order.updated_at.isoformat()
            context["change_requests"] = open_requests(request, order.pk)
            context["alerts"] = open_alerts(request, order.pk)
            context["events"] = order.events.select_related("actor")
            # Deciding is the point of the page: one way to save beside it is enough.
            context["show_save_and_continue"] = False
        return super().render_change_form(request, context, *args, **kwargs)

    def get_form(
        self,
        request: HttpRequest,
        obj: Order | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,
    ) -> Any:  # noqa: ANN401 - Django's own
        form_class = super().get_form(request, obj, change, **kwargs)
        reading = reading_of(obj) if obj else None
        found = {name: value for name, _label, value in fields_of(reading)} if reading else {}

        class MarkedForm(form_class):  # type: ignore[misc, valid-type]
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **kwargs)
                mark_fields(self, found)
                if "notes" in self.fields:
                    told = _("Printed on the order's confirmation: the customer reads it.")
                    self.fields["notes"].help_text = told

            def clean_duplicate_of(self) -> Order | None:
                original: Order | None = self.cleaned_data["duplicate_of"]
                if "duplicate_of" in self.changed_data:
                    try:
                        duplicates.require_original(self.instance, original)
                    except DomainError as error:
                        raise ValidationError(str(error.sentence)) from error
                return original

        return MarkedForm

    def save_model(self, request: HttpRequest, obj: Model, form: Form, change: bool) -> None:  # noqa: FBT001 - Django's signature
        request.order_before = editing.snapshot(obj)  # type: ignore[attr-defined, arg-type]
        # Unchanged it stays as it is, or pressing Save would make the pages of others stale.
        if form.has_changed():
            super().save_model(request, obj, form, change)

    def save_related(
        self,
        request: StaffRequest,  # type: ignore[override]
        form: ModelForm[Order],
        formsets: Any,  # noqa: ANN401 - Django's own
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        super().save_related(request, form, formsets, change)
        order, before = form.instance, request.order_before  # type: ignore[attr-defined]
        if "total" not in form.changed_data:
            editing.follow_lines(order, before)
        workflow.record_edit(order, before, editing.snapshot(order), request.user)

    @display(description=gettext_lazy("To check"))
    def attention_list(self, order: Order) -> str:
        if not order.attention:
            return _("Nothing stands out.")
        sentences = number_links.with_links(order.attention.splitlines(), beside=order)
        items = format_html_join("", "<li>{}</li>", ((one,) for one in sentences))
        return format_html('<ul class="order-attention">{}</ul>', items)

    # --- the list ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        orders: QuerySet[Order] = super().get_queryset(request)
        events = OrderEvent.objects.filter(order=OuterRef("pk")).order_by("-at", "-pk")
        asked = ChangeRequest.objects.filter(order=OuterRef("pk"), state=ChangeRequest.State.OPEN)
        # No join, and so no grouping: an export that needs neither drops both.
        lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by()
        counted = lines.values("order").annotate(count=Count("pk")).values("count")
        return orders.annotate(
            line_count=Coalesce(Subquery(counted), 0),
            last_event=Subquery(events.values("kind")[:1]),
            change_asked=Exists(asked),
        )

    @display(description=gettext_lazy("Number"), ordering="number")
    def display_number(self, order: Order) -> str:
        return order.number

    @display(description=gettext_lazy("Status"), ordering="status", label=STATUS_COLOURS)
    def display_status(self, order: Order) -> tuple[str, str]:
        return order.status, order.get_status_display()

    @display(description=gettext_lazy("Customer"), ordering="company")
    def display_customer(self, order: Order) -> str:
        return str(order.customer or order.company or order.contact_name or "–")

    @display(description=gettext_lazy("Lines"), ordering="line_count")
    def display_lines(self, order: Order) -> int:
        return order.line_count  # type: ignore[attr-defined,no-any-return]

    @display(description=gettext_lazy("Total"), ordering="total")
    def display_total(self, order: Order) -> str:
        if order.total is None:
            return "–"
        amount = number_format(order.total, decimal_pos=2, force_grouping=True)
        return f"{amount} {order.currency}"

    @display(
        description=gettext_lazy("Confidence"), ordering="confidence", label=CONFIDENCE_COLOURS
    )
    def display_confidence(self, order: Order) -> tuple[str, str]:
        if order.method == Order.Method.MANUAL:
            return "", "–"
        return level_of(order.confidence), f"{round(order.confidence * 100)} %"

    @display(description=gettext_lazy("Remarks"), label=True)
    def display_flags(self, order: Order) -> list[str]:
        flags = []
        if order.change_asked:  # type: ignore[attr-defined]
            flags.append(_("change asked for"))
        if order.last_event == OrderEvent.Kind.REFUSED:  # type: ignore[attr-defined]
            # Asked for in bulk, when nobody waited for the answer: the order's history has it.
            flags.append(_("decision not possible"))
        if order.duplicate_of is not None:
            flags.append(_("duplicate of %(number)s") % {"number": order.duplicate_of.number})
        if order.is_renewal:
            flags.append(_("repeat order"))
        return flags
