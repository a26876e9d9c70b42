"""The leads: the worklist of whom to contact, and the page of one with what made the score."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import DateField, F, Value
from django.db.models.functions import Coalesce
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from unfold.contrib.filters.admin import ChoicesCheckboxFilter, RangeNumericFilter

from backoffice.core.admin import ExportAdmin, ReadOnlyModelAdmin, display
from backoffice.core.admin.filters import DayRangeFilter
from backoffice.core.admin.ids import id_in
from backoffice.core.admin.nothing import Nothing, TellingWhyEmpty
from scoring.admin import (
    lead_buttons,
    lead_empty,
    lead_filters,
    lead_gone,
    lead_page,
    lead_rows,
    lead_search,
)
from scoring.admin.lead_bulk import LeadBulk
from scoring.admin.lead_following import next_url
from scoring.admin.morning_email import MorningEmail
from scoring.leads import explaining
from scoring.models import LeadScore
from scoring.sheets.leads import LeadResource

if TYPE_CHECKING:
    from django.core.paginator import Paginator
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.urls import URLPattern

    from backoffice.core.admin.staff import StaffRequest

# A list of more leads is counted now and then.
COUNTED = 10_000
# Whom nobody was ever in contact with stands below everybody else.
_NEVER = dt.date(1, 1, 1)


@admin.register(LeadScore)
class LeadScoreAdmin(TellingWhyEmpty, MorningEmail, LeadBulk, ExportAdmin, ReadOnlyModelAdmin):
    resource_classes: ClassVar = [LeadResource]
    list_before_template = "admin/scoring/lead/queues.html"
    list_display = (
        "display_score",
        "display_customer",
        "display_value",
        "display_why",
        "display_contact",
        "display_ways",
        "display_done",
    )
    list_display_links = ("display_score", "display_customer")
    list_filter = (
        lead_filters.Queue,
        ("segment", ChoicesCheckboxFilter),
        ("expected_value", RangeNumericFilter),
        lead_filters.ReachFilter,
        lead_filters.ChangedFilter,
        ("last_contact_on", DayRangeFilter),
        lead_filters.OwnerFilter,
        lead_filters.CustomerSegmentFilter,
        lead_filters.CityFilter,
    )
    list_filter_sheet = True
    list_select_related = ("customer__profile", "handled_by")
    # The field is what the search box is there for; get_search_results does more.
    search_fields = ("customer__search_name",)
    search_help_text = gettext_lazy("Customer: name, company, e-mail or phone")
    ordering = ("-expected_value", "pk")
    actions_list = ("subscribe", "unsubscribe")

    class Media:
        css: ClassVar = {"all": ["scoring/lead.css"]}
        js: ClassVar = ["scoring/lead.js"]

    def when_empty(self, request: HttpRequest) -> Nothing | None:
        return lead_empty.why(request)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002 - Django's signature
        return self.may(request, "view")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Also by their customer: other pages lead here."""
        return lookup == "customer__id__exact" or super().lookup_allowed(lookup, value, request)

    # --- the list ---

    def get_queryset(self, request: HttpRequest) -> QuerySet[LeadScore]:
        rows: QuerySet[LeadScore] = super().get_queryset(request)
        never = Value(_NEVER, output_field=DateField())
        return rows.annotate(contact_day=Coalesce(F("last_contact_on"), never))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"queue_tabs": lead_filters.tabs(request, lead_filters.numbers())}
        answer: HttpResponse = super().changelist_view(
            request, {**context, **(extra_context or {})}
        )
        return answer

    def get_paginator(self, request: HttpRequest, *args: Any, **options: Any) -> Paginator[Any]:
        """A long list is not counted for each page: some seconds old, as above its tabs."""
        paginator = super().get_paginator(request, *args, **options)
        if lead_filters.is_whole(request):
            known = lead_filters.numbers()[lead_filters.chosen_queue(request)]
            if known > COUNTED:
                paginator.count = known
        return paginator

    def get_changelist_instance(self, request: HttpRequest) -> Any:  # noqa: ANN401 - Django's ChangeList
        """With what stands beside each lead of the page, in two queries for all of them."""
        changes: Any = super().get_changelist_instance(request)
        leads = list(changes.result_list)
        changes.result_list = leads
        shown = lead_rows.rows_of(leads)
        may_contact = self.has_contact_permission(request)
        for lead in leads:
            lead.row = shown[lead.pk]
            lead.buttons = lead_buttons.of_row(lead.pk, lead.row.channels) if may_contact else ""
        return changes

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        queryset: QuerySet[LeadScore],
        search_term: str,
    ) -> tuple[QuerySet[LeadScore], bool]:
        if not search_term.strip():
            return queryset, False
        return lead_search.found(queryset, search_term), False

    @display(description=gettext_lazy("Score"), ordering="score")
    def display_score(self, lead: LeadScore) -> str:
        return format_html(
            '<span class="lead-score" data-segment="{}"><b>{}</b><span>{}</span></span>',
            lead.segment,
            lead.score,
            lead.get_segment_display(),
        )

    @display(description=gettext_lazy("Customer"), ordering="customer__search_name")
    def display_customer(self, lead: LeadScore) -> str:
        row: lead_rows.Row = lead.row  # type: ignore[attr-defined]
        change = (
            format_html(
                '<span class="lead-change" data-warmer="{}">{}</span>',
                "yes" if row.warmer else "no",
                row.change,
            )
            if row.change
            else ""
        )
        return format_html(
            '<span class="lead-cell"><span class="lead-first">{}</span>'
            '<span class="lead-second">{} {}</span></span>',
            lead.customer,
            lead_rows.place(lead.customer),
            change,
        )

    @display(description=gettext_lazy("Expected value"), ordering="expected_value")
    def display_value(self, lead: LeadScore) -> str:
        return _two_lines(*lead_rows.value(lead))

    @display(description=gettext_lazy("Why"))
    def display_why(self, lead: LeadScore) -> str:
        reasons = [
            ("up" if points > 0 else "down", fact, explaining.signed(points))
            for fact, points in explaining.in_short(lead)
        ]
        return format_html(
            '<ul class="lead-why">{}</ul>',
            format_html_join("", '<li data-way="{}">{} <b>{}</b></li>', reasons),
        )

    @display(description=gettext_lazy("Last contact"), ordering="contact_day")
    def display_contact(self, lead: LeadScore) -> str:
        return _two_lines(*lead_rows.contact(lead))

    @display(description=gettext_lazy("Phone and e-mail"))
    def display_ways(self, lead: LeadScore) -> str:
        row: lead_rows.Row = lead.row  # type: ignore[attr-defined]
        return lead_buttons.links(row.ways)

    @display(description=gettext_lazy("Done"))
    def display_done(self, lead: LeadScore) -> str:
        buttons: str = lead.buttons  # type: ignore[attr-defined]
        return buttons

    # --- the page of one ---

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.next_view)
        mine = path("<int:customer_id>/next/", view, name="scoring_leadscore_next")
        return [mine, *super().get_urls()]

    @method_decorator(require_safe)
    @method_decorator(never_cache)
    def next_view(self, request: StaffRequest, customer_id: int) -> HttpResponse:
        """Leave this one for later and go to the one after it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(next_url(self, request, customer_id))

    def change_view(
        self,
        request: StaffRequest,  # type: ignore[override]
        object_id: str,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The score and what made it, what is known, and what to do next."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        lead = lead_page.leads().filter(pk=id_in(object_id)).first()
        if lead is None:
            return lead_gone.answer(request, id_in(object_id))
        actions = self.get_actions_detail(request, lead.pk)  # type: ignore[attr-defined]
        shown = {
            **self.admin_site.each_context(request),
            **(extra_context or {}),
            **lead_page.context(request, lead, actions),
            "opts": self.opts,
            "title": str(lead.customer),
        }
        return TemplateResponse(request, "admin/scoring/lead/page.html", shown)


def _two_lines(first: str, second: str) -> str:
    return format_html(
        '<span class="lead-cell"><span class="lead-first">{}</span>'
        '<span class="lead-second">{}</span></span>',
        first,
        second,
    )
