"""The order list as a file or on paper, and one order as its confirmation."""

from __future__ import annotations

import io
import re
import tempfile
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.views.main import ALL_VAR, ORDER_VAR, PAGE_VAR, SEARCH_VAR
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from backoffice.core.admin import ExportAdmin
from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.formats import FORMATS, BaseFormat
from orders.documents import confirmation, listing
from orders.models import Order

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import Field, QuerySet
    from django.http import HttpRequest, QueryDict
    from django.http.response import HttpResponseBase
    from django.urls import URLPattern


_FIELDS = {field.name: field for field in Order._meta.concrete_fields}  # noqa: SLF001 - Django's public name
_LOOKUP = re.compile(r"^(.*?)(__exact|__in|__gte|__lte|_from|_to|)$")
# Parts of a list's address that change its look, not its rows.
NO_FILTERS = {ORDER_VAR, PAGE_VAR, ALL_VAR, "_changelist_filters"}


class Pdf(BaseFormat):
    """A list to read: its columns are fixed, whatever is ticked."""

    def get_title(self) -> str:
        return "pdf"

    def get_extension(self) -> str:
        return "pdf"

    def get_content_type(self) -> str:
        return "application/pdf"

    def can_import(self) -> bool:
        return False

    def can_export(self) -> bool:
        return True


class OrderExports(ExportAdmin):
    """The list as a PDF on the export page, and the link "Print" of an order's page."""

    formats = (*FORMATS, Pdf)

    def _do_file_export(
        self,
        file_format: Any,  # noqa: ANN401 - one of ``formats``
        request: HttpRequest,
        queryset: QuerySet[Any],
        export_form: Any = None,  # noqa: ANN401 - import-export's
    ) -> HttpResponseBase:
        if not isinstance(file_format, Pdf):
            return super()._do_file_export(file_format, request, queryset, export_form)
        own = [
            one(request, {}, self.model, self)
            for one in self.list_filter
            if isinstance(one, type) and issubclass(one, SimpleListFilter)
        ]
        filters = list(filters_in_words(request.GET, own))
        if "export_items" in export_form.changed_data:
            filters = [_("Selected rows only")]
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
        try:
            listing.write_list(file, queryset, filters=filters)
        except DomainError as error:
            file.close()
            messages.error(request, str(error.sentence))
            return HttpResponseRedirect(request.get_full_path())
        file.seek(0)
        filename = self.get_export_filename(request, queryset, file_format)
        return FileResponse(file, as_attachment=True, filename=filename)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.print_view)
        mine = path("<int:order_id>/print/", view, name="orders_order_print")
        return [mine, *super().get_urls()]

    def print_view(self, request: HttpRequest, order_id: int) -> HttpResponseBase:
        """The order's confirmation as a PDF, shown in the browser; nothing is written."""
        if not self.may(request, "view"):
            raise PermissionDenied
        orders = Order.objects.select_related("customer", "decided_by")
        order = get_object_or_404(orders, pk=order_id)
        try:
            content = confirmation.confirmation_pdf(order)
        except DomainError as error:
            messages.error(request, str(error.sentence))
            return redirect("admin:orders_order_change", order_id)
        return FileResponse(
            io.BytesIO(content),
            filename=confirmation.filename(order),
            content_type="application/pdf",
        )


def filters_in_words(query: QueryDict, own: Sequence[SimpleListFilter] = ()) -> Iterator[str]:
    """What the list was narrowed by, as its page calls it: "Status: pending, rejected".

    ``own`` are the filters of the page that are about no field.
    By the address rather than by the page's filters: a link from another page may narrow the
    list by what no filter shows.
    """
    titles = {str(one.parameter_name): str(one.title) for one in own}
    choices = {str(one.parameter_name): dict(one.lookup_choices) for one in own}
    for name, values in query.lists():
        given = [part for value in values for part in value.split(",") if part]
        if not given or name in NO_FILTERS:
            continue
        if name == SEARCH_VAR:
            yield _("Search: “%(words)s”") % {"words": ",".join(values)}
            continue
        if name in titles:
            shown = ", ".join(str(choices[name].get(value, value)) for value in given)
            words = {"title": capfirst(titles[name]), "value": shown}
            yield _("%(title)s: %(value)s") % words
            continue
        field_name, lookup = _LOOKUP.findall(name)[0]
        # "customer__id", as links from a customer's page have it.
        field_name = field_name.removesuffix("__id")
        field = _FIELDS.get(field_name)
        title = str(field.verbose_name) if field else field_name
        words = {"title": capfirst(title), "value": ", ".join(_label(field, v) for v in given)}
        yield _lookup_words(lookup) % words


def _lookup_words(lookup: str) -> str:
    if lookup in {"_from", "__gte"}:
        return _("%(title)s from %(value)s")
    if lookup in {"_to", "__lte"}:
        return _("%(title)s until %(value)s")
    return _("%(title)s: %(value)s")


def _label(field: Field[Any, Any] | None, value: str) -> str:
    if field is None:
        return value
    if field.get_internal_type() == "BooleanField":
        return _("yes") if value in {"1", "True"} else _("no")
    if field.related_model is not None:
        manager = field.related_model._default_manager  # noqa: SLF001 - Django's documented name
        return str(manager.filter(pk=value if value.isdecimal() else 0).first() or value)
    labels = {str(key): str(label) for key, label in field.flatchoices}
    return labels.get(value, value)
