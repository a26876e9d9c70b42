"""The few numbers to look at first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core import tiles
from backoffice.core.figures import words
from backoffice.core.figures.parts import KeyFigure
from orders.analytics.scope import Origin
from orders.models import Order

if TYPE_CHECKING:
    from orders.analytics.report import Report
    from orders.analytics.touchless import Touchless

READ = f"{Order.Method.RULES},{Order.Method.OPENAI}"
DECIDED_HERE = f"{READ},{Order.Method.MANUAL}"


def key_figures(report: Report) -> tuple[KeyFigure, ...]:
    return (
        _orders(report),
        _amount(report),
        _validation(report),
        _waiting(report),
        _touchless(report),
    )


def not_enough(touchless: Touchless) -> str:
    """Why no touchless rate is claimed; empty where one is."""
    if not touchless.missing:
        return ""
    sentence = ngettext(
        "No rate yet: %(count)s more decision about a reading is needed (there are %(made)s).",
        "No rate yet: %(count)s more decisions about readings are needed (there are %(made)s).",
        touchless.missing,
    )
    return sentence % {
        "count": words.number(touchless.missing),
        "made": words.number(touchless.decisions),
    }


def compared(value: str, change: str) -> str:
    """The figure of the period before, and the change since where there is one."""
    if change == words.NONE:
        return _("%(value)s in the period before") % {"value": value}
    return _("%(change)s, %(value)s in the period before") % {"value": value, "change": change}


def _beside(text: str, before: str) -> str:
    if before == words.NONE:
        return text
    return _("%(text)s; %(value)s in the period before") % {"text": text, "value": before}


def _orders(report: Report) -> KeyFigure:
    total = report.statuses.total
    text = compared(words.number(total.before), words.change(total))
    return KeyFigure(_("Orders received"), words.number(total.now), text, _received(report))


def _received(report: Report, **narrowed: str) -> str:
    """The list of the orders placed in the period; copies are in it too."""
    days = report.scope.period.days
    between = {"created_at_from": days.first.isoformat(), "created_at_to": days.last.isoformat()}
    return _list({**between, **_origin(report), **narrowed})


def _decided(report: Report, **narrowed: str) -> str:
    """The list of the orders decided in the period; copies are in it too."""
    days = report.scope.period.days
    between = {"decided_at__gte": days.start.isoformat(), "decided_at__lt": days.end.isoformat()}
    return _list({**between, "method__in": DECIDED_HERE, **_origin(report), **narrowed})


def _origin(report: Report) -> dict[str, str]:
    origin = report.scope.origin
    if origin is None:
        return {}
    if origin == Origin.IMPORT:
        return {"method__in": Order.Method.IMPORT.value}
    if origin == Origin.MANUAL:
        return {"channel": "", "method__in": DECIDED_HERE}
    return {"channel__exact": origin.value}


def _list(query: dict[str, str]) -> str:
    return tiles.list_link("orders.order", f"?{urlencode(query)}")


def _amount(report: Report) -> KeyFigure:
    title = _("Validated amount")
    if not report.amounts.by_currency:
        return KeyFigure(title, words.NONE, _("No order of the period names an amount."))
    first, *others = report.amounts.by_currency
    text = compared(
        words.about(first.validated.before, first.currency), words.change(first.validated)
    )
    besides = [words.about(other.validated.now, other.currency) for other in others]
    if besides:
        text += ". " + _("Besides: %(amounts)s.") % {"amounts": ", ".join(besides)}
    link = _received(report, status__exact=Order.Status.VALIDATED.value)
    return KeyFigure(title, words.about(first.validated.now, first.currency), text, link)


def _validation(report: Report) -> KeyFigure:
    rate = report.decisions.rate
    if rate.value is None:
        return KeyFigure(_("Validation rate"), words.NONE, _("Nothing was decided in the period."))
    text = _("%(validated)s of %(decided)s decided") % {
        "validated": words.number(rate.hits),
        "decided": words.number(rate.total),
    }
    text = _beside(text, words.share(report.decisions.rate_before.value))
    return KeyFigure(_("Validation rate"), words.share(rate.value), text, _decided(report))


def _waiting(report: Report) -> KeyFigure:
    waiting = report.decisions.waiting
    title = _("From message to decision")
    if waiting.median is None:
        return KeyFigure(title, words.NONE, _("No message's order was decided in the period."))
    text = _("median; 9 of 10 within %(p90)s") % {"p90": words.duration(waiting.p90)}
    text = _beside(text, words.duration(report.decisions.waiting_before.median))
    link = _decided(report, message__isnull="0")
    return KeyFigure(title, words.duration(waiting.median), text, link)


def _touchless(report: Report) -> KeyFigure:
    title = _("Validated without an edit")
    rate = report.touchless.rate
    link = _decided(report, method__in=READ) if report.touchless.decisions else ""
    if rate is None:
        return KeyFigure(title, words.NONE, not_enough(report.touchless), link)
    text = _("%(hits)s of %(total)s readings; the true rate lies within %(interval)s") % {
        "hits": words.number(rate.hits),
        "total": words.number(rate.total),
        "interval": words.interval(rate),
    }
    return KeyFigure(title, words.share(rate.value), text, link)
