"""Leads as columns of a sheet, for a call campaign or another program; nothing is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import pgettext
from import_export.fields import Field

from backoffice.core.spreadsheets.formats import Phone
from backoffice.core.spreadsheets.resources import Resource
from backoffice.core.spreadsheets.widgets import Day, Number, Text, YesNo
from crm.models import CustomerIdentity
from crm.resources.cells import Moment
from crm.resources.references import reference
from scoring import advice
from scoring.leads import explaining
from scoring.models import LeadScore

if TYPE_CHECKING:
    from django.db.models import QuerySet

Kind = CustomerIdentity.Kind


class LeadResource(Resource):
    """One row per lead, as the list has them: who, how likely, why, and how to reach them."""

    customer = Field("customer", "customer")
    name = Field("customer__name", "name", Text())
    company = Field("customer__company", "company", Text())
    score = Field("score", "score", Number())
    segment = Field("segment", "segment", Text())
    chance = Field("chance", "chance", Number())
    expected_value = Field("expected_value", "expected_value", Number())
    usual_purchase = Field("usual_purchase", "usual_purchase", Number())
    currency = Field("currency", "currency", Text())
    recommendation = Field(column_name="recommendation")
    reasons = Field(column_name="reasons")
    email = Field(column_name="email")
    may_be_emailed = Field("customer__consent_email", "may_be_emailed", YesNo())
    phone = Field(column_name="phone")
    may_be_called = Field("customer__consent_phone", "may_be_called", YesNo())
    city = Field("customer__city", "city", Text())
    customer_segment = Field("customer__segment", "customer_segment", Text())
    last_contact_on = Field("last_contact_on", "last_contact_on", Day())
    known_since = Field("known_since", "known_since", Day())
    total_contacts = Field("total_contacts", "total_contacts", Number())
    total_spent = Field("total_spent", "total_spent", Number())
    emails_sent = Field("emails_sent", "emails_sent", Number())
    emails_opened = Field("emails_opened", "emails_opened", Number())
    website_visits = Field("website_visits", "website_visits", Number())
    as_of = Field("as_of", "as_of", Day())
    handled_at = Field("handled_at", "handled_at", Moment())
    rests_until = Field("rests_until", "rests_until", Day())

    class Meta:
        model = LeadScore
        fields = (
            "customer",
            "name",
            "company",
            "score",
            "segment",
            "chance",
            "expected_value",
            "usual_purchase",
            "currency",
            "recommendation",
            "reasons",
            "email",
            "may_be_emailed",
            "phone",
            "may_be_called",
            "city",
            "customer_segment",
            "last_contact_on",
            "known_since",
            "total_contacts",
            "total_spent",
            "emails_sent",
            "emails_opened",
            "website_visits",
            "as_of",
            "handled_at",
            "rests_until",
        )
        export_order = fields

    def filter_export(self, queryset: QuerySet[LeadScore], **_options: object) -> object:
        rows = queryset.select_related("customer")
        return rows.prefetch_related("customer__identities")

    def dehydrate_customer(self, row: LeadScore) -> str:
        return reference(row.customer)

    def dehydrate_chance(self, row: LeadScore) -> float:
        return round(row.chance, 4)

    def dehydrate_recommendation(self, row: LeadScore) -> str:
        return advice.of_segment(row.segment)

    def dehydrate_reasons(self, row: LeadScore) -> str:
        return in_one_cell(explaining.in_short(row))

    def dehydrate_email(self, row: LeadScore) -> str:
        return _first(row, Kind.EMAIL)

    def dehydrate_phone(self, row: LeadScore) -> str:
        return Phone(_first(row, Kind.PHONE))


def in_one_cell(reasons: list[tuple[str, float]]) -> str:
    """Reasons with their points: "Last contact 3 days ago (+12); 9 contacts so far (-4)"."""
    return pgettext("between two of a list", "; ").join(
        f"{fact} ({points:+.0f})" for fact, points in reasons
    )


def _first(row: LeadScore, kind: Kind) -> str:
    """The oldest address of a kind."""
    own = [one for one in row.customer.identities.all() if one.kind == kind]
    return min(own, key=lambda one: one.pk).value if own else ""
