"""The ERP's pages: what is ready for it, what lacks what, the files it was given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from backoffice.core.admin import ModelAdmin, ReadOnlyModelAdmin, display
from backoffice.core.admin.actions import refusal_level
from backoffice.core.admin.ids import id_in
from backoffice.core.admin.pages import page, render
from backoffice.core.errors import DomainError
from orders.erp import export
from orders.erp.facts import LineFacts, facts_of
from orders.erp.since import changed_since
from orders.models import ErpExport, ErpLine, ErpProduct, Order, OrderLine

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase
    from django.urls import URLPattern

    from backoffice.core.admin.staff import StaffRequest

    LineForm = forms.ModelForm[ErpLine]
else:
    LineForm = forms.ModelForm

# As many as fit an address; more are given by their filters: everything that is new.
MOST_CHOSEN = 300


@page("orders/erp/", name="orders_erp", permission="orders.export_order")
def give(request: StaffRequest) -> HttpResponse:
    """What is new for the ERP and what it lacks; POST makes the file."""
    data = request.POST if request.method == "POST" else request.GET
    ids = [pk for pk in map(id_in, data.get("ids", "").split(",")) if pk][:MOST_CHOSEN]
    chosen = Order.objects.filter(pk__in=ids) if ids else None
    again = data.get("again") == "on"
    if request.method == "POST":
        return _export(request, chosen, again=again)
    found = export.survey(export.candidates(chosen, again=again))
    given = chosen.filter(erp_exported__isnull=False).count() if chosen is not None else 0
    return render(
        request,
        "admin/orders/erp.html",
        title=_("Orders for the ERP"),
        found=found,
        changed=changed_since(),
        more=found.lacking - len(found.incomplete),
        ids=",".join(map(str, ids)),
        chosen=len(ids),
        given=given,
        again=again,
        may_complete=request.user.has_perm("orders.change_erpline"),
    )


def _export(request: StaffRequest, chosen: QuerySet[Order] | None, *, again: bool) -> HttpResponse:
    try:
        batch = export.export(
            by=request.user,
            orders=chosen,
            again=again,
            only_complete=request.POST.get("only_complete") == "on",
        )
    except DomainError as error:
        messages.add_message(request, refusal_level(error), str(error.sentence))
        return redirect("admin:orders_erp")
    done = ngettext(
        "The file with %(count)d order is ready.",
        "The file with %(count)d orders is ready.",
        batch.orders,
    )
    link = format_html(
        '{} <a class="underline" href="{}">{}</a>',
        done % {"count": batch.orders},
        reverse("admin:orders_erpexport_download", args=[batch.pk]),
        _("Download"),
    )
    messages.success(request, link)
    return redirect("admin:orders_erpexport_changelist")


class ErpLineForm(LineForm):
    class Meta:
        model = ErpLine
        fields = ("paper", "grammage", "laize", "supplier", "pieces", "delivered")
        widgets: ClassVar = {
            "paper": UnfoldAdminSelectWidget(),
            "grammage": UnfoldAdminIntegerFieldWidget(),
            "laize": UnfoldAdminIntegerFieldWidget(),
            "supplier": UnfoldAdminTextInputWidget(),
            "pieces": UnfoldAdminIntegerFieldWidget(),
            "delivered": UnfoldAdminIntegerFieldWidget(),
        }

    def __init__(self, line: OrderLine, facts: LineFacts, **options: Any) -> None:
        typed = ErpLine.objects.filter(line=line).first() or ErpLine(line=line)
        super().__init__(instance=typed, prefix=f"line{line.pk}", **options)
        self.line, self.facts = line, facts
        # What is known anyway, so that only what is missing has to be typed.
        for name in ("paper", "grammage", "laize", "supplier"):
            if known := getattr(facts, name):
                self.fields[name].widget.attrs["placeholder"] = known

    def clean_supplier(self) -> str:
        return str(self.cleaned_data["supplier"]).upper()


@admin.register(ErpExport)
class ErpExportAdmin(ReadOnlyModelAdmin):
    """The files, as they were made; giving new ones is a page of its own."""

    list_display = ("number", "created_at", "created_by", "orders", "lines", "file")
    list_select_related = ("created_by",)
    fields = ("created_at", "created_by", "orders", "lines", "sha256")
    ordering = ("-pk",)

    def get_urls(self) -> list[URLPattern]:
        mine = [
            path(
                "<int:export_id>/download/",
                self.admin_site.admin_view(self.download_view),
                name="orders_erpexport_download",
            ),
            path(
                "lines/<int:order_id>/",
                self.admin_site.admin_view(self.lines_view),
                name="orders_erp_lines",
            ),
        ]
        return [*mine, *super().get_urls()]

    def download_view(self, request: HttpRequest, export_id: int) -> HttpResponseBase:
        """The file as the ERP was given it, whatever became of its orders since."""
        if not request.user.has_perm("orders.export_order"):
            raise PermissionDenied
        batch = get_object_or_404(ErpExport, pk=export_id)
        try:
            file = default_storage.open(batch.path)
        except FileNotFoundError:
            messages.error(request, _("The file is gone. Give its orders again to have another."))
            return redirect("admin:orders_erpexport_changelist")
        return FileResponse(
            file,
            as_attachment=True,
            filename=batch.path.rsplit("/", 1)[-1],
            content_type="text/csv",
        )

    def lines_view(self, request: StaffRequest, order_id: int) -> HttpResponse:
        """What an order's lines lack, to type in; decided orders are not edited otherwise."""
        if not request.user.has_perm("orders.change_erpline"):
            raise PermissionDenied
        order = get_object_or_404(export.candidates(again=True), pk=order_id)
        gaps = export.gaps_of(order)
        posted = {"data": request.POST} if request.method == "POST" else {}
        forms_ = [ErpLineForm(line, facts_of(line), **posted) for line in order.lines.all()]
        # Each of them, so that every field tells what is wrong with it.
        valid = [form.is_valid() for form in forms_]
        if posted and all(valid):
            for form in forms_:
                if form.has_changed():
                    form.save()
            sentence = _("What the ERP has to know of %(number)s is kept.")
            messages.success(request, sentence % {"number": order.number})
            return redirect("admin:orders_erp")
        title = _("%(number)s for the ERP") % {"number": order.number}
        return render(
            request,
            "admin/orders/erp_lines.html",
            title=title,
            order=order,
            forms=forms_,
            gaps=gaps,
        )

    @display(description=gettext_lazy("Number"), ordering="pk")
    def number(self, batch: ErpExport) -> str:
        return str(batch.pk)

    @display(description=gettext_lazy("File"))
    def file(self, batch: ErpExport) -> str:
        address = reverse("admin:orders_erpexport_download", args=[batch.pk])
        return format_html('<a class="underline" href="{}">{}</a>', address, _("Download"))


