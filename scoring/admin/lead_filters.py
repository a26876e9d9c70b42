"""How the list of leads is narrowed: whom to contact today, and what else one may look for."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR, SEARCH_VAR
from django.contrib.auth.models import User
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.contrib.filters.admin import DropdownFilter, TextFilter

from backoffice.core.admin.ids import id_in
from backoffice.core.kept import Kept
from crm.models import CustomerProfile
from scoring.leads.worklist import is_resting, is_to_contact, may_be_reached, to_contact
from scoring.models import LeadScore, SegmentChange
from scoring.models.lead import Segment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.contrib.admin.views.main import ChangeList
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise

    Rows = QuerySet[LeadScore]
    BaseDropdown = SimpleListFilter
    BaseText = SimpleListFilter
else:
    BaseDropdown, BaseText = DropdownFilter, TextFilter

QUEUE = "queue"
# Each with the condition of its rows; the first one is shown without a choice.
QUEUES: dict[str, tuple[_StrOrPromise, Callable[[], Q]]] = {
    "today": (_("To contact today"), is_to_contact),
    "hot": (pgettext_lazy("lead", "Hot"), lambda: Q(segment=Segment.HOT)),
    "warm": (pgettext_lazy("lead", "Warm"), lambda: Q(segment=Segment.WARM)),
    "cold": (pgettext_lazy("lead", "Cold"), lambda: Q(segment=Segment.COLD)),
    "resting": (_("Dealt with, resting"), is_resting),
    "all": (pgettext_lazy("leads", "All"), Q),
}
TODAY = "today"
# By which way a lead may be reached.
REACH = "reach"
NEITHER = "none"
# Changes this young are shown in the list and found by the filter.
LATELY = dt.timedelta(days=7)
# Filters of the address that may be true of a lead that is not to be contacted today.
_OTHERS = ("segment", "score", "owner", "changed", "customer__")


class Queue(SimpleListFilter):
    """Without a choice the worklist; who looks for somebody looks among all of them."""

    title = pgettext_lazy("leads", "list")
    parameter_name = QUEUE

    def lookups(self, *_context: object) -> list[tuple[str, Any]]:
        return [(name, title) for name, (title, _rows) in QUEUES.items() if name != TODAY]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for choice in super().choices(changelist):
            is_default = choice["query_string"] == changelist.get_query_string(
                remove=[self.parameter_name]
            )
            yield {**choice, "display": QUEUES[TODAY][0]} if is_default else choice

    def queryset(self, request: HttpRequest, rows: Rows) -> Rows:
        return rows.filter(QUEUES[chosen_queue(request)][1]())


def chosen_queue(request: HttpRequest) -> str:
    """The list that an address asks for."""
    chosen = request.GET.get(QUEUE, "")
    if chosen in QUEUES:
        return chosen
    return "all" if names_others(request) else TODAY


def names_others(request: HttpRequest) -> bool:
    """Whether the address asks for leads by what may be true of one that rests or is cold."""
    given = request.GET
    return (
        bool(given.get(SEARCH_VAR))
        or given.get(REACH) == NEITHER
        or any(value and name.startswith(_OTHERS) for name, value in given.items())
    )


def is_whole(request: HttpRequest) -> bool:
    """Whether the address asks for one of the lists without leaving anybody out."""
    return not set(request.GET) - {ORDER_VAR, PAGE_VAR, QUEUE}


class Choice(SimpleListFilter):
    """One of ``options``, each with a function that makes its condition."""

    options: tuple[tuple[str, _StrOrPromise, Callable[[], Any]], ...] = ()

    def lookups(self, *_context: object) -> list[tuple[str, Any]]:
        return [(name, label) for name, label, _condition in self.options]

    def queryset(self, request: HttpRequest, rows: Rows) -> Rows:  # noqa: ARG002 - Django's signature
        conditions = {name: condition for name, _label, condition in self.options}
        chosen = conditions.get(self.value() or "")
        return rows if chosen is None else rows.filter(chosen())


def _profile(segment: str) -> Callable[[], Q]:
    return lambda: Q(customer__profile__segment=segment)


class CustomerSegmentFilter(Choice):
    title = _("customer's segment")
    parameter_name = "rank"
    options = tuple((one.value, one.label, _profile(one.value)) for one in CustomerProfile.Segment)


class CityFilter(BaseText):
    title = _("city")
    parameter_name = "city"

    def queryset(self, request: HttpRequest, rows: Rows) -> Rows:  # noqa: ARG002 - Django's signature
        text = (self.value() or "").strip()
        return rows.filter(customer__city__icontains=text) if text else rows


class ReachFilter(Choice):
    """By consent and an address or a number to use it with."""

    title = _("may be reached")
    parameter_name = REACH
    options = (
        ("call", _("by a call"), lambda: may_be_reached("call")),
        ("email", _("by e-mail"), lambda: may_be_reached("email")),
        (NEITHER, _("neither"), lambda: ~may_be_reached()),
    )


class OwnerFilter(BaseDropdown):
    """By who dealt with the lead last."""

    title = _("dealt with by")
    parameter_name = "owner"

    def lookups(self, request: HttpRequest, _model_admin: object) -> list[tuple[str, Any]]:
        people = User.objects.filter(is_active=True, is_staff=True).order_by("username")[:200]
        others = [
            (str(one.pk), one.get_full_name() or one.username)
            for one in people
            if one.pk != request.user.pk
        ]
        return [(str(request.user.pk), _("me")), ("nobody", _("nobody")), *others]

    def queryset(self, request: HttpRequest, rows: Rows) -> Rows:  # noqa: ARG002 - Django's signature
        chosen = self.value()
        if not chosen:
            return rows
        if chosen == "nobody":
            return rows.filter(handled_at=None)
        return rows.filter(handled_by=id_in(chosen))


def _changed(**values: str) -> Callable[[], Exists]:
    def condition() -> Exists:
        since = timezone.now() - LATELY
        changes = SegmentChange.objects.filter(customer=OuterRef("customer"), changed_at__gte=since)
        return Exists(changes.filter(**values))

    return condition


class ChangedFilter(Choice):
    """By changes of the segment within a week; those of a new model are changes too."""

    title = _("changed this week")
    parameter_name = "changed"
    options = (
        ("hot", _("became hot"), _changed(after=Segment.HOT)),
        ("cooler", _("no longer hot"), _changed(before=Segment.HOT)),
        ("any", _("any change of segment"), _changed()),
    )


def tabs(request: HttpRequest, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The lists as links, with the other filters kept; ``counts`` are those of the whole."""
    chosen = chosen_queue(request)
    shown = []
    for name, (title, _rows) in QUEUES.items():
        given = request.GET.copy()
        given.pop(PAGE_VAR, None)
        given[QUEUE] = name
        shown.append(
            {
                "name": name,
                "title": title,
                "link": f"?{given.urlencode()}",
                "is_chosen": name == chosen,
                "number": counts.get(name),
            }
        )
    return shown


@Kept
def numbers() -> dict[str, int]:
    """How many leads each list has, some seconds old at most; three queries."""
    counted = LeadScore.objects.order_by().values("segment").annotate(number=Count("pk"))
    by_segment = {row["segment"].lower(): row["number"] for row in counted}
    return {
        **{name: by_segment.get(name, 0) for name in ("hot", "warm", "cold")},
        TODAY: to_contact().order_by().count(),
        "resting": LeadScore.objects.filter(is_resting()).count(),
        "all": sum(by_segment.values()),
    }
