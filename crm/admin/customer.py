"""A customer: who it is, how to recognise them, and what other apps know."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from backoffice.core import phones
from backoffice.core.admin import (
    DialogForm,
    Done,
    TabularInline,
    bulk_action,
    dialog_action,
    display,
)
from backoffice.core.admin.filters import DayRangeFilter
from backoffice.core.errors import DomainError
from backoffice.core.text import words
from crm import contacts, customers, panels
from crm.admin.sheets import SheetAdmin
from crm.models import Customer, CustomerIdentity, CustomerProfile, Interaction
from crm.profiles import recompute, shown
from crm.resources import CustomerResource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    BaseIdentityForm = forms.ModelForm[CustomerIdentity]
else:
    BaseIdentityForm = forms.ModelForm


# How to reach somebody, as a link and its icon.
WAYS: dict[str, tuple[str, str]] = {
    CustomerIdentity.Kind.EMAIL: ("mailto", "mail"),
    CustomerIdentity.Kind.PHONE: ("tel", "call"),
}


class IdentityForm(BaseIdentityForm):
    class Meta:
        model = CustomerIdentity
        fields = ("kind", "value", "is_confirmed")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind, value = cleaned.get("kind"), cleaned.get("value")
        if kind and value:
            try:
                cleaned["value"] = customers.normalised_value(kind, value)
            except DomainError as error:
                self.add_error("value", str(error.sentence))
        return cleaned


class IdentityInline(TabularInline):
    model = CustomerIdentity
    form = IdentityForm
    verbose_name_plural = _("how to recognise them")
    fields = ("kind", "value", "is_confirmed")
    hide_title = True
    tab = False


class ArchivedFilter(admin.SimpleListFilter):
    title = _("archived")
    parameter_name = "archived"

    def lookups(self, *_context: object) -> list[tuple[str, Any]]:
        return [("yes", _("Archived only")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:  # noqa: ANN401 - Django's signature
        for choice in super().choices(changelist):
            if choice["query_string"] == changelist.get_query_string(remove=[self.parameter_name]):
                choice["display"] = _("In use")
            yield choice

    def queryset(self, request: HttpRequest, queryset: QuerySet[Customer]) -> QuerySet[Customer]:  # noqa: ARG002 - Django's signature
        if self.value() == "all":
            return queryset
        return queryset.filter(archived_at__isnull=self.value() != "yes")


class QualityFilter(admin.SimpleListFilter):
    title = _("data score")
    parameter_name = "quality"

    def lookups(self, *_context: object) -> list[tuple[str, Any]]:
        return [
            ("low", _("below 50")),
            ("fair", _("50 to 79")),
            ("good", _("80 and more")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Customer]) -> QuerySet[Customer]:  # noqa: ARG002 - Django's signature
        bounds = {"low": (0, 49), "fair": (50, 79), "good": (80, 100)}.get(self.value() or "")
        return queryset.filter(profile__quality__range=bounds) if bounds else queryset


class ContactForm(DialogForm):
    channel = forms.ChoiceField(
        label=_("Channel"), choices=Interaction.Channel.choices, widget=UnfoldAdminSelectWidget
    )
    subject = forms.CharField(label=_("Subject"), max_length=300, widget=UnfoldAdminTextInputWidget)
    response = forms.CharField(
        label=_("What came of it"), required=False, widget=UnfoldAdminTextareaWidget
    )
    occurred_at = forms.SplitDateTimeField(
        label=_("When"),
        required=False,
        require_all_fields=False,
        widget=UnfoldAdminSplitDateTimeWidget,
        help_text=_("Empty: now. A moment to come is a planned contact."),
    )


@admin.register(Customer)
class CustomerAdmin(SheetAdmin):
    resource_classes: ClassVar = [CustomerResource]
    list_display = (
        "title",
        "city",
        "identities",
        "rank",
        "revenue",
        "last_purchase",
        "rfm",
        "quality",
    )
    list_select_related = ("profile",)
    list_filter = (
        ArchivedFilter,
        ("profile__segment", admin.ChoicesFieldListFilter),
        ("profile__last_sale_on", DayRangeFilter),
        QualityFilter,
        ("country", admin.AllValuesFieldListFilter),
        "consent_email",
        ("created_at", DayRangeFilter),
    )
    list_prefetch_related = ("identities",)
    search_fields = ("search_name",)
    search_help_text = _("Name, company, e-mail or phone")
    fieldsets = (
        (None, {"fields": (("company", "name"), "segment", ("language", "country"), "notes")}),
        (_("Address"), {"fields": ("address", ("postal_code", "city"))}),
        (
            _("Consent"),
            {
                "fields": (
                    ("consent_email", "consent_sms", "consent_phone"),
                    ("archived_at", "merged_into"),
                )
            },
        ),
    )
    readonly_fields = ("archived_at", "merged_into", "created_at", "updated_at")
    inlines = (IdentityInline,)
    # Who it is and what they bought first; the form to correct it comes after.
    change_form_outer_before_template = "admin/crm/customer/page.html"
    formfield_overrides: ClassVar = {
        models.TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 3})}
    }
    actions = ("archive_selected",)
    actions_detail = ("add_contact", "archive", "restore")

    class Media:
        css: ClassVar = {"all": ["crm/customer.css"]}

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        queryset: QuerySet[Customer],
        search_term: str,
    ) -> tuple[QuerySet[Customer], bool]:
        """Finds names without accents, parts of e-mail addresses, and numbers in any form."""
        if not search_term.strip():
            return queryset, False
        named = Q()
        for word in words(search_term):
            named &= Q(search_name__contains=word)
        known = CustomerIdentity.objects.filter(customer=OuterRef("pk")).filter(
            Q(value__contains=search_term.strip().lower())
            | Q(value=phones.normalise(search_term) or "-")
        )
        found = queryset.filter(named) if named else queryset.none()
        return found | queryset.filter(Exists(known)), False

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[Any]:
        """Archive or restore, whichever makes sense."""
        in_use = self.get_queryset(request).filter(pk=object_id, archived_at=None).exists()
        useless = "restore" if in_use else "archive"
        shown: list[Any] = super().get_actions_detail(request, object_id)  # type: ignore[misc]
        return [entry for entry in shown if not entry.action_name.endswith(f"_{useless}")]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        customer = self.get_object(request, object_id)
        context = {**(extra_context or {})}
        if customer and self.has_view_permission(request, customer):
            context |= self._page(request, customer)
        return super().change_view(request, object_id, form_url, context)

    def _page(self, request: HttpRequest, customer: Customer) -> dict[str, Any]:
        known = customer.identities.filter(kind__in=WAYS).order_by("kind", "pk")
        return {
            "panels": panels.for_customer(customer, request.user),
            "head": shown.head(customer),
            "initials": "".join(word[0] for word in str(customer).split()[:2]).upper(),
            "ways": [
                {"scheme": scheme, "icon": icon, "value": row.value}
                for row in known[:6]
                for scheme, icon in [WAYS[row.kind]]
            ],
            "may_see_duplicates": request.user.has_perm("crm.view_duplicatecandidate"),
        }

    def save_related(
        self,
        request: HttpRequest,
        form: Any,  # noqa: ANN401 - Django's signature
        formsets: Any,  # noqa: ANN401 - as above
        change: bool,  # noqa: FBT001 - as above
    ) -> None:
        super().save_related(request, form, formsets, change)
        recompute.recompute([form.instance.pk])

    def has_contact_permission(self, request: HttpRequest, _object_id: object = None) -> bool:
        return request.user.has_perm("crm.add_interaction")

    @dialog_action(
        _("Add a contact"),
        permissions=["contact"],
        form=ContactForm,
        icon="add_comment",
        question=_("A call, a visit, a message: it appears in the contact history."),
        submit=_("Add"),
    )
    def add_contact(self, request: HttpRequest, object_id: int, data: Mapping[str, Any]) -> Done:  # noqa: ARG002 - the shape of actions
        contact = contacts.add(
            object_id,
            channel=data["channel"],
            subject=data["subject"],
            response=data["response"],
            occurred_at=data["occurred_at"],
        )
        return Done(_("The contact with %(name)s is noted.") % {"name": contact.customer})

    @dialog_action(
        _("Archive"),
        permissions=["change"],
        icon="archive",
        question=_("The customer leaves the lists; orders and sales stay as they are."),
    )
    def archive(self, request: HttpRequest, object_id: int, data: Mapping[str, object]) -> Done:  # noqa: ARG002 - the shape of actions
        customer = customers.archive(object_id)
        return Done(_("%(name)s is archived.") % {"name": customer})

    @bulk_action(
        _("Archive the selected customers"),
        permissions=["change"],
        question=_("These customers leave the lists; orders and sales stay as they are."),
        submit=_("Archive"),
        done=ngettext_lazy(
            "%(count)d customer archived.", "%(count)d customers archived.", "count"
        ),
    )
    def archive_selected(
        self,
        request: HttpRequest,  # noqa: ARG002 - the shape of actions
        object_id: int,
        data: Mapping[str, object],  # noqa: ARG002 - the shape of actions
    ) -> None:
        customers.archive(object_id)

    @dialog_action(
        _("Restore"),
        permissions=["change"],
        icon="unarchive",
        question=_("The customer appears in the lists again."),
    )
    def restore(self, request: HttpRequest, object_id: int, data: Mapping[str, object]) -> Done:  # noqa: ARG002 - the shape of actions
        customer = customers.restore(object_id)
        return Done(_("%(name)s is back.") % {"name": customer})

    @display(description=_("customer"), ordering="search_name", header=True)
    def title(self, customer: Customer) -> tuple[str, str]:
        """The company with its contact below, or the person."""
        return str(customer), customer.name if customer.company else ""

    @display(description=_("segment"), ordering="profile__segment", label=shown.SEGMENT_COLOURS)
    def rank(self, customer: Customer) -> tuple[str, str] | str:
        profile = _profile(customer)
        return (profile.segment, profile.get_segment_display()) if profile else ""

    @display(description=_("revenue"), ordering=Coalesce(F("profile__revenue"), Value(Decimal(0))))
    def revenue(self, customer: Customer) -> str:
        profile = _profile(customer)
        if profile is None or not profile.purchases:
            return ""
        return shown.money(profile.revenue, profile.currency)

    @display(
        description=_("last purchase"),
        ordering=Coalesce(F("profile__last_sale_on"), Value(dt.date(1, 1, 1))),
    )
    def last_purchase(self, customer: Customer) -> str:
        profile = _profile(customer)
        if profile is None or profile.last_sale_on is None:
            return ""
        return date_format(profile.last_sale_on, "SHORT_DATE_FORMAT")

    @display(
        description="RFM",
        ordering=Coalesce(
            F("profile__recency_score")
            + F("profile__frequency_score")
            + F("profile__monetary_score"),
            Value(0),
        ),
    )
    def rfm(self, customer: Customer) -> str:
        profile = _profile(customer)
        if profile is None or profile.recency_score is None or not profile.purchases:
            return ""
        scores = (profile.recency_score, profile.frequency_score, profile.monetary_score)
        # Hyphens at which no line breaks.
        return "\N{NON-BREAKING HYPHEN}".join(map(str, scores))

    @display(description=_("data score"), ordering=Coalesce(F("profile__quality"), Value(0)))
    def quality(self, customer: Customer) -> str:
        profile = _profile(customer)
        return "" if profile is None or profile.quality is None else str(profile.quality)

    @display(description=_("e-mail and phone"))
    def identities(self, customer: Customer) -> str:
        kinds = {CustomerIdentity.Kind.EMAIL, CustomerIdentity.Kind.PHONE}
        known = [(row.value,) for row in customer.identities.all() if row.kind in kinds]
        return format_html_join(mark_safe("<br>"), "{}", known)


def _profile(customer: Customer) -> CustomerProfile | None:
    """None for a customer who came after the last computation."""
    found: CustomerProfile | None = getattr(customer, "profile", None)
    return found
