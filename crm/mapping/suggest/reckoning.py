"""Figures of sale lines that have to agree: an order's total is not a line's, however it is called.

Where quantity and price are known, the column of the amount is the one that follows from them; a
discount that was taken off in money is not one in per cent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crm.mapping.faults import Doubtful, Unreadable
from crm.mapping.transformations import prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crm.mapping.context import Context
    from crm.mapping.suggest.content import Column

LOOKED_AT = 200
# Fewer lines prove nothing.
ENOUGH = 4
# Of the lines: so many have to agree, and so few speak against it.
AGREES, DISAGREES = 0.8, 0.5
# A line's total may be less by a discount, and more by rounding.
_LEAST, _MOST = 0.3, 1.02
_NEAR = 0.02
Figures = list[float | None]


def agree(
    found: Mapping[str, Column],
    columns: Sequence[Column],
    cells: Sequence[Sequence[str]],
    context: Context,
) -> dict[str, Column]:
    """The slots, with the amount that quantity and price lead to or without any."""
    if "quantity" not in found or "unit_price" not in found:
        return dict(found)
    places = {id(column): place for place, column in enumerate(columns)}

    def figures(column: Column) -> Figures:
        return _figures(column, cells[places[id(column)]], context)

    worth = _products(figures(found["quantity"]), figures(found["unit_price"]))
    agreed = dict(found)
    if "amount" in found and _share(worth, figures(found["amount"]), _is_line) < DISAGREES:
        taken = {id(column) for column in found.values()}
        others = [c for c in columns if id(c) not in taken and c.number > AGREES]
        fitting = {id(c): _share(worth, figures(c), _is_line) for c in others}
        best = max(others, key=lambda c: fitting[id(c)], default=None)
        del agreed["amount"]
        if best is not None and fitting[id(best)] >= AGREES:
            agreed["amount"] = best
    if "discount" in found and "amount" in agreed:
        amounts, off = figures(agreed["amount"]), figures(found["discount"])
        if _is_money(worth, amounts, off):
            del agreed["discount"]
    return agreed


def _figures(column: Column, cells: Sequence[str], context: Context) -> Figures:
    style = max(column.numbers, key=lambda s: (column.numbers[s], s == context.numbers), default="")
    arguments = {"style": style} if style else {}
    read = prepare({"name": "parse_currency", "arguments": arguments}, context).function
    return [_figure(read, cell.strip()) for cell in cells[:LOOKED_AT]]


def _figure(read: Callable[[str], object], cell: str) -> float | None:
    try:
        return float(read(cell)) if cell else None  # type: ignore[arg-type]
    except (Unreadable, Doubtful, TypeError, ValueError):
        return None


def _products(quantities: Figures, prices: Figures) -> Figures:
    pairs = zip(quantities, prices, strict=True)
    return [q * p if q is not None and p is not None else None for q, p in pairs]


def _share(worth: Figures, amounts: Figures, is_right: Callable[[float, float], bool]) -> float:
    """Of the lines with both figures; 1 where there are too few of them."""
    pairs = [(w, a) for w, a in zip(worth, amounts, strict=True) if w and a is not None]
    if len(pairs) < ENOUGH:
        return 1.0
    return sum(is_right(w, a) for w, a in pairs) / len(pairs)


def _is_line(worth: float, amount: float) -> bool:
    return _LEAST <= amount / worth <= _MOST


def _is_money(worth: Figures, amounts: Figures, discounts: Figures) -> bool:
    lines = [
        (w, a, d)
        for w, a, d in zip(worth, amounts, discounts, strict=True)
        if w and a is not None and d
    ]
    percent = sum(abs(w * (1 - d / 100) - a) <= abs(w) * _NEAR for w, a, d in lines)
    money = sum(abs(w - d - a) <= abs(w) * _NEAR for w, a, d in lines)
    return money > percent and money >= len(lines) * AGREES
