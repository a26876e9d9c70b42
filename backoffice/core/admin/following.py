"""The next row in the order of the list that a person came from: a walk, page by page."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Model, Q
from django.http import QueryDict
from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib import admin
    from django.db.models import QuerySet
    from django.http import HttpRequest

M = TypeVar("M", bound=Model)

# Under this name the admin itself keeps a list's filters in the addresses of its rows.
KEPT = "_changelist_filters"


def list_url(model: type[Model], request: HttpRequest) -> str:
    """The list that the person came from."""
    kept = request.GET.get(KEPT, "")
    return reverse(f"admin:{_name(model)}_changelist") + (f"?{kept}" if kept else "")


def page_url(model: type[Model], request: HttpRequest, pk: int) -> str:
    """A row's page, with the walk kept."""
    return reverse(f"admin:{_name(model)}_change", args=[pk]) + query(request)


def query(request: HttpRequest, **more: str) -> str:
    """The list's filters for another address of the same walk."""
    kept = {name: text for name, text in {KEPT: request.GET.get(KEPT, ""), **more}.items() if text}
    return f"?{urlencode(kept)}" if kept else ""


def next_url(
    model_admin: admin.ModelAdmin[M], request: HttpRequest, pk: int, *, among: Q | None = None
) -> str:
    """The page of the row after this one, else the list."""
    after = following(model_admin, request, pk, among=among)
    model = model_admin.model
    return list_url(model, request) if after is None else page_url(model, request, after)


def following(
    model_admin: admin.ModelAdmin[M], request: HttpRequest, pk: int, *, among: Q | None = None
) -> int | None:
    """The row below this one in the list, else its first; None where there is no other.

    ``among``: only rows like that are walked through. No column that the list can be sorted by may
    be empty: the next one is found by comparing with it.
    """
    rows, order = _list(model_admin, request)
    others = rows.filter(among or Q()).exclude(pk=pk)
    later = others.filter(_after(model_admin, request, pk, order))
    return next(
        (found for one in (later, others) if (found := one.values_list("pk", flat=True).first())),
        None,
    )


def _list(
    model_admin: admin.ModelAdmin[M], request: HttpRequest
) -> tuple[QuerySet[M], Sequence[str]]:
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
    model_admin: admin.ModelAdmin[M], request: HttpRequest, pk: int, order: Sequence[str]
) -> Q:
    """What stands below the row where the columns sort so.

    The first column bounds them all by itself: an index is entered there, else a million are read.
    """
    names = [name.lstrip("-") for name in order]
    own = model_admin.get_queryset(request).filter(pk=pk).values_list(*names).first()
    below, same, bound = Q(pk__in=[]), Q(), Q()
    for name, sign, value in zip(names, order, own or (), strict=False):
        direction = "lt" if sign.startswith("-") else "gt"
        below |= same & Q(**{f"{name}__{direction}": value})
        same &= Q(**{name: value})
        bound = bound or Q(**{f"{name}__{direction}e": value})
    return bound & below


def _name(model: type[Model]) -> str:
    return model._meta.label_lower.replace(".", "_")  # noqa: SLF001 - Django's public name
