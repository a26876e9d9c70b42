"""How the list of listings is narrowed: what is on the market, what to look at, which maker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import DropdownFilter

from listings.models import Brand, Listing, Match, Suspicion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.admin.views.main import ChangeList
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise

    BaseDropdown = SimpleListFilter
else:
    BaseDropdown = DropdownFilter

QUEUE = "queue"
QUEUES: tuple[tuple[str, _StrOrPromise], ...] = (
    ("market", gettext_lazy("On the market")),
    ("review", gettext_lazy("To confirm")),
    ("suspicious", gettext_lazy("Suspicious")),
    ("matched", gettext_lazy("With matches")),
    ("gone", gettext_lazy("Off the market")),
    ("all", gettext_lazy("All listings")),
)
# Filters of the address that may be true of a listing that is off the market.
_OTHERS = ("status", "trader", "message", "reader")


class Queue(SimpleListFilter):
    """Without a choice what is on the market; a search goes through all of them."""

    title = gettext_lazy("queue")
    parameter_name = QUEUE

    def lookups(
        self, _request: HttpRequest, _model_admin: object
    ) -> list[tuple[str, _StrOrPromise]]:
        return list(QUEUES[1:])

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """The same words as elsewhere, but "all" is what is on the market."""
        for choice in super().choices(changelist):
            is_default = choice["query_string"] == changelist.get_query_string(
                remove=[self.parameter_name]
            )
            yield {**choice, "display": QUEUES[0][1]} if is_default else choice

    def queryset(self, request: HttpRequest, listings: QuerySet[Listing]) -> QuerySet[Listing]:
        live = listings.filter(status=Listing.Status.LIVE)
        match self.value():
            case "all":
                return listings
            case "review":
                return live.filter(reviewed_at=None)
            case "suspicious":
                return live.filter(Exists(open_suspicions()))
            case "matched":
                return live.filter(Exists(_matches("wanted")) | Exists(_matches("sale")))
            case "gone":
                return listings.exclude(status=Listing.Status.LIVE)
        return listings if names_others(request) else live


class BrandFilter(BaseDropdown):
    """By a maker of the catalogue."""

    title = gettext_lazy("brand")
    parameter_name = "brand"

    def lookups(self, _request: HttpRequest, _model_admin: object) -> list[tuple[str, str]]:
        names = Brand.objects.filter(is_active=True).values_list("name", flat=True)
        return [(name, name) for name in names]

    def queryset(self, _request: HttpRequest, listings: QuerySet[Listing]) -> QuerySet[Listing]:
        return listings.filter(brand=self.value()) if self.value() else listings


class IsComplete(SimpleListFilter):
    """Whether the facts are there that a price is compared by."""

    title = gettext_lazy("facts")
    parameter_name = "facts"

    def lookups(
        self, _request: HttpRequest, _model_admin: object
    ) -> list[tuple[str, _StrOrPromise]]:
        return [
            ("no_price", _("Without a price")),
            ("no_rate", _("Price without a rate")),
            ("no_reference", _("Without a reference")),
            ("unsure", _("Read with doubts")),
        ]

    def queryset(self, _request: HttpRequest, listings: QuerySet[Listing]) -> QuerySet[Listing]:
        match self.value():
            case "no_price":
                return listings.filter(price=None)
            case "no_rate":
                return listings.filter(price__isnull=False, price_eur=None)
            case "no_reference":
                return listings.filter(reference_key="")
            case "unsure":
                return listings.filter(confidence__lt=UNSURE)
        return listings


# Below this an item's confidence is a doubt.
UNSURE = 0.6


def open_suspicions() -> QuerySet[Suspicion]:
    return Suspicion.objects.filter(listing=OuterRef("pk"), dismissed_at=None)


def names_others(request: HttpRequest) -> bool:
    """Whether the address asks for listings by what may be true of one off the market."""
    given = request.GET
    return bool(given.get(SEARCH_VAR)) or any(name.startswith(_OTHERS) for name in given)


def queue_tabs(request: HttpRequest) -> list[dict[str, Any]]:
    """The queues as links over the list; no number, since each would count the whole table."""
    chosen = request.GET.get(QUEUE, QUEUES[0][0])
    return [
        {
            "title": title,
            "link": f"?{QUEUE}={key}" if key != QUEUES[0][0] else "?",
            "is_chosen": key == chosen and (key != QUEUES[0][0] or not names_others(request)),
        }
        for key, title in QUEUES
    ]


def _matches(side: str) -> QuerySet[Match]:
    return Match.objects.filter(**{side: OuterRef("pk")}, state__in=Match.OPEN)
