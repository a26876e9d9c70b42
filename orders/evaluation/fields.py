"""Each value of a reading with its confidence, and whether the label says the same."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from orders.evaluation import Shape
    from orders.reading import Found, LineReading, OrderReading

CUSTOMER = ("name", "company", "email", "phone")
LINE = ("product", "quantity", "unit", "unit_price")
ORDER = ("currency", "total", "delivery_date")
GROUPS = ("is_order", "is_renewal", *CUSTOMER, *LINE, *ORDER)


@dataclass(frozen=True, slots=True)
class Said:
    """A value that was read; ``line`` counts from 0, nothing for a field of the order."""

    group: str
    line: int | None
    found: Found[Any]
    is_right: bool


def said(reading: OrderReading, label: Shape) -> Iterator[Said]:
    """Yield every value of a reading, compared with the label of its message."""
    yield Said(
        "is_order", None, reading.is_order, bool(reading.is_order.value) == label["is_order"]
    )
    if not reading.is_order.value:
        yield from _of_customer(reading, label)
        return
    yield Said(
        "is_renewal",
        None,
        reading.is_renewal,
        bool(reading.is_renewal.value) == label["is_renewal"],
    )
    yield from _of_customer(reading, label)
    for name in ORDER:
        found = getattr(reading, name)
        if found.value not in (None, ""):
            yield Said(name, None, found, _same(found.value, label[name]))
    for index, (line, wanted) in enumerate(_paired(reading.lines, label["lines"])):
        for name in LINE:
            found = getattr(line, name)
            if found.value not in (None, ""):
                yield Said(name, index, found, _same(found.value, (wanted or {}).get(name)))


def _of_customer(reading: OrderReading, label: Shape) -> Iterator[Said]:
    for name in CUSTOMER:
        found = getattr(reading.customer, name)
        if found.value:
            yield Said(name, None, found, _same(found.value, label["customer"][name]))


def _paired(
    lines: tuple[LineReading, ...], labels: list[dict[str, Any]]
) -> Iterator[tuple[LineReading, dict[str, Any] | None]]:
    """Each line that was read with the label's line most like it; each label once."""
    rest = list(labels)
    chosen: dict[int, dict[str, Any]] = {}
    for alike in (
        ("product", "quantity", "unit"),
        ("product", "quantity"),
        ("product",),
        ("quantity",),
    ):
        for index, line in enumerate(lines):
            if index in chosen:
                continue
            match = next((one for one in rest if all(_agrees(line, one, k) for k in alike)), None)
            if match is not None:
                rest.remove(match)
                chosen[index] = match
    for index, line in enumerate(lines):
        yield line, chosen.get(index)


def _agrees(line: LineReading, label: dict[str, Any], name: str) -> bool:
    return _same(getattr(line, name).value or None, label.get(name))


def _same(value: object, wanted: object) -> bool:
    if value is None or wanted is None:
        return value is wanted
    if isinstance(value, Decimal):
        return isinstance(wanted, int | float) and round(value, 4) == round(Decimal(str(wanted)), 4)
    return " ".join(str(value).casefold().split()) == " ".join(str(wanted).casefold().split())
