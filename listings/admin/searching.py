"""The market searched in plain words and by filters, the results as cards."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from backoffice.core.admin.ids import id_in
from backoffice.core.admin.pages import page, render
from backoffice.core.errors import DomainError
from listings.admin import listing_rows
from listings.models import Listing
from listings.search import filters, query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from backoffice.core.admin.staff import StaffRequest
    from listings.search.query import Hit

PERMISSION = "listings.view_listing"
PAGE_SIZE = 24
LAST_PAGE = filters.DEEPEST // PAGE_SIZE + 1
_FIRST_YEAR, _LAST_YEAR = 1800, 2100
_SPANS = (("price_from", "price_to"), ("year_from", "year_to"), ("since", "until"))


def _text(label: Any, most: int, **attrs: str) -> forms.CharField:  # noqa: ANN401 - a text for later
    widget = UnfoldAdminTextInputWidget(attrs=attrs)
    return forms.CharField(label=label, max_length=most, required=False, widget=widget)


def _choice(label: Any, choices: Any) -> forms.ChoiceField:  # noqa: ANN401 - Django's own
    offered = [("", pgettext_lazy("filter", "Any")), *choices]
    return forms.ChoiceField(
        label=label, choices=offered, required=False, widget=UnfoldAdminSelectWidget
    )


def _price(label: Any) -> forms.DecimalField:  # noqa: ANN401 - a text for later
    widget = UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"})
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=Decimal(0),
        max_digits=14,
        decimal_places=2,
        widget=widget,
    )


def _year(label: Any) -> forms.IntegerField:  # noqa: ANN401 - a text for later
    widget = UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric"})
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=_FIRST_YEAR,
        max_value=_LAST_YEAR,
        widget=widget,
    )


def _day(label: Any) -> forms.DateField:  # noqa: ANN401 - a text for later
    widget = UnfoldAdminTextInputWidget(attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=widget)


class SearchForm(forms.Form):
    """The words, then filters; what is left empty does not filter."""

    text = _text(
        gettext_lazy("Search"),
        1000,
        type="search",
        placeholder=gettext_lazy("Submariner full set under 9000"),  # type: ignore[arg-type]
    )
    type = _choice(gettext_lazy("Type"), Listing.Type.choices)
    brand = _text(gettext_lazy("Brand"), 80)
    model = _text(gettext_lazy("Model"), 120)
    reference = _text(gettext_lazy("Reference"), 60)
    condition = _choice(gettext_lazy("Condition"), Listing.Condition.choices)
    price_from = _price(gettext_lazy("From (EUR)"))
    price_to = _price(gettext_lazy("To (EUR)"))
    year_from = _year(gettext_lazy("Year from"))
    year_to = _year(gettext_lazy("Year to"))
    since = _day(gettext_lazy("Offered since"))
    until = _day(gettext_lazy("Offered until"))

    def query(self, number: int) -> query.Query:
        """What was asked for, its page ``number``. Call it on a form that is valid."""
        said = self.cleaned_data
        same = ("brand", "model", "reference", "price_from", "price_to", "year_from", "year_to")
        return query.Query(
            text=said["text"],
            types=(said["type"],) if said["type"] else (),
            conditions=(said["condition"],) if said["condition"] else (),
            **{name: said[name] for name in (*same, "since", "until")},
            limit=PAGE_SIZE,
            offset=(number - 1) * PAGE_SIZE,
        )

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if any("\0" in value for value in said.values() if isinstance(value, str)):
            raise forms.ValidationError(_("A text cannot hold the character NUL: leave it out."))
        for low, high in _SPANS:
            first, last = said.get(low), said.get(high)
            if first is not None and last is not None and first > last:
                self.add_error(high, _("This end lies before the other one."))
        return said

    def narrowing(self) -> list[forms.BoundField]:
        """The filters: all fields but the words."""
        return [field for field in self if field.name != "text"]


@page("listings/search/", name="listings_search", permission=PERMISSION)
@require_safe
def search(request: StaffRequest) -> HttpResponse:
    """Without words and filters the newest."""
    form = SearchForm(request.GET)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        number = min(id_in(request.GET.get("page")) or 1, LAST_PAGE)
        asked = form.query(number)
        try:
            found = query.run(asked)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            context |= {
                "cards": listing_rows.cards(_rows(found.hits)),
                "understood": _understood(found.understood),
                "number": number,
                "first": _page(request, 1),
                "before": _page(request, number - 1),
                "after": _page(request, number + 1) if found.has_more else "",
                "is_narrowed": any(form[name].value() for name in form.fields if name != "text"),
            }
    title = _("Search the market")
    return render(request, "admin/listings/search.html", title=title, **context)


def _rows(hits: Sequence[Hit]) -> list[Listing]:
    """The listings of ``hits`` in their order, with all that cards show."""
    ids = [hit.listing_id for hit in hits]
    listings = Listing.objects.select_related(*listing_rows.RELATED)
    rows = listings.prefetch_related(*listing_rows.PREFETCH).in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]


def _page(request: StaffRequest, number: int) -> str:
    if not 1 <= number <= LAST_PAGE:
        return ""
    asked = request.GET.copy()
    asked["page"] = str(number)
    return f"?{asked.urlencode()}"


def _understood(found: dict[str, str]) -> list[tuple[str, str]]:
    """What was recognised in the words, for people."""
    labels = {
        "type": _("Type"),
        "brand": _("Brand"),
        "model": _("Model"),
        "reference": _("Reference"),
        "nickname": _("Nickname"),
        "price_from": _("From (EUR)"),
        "price_to": _("To (EUR)"),
        "year_from": _("Year from"),
        "year_to": _("Year to"),
        "condition": _("Condition"),
        "size_mm": _("Size (mm)"),
        "movement": _("Movement"),
    }
    words: dict[str, dict[str, Any]] = {
        "type": dict(Listing.Type.choices),
        "condition": dict(Listing.Condition.choices),
        "movement": dict(Listing.Movement.choices),
    }
    return [
        (labels[name], str(words.get(name, {}).get(value, value)))
        for name, value in found.items()
        if name in labels
    ]
