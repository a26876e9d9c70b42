"""Sale lines of Odoo: those of confirmed orders.

A line does not always notice that its order was confirmed or cancelled (its own time of change
stays). So after the lines that changed, the lines of the orders that changed are read too. A line
that we have and that is sold no more comes with the quantity 0: the sale stays, with its history,
and counts for nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crm.sources.odoo import paging
from crm.sources.odoo.known import NOTHING_SOLD
from crm.sources.odoo.paging import Window
from crm.sources.odoo.reading import OdooReader, State
from crm.sources.odoo.values import second_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crm.sources.odoo.paging import Record
    from crm.sources.odoo.reading import Part

SOLD = ("sale", "done")
_ORDERS = 200


class SalesReader(OdooReader):
    def phases(self) -> dict[str, Callable[[State, int], Iterator[Part]]]:
        phases = super().phases()
        if self.since:
            phases["orders"] = self._orders
        return phases

    def counted(self, rows: list[dict[str, str]]) -> list[dict[str, str]]:
        """Goods of confirmed orders, and those that are to be taken back."""
        goods = [row for row in rows if not row["display_type"] and not row.get("is_downpayment")]
        sold = {row["id"] for row in goods if _state(row) in SOLD}
        others = [int(row["id"]) for row in goods if row["id"] not in sold]
        withdrawn = {str(one) for one in self.known.among(others)} if others else set()
        return [
            row if row["id"] in sold else row | NOTHING_SOLD
            for row in goods
            if row["id"] in sold or row["id"] in withdrawn
        ]

    def _orders(self, state: State, size: int) -> Iterator[Part]:
        """The lines of orders that changed, save those that changed themselves."""
        window = Window("sale.order", [], ["id", "write_date"], self.since, state.began)
        for orders, place in paging.changed(self.client, window, _ORDERS, state.place):
            here = replace(state, second=place.second, id=place.id)
            yield self._part(self._older_lines([one["id"] for one in orders], size), here)

    def _older_lines(self, orders: list[int], size: int) -> list[Record]:
        if not orders:
            return []
        pages = paging.by_id(self.client, self.window(), size, [["order_id", "in", orders]])
        lines = [line for found, _last in pages for line in found]
        return [line for line in lines if second_of(line) < self.since]


def _state(row: dict[str, str]) -> str:
    """The order's own word; the line's is a copy that may be late."""
    return row.get("order_id/state") or row["state"]
