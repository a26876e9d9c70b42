"""Whether a value that does stand in the message can be what it was taken for.

Grounding (:mod:`orders.extraction.confidence.grounding`) asks whether a value is in the text. Here
its place is asked what it is there for, and the values of an order are asked whether
they go together: a telephone number is no quantity, last month's order date no delivery
date, a price times its quantity no more than the total. Values are never changed; a
doubtful one keeps at most a confidence below ``checks.DOUBTFUL`` and says why.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from orders.extraction.catalogue import PACKAGING, Catalogue
from orders.extraction.confidence import plausible_customer, plausible_date, plausible_line
from orders.extraction.doubts import doubted
from orders.extraction.rules import scans_of
from orders.extraction.who.company import Company

if TYPE_CHECKING:
    from decimal import Decimal

    from backoffice.messaging.content import MessageContent
    from orders.extraction.text.scan import Scan
    from orders.reading import Found, LineReading, OrderReading


def check(
    reading: OrderReading,
    content: MessageContent,
    company: Company | None = None,
    catalogue: Catalogue = PACKAGING,
) -> OrderReading:
    """Return ``reading`` with less confidence in what does not fit its place or the rest."""
    us = (company or Company()).with_addresses(content.own_addresses)
    scans = scans_of(content, catalogue)
    by_key = {scan.document.key: scan for scan in scans}
    lines = plausible_line.check(reading.lines, by_key, reading)
    return replace(
        reading,
        customer=plausible_customer.check(reading.customer, content, scans, us),
        lines=lines,
        total=_total(reading.total, lines, by_key),
        delivery_date=plausible_date.check(reading.delivery_date, scans, content.sent_at.date()),
    )


def _total(
    total: Found[Decimal], lines: tuple[LineReading, ...], scans: dict[str, Scan]
) -> Found[Decimal]:
    """Doubt a total that is one line's amount, a price, a tax or no sum of money at all."""
    value = total.value
    if value is None:
        return total
    role = plausible_line.role_of(total, scans)
    of_one = any(line.unit_price.value == value and line.quantity.value != 1 for line in lines)
    counted = any(line.quantity.value == value for line in lines) and role in {"count", "unknown"}
    of_line = len(lines) > 1 and any(line.total.value == value for line in lines)
    doubts = (
        (role in plausible_line.NO_MONEY, 0.3, plausible_line.stands_as(role)),
        (role == "tax", 0.3, _("It is a tax, a discount or a charge.")),
        (of_one, 0.3, _("It is the price of one.")),
        (counted, 0.4, _("It is a quantity.")),
        (of_line, 0.5, _("It is the amount of one line.")),
    )
    for is_so, most, note in doubts:
        if is_so:
            return doubted(total, most, note)
    return total
