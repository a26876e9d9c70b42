"""What an order's proposal said, field by field, beside what it became."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from backoffice.core.text import words
from orders.models import ChangeRequest, OrderEvent
from orders.reading import ADAPTER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from orders.models import Order, OrderLine
    from orders.reading import LineReading, OrderReading


# The same words, or the same quantity in the same place.
LIKE_ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Proposed:
    """``header`` holds what people changed later of the order's fields, as it was before.

    ``customer_chosen`` says that a person set the customer, before or after the last reading.
    ``asked`` are (field, value) that the customer asked for later and staff applied: the
    reading was not wrong about them. ``pairs`` are the proposed lines, each with the line it
    became (None: removed), and ``added`` are the lines that nobody proposed.
    """

    reading: OrderReading
    header: dict[str, Any]
    customer_chosen: bool
    asked: frozenset[tuple[str, str]]
    pairs: tuple[tuple[LineReading, OrderLine | None], ...]
    added: tuple[OrderLine, ...]


def of(order: Order, lines: Sequence[OrderLine]) -> Proposed | None:
    """The proposal of a decided order; None where no machine read it."""
    if not order.reading or order.method not in {order.Method.RULES, order.Method.OPENAI}:
        return None
    reading = ADAPTER.validate_python(order.reading)
    # Sorted and sifted here, so that rows fetched for many orders at once will do.
    events = sorted(order.events.all(), key=lambda event: event.pk)
    asked = frozenset(_asked(order.change_requests.all()))
    pairs, added = paired(reading.lines, lines)
    return Proposed(reading, _before(events), _chosen(events), asked, pairs, added)


def _before(events: Sequence[OrderEvent]) -> dict[str, Any]:
    """The values that people changed since the last proposal, as they were proposed."""
    before: dict[str, Any] = {}
    for event in events:
        if event.kind in {OrderEvent.Kind.PROPOSED, OrderEvent.Kind.REREAD}:
            before = {}
        elif event.kind == OrderEvent.Kind.EDITED:
            before = {field: change[0] for field, change in event.changes.items()} | before
    return before


def _asked(requests: Iterable[ChangeRequest]) -> Iterator[tuple[str, str]]:
    for request in requests:
        for change in request.changes if request.state == request.State.APPLIED else ():
            name, after = change["field"], change.get("after")
            if name == "line":
                yield ("removed" if after is None else "added"), change.get("sku") or ""
            elif name == "product":
                yield name, change.get("sku") or ""
            else:
                yield name, f"{Decimal(after).normalize():f}" if name == "quantity" else after or ""


def _chosen(events: Sequence[OrderEvent]) -> bool:
    """Whether a person set the customer; it outlives another reading of the message."""
    edits = (event for event in events if event.kind == OrderEvent.Kind.EDITED)
    return any("customer_id" in event.changes for event in edits)


def paired(
    readings: Sequence[LineReading], lines: Sequence[OrderLine]
) -> tuple[tuple[tuple[LineReading, OrderLine | None], ...], tuple[OrderLine, ...]]:
    """Each proposed line with the line it became, the likest first; and the lines left over.

    A line keeps no name of its own: people reorder, delete and add, and the API writes all
    lines anew. So goods count most, then the place, then the quantity; the place alone is
    no likeness.
    """
    likely = sorted(
        (
            (-_likeness(reading, index, line), index, place)
            for index, reading in enumerate(readings)
            for place, line in enumerate(lines)
        ),
    )
    became: dict[int, int] = {}
    for likeness, index, place in likely:
        if likeness <= -LIKE_ENOUGH and index not in became and place not in became.values():
            became[index] = place
    pairs = tuple(
        (reading, lines[became[index]] if index in became else None)
        for index, reading in enumerate(readings)
    )
    taken = set(became.values())
    return pairs, tuple(line for place, line in enumerate(lines) if place not in taken)


def _likeness(reading: LineReading, index: int, line: OrderLine) -> int:
    sku = line.product.sku if line.product else ""
    same_product = bool(sku) and sku == reading.product.value
    same_words = words(line.description) == words(reading.description.value or "")
    return (
        4 * same_product
        + 3 * same_words
        + 2 * (line.position == index)
        + (line.quantity is not None and line.quantity == reading.quantity.value)
    )
