"""What we have of an Odoo already: by it is known what was deleted there, or cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import BigIntegerField, Exists, OuterRef, Q
from django.db.models.functions import Cast

from crm.models import Customer, FieldMapping, MappingRule, Product, Sale, SourceRecord, StockLevel
from crm.models.source import Entity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet

    from crm.models import SourceTable

_CHUNK = 1000


class Known:
    """The records that earlier syncs of the table brought."""

    def __init__(self, table: SourceTable) -> None:
        self._table = table
        rule = MappingRule.objects.filter(
            mapping__table=table, mapping__status=FieldMapping.Status.ACTIVE, field="key"
        ).first()
        # With another column as key nothing can be found by Odoo's numbers.
        self.is_by_id = rule is not None and rule.columns == ["id"]

    def among(self, ids: Iterable[int]) -> set[int]:
        """Those of the ids that we have."""
        if not self.is_by_id:
            return set()
        keys = self._records().filter(key__in=[str(one) for one in ids])
        return {int(key) for key in keys.values_list("key", flat=True) if key.isdecimal()}

    def count(self) -> int:
        return self._alive().count() if self.is_by_id else 0

    def chunks(self, after: int = 0) -> Iterator[list[int]]:
        """The ids of what is in use with us, ascending, some at a time."""
        if not self.is_by_id:
            return
        numbered = self._alive().filter(key__regex=r"^[0-9]{1,18}$")
        numbered = numbered.annotate(number=Cast("key", BigIntegerField())).order_by("number")
        while True:
            ids = list(numbered.filter(number__gt=after).values_list("number", flat=True)[:_CHUNK])
            if not ids:
                return
            yield ids
            after = ids[-1]

    def keys(self) -> set[str]:
        """All keys of what is in use; for tables that are small."""
        return set(self._alive().values_list("key", flat=True)) if self.is_by_id else set()

    def rows(self, keys: Iterable[str]) -> dict[str, dict[str, str]]:
        """What Odoo's columns would say of these records, were they there, and not in use."""
        records = {one.key: one.object_id for one in self._records().filter(key__in=list(keys))}
        match self._table.entity:
            case Entity.CUSTOMER:
                told = _customers(records.values())
            case Entity.PRODUCT:
                told = _products(records.values())
            case Entity.SALE:
                told = self._sales(records.values())
            case _:
                told = self._stock(records.values())
        return {
            key: told[number] | {"id": key} for key, number in records.items() if number in told
        }

    def _records(self) -> QuerySet[SourceRecord]:
        table = self._table
        return SourceRecord.objects.filter(source_id=table.source_id, entity=table.entity)

    def _alive(self) -> QuerySet[SourceRecord]:
        here = OuterRef("object_id")
        match self._table.entity:
            case Entity.CUSTOMER:
                rows: QuerySet[Any] = Customer.objects.filter(pk=here, archived_at=None)
            case Entity.PRODUCT:
                rows = Product.objects.filter(pk=here, is_active=True)
            case Entity.SALE:
                rows = Sale.objects.filter(~Q(quantity=0), pk=here)
            case _:
                rows = StockLevel.objects.filter(~Q(quantity=0), pk=here)
        return self._records().filter(Exists(rows))

    def _keys_of(self, entity: Entity, numbers: Iterable[int]) -> dict[int, str]:
        records = SourceRecord.objects.filter(
            source_id=self._table.source_id, entity=entity, object_id__in=set(numbers)
        )
        return dict(records.order_by("-pk").values_list("object_id", "key"))

    def _sales(self, numbers: Iterable[int]) -> dict[int, dict[str, str]]:
        sales = list(Sale.objects.filter(pk__in=list(numbers)))
        customers = self._keys_of(Entity.CUSTOMER, (one.customer_id for one in sales))
        products = self._keys_of(Entity.PRODUCT, (one.product_id for one in sales))
        return {
            sale.pk: {
                "order_id": sale.document,
                "order_partner_id/id": customers[sale.customer_id],
                "product_id/id": products[sale.product_id],
                "order_id/date_order": f"{sale.sold_on} 12:00:00",
                "state": "cancel",
                **NOTHING_SOLD,
            }
            for sale in sales
            if sale.customer_id in customers and sale.product_id in products
        }

    def _stock(self, numbers: Iterable[int]) -> dict[int, dict[str, str]]:
        levels = list(StockLevel.objects.filter(pk__in=list(numbers)))
        products = self._keys_of(Entity.PRODUCT, (one.product_id for one in levels))
        return {
            level.pk: {
                "product_id/id": products[level.product_id],
                "location_id": level.warehouse,
                "quantity": "0",
                "reserved_quantity": "0",
            }
            for level in levels
            if level.product_id in products
        }


# A line that was sold and is not any more: it stays, and counts for nothing.
NOTHING_SOLD = {
    "product_uom_qty": "0",
    "price_subtotal": "0",
    "price_total": "0",
    "discount": "0",
    "purchase_price/total": "0",
    "qty_delivered": "0",
    "qty_invoiced": "0",
}


def _customers(numbers: Iterable[int]) -> dict[int, dict[str, str]]:
    found = Customer.objects.filter(pk__in=list(numbers)).values_list("pk", "name", "company")
    return {
        number: {"name": name or company, "display_name": name or company, "active": "False"}
        for number, name, company in found
    }


def _products(numbers: Iterable[int]) -> dict[int, dict[str, str]]:
    found = Product.objects.filter(pk__in=list(numbers)).values_list("pk", "name")
    return {
        number: {"name": name, "display_name": name, "active": "False"} for number, name in found
    }
