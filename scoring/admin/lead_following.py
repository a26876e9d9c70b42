"""The next lead, in the order of the list that a person came from."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib import admin
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from scoring.models import LeadScore

# Under this name the admin itself keeps a list's filters in the addresses of its rows.
KEPT = "_changelist_filters"
# In the address of a dialog that was opened on a lead's page: the walk goes on after it.
WALK = "walk"


def list_url(request: HttpRequest) -> str:
    """The list that the person came from."""
    kept = request.GET.get(KEPT, "")
    return reverse("admin:scoring_leadscore_changelist") + (f"?{kept}" if kept else "")


def page_url(request: HttpRequest, customer_id: int) -> str:
    """A lead's page, with the walk kept."""
    return reverse("admin:scoring_leadscore_change", args=[customer_id]) + query(request)


def query(request: HttpRequest, **more: str) -> str:
    """The list's filters for another address of the same walk."""
    kept = {name: text for name, text in {KEPT: request.GET.get(KEPT, ""), **more}.items() if text}
    return f"?{urlencode(kept)}" if kept else ""


def next_url(
    model_admin: admin.ModelAdmin[LeadScore], request: HttpRequest, customer_id: int
) -> str:
    """The page of the lead after this one, else the list."""
    after = following(model_admin, request, customer_id)
    return list_url(request) if after is None else page_url(request, after)


def following(
    model_admin: admin.ModelAdmin[LeadScore], request: HttpRequest, customer_id: int
) -> int | None:
    """The lead below this one in the list, else its first; None where there is no other."""
    rows, order = _list(model_admin, request)
    others = rows.exclude(pk=customer_id)
    later = others.filter(_after(model_admin, request, customer_id, order))
    return next(
        (found for one in (later, others) if (found := one.values_list("pk", flat=True).first())),
        None,
    )


def _list(
    model_admin: admin.ModelAdmin[LeadScore], request: HttpRequest
) -> tuple[QuerySet[LeadScore], Sequence[str]]:
    """The rows of the list with its filters, search and order, and that order."""
    asked = copy.copy(request)
    asked.GET = QueryDict(request.GET.get(KEPT, ""))
    try:
        changelist: Any = model_admin.get_changelist_instance(asked)
    except IncorrectLookupParameters:
        asked.GET = QueryDict()
        changelist = model_admin.get_changelist_instance(asked)
    order = [str(name) for name in changelist.get_ordering(asked, changelist.queryset)]
    return changelist.queryset.order_by(*order), order


def _after(
    model_admin: admin.ModelAdmin[LeadScore],
    request: HttpRequest,
    customer_id: int,
    order: Sequence[str],
) -> Q:
    """What stands below the row where the columns sort so; none of them is ever empty.

    The first column bounds them all by itself: an index is entered there, else a million are read.
    """
    names = [name.lstrip("-") for name in order]
    own = model_admin.get_queryset(request).filter(pk=customer_id).values_list(*names).first()
    below, same, bound = Q(pk__in=[]), Q(), Q()
    for name, sign, value in zip(names, order, own or (), strict=False):
        direction = "lt" if sign.startswith("-") else "gt"
        below |= same & Q(**{f"{name}__{direction}": value})
        same &= Q(**{name: value})
        bound = bound or Q(**{f"{name}__{direction}e": value})
    return bound & below
