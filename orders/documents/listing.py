"""The filtered list of orders on paper: landscape, filters in its head, totals by currency."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import IO, TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.core import pdf
from backoffice.core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.db.models import QuerySet

    from orders.models import Order, OrderLine

# Some sixty pages and three seconds; nobody reads more on paper.
MOST_ORDERS = 2000
BATCH = 500


def write_list(file: IO[bytes], orders: QuerySet[Order], *, filters: Sequence[str] = ()) -> None:
    """Write ``orders`` as a PDF table to ``file``; ``filters`` are the sentences of its head.

    ``DomainError`` above :data:`MOST_ORDERS`. The totals leave out rejected orders and those
    without a total, and the foot says how many that were.
    """
    count = orders.count()
    if count > MOST_ORDERS:
        sentence = _(
            "The list has %(count)s orders: a PDF takes at most %(most)s. Narrow it by its filters,"
            " for instance to one month or one status, or export it as CSV or XLSX."
        )
        sizes = {"count": _figure(count), "most": _figure(MOST_ORDERS)}
        raise DomainError(sentence % sizes, code="too_many_rows", value=count)
    totals = _Totals()
    table = pdf.table(
        [
            _("Number"),
            _("Received"),
            _("Status"),
            _("Customer"),
            _("Lines"),
            _("Delivery date"),
            _("Total"),
        ],
        list(_rows(orders, totals)),
        widths=(1.7, 1.1, 1.1, 2.6, 5.2, 1.2, 1.8),
        ends=(6,),
        foot=totals.rows(),
    )
    head = [pdf.paragraph(" · ".join(filters), "small")] if filters else []
    pdf.write(
        file,
        [*head, pdf.space(3), table],
        title=_("Orders"),
        subtitle=ngettext("%(count)s order", "%(count)s orders", count) % {"count": _figure(count)},
        date=date_format(timezone.localtime(), "SHORT_DATETIME_FORMAT"),
        landscape=True,
    )


class _Totals:
    """Sums by currency: amounts of two currencies are never added up."""

    def __init__(self) -> None:
        self.sums: dict[str, Decimal] = defaultdict(Decimal)
        self.counts: dict[str, int] = defaultdict(int)
        self.left_out = 0

    def add(self, order: Order) -> None:
        if order.total is None or order.status == order.Status.REJECTED:
            self.left_out += 1
            return
        self.sums[order.currency] += order.total
        self.counts[order.currency] += 1

    def rows(self) -> list[list[str]]:
        found = []
        for currency in sorted(self.sums):
            count = self.counts[currency]
            label = ngettext("Total of %(count)s order", "Total of %(count)s orders", count)
            words = label % {"count": _figure(count)}
            found.append([words, "", "", "", "", "", _money(self.sums[currency], currency)])
        if self.left_out:
            sentence = ngettext(
                "%(count)s order is rejected or has no total",
                "%(count)s orders are rejected or have no total",
                self.left_out,
            )
            words = sentence % {"count": _figure(self.left_out)}
            found.append(["", "", "", "", words, "", ""])
        return found


def _rows(orders: QuerySet[Order], totals: _Totals) -> Iterator[list[str]]:
    related = orders.select_related("customer").prefetch_related("lines__product")
    for order in related.iterator(chunk_size=BATCH):
        totals.add(order)
        yield [
            order.number,
            date_format(timezone.localtime(order.created_at), "SHORT_DATE_FORMAT"),
            order.get_status_display(),
            str(order.customer or order.company or order.contact_name),
            "\n".join(_line(line) for line in order.lines.all()),
            date_format(order.delivery_date, "SHORT_DATE_FORMAT") if order.delivery_date else "",
            _money(order.total, order.currency),
        ]


def _line(line: OrderLine) -> str:
    quantity = "?" if line.quantity is None else _figure(line.quantity.normalize())
    unit = "" if line.unit == line.Unit.PIECE else f" {line.get_unit_display()}"
    return f"{quantity}{unit} × {line.description or line.product or '?'}"


def _money(amount: Decimal | None, currency: str) -> str:
    if amount is None:
        return ""
    return f"{number_format(amount, decimal_pos=2, force_grouping=True)} {currency}".strip()


def _figure(value: Decimal | int) -> str:
    return number_format(f"{value:f}" if isinstance(value, Decimal) else value, force_grouping=True)
