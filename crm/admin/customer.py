"""A customer: who it is, how to recognise them, and what other apps know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from backoffice.core import phones
from backoffice.core.admin import (
    Done,
    ImportExportAdmin,
    TabularInline,
    bulk_action,
    dialog_action,
    display,
)
from backoffice.core.admin.filters import DayRangeFilter
from backoffice.core.errors import DomainError
from backoffice.core.text import words
from crm import customers, panels
from crm.models import Customer, CustomerIdentity
from crm.resources import CustomerResource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    BaseIdentityForm = forms.ModelForm[CustomerIdentity]
else:
    BaseIdentityForm = forms.ModelForm


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


@admin.register(Customer)
class CustomerAdmin(ImportExportAdmin):
    resource_classes: ClassVar = [CustomerResource]
    list_display = ("title", "contact", "city", "identities", "changed")
    list_filter = (
        ArchivedFilter,
        ("country", admin.AllValuesFieldListFilter),
        "consent_email",
        ("created_at", DayRangeFilter),
    )
    list_prefetch_related = ("identities",)
    search_fields = ("search_name",)
    search_help_text = _("Name, company, e-mail or phone")
    fieldsets = (
        (None, {"fields": (("company", "name"), ("language", "country"), "notes")}),
        (_("Address"), {"fields": ("address", ("postal_code", "city"))}),
        (
            _("Consent"),
            {"fields": (("consent_email", "consent_phone"), ("archived_at", "merged_into"))},
        ),
    )
    readonly_fields = ("archived_at", "merged_into", "created_at", "updated_at")
    inlines = (IdentityInline,)
    change_form_after_template = "admin/crm/customer/panels.html"
    actions = ("archive_selected",)
    actions_detail = ("archive", "restore")

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
        shown = panels.for_customer(customer, request.user) if customer else []
        context = {**(extra_context or {}), "panels": shown}
        return super().change_view(request, object_id, form_url, context)

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

    @display(description=_("customer"), ordering="search_name")
    def title(self, customer: Customer) -> str:
        return str(customer)

    @display(description=_("contact"), ordering="name")
    def contact(self, customer: Customer) -> str:
        return customer.name if customer.company else ""

    @display(description=_("changed"), ordering="updated_at")
    def changed(self, customer: Customer) -> str:
        return date_format(localtime(customer.updated_at), "SHORT_DATE_FORMAT")

    @display(description=_("e-mail and phone"))
    def identities(self, customer: Customer) -> str:
        kinds = {CustomerIdentity.Kind.EMAIL, CustomerIdentity.Kind.PHONE}
        return ", ".join(row.value for row in customer.identities.all() if row.kind in kinds)
