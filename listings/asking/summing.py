"""Figures over all listings that an answer is about, computed by the database."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Aggregate, Avg, Count, DecimalField, Max, Min

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

    from listings.models import Listing

_CENT = Decimal("0.01")


class Median(Aggregate):
    """The middle of the values, between the two middle ones where their number is even."""

    name = "Median"
    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DecimalField(max_digits=20, decimal_places=6)


@dataclass(frozen=True, slots=True)
class Summary:
    """``count`` listings of ``traders`` known traders, ``priced`` of them with a price in euros."""

    count: int
    priced: int
    traders: int
    median_eur: Decimal | None
    average_eur: Decimal | None
    lowest_eur: Decimal | None
    highest_eur: Decimal | None
    newest: dt.datetime | None

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def summary(rows: QuerySet[Listing]) -> Summary:
    """One query."""
    found = rows.order_by().aggregate(
        count=Count("pk"),
        priced=Count("price_eur"),
        traders=Count("trader", distinct=True),
        median_eur=Median("price_eur"),
        average_eur=Avg("price_eur"),
        lowest_eur=Min("price_eur"),
        highest_eur=Max("price_eur"),
        newest=Max("offered_at"),
    )
    return Summary(**{name: _rounded(value) for name, value in found.items()})


def _rounded(value: Any) -> Any:  # noqa: ANN401 - of any column
    if isinstance(value, float):
        value = Decimal(str(value))
    return value.quantize(_CENT, ROUND_HALF_UP) if isinstance(value, Decimal) else value
