"""A listing as the matching sees it: what it asks for or offers, and whether it still counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db.models.functions import Left

from backoffice.core.text import folded
from listings.matching import nicknames, references
from listings.models import Listing

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable
    from decimal import Decimal

    from django.db.models import QuerySet

    from listings.matching.references import Reference

Type = Listing.Type
OFFERS = (Type.SALE, Type.TRADE)
# Of a trade: the watch that is wanted for the one offered, which nobody sells.
_IN_RETURN = re.compile(r"(?:contre|pour|for|against|gegen|fur|con|per|por|vs)\b")
_COLUMNS = (
    "pk",
    "type",
    "status",
    "trader_id",
    "trader__customer_id",
    "trader__is_blocked",
    "trader__erased_at",
    "brand",
    "model",
    "reference",
    "price",
    "currency",
    "price_eur",
    "condition",
    "year",
    "size_mm",
    "box",
    "papers",
    "authenticity",
    "offered_at",
)
# Of the text of a listing: one watch is named in its first words.
_LENGTH = 600


@dataclass(frozen=True, slots=True)
class Side:
    """The facts of one listing at one moment; two that are equal match alike."""

    listing_id: int
    type: str
    status: str
    trader_id: int | None
    customer_id: int | None
    is_blocked: bool | None
    erased_at: dt.datetime | None
    brand: str
    model: str
    reference: str
    price: Decimal | None
    currency: str
    price_eur: Decimal | None
    condition: str
    year: int | None
    size_mm: Decimal | None
    box: bool | None
    papers: bool | None
    authenticity: str
    offered_at: dt.datetime
    text: str

    @property
    def is_on_market(self) -> bool:
        """Whether anybody may meet it: live, of a trader who may be written to, no replica."""
        return (
            self.status == Listing.Status.LIVE
            and not self.is_blocked
            and self.erased_at is None
            and self.authenticity != Listing.Authenticity.REPLICA
        )

    @property
    def is_wanted(self) -> bool:
        return self.type == Type.WANTED

    @property
    def is_offer(self) -> bool:
        """For sale; or offered in exchange, which a buyer with money may end as well."""
        if self.type == Type.TRADE:
            return _IN_RETURN.match(folded(self.text).strip()) is None
        return self.type == Type.SALE

    def is_of_same_person(self, other: Side) -> bool:
        """Whether one trader, or one customer known by two of them, is on both sides."""
        if self.trader_id is not None and self.trader_id == other.trader_id:
            return True
        return self.customer_id is not None and self.customer_id == other.customer_id

    def references(self) -> tuple[Reference, ...]:
        """Which references it is, or may be; empty where it does not say.

        A nickname says which one of a number without suffix is meant ("126710 Batman"), and
        stands beside another reference as an alternative ("Hulk or 126610LV").
        """
        written = references.parse(self.reference)
        meant = self._by_nickname()
        if not written or not meant:
            return written or meant
        narrowed = [one for one in meant if any(references.shortens(own, one) for own in written)]
        if narrowed:
            return tuple(narrowed)
        if any(references.is_same(own, one) for own in written for one in meant):
            return written
        return (*written, *meant) if self.is_wanted else written

    def _by_nickname(self) -> tuple[Reference, ...]:
        """A buyer takes any that is named; a seller has one: what the first of its names leave."""
        groups = nicknames.said(self.brand, self.text).meant
        if self.is_wanted or not groups:
            return tuple(dict.fromkeys(one for group in groups for one in group))
        left = groups[0]
        for group in groups[1:]:
            left = tuple(one for one in left if one in group) or left
        return left

    def refused(self) -> frozenset[str]:
        """Keys of references that a buyer does not want ("no Hulk")."""
        return nicknames.said(self.brand, self.text).refused if self.is_wanted else frozenset()

    @property
    def folded_brand(self) -> str:
        return _name(self.brand)

    @property
    def folded_model(self) -> str:
        return _name(self.model)


@lru_cache(maxsize=4096)
def _name(written: str) -> str:
    return folded(written).strip()


def load(rows: QuerySet[Listing]) -> list[Side]:
    """The sides of these listings, in the order of the query; one query."""
    return [Side(*values) for values in rows.values_list(*_COLUMNS, Left("text", _LENGTH))]


def by_ids(listing_ids: Iterable[int]) -> dict[int, Side]:
    sides = load(Listing.objects.filter(pk__in=[*listing_ids]).order_by("pk"))
    return {side.listing_id: side for side in sides}
