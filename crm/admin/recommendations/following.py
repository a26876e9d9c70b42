"""The next one to review, in the order of the list that a person came from."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse

from crm.models import Recommendation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib import admin
    from django.db.models import QuerySet
    from django.http import HttpRequest

# Under this name the admin itself keeps a list's filters in the addresses of its rows.
KEPT = "_changelist_filters"
Status = Recommendation.Status


def list_url(request: HttpRequest) -> str:
    kept = request.GET.get(KEPT, "")
    return reverse("admin:crm_recommendation_changelist") + (f"?{kept}" if kept else "")


def page_url(request: HttpRequest, recommendation_id: int) -> str:
    return reverse("admin:crm_recommendation_change", args=[recommendation_id]) + kept(request)


def kept(request: HttpRequest) -> str:
    """The list's filters for another address of the same walk."""
    filters = request.GET.get(KEPT, "")
    return f"?{urlencode({KEPT: filters})}" if filters else ""


def next_url(
    model_admin: admin.ModelAdmin[Recommendation], request: HttpRequest, recommendation_id: int
) -> str:
    """The page of the next one to review, else the list."""
    after = following(model_admin, request, recommendation_id)
    return list_url(request) if after is None else page_url(request, after)


def following(
    model_admin: admin.ModelAdmin[Recommendation], request: HttpRequest, recommendation_id: int
) -> int | None:
    """The pending one that comes after this one in the list, else its first; None at the end."""
    rows, order = _list(model_admin, request)
    waiting = rows.filter(status=Status.PENDING).exclude(pk=recommendation_id)
    later = waiting.filter(_after(recommendation_id, order))
    return next(
        (found for one in (later, waiting) if (found := one.values_list("pk", flat=True).first())),
        None,
    )


def _list(
    model_admin: admin.ModelAdmin[Recommendation], request: HttpRequest
) -> tuple[QuerySet[Recommendation], Sequence[str]]:
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


def _after(recommendation_id: int, order: Sequence[str]) -> Q:
    """What stands below the row where the columns sort so; none of them is ever empty."""
    names = [name.lstrip("-") for name in order]
    values = Recommendation.objects.filter(pk=recommendation_id).values_list(*names).first()
    below, same = Q(pk__in=[]), Q()
    for name, sign, value in zip(names, order, values or (), strict=False):
        direction = "lt" if sign.startswith("-") else "gt"
        below |= same & Q(**{f"{name}__{direction}": value})
        same &= Q(**{name: value})
    return below
