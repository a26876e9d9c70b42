"""The pages of the systems this one replaced, and where their content is now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.urls import NoReverseMatch, re_path, reverse
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.urls import URLPattern

# Old address -> name of the page that shows it now. A page that does not exist
# in this installation leads to the home page instead.
PAGES: dict[str, str] = {
    "orders": "admin:orders_order_changelist",
    "orders/<id>": "admin:orders_order_change",
    "clients": "admin:crm_customer_changelist",
    "clients/<id>": "admin:crm_customer_change",
    "analytics": "admin:orders_figures",
    "alerts": "admin:orders_alert_changelist",
    "whatsapp": "admin:messaging_whatsapp",
    "process": "admin:messaging_mail",
    "export/excel": "admin:orders_order_export",
    "export/pdf": "admin:orders_order_export",
    "export/csv": "admin:orders_order_export",
    "sources": "admin:crm_datasource_changelist",
    "sources/register": "admin:crm_datasource_add",
    "sources/<id>": "admin:crm_datasource_change",
    "mapping": "admin:crm_fieldmapping_changelist",
    "mapping/register": "admin:crm_fieldmapping_add",
    "mapping/<id>": "admin:crm_fieldmapping_change",
    "recommendations": "admin:crm_recommendation_changelist",
    "recommendations/<id>": "admin:crm_recommendation_change",
    "docs": "api:openapi-view",
    "redoc": "api:openapi-view",
}


def patterns() -> list[URLPattern]:
    """An address for each old page, with and without a slash at its end."""
    return [
        re_path(rf"^{old.replace('<id>', '(?P<object_id>[0-9]+)')}/?$", _leads_to(page))
        for old, page in PAGES.items()
    ]


def _leads_to(page: str) -> Callable[..., HttpResponseRedirect]:
    @require_safe
    def redirect(request: HttpRequest, **found: str) -> HttpResponseRedirect:
        try:
            url = reverse(page, kwargs=found)
        except NoReverseMatch:
            return HttpResponseRedirect(reverse("admin:index"))
        query = request.META.get("QUERY_STRING")
        return HttpResponseRedirect(f"{url}?{query}" if query else url)

    return redirect