@admin.register(ErpProduct)
class ErpProductAdmin(ModelAdmin):
    list_display = ("product", "bag_type", "paper", "grammage", "laize", "supplier")
    list_select_related = ("product",)
    list_filter = ("paper",)
    search_fields = ("product__sku", "product__name", "bag_type")
    autocomplete_fields = ("product",)
    fields = ("product", "bag_type", ("paper", "grammage"), ("laize", "supplier"))


class GivenToErp(admin.SimpleListFilter):
    """A filter of the order list."""

    title = gettext_lazy("given to the ERP")
    parameter_name = "erp"

    def lookups(self, *_context: object) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("Given")), ("no", gettext_lazy("Not given yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:  # noqa: ARG002 - Django's signature
        if self.value() not in {"yes", "no"}:
            return queryset
        return queryset.filter(erp_exported__isnull=self.value() == "no")


class ErpOrders(ModelAdmin):
    """An action of the order list: choose the orders that go to the ERP."""

    @admin.action(
        description=gettext_lazy("Give the selected orders to the ERP"), permissions=["export"]
    )
    def give_to_erp(self, request: HttpRequest, queryset: QuerySet[Order]) -> HttpResponse | None:
        ids = list(queryset.order_by().values_list("pk", flat=True)[: MOST_CHOSEN + 1])
        if len(ids) > MOST_CHOSEN:
            sentence = _(
                "Choose at most %(most)d orders, or give everything new on the page"
                " “Orders for the ERP”."
            )
            messages.error(request, sentence % {"most": MOST_CHOSEN})
            return None
        return redirect(f"{reverse('admin:orders_erp')}?ids={','.join(map(str, ids))}")
