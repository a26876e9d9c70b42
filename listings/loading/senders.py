"""The traders of a file: by their number, or by the very name the file gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from backoffice.core import phones
from listings.models import Trader, TraderAddress

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = TraderAddress.Kind


def traders_of(senders: Iterable[str]) -> dict[str, Trader]:
    """The trader of each sender, made where nobody is known; call it where only one may.

    A name alone is taken for the trader of that name who has no address: one whom WhatsApp
    knows may be somebody else.
    """
    names = sorted({sender for sender in senders if sender})
    numbers = {name: number for name in names if (number := phones.normalise(name, strict=False))}
    return _by_number(numbers) | _by_name([name for name in names if name not in numbers])


def _by_number(numbers: dict[str, str]) -> dict[str, Trader]:
    wanted = {*numbers.values()}
    rows = TraderAddress.objects.filter(kind=Kind.PHONE, value__in=wanted).select_related("trader")
    known = {row.value: row.trader for row in rows}
    missing = sorted(wanted - known.keys())
    made = Trader.objects.bulk_create(_new("") for _number in missing)
    TraderAddress.objects.bulk_create(
        TraderAddress(trader=trader, kind=Kind.PHONE, value=number)
        for trader, number in zip(made, missing, strict=True)
    )
    known |= dict(zip(missing, made, strict=True))
    return {name: known[number] for name, number in numbers.items()}


def _by_name(names: list[str]) -> dict[str, Trader]:
    rows = Trader.objects.filter(name__in=names, addresses=None, erased_at=None).order_by("-pk")
    known = {row.name: row for row in rows}
    missing = [name for name in names if name not in known]
    made = Trader.objects.bulk_create(_new(name) for name in missing)
    return known | dict(zip(missing, made, strict=True))


def _new(name: str) -> Trader:
    now = timezone.now()
    return Trader(name=name, first_seen_at=now, last_seen_at=now)
