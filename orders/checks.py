"""What is wrong or doubtful about an order, in sentences for staff."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from orders.reading import ADAPTER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from orders.models import Order, OrderLine
    from orders.reading import Found, OrderReading

# Below this a value is shown to staff as one to check.
DOUBTFUL = 0.7
# A stated grand total may be before or after Moroccan VAT (20, 14, 10 or 7 %) or French VAT.
VAT_RATES = tuple(Decimal(rate) for rate in ("0", "0.20", "0.14", "0.10", "0.07", "0.055"))


@dataclass(frozen=True, slots=True)
class Problem:
    """``field`` is a field of the order, or ``lines.<position>.<field>`` counted from 0."""

    field: str
    sentence: str


def missing(order: Order, lines: Sequence[OrderLine]) -> list[Problem]:
    """What keeps the order from being validated; empty when nothing does."""
    problems = []
    if order.customer_id is None and not (order.company or order.contact_name):
        problems.append(
            Problem("customer", _("The customer is unknown: choose one, or give a name."))
        )
    if not lines:
        problems.append(Problem("lines", _("The order has no line: add what is ordered.")))
    for index, line in enumerate(lines):
        if line.product_id is None and not line.description:
            problems.append(
                Problem(
                    f"lines.{index}.product",
                    _("Line %(line)s says no product: choose one, or describe it.")
                    % {"line": index + 1},
                )
            )
        if line.quantity is None:
            problems.append(
                Problem(
                    f"lines.{index}.quantity",
                    _("Line %(line)s (%(product)s) has no quantity.")
                    % {"line": index + 1, "product": _goods(line)},
                )
            )
    return problems


def require_complete(order: Order, lines: Sequence[OrderLine]) -> None:
    """Raise :class:`DomainError` with everything that is missing, naming the first field."""
    problems = missing(order, lines)
    if problems:
        raise DomainError(
            " ".join(problem.sentence for problem in problems),
            code="incomplete",
            field=problems[0].field,
        )


def doubts(order: Order, lines: Sequence[OrderLine]) -> list[str]:
    """What staff should look at in the order as it now is."""
    sentences = [problem.sentence for problem in missing(order, lines)]
    if order.customer_id is None and (order.company or order.contact_name):
        sentences.append(
            _("New customer: %(name)s will be registered when you validate.")
            % {"name": order.company or order.contact_name}
        )
    if order.duplicate_of is not None and order.duplicate_of.status != order.Status.REJECTED:
        sentences.append(
            _("Looks like %(number)s sent again: reject it, or clear “duplicate of” to keep both.")
            % {"number": order.duplicate_of.number}
        )
    mismatch = total_mismatch(order.total, [line.total for line in lines])
    if mismatch is not None:
        sentences.append(
            _("The total %(total)s does not match the lines, which add up to %(sum)s.")
            % {"total": _amount(order.total), "sum": _amount(mismatch)}
        )
    return sentences


def reading_doubts(reading: OrderReading) -> list[str]:
    """What the reading itself was unsure of."""
    return [*reading.warnings, *_doubtful_fields(reading)]


def unsure_of(reading: dict[str, Any]) -> list[str]:
    """The part of :func:`reading_doubts` about single values, from a reading kept as JSON."""
    return _doubtful_fields(ADAPTER.validate_python(reading)) if reading else []


def total_mismatch(total: Decimal | None, amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of the lines where it does not explain ``total``, with or without tax; else None."""
    known = list(amounts)
    if total is None or not known or any(amount is None for amount in known):
        return None
    lines_sum = sum((amount for amount in known if amount is not None), Decimal(0))
    # Half a unit per line: each line may have been rounded on its own.
    tolerance = Decimal("0.05") * len(known) + total * Decimal("0.001")
    explained = any(abs(lines_sum * (1 + rate) - total) <= tolerance for rate in VAT_RATES)
    return None if explained else lines_sum


def _doubtful_fields(reading: OrderReading) -> list[str]:
    fields: list[tuple[str, Found[object]]] = [
        (_("delivery date"), reading.delivery_date),  # type: ignore[list-item]  # Found is a frozen reader
        (_("total"), reading.total),  # type: ignore[list-item]
    ]
    for index, line in enumerate(reading.lines, start=1):
        place = _("line %(line)s") % {"line": index}
        fields += [
            (f"{place}, {_('product')}", line.product if line.product.value else line.description),  # type: ignore[list-item]
            (f"{place}, {_('quantity')}", line.quantity),  # type: ignore[list-item]
            (f"{place}, {_('unit price')}", line.unit_price),  # type: ignore[list-item]
        ]
    unsure = [
        f"{name} ({round(found.confidence * 100)} %)"
        for name, found in fields
        if found.value not in {None, ""} and found.confidence < DOUBTFUL
    ]
    if not unsure:
        return []
    return [_("Not sure of: %(fields)s.") % {"fields": ", ".join(unsure)}]


def _goods(line: OrderLine) -> str:
    return str(line.product) if line.product_id else line.description


def _amount(value: Decimal | None) -> str:
    return "" if value is None else number_format(value, decimal_pos=2, use_l10n=True)
