"""The recommendations: the list to review, and the page of one where it is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from backoffice.core import phones
from backoffice.core.admin import ExportAdmin, display
from backoffice.core.admin.actions import refusal_level
from backoffice.core.admin.filters import DayRangeFilter
from backoffice.core.admin.ids import id_in
from backoffice.core.admin.nothing import Nothing, TellingWhyEmpty
from backoffice.core.errors import DomainError
from backoffice.core.text import words
from crm.admin.recommendations import bars, filters, nothing, page
from crm.admin.recommendations.bulk import RecommendationBulk
from crm.admin.recommendations.following import next_url, page_url
from crm.admin.recommendations.parts import RecommendationParts
from crm.models import CustomerIdentity, CustomerProfile, Recommendation, RecommendedProduct
from crm.profiles.shown import SEGMENT_COLOURS
from crm.recommendations.deciding import workflow
from crm.resources.recommendation import RecommendationResource

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from backoffice.core.admin.staff import StaffRequest

# Products of each list that a row names.
NAMED = 3


@admin.register(Recommendation)
class RecommendationAdmin(TellingWhyEmpty, RecommendationParts, RecommendationBulk, ExportAdmin):
    resource_classes: ClassVar = [RecommendationResource]
    list_display = (
        "display_customer",
        "display_repeat",
        "display_new",
        "display_confidence",
        "display_quality",
        "display_status",
        "display_made",
    )
    list_display_links = ("display_customer",)
    list_filter = (
        filters.StatusFilter,
        filters.AlgorithmFilter,
        filters.ListFilter,
        filters.SegmentFilter,
        filters.ConfidenceFilter,
        filters.DataScoreFilter,
        filters.RatedFilter,
        filters.ContactedFilter,
        filters.IssueFilter,
        ("created_at", DayRangeFilter),
    )
    list_select_related = ("customer", "decided_by")
    list_prefetch_related: ClassVar = (
        Prefetch(
            "products",
            RecommendedProduct.objects.filter(rank__lte=NAMED)
            .select_related("product")
            .defer("evidence", "product__description", "product__attributes"),
            to_attr="first_products",
        ),
    )
    # The field is what the search box is there for; get_search_results does more.
    search_fields = ("customer__search_name",)
    search_help_text = gettext_lazy("Customer: name, company, e-mail or phone")
    ordering = ("-confidence", "-pk")
    fields = ()

    class Media:
        css: ClassVar = {"all": ["crm/recommendation.css"]}

    def when_empty(self, request: HttpRequest) -> Nothing | None:
        return nothing.to_review(request)

    # --- who may what ---

    def has_add_permission(self, *_request: object) -> bool:
        return False

    def has_change_permission(self, *_request: object, **_obj: object) -> bool:
        """Everything that changes one is a decision of its own."""
        return False

    def has_delete_permission(self, *_request: object, **_obj: object) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 - Django's signature
        return self.may(request, "view")

    # --- the list ---

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        queryset: QuerySet[Recommendation],
        search_term: str,
    ) -> tuple[QuerySet[Recommendation], bool]:
        """As on the customers' list: names without accents, parts of addresses, numbers."""
        if not search_term.strip():
            return queryset, False
        named = Q()
        for word in words(search_term):
            named &= Q(customer__search_name__contains=word)
        known = CustomerIdentity.objects.filter(customer=OuterRef("customer")).filter(
            Q(value__contains=search_term.strip().lower())
            | Q(value=phones.normalise(search_term) or "-")
        )
        found = Q(Exists(known))
        return queryset.filter(named | found if named else found), False

    @display(description=gettext_lazy("customer"), ordering="customer__search_name")
    def display_customer(self, row: Recommendation) -> str:
        segments = dict(CustomerProfile.Segment.choices)
        return format_html(
            '<span class="reco-who">{}</span><span class="reco-second"><span class="reco-segment"'
            ' data-tone="{}">{}</span> {}</span>',
            row.customer,
            SEGMENT_COLOURS.get(row.segment, ""),  # type: ignore[call-overload]
            segments.get(row.segment, row.segment),
            f"{row.customer.postal_code} {row.customer.city}".strip(),
        )

    @display(description=gettext_lazy("to buy again"))
    def display_repeat(self, row: Recommendation) -> str:
        return _named(row, "repeat")

    @display(description=gettext_lazy("to discover"))
    def display_new(self, row: Recommendation) -> str:
        return _named(row, "new")

    @display(description=gettext_lazy("confidence"), ordering="confidence")
    def display_confidence(self, row: Recommendation) -> str:
        bar = bars.confidence(row)
        return bars.drawn(bar, f"{bar.percent} %")

    @display(description=gettext_lazy("data score"), ordering="quality")
    def display_quality(self, row: Recommendation) -> str:
        bar = bars.data_score(row)
        return bars.drawn(bar, str(bar.percent))

    @display(description=gettext_lazy("status"), ordering="status")
    def display_status(self, row: Recommendation) -> str:
        after = [
            (icon, title, text)
            for icon, title, text, is_so in (
                ("star", _("Rating"), row.rating, row.rating),
                ("mark_email_read", _("Contacted"), "", row.contacted_at),
                ("shopping_cart", _("Bought after it"), "", row.bought_on),
            )
            if is_so
        ]
        return format_html(
            '<span class="reco-status" data-tone="{}">{}</span><span class="reco-second">{}</span>',
            page.STATUS_TONES.get(Recommendation.Status(row.status), ""),
            row.get_status_display(),
            format_html_join(
                " ",
                '<span class="reco-after" title="{1}"><span class="material-symbols-outlined">{0}'
                "</span>{2}</span>",
                after,
            ),
        )

    @display(description=pgettext_lazy("recommendation", "made"), ordering="created_at")
    def display_made(self, row: Recommendation) -> str:
        return date_format(localtime(row.created_at), "SHORT_DATE_FORMAT")

    # --- its page ---

    def change_view(
        self,
        request: StaffRequest,  # type: ignore[override]
        object_id: str,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The customer, both lists and why; a post decides and goes on to the next one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = Recommendation.objects.select_related("customer__merged_into", "decided_by", "run")
        row = rows.filter(pk=id_in(object_id)).first()
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined,no-any-return]
        if request.method == "POST":
            return self._decide(request, row)
        actions = self.get_actions_detail(request, row.pk)  # type: ignore[attr-defined]
        shown = {
            **self.admin_site.each_context(request),
            **(extra_context or {}),
            **page.context(request, row),
            "dialogs": page.dialogs(request, actions, row),
            "opts": self.opts,
            "title": _("Recommendation for %(name)s") % {"name": row.customer},
            "may_decide": self.has_approve_permission(request),
        }
        return TemplateResponse(request, "admin/crm/recommendation/page.html", shown)

    def _decide(self, request: StaffRequest, row: Recommendation) -> HttpResponse:
        if not self.has_approve_permission(request):
            raise PermissionDenied
        here = page_url(request, row.pk)
        try:
            told, then = self._act(request, row)
        except DomainError as error:
            messages.add_message(request, refusal_level(error), str(error.sentence))
            return HttpResponseRedirect(here)
        if told:
            messages.success(request, told)
        return HttpResponseRedirect(then or here)

    def _act(self, request: StaffRequest, row: Recommendation) -> tuple[str, str]:
        """What to tell and where to go on; here where it is empty."""
        given = request.POST
        if "approve" in given:
            after = next_url(self, request, row.pk)
            workflow.approve(row.pk, by=request.user)
            return _("The recommendation for %(name)s is approved.") % {"name": row.customer}, after
        if "swap" in given:
            place = row.products.filter(pk=id_in(given.get("place", ""))).first()
            new = workflow.swap(
                place.pk if place else 0, product_id=id_in(given["swap"]), by=request.user
            )
            return _("“%(new)s” is on the list now.") % {"new": new.product}, ""
        if "rating" in given or "comment" in given:
            workflow.rate(
                row.pk,
                by=request.user,
                rating=id_in(given["rating"]) if given.get("rating") else None,
                comment=given.get("comment", ""),
            )
            return _("Thank you: this weighs in what is proposed next."), ""
        return "", ""


def _named(row: Recommendation, question: str) -> str:
    """The first products of a list, one below the other."""
    first: list[RecommendedProduct] = [
        one for one in getattr(row, "first_products", []) if one.question == question
    ]
    if not first:
        return "–"
    names = [(one.product.name,) for one in sorted(first, key=lambda one: one.rank or 0)]
    return format_html('<ol class="reco-names">{}</ol>', format_html_join("", "<li>{}</li>", names))
