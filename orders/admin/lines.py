"""The lines of an order, edited in place."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms

from backoffice.core.admin import TabularInline
from orders import editing
from orders.admin.confidence import line_fields_of, mark_fields, reading_of
from orders.models import OrderLine

if TYPE_CHECKING:
    from django.http import HttpRequest

    from orders.models import Order

    LineModelForm = forms.ModelForm[OrderLine]
else:
    LineModelForm = forms.ModelForm


class OrderLineForm(LineModelForm):
    class Meta:
        model = OrderLine
        fields = ("product", "description", "quantity", "unit", "unit_price", "total")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("quantity", "unit_price", "total"):
            value = self.initial.get(name)
            if value is not None:
                # "20000", not "20000.000": the column's zeros say nothing.
                self.initial[name] = Decimal(f"{value.normalize():f}")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "total" not in self.changed_data and {"quantity", "unit_price"} & {*self.changed_data}:
            cleaned["total"] = editing.line_total(
                cleaned.get("quantity"), cleaned.get("unit_price")
            )
        return cleaned


class OrderLineInline(TabularInline):
    model = OrderLine
    fk_name = "order"
    form = OrderLineForm
    tab = False
    fields = ("product", "description", "quantity", "unit", "unit_price", "total")
    autocomplete_fields = ("product",)
    hide_title = True

    # Lines are part of their order: who may change it may change them, until it is decided.

    def has_view_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:  # noqa: ARG002 - Django's signature
        return request.user.has_perm("orders.view_order")

    def has_change_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        is_open = obj is None or obj.status == obj.Status.PENDING
        return is_open and request.user.has_perm("orders.change_order")

    def has_add_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_formset(self, request: HttpRequest, obj: Order | None = None, **kwargs: Any) -> Any:  # noqa: ANN401 - Django's own type depends on the form
        formset = super().get_formset(request, obj, **kwargs)
        reading = reading_of(obj) if obj else None
        lines = reading.lines if reading else ()

        class MarkedFormSet(formset):  # type: ignore[misc, valid-type]
            """Knows what was read of each line that is still as it was proposed."""

            def add_fields(self, form: forms.ModelForm[OrderLine], index: int | None) -> None:
                super().add_fields(form, index)
                line = form.instance
                if line.pk and line.position < len(lines):
                    read = {name: found for name, _, found in line_fields_of(lines[line.position])}
                    mark_fields(form, read)

        return MarkedFormSet
