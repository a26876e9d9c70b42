"""The desk's figures of some days, in words, charts and tables."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.core.charts import Chart, Series
from backoffice.core.figures import words
from backoffice.core.figures.parts import KeyFigure, Section, Table
from backoffice.core.figures.steps import Bucket, Step, heading, moments, steps_of
from backoffice.messaging.models import InboundMessage
from listings.market import euros
from listings.models import Listing, Match, Suspicion
from listings.statistics import DESK

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

    from backoffice.core.charts import Tone
    from backoffice.core.figures.period import Days, Period

_TOP = 12
_TONES: dict[str, Tone] = {
    Listing.Type.SALE: "primary",
    Listing.Type.WANTED: "info",
    Listing.Type.TRADE: "warning",
    Listing.Type.QUESTION: "neutral",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """Watches of ``period`` by the day they were offered; amounts in euros."""

    period: Period
    made_at: dt.datetime
    steps: tuple[Step, ...]
    messages: int
    messages_before: int
    watches: int
    watches_before: int
    by_type: dict[tuple[int, str], int]
    value: dict[int, Decimal]
    by_brand: dict[tuple[str, str], int]
    matches: dict[str, int]
    suspicions: int


def count(period: Period) -> Figures:
    """Count a period: a constant number of queries."""
    steps = steps_of(period.days)
    rows = _offered(period.days).annotate(step=Bucket("offered_at", moments(steps)))
    by_type: dict[tuple[int, str], int] = {}
    value: dict[int, Decimal] = {}
    for row in rows.values("step", "type").annotate(n=Count("pk"), eur=Sum("price_eur")):
        by_type[row["step"], row["type"]] = row["n"]
        if row["type"] == Listing.Type.SALE:
            value[row["step"]] = row["eur"] or Decimal(0)
    brands = _offered(period.days).exclude(brand="").values("brand", "type").annotate(n=Count("pk"))
    found = Match.objects.filter(created_at__range=_moments(period.days)).order_by()
    return Figures(
        period,
        timezone.now(),
        steps,
        _messages(period.days),
        _messages(period.before),
        sum(by_type.values()),
        _offered(period.before).count(),
        by_type,
        value,
        {(row["brand"], row["type"]): row["n"] for row in brands},
        dict(found.values_list("state").annotate(n=Count("pk"))),
        Suspicion.objects.filter(found_at__range=_moments(period.days)).count(),
    )


def key_figures(found: Figures) -> tuple[KeyFigure, ...]:
    """The few numbers to look at first."""
    total = sum(found.value.values(), Decimal(0))
    sales = sum(n for (_step, kind), n in found.by_type.items() if kind == Listing.Type.SALE)
    offers = _("%(count)s watches for sale") % {"count": words.number(sales)}
    matched = sum(found.matches.values())
    done = _("%(count)s of them done") % {"count": words.number(found.matches.get("done", 0))}
    link = reverse("admin:listings_suspicion_changelist")
    return (
        KeyFigure(_("Messages"), words.number(found.messages), _before(found.messages_before)),
        KeyFigure(_("Watches"), words.number(found.watches), _before(found.watches_before)),
        KeyFigure(_("Value offered"), words.about(total, euros.EURO), offers),
        KeyFigure(_("Matches"), words.number(matched), done),
        KeyFigure(_("Suspicions"), words.number(found.suspicions), _("found in these days"), link),
    )


def sections(found: Figures) -> tuple[Section, ...]:
    return (_flow(found), _value(found), _matches(found), _brands(found))


def _offered(days: Days) -> QuerySet[Listing]:
    return Listing.objects.filter(offered_at__gte=days.start, offered_at__lt=days.end).order_by()


def _moments(days: Days) -> tuple[dt.datetime, dt.datetime]:
    return days.start, days.end


def _messages(days: Days) -> int:
    rows = InboundMessage.objects.filter(desk=DESK)
    return rows.filter(received_at__gte=days.start, received_at__lt=days.end).count()


def _before(value: int) -> str:
    return _("before: %(count)s") % {"count": words.number(value)}


def _flow(found: Figures) -> Section:
    chart = Chart(
        name="listings-flow",
        title=_("Watches by day and type"),
        heading=heading(found.steps),
        labels=tuple(step.label for step in found.steps),
        series=tuple(
            Series(
                str(label),
                tuple(found.by_type.get((number, kind), 0) for number in _numbers(found)),
                _TONES[kind],
            )
            for kind, label in Listing.Type.choices
        ),
        is_stacked=True,
    )
    return Section(name="flow", title=chart.title, charts=(chart,), is_wide=True)


def _value(found: Figures) -> Section:
    values = tuple(float(found.value.get(number, 0)) for number in _numbers(found))
    chart = Chart(
        name="listings-value",
        title=_("Value offered for sale"),
        heading=heading(found.steps),
        labels=tuple(step.label for step in found.steps),
        series=(Series(_("asked, in euros"), values),),
        unit=euros.EURO,
    )
    return Section(name="value", title=chart.title, charts=(chart,))


def _matches(found: Figures) -> Section:
    rows = tuple(
        (str(label), words.number(found.matches.get(state, 0)))
        for state, label in Match.State.choices
    )
    table = Table((_("State"), _("count")), rows)
    return Section(name="matches", title=_("Matches found in these days"), tables=(table,))


def _brands(found: Figures) -> Section:
    totals: Counter[str] = Counter()
    for (brand, _kind), number in found.by_brand.items():
        totals[brand] += number
    names = tuple(name for name, _n in totals.most_common(_TOP))
    chart = Chart(
        name="listings-brands",
        title=_("Brands"),
        heading=_("brand"),
        labels=names,
        series=tuple(
            Series(str(label), tuple(found.by_brand.get((name, kind), 0) for name in names), tone)
            for kind, label, tone in (
                (Listing.Type.SALE, Listing.Type.SALE.label, _TONES[Listing.Type.SALE]),
                (Listing.Type.WANTED, Listing.Type.WANTED.label, _TONES[Listing.Type.WANTED]),
            )
        ),
        is_stacked=True,
        is_horizontal=True,
    )
    return Section(name="brands", title=chart.title, charts=(chart,), is_wide=True)


def _numbers(found: Figures) -> range:
    """As ``Bucket`` counts the steps."""
    return range(1, len(found.steps) + 1)
