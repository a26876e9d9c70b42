"""The lines of an order, edited in place."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from backoffice.core.admin import TabularInline
from crm.models import Product
from orders import editing
from orders.admin.confidence import line_fields_of, mark_fields, reading_of
from orders.admin.known_rows import KnownRows
from orders.models import OrderLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from orders.models import Order

    LineModelForm = forms.ModelForm[OrderLine]
else:
    LineModelForm = forms.ModelForm

# What fits a primary key.
_ID = re.compile(r"[0-9]{1,18}")


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
        quantity, price = cleaned.get("quantity"), cleaned.get("unit_price")
        if quantity is not None and quantity <= 0:
            self.add_error("quantity", _("A quantity must be above zero."))
        if price is not None and price < 0:
            self.add_error("unit_price", _("A price cannot be negative."))
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        # Checked above or by their form fields; the model would ask the database, line by line.
        return super()._get_validation_exclusions() | {"product", "quantity", "unit_price"}  # type: ignore[misc, no-any-return]


class OrderLineInline(TabularInline):
    model = OrderLine
    fk_name = "order"
    form = OrderLineForm
    tab = False
    fields = ("product", "description", "quantity", "unit", "unit_price", "total")
    autocomplete_fields = ("product",)
    hide_title = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        lines: QuerySet[OrderLine] = super().get_queryset(request)
        return lines.select_related("product")

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
            """Knows what was read of each line that is still as it was proposed.

            Fetches the products of all lines at once.
            """

            @cached_property
            def known_lines(self) -> KnownRows:
                return KnownRows(OrderLine, self.get_queryset())

            @cached_property
            def known_products(self) -> KnownRows:
                return KnownRows(Product, _products(self.get_queryset(), self.data, self.prefix))

            @cached_property
            def free_positions(self) -> Iterator[int]:
                """Behind every line there is or was proposed: a place names one line for good."""
                taken = [line.position for line in self.get_queryset()]
                return count(max([*taken, len(lines) - 1], default=-1) + 1)

            def save_new(self, form: forms.ModelForm[OrderLine], commit: bool = True) -> OrderLine:  # noqa: FBT001, FBT002 - Django's signature
                form.instance.position = next(self.free_positions)
                line: OrderLine = super().save_new(form, commit=commit)
                return line

            def add_fields(self, form: forms.ModelForm[OrderLine], index: int | None) -> None:
                super().add_fields(form, index)
                # Without the right to change lines there are no fields.
                for name in {"id", "product"} & {*form.fields}:
                    known = self.known_lines if name == "id" else self.known_products
                    form.fields[name].queryset = known  # type: ignore[attr-defined]
                line = form.instance
                if line.pk and line.position < len(lines):
                    read = {
                        name: found for name, _label, found in line_fields_of(lines[line.position])
                    }
                    mark_fields(form, read)

        return MarkedFormSet


def _products(
    lines: Iterable[OrderLine], posted: Mapping[str, Any], prefix: str
) -> Iterable[Product]:
    """The products that the lines have, and those that were chosen for them just now."""
    products = {str(line.product_id): line.product for line in lines if line.product}
    field = re.compile(rf"{re.escape(prefix)}-\d+-product")
    chosen = {str(value) for name, value in posted.items() if field.fullmatch(name)}
    ids = [pk for pk in chosen - {*products} if _ID.fullmatch(pk)]
    more = Product.objects.filter(pk__in=ids) if ids else ()
    return [*products.values(), *more]
