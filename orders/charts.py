"""What the home page draws of the orders of the last 30 days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.figures import period, words
from orders.analytics import amounts, channels, statuses, tallies
from orders.analytics.scope import Scope
from orders.report.key_figures import compared
from orders.report.sales_sections import amount_chart, channel_chart, received_chart

if TYPE_CHECKING:
    from backoffice.core.charts import Chart

DAYS = "30"


def home() -> list[Chart]:
    """Orders by day, their amount in the currency sold most, and their channels; one query."""
    scope = Scope(period.named(DAYS))
    counted = tallies.count(scope)
    found = statuses.by_status(counted)
    link = reverse("admin:orders_figures")
    text = _("%(title)s: %(count)s; %(before)s") % {
        "title": scope.title,
        "count": _orders(found.total.now),
        "before": compared(words.number(found.total.before), words.change(found.total)),
    }
    shown = [received_chart(found, text=text, link=link)]
    for amount in amounts.in_period(counted).by_currency[:1]:
        total = words.about(amount.validated.now, amount.currency)
        shown.append(amount_chart(amount, found.steps, text=total, link=f"{link}#amounts"))
    ways = channels.by_channel(counted)
    return [*shown, channel_chart(ways, text=scope.title, link=f"{link}#channels")]


def _orders(count: int) -> str:
    return ngettext("%(count)s order", "%(count)s orders", count) % {"count": words.number(count)}
