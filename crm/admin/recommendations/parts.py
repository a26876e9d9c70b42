"""What the page of a recommendation asks for when it is needed: the next one, other products."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from backoffice.core.admin import ModelAdmin
from backoffice.core.errors import DomainError
from crm.admin.recommendations import bars, swapping
from crm.admin.recommendations.following import next_url
from crm.admin.recommendations.offered import Offered, offered
from crm.models import Product, Question, Recommendation, RecommendedProduct
from crm.recommendations import algorithms, alternatives, reasons

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.urls import URLPattern

    from backoffice.core.admin.staff import StaffRequest

# Letters to type before products are looked for.
FEWEST = 2


class RecommendationParts(ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        views = {
            "next": self.next_view,
            "alternatives": self.alternatives_view,
            "products": self.products_view,
        }
        mine = [
            path(f"<int:row_id>/{name}/", wrap(view), name=f"crm_recommendation_{name}")
            for name, view in views.items()
        ]
        return [*mine, *super().get_urls()]

    @method_decorator(require_safe)
    @method_decorator(never_cache)
    def next_view(self, request: StaffRequest, row_id: int) -> HttpResponse:
        """Leave this one for later and go to the one after it."""
        if not self.may(request, "view"):
            raise PermissionDenied
        return HttpResponseRedirect(next_url(self, request, row_id))

    @method_decorator(require_safe)
    @method_decorator(never_cache)
    def alternatives_view(self, request: StaffRequest, row_id: int) -> HttpResponse:
        """What each algorithm would propose beside what is there; for the page and the dialog."""
        row = self._row(request, row_id)
        question = request.GET.get("question", "")
        question = question if question in Question.values else Question.REPEAT.value
        context: dict[str, Any] = {"row": row, "question": question}
        try:
            tabs = _tabs(row, question)
            # Where the list has nothing else, the dialog shows what the other one has.
            if "dialog" in request.GET and not _once(tabs):
                tabs = _tabs(row, next(name for name in Question.values if name != question))
        except DomainError as error:
            tabs = []
            context["told"] = str(error.sentence)
        context["tabs"] = tabs
        context["any"] = any(products for _label, products in tabs)
        places = row.products.filter(question=question, rank__isnull=False)
        context |= {
            "places": places.select_related("product").order_by("rank"),
            "may_decide": self.may(request, "approve")
            and row.status == Recommendation.Status.PENDING,
        }
        is_dialog = "dialog" in request.GET
        name = "choices" if is_dialog else "alternatives"
        if is_dialog:
            context["products"] = _once(tabs)
        return TemplateResponse(request, f"admin/crm/recommendation/{name}.html", context)

    @method_decorator(require_safe)
    @method_decorator(never_cache)
    def products_view(self, request: StaffRequest, row_id: int) -> HttpResponse:
        """Products that a word finds, to choose from in the dialog."""
        row = self._row(request, row_id)
        term = request.GET.get("q", "").replace("\0", "").strip()
        products = swapping.found(row, term) if len(term) >= FEWEST else []
        told = "" if products or len(term) < FEWEST else _("No product has that name or code.")
        context = {"products": products, "told": told}
        return TemplateResponse(request, "admin/crm/recommendation/choices.html", context)

    def _row(self, request: StaffRequest, row_id: int) -> Recommendation:
        if not self.may(request, "view"):
            raise PermissionDenied
        return get_object_or_404(Recommendation.objects.select_related("customer"), pk=row_id)


def _tabs(row: Recommendation, question: str) -> list[tuple[str, list[Offered]]]:
    """Of each algorithm its label and products."""
    found = alternatives.of(row, question)
    places = [place for several in found.values() for place in several]
    products = Product.objects.in_bulk({place.product_id for place in places})
    known = {
        one.product.pk: one for one in offered(row.customer_id, list(products.values()), why_not={})
    }
    named = reasons.names_for(RecommendedProduct(evidence=place.evidence) for place in places)
    shown = {
        id(place): replace(
            known[place.product_id],
            reasons=reasons.sentences(place.evidence, named),
            chance=bars.probability(place.probability),
        )
        for place in places
        if place.product_id in known
    }
    return [
        (algorithms.label(name), [shown[id(one)] for one in several if id(one) in shown])
        for name, several in found.items()
    ]


def _once(tabs: list[tuple[str, list[Offered]]]) -> list[Offered]:
    """Each product once: first what stands far up on most lists."""
    worth: dict[int, float] = {}
    shown: dict[int, Offered] = {}
    for _label, products in tabs:
        for place, one in enumerate(products, start=1):
            worth[one.product.pk] = worth.get(one.product.pk, 0) + 1 / place
            shown.setdefault(one.product.pk, one)
    return sorted(shown.values(), key=lambda one: -worth[one.product.pk])[: swapping.FOUND]
