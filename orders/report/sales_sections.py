"""What came and what it is worth: orders, amounts, quantities, channels, customers, products."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core.charts import Chart, Series
from backoffice.core.figures import words
from backoffice.core.figures.parts import Section, Table
from orders.analytics.steps import heading
from orders.models import Order

if TYPE_CHECKING:
    from decimal import Decimal

    from backoffice.core.charts import Tone
    from orders.analytics.amounts import Amount, Amounts
    from orders.analytics.buyers import Buyer
    from orders.analytics.channels import Way
    from orders.analytics.goods import Goods
    from orders.analytics.report import Report
    from orders.analytics.statuses import Statuses
    from orders.analytics.steps import Step

Status = Order.Status
TONES: dict[Status, Tone] = {
    Status.PENDING: "warning",
    Status.VALIDATED: "success",
    Status.REJECTED: "danger",
}
# More curves than this belong in the table.
MOST_CURRENCIES = 3


def sections(report: Report) -> tuple[Section, ...]:
    return (
        _received(report.statuses),
        _worth(report.amounts, report.statuses.steps),
        _quantities(report.goods),
        _ways(report.channels),
        _customers(report.buyers),
        _products(report.goods),
    )


def received_chart(statuses: Statuses, *, text: str = "", link: str = "") -> Chart:
    """Orders by the step they came in, and how far they are today."""
    return Chart(
        name="orders-received",
        title=_("Orders received"),
        heading=heading(statuses.steps),
        labels=_labels(statuses.steps),
        series=tuple(
            Series(words.title(status.label), statuses.by_step[status], TONES[status])
            for status in (Status.VALIDATED, Status.PENDING, Status.REJECTED)
        ),
        text=text,
        link=link,
        is_stacked=True,
    )


def amount_chart(
    amount: Amount, steps: tuple[Step, ...], *, text: str = "", link: str = ""
) -> Chart:
    currency = amount.currency or _("(no currency)")
    return Chart(
        name=f"orders-amount-{amount.currency or 'none'}".lower(),
        title=_("Validated amount in %(currency)s") % {"currency": currency},
        heading=heading(steps),
        labels=_labels(steps),
        series=(Series(currency, tuple(float(value) for value in amount.by_step)),),
        text=text,
        link=link,
        unit=amount.currency,
    )


def channel_chart(ways: tuple[Way, ...], *, text: str = "", link: str = "") -> Chart:
    used = [way for way in ways if way.orders.now]
    return Chart(
        name="orders-channels",
        title=_("By channel"),
        heading=_("channel"),
        labels=tuple(words.title(way.origin.label) for way in used),
        series=tuple(
            Series(
                words.title(status.label),
                tuple(way.by_status[status] for way in used),
                TONES[status],
            )
            for status in (Status.VALIDATED, Status.PENDING, Status.REJECTED)
        ),
        text=text,
        link=link,
        is_stacked=True,
        is_horizontal=True,
    )


def _labels(steps: tuple[Step, ...]) -> tuple[str, ...]:
    return tuple(step.label for step in steps)


def _received(statuses: Statuses) -> Section:
    rows = [
        (
            words.title(status.label),
            words.number(counts.now),
            words.number(counts.before),
            words.change(counts),
        )
        for status, counts in statuses.by_status.items()
    ]
    total = statuses.total
    last = (
        _("Together"),
        words.number(total.now),
        words.number(total.before),
        words.change(total),
    )
    return Section(
        name="orders",
        title=_("Orders by status"),
        sentences=(
            _(
                "Orders by the day they were placed and the status they have today. Copies that"
                " were sent by mistake are not counted; imported orders are."
            ),
        ),
        charts=(received_chart(statuses),),
        tables=(Table((_("status"), _("orders"), _("before"), _("change")), (*rows, last)),),
        is_wide=True,
    )


def _worth(amounts: Amounts, steps: tuple[Step, ...]) -> Section:
    sentences = [
        _(
            "Validated orders by the day they were placed. Currencies are never added up; what"
            " waits for a decision stands apart."
        ),
    ]
    if amounts.unknown:
        sentences.append(
            ngettext(
                "%(count)s validated order names no amount and is not in these figures.",
                "%(count)s validated orders name no amount and are not in these figures.",
                amounts.unknown,
            )
            % {"count": words.number(amounts.unknown)}
        )
    rows = [
        (
            row.currency or _("(no currency)"),
            words.number(row.orders),
            words.money(row.validated.now, row.currency),
            words.money(row.validated.before, row.currency),
            words.change(row.validated),
            words.money(row.pending, row.currency),
        )
        for row in amounts.by_currency
    ]
    headings = (
        _("currency"),
        _("orders"),
        _("validated"),
        _("before"),
        _("change"),
        _("pending"),
    )
    shown = [row for row in amounts.by_currency if row.validated.now][:MOST_CURRENCIES]
    return Section(
        name="amounts",
        title=_("Amounts"),
        sentences=tuple(sentences),
        charts=tuple(amount_chart(row, steps) for row in shown),
        tables=(Table(headings, tuple(rows)),),
        is_wide=True,
    )


def _quantities(goods: Goods) -> Section:
    rows = [
        (
            words.title(row.unit.label),
            words.number(row.validated.now),
            words.number(row.validated.before),
            words.change(row.validated),
            words.number(row.pending),
        )
        for row in goods.quantities
    ]
    sentences = [
        _("Of validated orders, each unit by itself; thousands are counted in pieces."),
    ]
    if goods.unnamed:
        sentences.append(
            ngettext(
                "%(count)s line asks for goods that are no product of ours; it counts here, but"
                " not among the products.",
                "%(count)s lines ask for goods that are no product of ours; they count here, but"
                " not among the products.",
                goods.unnamed,
            )
            % {"count": words.number(goods.unnamed)}
        )
    headings = (_("unit"), _("validated"), _("before"), _("change"), _("pending"))
    return Section(
        name="quantities",
        title=_("Quantities"),
        sentences=tuple(sentences),
        tables=(Table(headings, tuple(rows)),),
        is_wide=True,
    )


def _ways(ways: tuple[Way, ...]) -> Section:
    rows = [
        (
            words.title(way.origin.label),
            words.number(way.orders.now),
            words.number(way.orders.before),
            words.change(way.orders),
            *(words.number(way.by_status[status]) for status in Status),
            _amounts(way.amounts),
        )
        for way in ways
    ]
    statuses = (words.title(status.label) for status in Status)
    headings = (_("channel"), _("orders"), _("before"), _("change"), *statuses, _("amount"))
    return Section(
        name="channels",
        title=_("Channels"),
        sentences=(_("The amount is that of validated orders, each currency by itself."),),
        charts=(channel_chart(ways),),
        tables=(Table(headings, tuple(rows)),),
        is_wide=True,
    )


def _customers(buyers: tuple[Buyer, ...]) -> Section:
    names = _names(buyers)
    chart = Chart(
        name="orders-customers",
        title=_("Most active customers"),
        heading=_("customer"),
        labels=tuple(names),
        series=(
            Series(_("orders"), tuple(row.orders.now for row in buyers)),
            Series(_("before"), tuple(row.orders.before for row in buyers), "neutral"),
        ),
        is_horizontal=True,
    )
    rows = [
        (
            name,
            words.number(row.orders.now),
            words.number(row.orders.before),
            words.day(localtime(row.last_at).date()),
            _amounts(row.amounts),
        )
        for name, row in zip(names, buyers, strict=True)
    ]
    headings = (_("customer"), _("orders"), _("before"), _("last order"), _("validated"))
    return Section(
        name="customers",
        title=_("Most active customers"),
        sentences=(_("By orders that were not rejected, of customers on file."),),
        charts=(chart,),
        tables=(Table(headings, tuple(rows)),),
    )


def _amounts(amounts: tuple[tuple[str, Decimal], ...]) -> str:
    return ", ".join(words.money(amount, currency) for currency, amount in amounts) or words.NONE


def _names(buyers: tuple[Buyer, ...]) -> list[str]:
    """By the company; with the person too where two are called alike."""
    names = [row.company or row.name or f"#{row.customer_id}" for row in buyers]
    counts = Counter(names)
    return [
        f"{name} ({row.name or row.customer_id})" if counts[name] > 1 and row.company else name
        for name, row in zip(names, buyers, strict=True)
    ]


def _products(goods: Goods) -> Section:
    names = [
        row.name if row.unit == row.unit.PIECE else f"{row.name} ({row.unit.label})"
        for row in goods.products
    ]
    chart = Chart(
        name="orders-products",
        title=_("Most ordered products"),
        heading=_("product"),
        labels=tuple(names),
        series=(
            Series(_("orders"), tuple(row.orders.now for row in goods.products)),
            Series(_("before"), tuple(row.orders.before for row in goods.products), "neutral"),
        ),
        is_horizontal=True,
    )
    rows = [
        (
            row.name,
            words.number(row.orders.now),
            words.number(row.orders.before),
            f"{words.number(row.quantity)} {row.unit.label}",
        )
        for row in goods.products
    ]
    headings = (_("product"), _("orders"), _("before"), _("quantity"))
    return Section(
        name="products",
        title=_("Most ordered products"),
        sentences=(_("By orders that were not rejected; each unit by itself."),),
        charts=(chart,),
        tables=(Table(headings, tuple(rows)),),
    )
