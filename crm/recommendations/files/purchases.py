"""Purchases out of a file of customer, product, date and quantity, whatever it calls them."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from crm.mapping.faults import Doubtful, Unreadable
from crm.mapping.transformations.numbers import decimal_reader
from crm.recommendations.algorithms.base import Lessons
from crm.recommendations.engine.catalogue import unknown
from crm.recommendations.engine.purchases import from_columns
from crm.recommendations.engine.returns import take_off
from crm.recommendations.files import days, headings, product_file, tables
from crm.recommendations.files.tables import UnreadableRow
from crm.sources.files import cells

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from crm.recommendations.engine.purchases import Purchases

# Longer keys are texts in the wrong column, and numpy gives every key the room of the longest.
_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Read:
    """The purchases, and what of the file's rows is not among them.

    ``anonymous``: rows without a customer; ``returned``: rows of returns, taken off.
    """

    purchases: Purchases
    rows: int
    anonymous: int
    returned: int

    def lessons(self, *, seed: int = 0, products: Path | None = None) -> Lessons:
        """To learn from on the day after the last purchase; ``products`` is a file about them."""
        keys = self.purchases.products
        catalogue = unknown(keys) if products is None else product_file.read(products, keys)
        return Lessons(self.purchases, catalogue, int(self.purchases.day.max()) + 1, seed=seed)


def read(path: Path) -> Read:
    """All purchases of the file, one line per customer, product and day.

    Rows without a customer are left out. DomainError names the row, the column and the mend of
    the first that cannot be read, or the column that is missing.
    """
    with tables.opened(path) as table:
        needed = ("customer", "product", "date")
        places = headings.required(table.headings, headings.PURCHASES, needed, path.name)
        taken = _Columns(table.headings, places)
        try:
            for number, row in table.rows():
                taken.add(number, row)
        except UnreadableRow as error:
            # A date above it that is none comes first.
            taken.values(table.style.decimal, [error])
    if not len(taken.customers):
        sentence = _("“%(file)s” has no row with a customer: there is nothing to measure.")
        raise DomainError(sentence % {"file": path.name}, code="no_purchases", field="file")
    found = taken.read(decimal=table.style.decimal)
    if not len(found.purchases):
        sentence = _("All purchases of “%(file)s” were returned: there is nothing to measure.")
        raise DomainError(sentence % {"file": path.name}, code="no_purchases", field="file")
    return found


class _Columns:
    """Each column as numbers of its different texts, which are read once each."""

    def __init__(self, names: Sequence[str], places: Mapping[str, int]) -> None:
        self._names = {column: names[place] for column, place in places.items()}
        self._customer, self._product = places["customer"], places["product"]
        self._date, self._quantity = places["date"], places.get("quantity")
        # The text's number; and of dates and quantities the row where it stands first.
        self.customers: dict[str, int] = {}
        self._products: dict[str, int] = {}
        self._days: dict[str, int] = {}
        self._quantities: dict[str, int] = {}
        self._rows_of_days: dict[str, int] = {}
        self._rows_of_quantities: dict[str, int] = {}
        self._lines = tuple(array("i") for _column in range(4))
        self._rows = self._anonymous = 0

    def add(self, number: int, row: tuple[str, ...]) -> None:
        self._rows += 1
        customer = row[self._customer].strip()
        if not customer:
            self._anonymous += 1
            return
        product = row[self._product].strip()
        text = days.day_part(row[self._date].strip())
        quantity = "1" if self._quantity is None else row[self._quantity].strip() or "1"
        if text not in self._days:
            self._rows_of_days[text] = number
        if quantity not in self._quantities:
            self._rows_of_quantities[quantity] = number
        if not product or not text or max(len(customer), len(product)) > _LONGEST_KEY:
            raise self._refused(number, customer, product, text)
        customers, products, dates, quantities = self._lines
        customers.append(self.customers.setdefault(customer, len(self.customers)))
        products.append(self._products.setdefault(product, len(self._products)))
        dates.append(self._days.setdefault(text, len(self._days)))
        quantities.append(self._quantities.setdefault(quantity, len(self._quantities)))

    def read(self, *, decimal: str) -> Read:
        dates, amounts = self.values(decimal)
        customer, product, day, amount = (np.frombuffer(c, np.int32) for c in self._lines)
        quantity = amounts[amount]
        customer_keys, customer_places = _sorted(self.customers)
        product_keys, product_places = _sorted(self._products)
        lines = take_off(
            customer_places[customer],
            product_places[product],
            dates[day],
            quantity,
        )
        found = from_columns(
            *lines,
            all_customers=np.arange(len(customer_keys), dtype=np.int32),
            all_products=np.arange(len(product_keys), dtype=np.int32),
        )
        purchases = replace(found, customers=customer_keys, products=product_keys)
        return Read(purchases, self._rows, self._anonymous, int((quantity < 0).sum()))

    def values(
        self, decimal: str, errors: Sequence[UnreadableRow] = ()
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The days and the quantities by number; raises the error of the first row that has one."""
        found = list(errors)
        dates, amounts = np.zeros(0, np.int32), np.zeros(0, np.float32)
        try:
            dates = days.read_days(self._rows_of_days, self._names["date"])
        except UnreadableRow as error:
            found.append(error)
        try:
            amounts = self._amounts(decimal)
        except UnreadableRow as error:
            found.append(error)
        if found:
            raise min(found, key=lambda error: error.row) from None
        return dates, amounts

    def _amounts(self, default: str) -> NDArray[np.float32]:
        texts = self._rows_of_quantities
        sign, _thousands = cells.decimal_sign(([text] for text in texts), default)
        parse = decimal_reader("fr" if sign == "," else "iso")
        amounts = []
        for text, row in texts.items():
            try:
                amounts.append(float(parse(text)))
            except Doubtful as doubtful:
                amounts.append(float(doubtful.value))
            except Unreadable:
                sentence = _(
                    "“%(value)s” in column “%(column)s” is not a number. Write it as 6 or 1,5."
                )
                told = {"value": text[:80], "column": self._names["quantity"]}
                raise UnreadableRow(row, sentence % told, field="quantity", value=text) from None
        return np.asarray(amounts, dtype=np.float32)

    def _refused(self, number: int, customer: str, product: str, date: str) -> DomainError:
        given = {"product": product, "date": date, "customer": customer}
        for column, value in given.items():
            told = {"column": self._names[column], "value": value[:60], "limit": _LONGEST_KEY}
            if not value:
                sentence = _("column “%(column)s” is empty. Fill it in, or delete the row.")
                break
            if len(value) > _LONGEST_KEY:
                sentence = _(
                    "“%(value)s…” in column “%(column)s” is longer than %(limit)d characters."
                    " Give a number or a code."
                )
                break
        return UnreadableRow(number, sentence % told, field=column, value=value)


def _sorted(known: Mapping[str, int]) -> tuple[NDArray[np.generic], NDArray[np.int32]]:
    """The texts in order, and the place there of each one's number."""
    texts = np.array(list(known))
    order = np.argsort(texts, kind="stable")
    places = np.empty(len(texts), dtype=np.int32)
    places[order] = np.arange(len(texts), dtype=np.int32)
    return texts[order], places
