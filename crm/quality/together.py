"""What the values of one row say together: totals, signs, prices, addresses, vintages."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from backoffice.core.text import word_set, words
from crm.models import Entity, Interaction
from crm.quality import addresses
from crm.quality.findings import CRITICAL, MEDIUM, Findings

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

CENT = Decimal("0.01")
HALF_CENT = Decimal("0.005")
HUNDRED = Decimal(100)
# Value-added tax in per cent: France with its islands, its neighbours, Morocco.
_RATES = "20 10 5.5 2.1 8.5 13 1.05 1.75 21 6 12 19 7 17 8 3 22 8.1 2.6 7.7 14 25"
VAT_RATES = tuple(map(Decimal, _RATES.split()))
# Above it wine is no wine any more.
STRONGEST = Decimal(25)
# 0.125 is 12.5 % written as a share.
_SHARE = Decimal("0.25")
_SPIRITS = word_set(
    "marc fine cognac armagnac calvados eau eaux spiritueux spirit liqueur creme ratafia rhum gin"
    " vodka whisky pastis absinthe grappa alcool"
)
_YEAR = re.compile(r"(?<![\d.,/-])(?:19|20)\d\d(?![\d.,/-])")
# Older years in a name are the house's, not the harvest's.
_YEARS_IN_NAMES = 40


def check(found: Findings, today: dt.date) -> None:
    """All checks that look at several values of one row."""
    if found.entity == Entity.SALE:
        _signs(found)
        _totals(found)
    elif found.entity == Entity.PRODUCT:
        _prices(found)
        _strength(found)
        _vintage_in_name(found, today)
    elif found.entity == Entity.CUSTOMER:
        addresses.check_postal_codes(found)
        addresses.check_domains(found)
    elif found.entity == Entity.STOCK:
        _stock(found)
    else:
        _happened(found, today)


def _signs(found: Findings) -> None:
    """A return has both signs negative; one alone is an error of somebody."""
    quantities, amounts = found.column("quantity"), found.column("amount")
    if quantities is None:
        return
    for index, quantity in enumerate(quantities):
        if quantity is None or quantity >= 0:
            continue
        amount = amounts[index] if amounts else None
        if amount is not None and amount > 0:
            sentence = _(
                "%(field)s: “%(value)s” is negative, but the total is %(amount)s. Remove the sign,"
                " or give the return a negative total."
            )
            more = {"amount": found.raw("amount", index)}
            found.add(index, "quantity", CRITICAL, "negative_quantity", sentence, **more)
        elif amount is None and not addresses.is_credit_note(found, index):
            sentence = _(
                "%(field)s: “%(value)s” is negative and there is no total: taken as a return."
                " Remove the sign if it was a sale."
            )
            found.add(index, "quantity", MEDIUM, "negative_quantity", sentence)


def _totals(found: Findings) -> None:
    quantities, prices = found.column("quantity"), found.column("unit_price")
    amounts = found.column("amount")
    if quantities is None or amounts is None:
        return
    blank: Sequence[Decimal | None] = [None] * len(quantities)
    discounts = found.column("discount") or blank
    lines = zip(quantities, prices or blank, discounts, amounts, strict=True)
    for index, (quantity, price, discount, amount) in enumerate(lines):
        if quantity is None or amount is None:
            continue
        if not quantity and amount:
            _amount_of_nothing(found, index)
        elif price is not None:
            expected = quantity * price
            if discount:
                expected -= expected * discount / HUNDRED
            # Equal is the rule: how far it may be off is asked only where it is not.
            if amount != expected and _is_off(amount - expected, quantity, price, discount):
                _total_differs(found, index, expected)
        elif (quantity > 0) != (amount > 0) and amount and not found.has(index, "quantity"):
            sentence = _("%(field)s: “%(value)s” has another sign than the quantity. Correct one.")
            found.add(index, "amount", MEDIUM, "inconsistent", sentence)


def _is_off(
    difference: Decimal, quantity: Decimal, price: Decimal, discount: Decimal | None
) -> bool:
    """More than rounding explains: of the line to cents, of each unit's price to its decimals."""
    exponent = price.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) else 0
    # After a discount the price of one is rounded to cents whatever decimals the list price has.
    per_unit = HALF_CENT if decimals <= 2 or discount else Decimal(5).scaleb(-decimals - 1)  # noqa: PLR2004 - cents
    return abs(difference) > CENT + abs(quantity) * per_unit


def _amount_of_nothing(found: Findings, index: int) -> None:
    sentence = _("%(field)s: “%(value)s”, but the quantity is 0. Give the quantity, or no total.")
    found.add(index, "amount", MEDIUM, "total_differs", sentence)


