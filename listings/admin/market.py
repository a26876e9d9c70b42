"""What a watch is worth: its offers over time, and each offer's place among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from backoffice.core.admin.pages import page, render
from backoffice.core.charts import Chart, Series
from backoffice.core.figures import words
from backoffice.core.figures.parts import KeyFigure
from backoffice.core.kept import KeptBy
from listings.admin import listing_rows
from listings.extraction.reading import read
from listings.facts import reference_key
from listings.market import euros, history
from listings.market.comparing import DAYS, Subject
from listings.market.rates import state
from listings.market.view import MINIMUM
from listings.reading import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from backoffice.core.admin.staff import StaffRequest
    from listings.market.history import Week
    from listings.market.view import Market
    from listings.models import Listing

PERMISSION = "listings.view_listing"
LONGEST_QUESTION = 120


def _most_offered(_now: str) -> tuple[history.Watch, ...]:
    return history.most_offered()


# All offers of three months are counted for it.
_watches = KeptBy(_most_offered, seconds=60)


@page("listings/market/", name="listings_market", permission=PERMISSION)
@require_safe
def market(request: StaffRequest) -> HttpResponse:
    """The market of the watch that the address names; without one those that are offered most."""
    subject, name = _asked(request.GET)
    context: dict[str, Any] = {
        "question": request.GET.get("q", "")[:LONGEST_QUESTION] or name,
        "name": name,
        "rates": state.current(),
        "minimum": MINIMUM,
        "days": DAYS,
    }
    if subject.is_known:
        found = history.of(subject)
        context |= {
            "key_figures": _key_figures(found.market),
            "chart": _chart(found.weeks),
            "rows": [_shown(row) for row in found.rows],
            "history": found,
        }
    else:
        context["is_unknown"] = bool(name or request.GET.get("q"))
        context["watches"] = [_listed(watch) for watch in _watches("")]
    title = _("Market: %(watch)s") % {"watch": name} if name else _("Market")
    return render(request, "admin/listings/market/page.html", title=title, **context)


def link(listing: Listing) -> str:
    """The page of the market that a listing is compared in; empty where it is in none."""
    if listing.reference_key:
        query = {"reference": listing.reference, "brand": listing.brand}
    elif listing.brand and listing.model:
        query = {"brand": listing.brand, "model": listing.model}
    else:
        return ""
    return f"{reverse('admin:listings_market')}?{urlencode(query)}"


def _asked(query: Mapping[str, str]) -> tuple[Subject, str]:
    """What the address asks for, and its name: a reference, a model, or words that name one."""
    reference, brand, model = (
        query.get(name, "").replace("\0", "")[:LONGEST_QUESTION].strip()
        for name in ("reference", "brand", "model")
    )
    if text := query.get("q", "").replace("\0", "")[:LONGEST_QUESTION].strip():
        reference, brand, model = _understood(text)
    if key := reference_key(reference):
        return Subject(key, brand), f"{brand} {reference}".strip()
    return Subject(brand=brand, model=model), f"{brand} {model}".strip()


def _understood(text: str) -> tuple[str, str, str]:
    """The reference, brand and model that words name; without any, a reference by itself."""
    items = read(text, catalogue.current())
    if not items:
        return text, "", ""
    values = (items[0].reference.value, items[0].brand.value, items[0].model.value)
    reference, brand, model = (value or "" for value in values)
    return (reference, brand, model) if reference or (brand and model) else (text, "", "")


def _key_figures(found: Market) -> tuple[KeyFigure, ...]:
    few = _("Too few offers: %(minimum)s are needed.") % {"minimum": MINIMUM}
    is_known = found.median is not None
    trend = words.NONE
    if found.trend is not None:
        sign = "+" if found.trend > 0 else "−" if found.trend < 0 else "±"
        trend = f"{sign}{words.share(abs(found.trend), 1)}"
    before = _("Against the median of the %(days)s days before") % {"days": DAYS}
    middle = words.NONE
    if found.low is not None and found.high is not None:
        pair = {"low": _euros(found.low), "high": _euros(found.high)}
        middle = _("%(low)s to %(high)s") % pair
    traders = _("The newest of each trader in %(days)s days") % {"days": DAYS}
    return (
        KeyFigure(_("Median"), _euros(found.median), traders if is_known else few),
        KeyFigure(_("Middle half"), middle, _("A quarter asks less, a quarter more")),
        KeyFigure(_("Offers"), words.number(found.count), traders),
        KeyFigure(pgettext("prices", "Trend"), trend, before),
    )


def _euros(amount: Any) -> str:  # noqa: ANN401 - a decimal or nothing
    return words.NONE if amount is None else words.about(amount, euros.EURO)


def _chart(weeks: tuple[Week, ...]) -> Chart:
    """The span of each week's prices with their median."""
    spans = tuple(
        None if week.low is None or week.high is None else (float(week.low), float(week.high))
        for week in weeks
    )
    medians = tuple(None if week.median is None else float(week.median) for week in weeks)
    return Chart(
        name="listings-market",
        title=_("Prices asked, week by week"),
        heading=_("week of"),
        labels=tuple(date_format(week.first, pgettext("format of a day", "j M")) for week in weeks),
        series=(
            Series(_("lowest to highest"), spans, "neutral", "range"),
            Series(_("median"), medians, "primary", "points"),
        ),
        unit=euros.EURO,
    )


def _shown(row: history.Row) -> dict[str, Any]:
    """A row of the table, in words."""
    listing, share = row.listing, row.place.share
    asked = words.about(listing.price, listing.currency) if listing.price else words.NONE
    return {
        "listing": listing,
        "link": reverse("admin:listings_listing_change", args=[listing.pk]),
        "asked": asked,
        "euros": _euros(listing.price_eur),
        "share": words.NONE if share is None else _signed(share),
        "tone": listing_rows.place_tone(row.place),
        "sentence": row.place.sentence(),
        "counts": row.counts,
    }


def _signed(share: float) -> str:
    percent = round(100 * share)
    sign = "+" if percent > 0 else "−" if percent < 0 else "±"
    return _("%(sign)s%(share)s %%") % {"sign": sign, "share": words.fixed(abs(percent), 0)}


def _listed(watch: history.Watch) -> dict[str, Any]:
    found = watch.market
    query = {"reference": watch.reference, "brand": watch.brand}
    return {
        "name": f"{watch.brand} {watch.model}".strip(),
        "reference": watch.reference,
        "link": f"{reverse('admin:listings_market')}?{urlencode(query)}",
        "count": ngettext("%(count)s offer", "%(count)s offers", found.count)
        % {"count": words.number(found.count)},
        "median": _euros(found.median),
        "trend": words.NONE if found.trend is None else _signed(found.trend),
    }
