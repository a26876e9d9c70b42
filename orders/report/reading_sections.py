"""How well the work goes: decisions, touchless readings, confidence, the cost of OpenAI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.charts import Chart, Series
from backoffice.core.figures import words
from backoffice.core.figures.parts import Section, Table
from orders.analytics.steps import heading
from orders.report.key_figures import not_enough

if TYPE_CHECKING:
    from orders.analytics.ai_costs import AiCosts
    from orders.analytics.decisions import Decisions
    from orders.analytics.reliability import Reliability
    from orders.analytics.report import Report
    from orders.analytics.touchless import Touchless


def sections(report: Report) -> tuple[Section, ...]:
    return (
        _decisions(report.decisions),
        _touches(report.touchless),
        _reliability(report.reliability),
        _costs(report.ai),
    )


def field_name(field: str) -> str:
    """A field of an outcome in words; an unknown one by its own name."""
    names = {
        "customer": _("customer"),
        "contact_name": _("contact"),
        "company": _("company"),
        "email": _("e-mail"),
        "phone": _("phone"),
        "currency": _("currency"),
        "total": _("total"),
        "delivery_date": _("delivery date"),
        "product": _("product"),
        "description": _("description"),
        "quantity": _("quantity"),
        "unit": _("unit"),
        "unit_price": _("unit price"),
        "added": _("line added"),
        "removed": _("line removed"),
    }
    return names.get(field, field.replace("_", " "))


def _purpose(name: str) -> str:
    names = {
        "orders.extraction": _("reading orders"),
        "read_document": _("reading pictures and scans"),
        "transcribe": _("transcribing voice messages"),
    }
    return names.get(name, name.replace("_", " ").replace(".", ": "))


def _decisions(found: Decisions) -> Section:
    now, before = found.waiting, found.waiting_before
    rows = (
        (
            _("Validated"),
            words.number(found.validated.now),
            words.number(found.validated.before),
        ),
        (_("Rejected"), words.number(found.rejected.now), words.number(found.rejected.before)),
        (
            _("Validation rate"),
            words.share(found.rate.value, 1),
            words.share(found.rate_before.value, 1),
        ),
        (
            _("Median from message to decision"),
            words.duration(now.median),
            words.duration(before.median),
        ),
        (_("9 of 10 within"), words.duration(now.p90), words.duration(before.p90)),
    )
    ways = tuple(
        (
            words.title(origin.label),
            words.number(waiting.orders),
            words.duration(waiting.median),
            words.duration(waiting.p90),
        )
        for origin, waiting in found.by_origin.items()
    )
    tables = [Table((_("decisions"), _("period"), _("before")), rows)]
    if ways:
        headings = (_("channel"), _("decided"), _("median"), _("9 of 10 within"))
        tables.append(Table(headings, ways))
    return Section(
        name="decisions",
        title=_("Decisions"),
        sentences=(
            _(
                "Decisions made in the period, whenever the order came. Imported orders were not"
                " decided here and are not counted. The time runs from the moment the message was"
                " received, nights and weekends included."
            ),
            _("An order that its customer cancels counts as rejected on that day, without a time."),
        ),
        tables=tuple(tables),
    )


def _touches(found: Touchless) -> Section:
    rate = found.rate
    if rate is None:
        claim = not_enough(found)
    else:
        claim = _(
            "%(rate)s of the readings were validated without any edit; the true rate lies within"
            " %(interval)s."
        ) % {"rate": words.rate(rate), "interval": words.interval(rate)}
    chart = Chart(
        name="orders-touches",
        title=_("Why readings were touched"),
        heading=_("reason"),
        labels=tuple(words.title(row.touch.label) for row in found.touches),
        series=(
            Series(_("the only reason"), tuple(row.alone for row in found.touches)),
            Series(
                _("beside others"),
                tuple(row.orders - row.alone for row in found.touches),
                "neutral",
            ),
        ),
        is_stacked=True,
        is_horizontal=True,
    )
    rows = [
        (
            words.title(row.touch.label),
            words.number(row.orders),
            words.number(row.alone),
        )
        for row in found.touches
    ]
    summary = (
        (_("Decisions about readings"), words.number(found.decisions)),
        (_("Validated without an edit"), words.number(found.untouched)),
        (_("Touched or rejected"), words.number(found.decisions - found.untouched)),
    )
    return Section(
        name="touchless",
        title=_("Validated without an edit"),
        sentences=(
            claim,
            _(
                "Of orders that a machine had read; an order may have been touched for several"
                " reasons. Copies, imported orders and typed ones are not counted."
            ),
        ),
        charts=(chart,),
        tables=(
            Table((_("readings"), _("orders")), summary),
            Table((_("reason"), _("orders"), _("for no other reason")), tuple(rows)),
        ),
    )


def _reliability(found: Reliability) -> Section:
    used = [one for one in found.bins if one.kept.total]
    chart = Chart(
        name="orders-reliability",
        title=_("Confidence and how often it was right"),
        heading=_("confidence"),
        labels=tuple(
            _("%(low)s to %(high)s") % {"low": words.share(one.low), "high": words.share(one.high)}
            for one in used
        ),
        series=(
            Series(_("kept as proposed"), tuple(one.kept.value for one in used), shape="points"),
            Series(
                _("true rate (95 %)"), tuple(one.kept.interval for one in used), "neutral", "range"
            ),
            Series(
                _("what it promised"),
                tuple(one.mean_confidence for one in used),
                "info",
                "dashes",
            ),
        ),
        is_share=True,
    )
    rows = tuple(
        (
            label,
            words.number(one.kept.total),
            words.share(one.mean_confidence),
            words.share(one.kept.value),
            words.interval(one.kept),
        )
        for label, one in zip(chart.labels, used, strict=True)
    )
    fields = tuple(
        (
            words.title(field_name(row.field)),
            words.number(row.kept.total),
            words.share(row.mean_confidence),
            words.share(row.kept.value),
            words.interval(row.kept),
        )
        for row in found.fields
    )
    figures = (_("values"), _("mean confidence"), _("kept"), _("true rate (95 %)"))
    return Section(
        name="reliability",
        title=_("Confidence against edits"),
        sentences=(
            _reliability_sentence(found),
            _("Rejected orders tell nothing about their values and are not counted."),
        ),
        charts=(chart,),
        tables=(
            Table((_("confidence"), *figures), rows),
            Table((_("field"), *figures), fields),
        ),
        is_wide=True,
    )


def _reliability_sentence(found: Reliability) -> str:
    if found.gap is None:
        return _("No proposed value was validated in the period.")
    surest = [one for one in found.bins if one.kept.total][-1]
    told = _(
        "Where the reading was %(low)s to %(high)s sure, it was right %(rate)s of the time: the"
        " true rate lies within %(interval)s."
    ) % {
        "low": words.share(surest.low),
        "high": words.share(surest.high),
        "rate": words.rate(surest.kept),
        "interval": words.interval(surest.kept),
    }
    sentence = ngettext(
        "%(values)s proposed value was validated. Confidence and truth lie %(gap)s points apart.",
        "%(values)s proposed values were validated. Confidence and truth lie %(gap)s points apart"
        " on average.",
        found.values,
    )
    counted = sentence % {
        "values": words.number(found.values),
        "gap": words.number(round(100 * found.gap, 1)),
    }
    return f"{told} {counted}"


def _costs(found: AiCosts) -> Section:
    chart = Chart(
        name="orders-ai-costs",
        title=_("OpenAI by month"),
        heading=heading(found.months),
        labels=tuple(step.label for step in found.months),
        series=(Series("USD", tuple(float(value) for value in found.by_month), "info"),),
        unit="USD",
    )
    rows = [
        (
            words.title(_purpose(row.name)),
            words.number(row.calls),
            words.number(row.failed),
            words.dollars(row.cost.now),
            words.dollars(row.cost.before),
        )
        for row in found.purposes
    ]
    headings = (_("purpose"), _("calls"), _("without an answer"), _("cost"), _("before"))
    return Section(
        name="ai",
        title=_("Cost of OpenAI"),
        sentences=(
            _("%(now)s in the period, %(before)s in the one before; of all desks and channels.")
            % {"now": words.dollars(found.total.now), "before": words.dollars(found.total.before)},
        ),
        charts=(chart,),
        tables=(Table(headings, tuple(rows)),),
        is_wide=True,
    )