def _total_differs(found: Findings, index: int, expected: Decimal) -> None:
    values = found.rows.values
    if found.has(index, "quantity") or found.has(index, "unit_price"):
        return
    amount, quantity = values["amount"][index], values["quantity"][index]
    shown = {"expected": number_format(expected.quantize(CENT, ROUND_HALF_UP))}
    tolerance = CENT + abs(quantity) * HALF_CENT
    if (rate := _vat_between(expected, amount, tolerance)) is not None:
        sentence = _(
            "%(field)s: “%(value)s” includes %(rate)s %% VAT: quantity x price is %(expected)s."
            " Map the column without tax."
        )
        shown["rate"] = number_format(rate)
    elif (rate := _vat_between(amount, expected, tolerance)) is not None:
        sentence = _(
            "%(field)s: “%(value)s” is without tax, the unit price includes %(rate)s %% VAT"
            " (quantity x price is %(expected)s). Map the price without tax."
        )
        shown["rate"] = number_format(rate)
    else:
        sentence = _(
            "%(field)s: “%(value)s” is not quantity x price less discount, which is %(expected)s."
            " Correct the total, the price or the quantity."
        )
    found.add(index, "amount", MEDIUM, "total_differs", sentence, **shown)


def _vat_between(net: Decimal, gross: Decimal, tolerance: Decimal) -> Decimal | None:
    """The usual rate that makes ``gross`` of ``net``, if one does."""
    if not net or abs(gross) <= abs(net):
        return None
    for rate in VAT_RATES:
        if abs(net * (1 + rate / HUNDRED) - gross) <= tolerance:
            return rate
    return None


def _prices(found: Findings) -> None:
    prices, costs = found.column("list_price"), found.column("cost_price")
    if prices is None or costs is None:
        return
    for index, (price, cost) in enumerate(zip(prices, costs, strict=True)):
        if price is not None and cost is not None and 0 < price < cost:
            sentence = _(
                "%(field)s: “%(value)s” is below the cost price, %(cost)s. Correct one of them."
            )
            cost_read = found.raw("cost_price", index)
            found.add(index, "list_price", MEDIUM, "inconsistent", sentence, cost=cost_read)


def _strength(found: Findings) -> None:
    column = found.column("alcohol")
    for index, alcohol in enumerate(column or ()):
        if alcohol is None:
            continue
        if 0 < alcohol <= _SHARE:
            sentence = _(
                "%(field)s: “%(value)s” looks like a share. Give it in per cent: 12.5, not 0.125."
            )
            found.add(index, "alcohol", MEDIUM, "out_of_range", sentence)
        elif alcohol > STRONGEST and not _is_spirit(found, index):
            sentence = _("%(field)s: “%(value)s” %% is no wine's. Correct it unless it is spirits.")
            found.add(index, "alcohol", MEDIUM, "out_of_range", sentence)


def _is_spirit(found: Findings, index: int) -> bool:
    texts = [(found.column(name) or {index: ""})[index] for name in ("name", "category")]
    return not _SPIRITS.isdisjoint(words(" ".join(filter(None, texts))))


def _vintage_in_name(found: Findings, today: dt.date) -> None:
    names, vintages = found.column("name"), found.column("vintage")
    if names is None or vintages is None:
        return
    possible = range(today.year - _YEARS_IN_NAMES, today.year + 2)
    for index, (name, vintage) in enumerate(zip(names, vintages, strict=True)):
        if not name or vintage is None:
            continue
        years = {int(year) for year in _YEAR.findall(name)}
        if len(years) == 1 and vintage not in years and next(iter(years)) in possible:
            sentence = _(
                "%(field)s: “%(value)s”, but the name is “%(title)s”. Correct one of them."
            )
            found.add(index, "vintage", MEDIUM, "inconsistent", sentence, title=name)


def _stock(found: Findings) -> None:
    quantities, reserved = found.column("quantity"), found.column("reserved")
    for index, quantity in enumerate(quantities or ()):
        if quantity is None:
            continue
        if quantity < 0:
            sentence = _(
                "%(field)s: “%(value)s”: there cannot be less than nothing. Count it again."
            )
            found.add(index, "quantity", MEDIUM, "negative_quantity", sentence)
        elif reserved and reserved[index] is not None and reserved[index] > quantity:
            sentence = _(
                "%(field)s: “%(value)s” is more than there is, %(quantity)s. Check the orders."
            )
            more = {"quantity": found.raw("quantity", index)}
            found.add(index, "reserved", MEDIUM, "inconsistent", sentence, **more)


def _happened(found: Findings, today: dt.date) -> None:
    """Contacts to come are planned ones."""
    moments, states = found.column("occurred_at"), found.column("status")
    for index, moment in enumerate(moments or ()):
        if moment is None or moment.date() <= today:
            continue
        if states is None or states[index] != Interaction.Status.PLANNED:
            sentence = _(
                "%(field)s: “%(value)s” is in the future. Correct it, or give the status “planned”."
            )
            found.add(index, "occurred_at", MEDIUM, "future_date", sentence)
