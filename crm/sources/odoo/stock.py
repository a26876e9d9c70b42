"""Stock of Odoo: its quants, added up by product and place.

A place has a quant for each lot; quants come and go. So all of them are read, unless none changed;
what we have and Odoo has no more is there with 0.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crm.sources.odoo import opening, paging, values
from crm.sources.odoo.reading import OdooReader, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crm.sources.odoo.reading import Part

_SUMMED = ("quantity", "reserved_quantity")


class StockReader(OdooReader):
    @property
    def expected(self) -> int:
        window = self.window()
        with opening.told(self.table.source):
            return self.client.count(window.model, window.domain)

    def start(self) -> State:
        return replace(super().start(), phase="all")

    def phases(self) -> dict[str, Callable[[State, int], Iterator[Part]]]:
        return {"all": self._all}

    def _all(self, state: State, size: int) -> Iterator[Part]:
        """``state.id`` is the number of rows given so far; they are sorted by their keys."""
        if self.since and not self._has_changed():
            return
        sums = self._sums()
        gone = sorted(self.known.keys() - sums.keys())
        rows = [sums[key] for key in sorted(sums)] + list(self.known.rows(gone).values())
        first = max(state.id, 0)
        for start in range(first, len(rows), size):
            part = rows[start : start + size]
            end = start + len(part)
            yield part, list(range(start + 1, end + 1)), replace(state, id=end)

    def _has_changed(self) -> bool:
        # Places and products are no part of the question: what left the stock changed, too.
        changed = [["write_date", ">=", self.since]]
        return self.client.count(self.records.table.model, changed) > 0

    def _sums(self) -> dict[str, dict[str, str]]:
        """One row for each product at each place."""
        rows: dict[str, dict[str, str]] = {}
        totals: dict[str, list[float]] = {}
        for found, _last in paging.by_id(self.client, self.window(), 1000, []):
            for row in self.records.dicts(found):
                key = f"{row['product_id/id']}-{row['location_id/id']}"
                kept = rows.setdefault(key, row | {"id": key})
                sums = totals.setdefault(key, [0.0, 0.0])
                for place, name in enumerate(_SUMMED):
                    sums[place] += float(row[name] or 0)
                kept["write_date"] = max(kept["write_date"], row["write_date"])
        for key, sums in totals.items():
            rows[key].update(zip(_SUMMED, map(values.number, sums), strict=True))
        return rows
