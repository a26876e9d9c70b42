"""Exchange rates: their list with what is missing, typed by hand, imported, fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core import jobs
from backoffice.core.admin import Done, ModelAdmin, dialog_action, display
from backoffice.core.admin.filters import DayRangeFilter
from backoffice.core.errors import DomainError
from listings import tasks
from listings.market.rates import fetching, state, storing, typing_in
from listings.models import ExchangeRate

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.http import HttpRequest, HttpResponse

    BaseForm = forms.ModelForm[ExchangeRate]
else:
    BaseForm = forms.ModelForm

_SOURCES = {
    storing.ECB: gettext_lazy("European Central Bank"),
    storing.STAFF: gettext_lazy("staff"),
    "demo": gettext_lazy("demonstration"),
}


class RateForm(BaseForm):
    class Meta:
        model = ExchangeRate
        fields = ("currency", "day", "rate")
        help_texts: ClassVar = {
            "currency": gettext_lazy("Three letters: AED, QAR, MAD …"),
            "day": gettext_lazy(
                "Offers of this day and later are priced by it, until the day of a newer rate."
            ),
            "rate": gettext_lazy("How many units of the currency one euro is worth: 4.27 for AED."),
        }

    def clean_currency(self) -> str:
        try:
            return typing_in.currency_of(self.cleaned_data["currency"])
        except DomainError as error:
            raise forms.ValidationError(str(error), code=error.code) from error

    def clean_day(self) -> Any:  # noqa: ANN401 - a day
        try:
            return typing_in.day_of(self.cleaned_data["day"])
        except DomainError as error:
            raise forms.ValidationError(str(error), code=error.code) from error


@admin.register(ExchangeRate)
class ExchangeRateAdmin(ModelAdmin):
    form = RateForm
    list_before_template = "admin/listings/rates/state.html"
    list_display = ("currency", "day", "display_rate", "display_source")
    list_filter = (
        ("currency", admin.AllValuesFieldListFilter),
        ("day", DayRangeFilter),
        ("source", admin.AllValuesFieldListFilter),
    )
    search_fields = ("currency",)
    search_help_text = gettext_lazy("Currency")
    ordering = ("-day", "currency")
    fieldsets = (
        (None, {"fields": (("currency", "day"), "rate", ("display_source", "created_at"))}),
    )
    readonly_fields = ("display_source", "created_at")
    actions_list: ClassVar = ("fetch_now",)

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.may(request, "import")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        found = state.build()
        context = {
            "rates": found,
            "rates_problem": fetching.problem(),
            "may_import": self.may(request, "import"),
            "may_add": self.has_add_permission(request),
        }
        answer: HttpResponse = super().changelist_view(
            request, {**context, **(extra_context or {})}
        )
        return answer

    @dialog_action(
        gettext_lazy("Fetch now"),
        permissions=["import"],
        question=gettext_lazy(
            "The worker fetches the rates of the European Central Bank and prices offers anew."
        ),
        icon="sync",
    )
    def fetch_now(self, request: HttpRequest, _data: dict[str, Any]) -> Done:
        if not self.has_import_permission(request):
            raise PermissionDenied
        fetching.require_possible()
        jobs.enqueue(tasks.fetch_rates)
        return Done(_("The rates are being fetched: reload this page in a moment."))

    # --- what a person typed ---

    def save_model(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Model,
        form: forms.Form,
        change: bool,  # noqa: FBT001 - as above
    ) -> None:
        if form.changed_data or not change:
            former = form.initial.get("day") if change else None
            typing_in.keep(cast("ExchangeRate", obj), former_day=former)

    def delete_model(self, request: HttpRequest, obj: ExchangeRate) -> None:  # noqa: ARG002 - Django's signature
        typing_in.remove([obj.pk])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[ExchangeRate]) -> None:  # noqa: ARG002 - Django's signature
        typing_in.remove(list(queryset.values_list("pk", flat=True)))

    @display(description=gettext_lazy("for one euro"), ordering="rate")
    def display_rate(self, rate: ExchangeRate) -> str:
        return typing_in.words(rate.rate)

    @display(description=gettext_lazy("source"), ordering="source")
    def display_source(self, rate: ExchangeRate) -> str:
        return str(_SOURCES.get(rate.source, rate.source))
