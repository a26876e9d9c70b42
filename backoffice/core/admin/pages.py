"""Pages of the admin that belong to no model: figures, the state of a channel.

An app writes one in its ``admin`` package::

    @page("orders/figures/", name="orders_figures", permission="orders.view_order")
    def figures(request: StaffRequest) -> HttpResponse:
        return render(request, "admin/orders/figures.html", title=_("Figures"), report=report)

Its address is then ``admin:orders_figures``, open to staff with the permission; its
template extends ``admin/page.html``; ``backoffice/navigation.py`` gives it a place.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path as address

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase
    from django.urls import URLPattern
    from django.utils.functional import _StrOrPromise

    from backoffice.core.admin.staff import StaffRequest

    View = Callable[..., HttpResponseBase]

V = TypeVar("V", bound="View")


@dataclass(frozen=True, slots=True)
class AdminPage:
    path: str
    name: str
    permission: str
    view: View


_pages: dict[str, AdminPage] = {}


def page(path: str, *, name: str, permission: str) -> Callable[[V], V]:
    """Show the view at ``/admin/<path>`` to staff with ``permission``; others get 403."""

    def register(view: V) -> V:
        @wraps(view)
        def guarded(request: HttpRequest, **captured: Any) -> HttpResponseBase:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, **captured)

        _pages[name] = AdminPage(path, name, permission, guarded)
        return cast("V", guarded)

    return register


def render(
    request: StaffRequest,
    template: str,
    *,
    title: _StrOrPromise,
    **context: Any,
) -> TemplateResponse:
    """A page in the admin's frame."""
    frame = admin.site.each_context(request)
    return TemplateResponse(request, template, {**frame, "title": title, **context})


def all_pages() -> list[AdminPage]:
    return list(_pages.values())


def patterns() -> list[URLPattern]:
    """The addresses of all pages, for the admin site."""
    return [
        address(entry.path, admin.site.admin_view(entry.view), name=entry.name)
        for entry in _pages.values()
    ]
