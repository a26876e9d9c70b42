"""Random syncs of customers, products and sales, random edits, and an undo of the last sync."""

from __future__ import annotations

import io
import random
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from crm import tasks
from crm.mapping.versions import Rule, activate, change
from crm.models import Customer, Entity, FieldMapping, Sale, SyncRun
from crm.sources import setup
from crm.sync import foreground
from crm.sync.undoing import slices as undo_slices
from crm.sync.undoing import undo
from crm.sync.undoing.refusals import refusals
from crm.tests.journal_by_hand import dump

if TYPE_CHECKING:
    from crm.models import DataSource

pytestmark = pytest.mark.django_db(transaction=True)

COLUMNS = {
    Entity.CUSTOMER: ("key", "name", "email", "city", "consent_email"),
    Entity.PRODUCT: ("key", "name", "list_price", "grape_varieties"),
    Entity.SALE: ("key", "customer_key", "product_key", "sold_on", "quantity"),
}
STEPS: dict[str, tuple[dict[str, Any], ...]] = {
    "email": ({"name": "parse_email"},),
    "list_price": ({"name": "parse_decimal"},),
    "quantity": ({"name": "parse_decimal"},),
    "sold_on": ({"name": "parse_date"},),
    "grape_varieties": ({"name": "split", "arguments": {"separator": "+"}},),
}
NATURAL = """
    SELECT 'c', c.name, c.city, c.consent_email::text, '' FROM crm_customer c
    UNION ALL SELECT 'i', c.name, i.kind, i.value, i.is_confirmed::text
        FROM crm_customeridentity i JOIN crm_customer c ON c.id = i.customer_id
    UNION ALL SELECT 'p', sku, name, list_price::text, attributes::text FROM crm_product
    UNION ALL SELECT 's', s.external_ref, c.name, p.sku, s.quantity::text FROM crm_sale s
        JOIN crm_customer c ON c.id = s.customer_id JOIN crm_product p ON p.id = s.product_id
    UNION ALL SELECT 'r', entity, key, fingerprint::text, '' FROM crm_sourcerecord
    ORDER BY 1, 2, 3, 4, 5"""


class World:
    """A shop whose three files change from one sync to the next."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - guards nothing
        self.source = self._source()
        self.rows: dict[Entity, dict[str, list[str]]] = {entity: {} for entity in COLUMNS}

    def _source(self) -> DataSource:
        source = setup.create_source("Boutique", "files")
        for entity in COLUMNS:
            setup.add_table(source, entity, entity.value)
        return source

    def sync(self) -> SyncRun:
        [run] = foreground.sync_now(self.source)
        assert run.status == SyncRun.Status.DONE, run.error
        return run

    def change(self) -> None:
        """Some rows more, some changed, some no longer there."""
        for entity, rows in self.rows.items():
            for _row in range(self.chance.randint(2, 9)):
                key = f"{entity[:2]}{self.chance.randint(1, 15)}"
                rows[key] = [key, *getattr(self, f"_{entity}")(key)]
            for key in self.chance.sample(sorted(rows), min(1, len(rows))):
                if entity == Entity.SALE:
                    del rows[key]
            self._bring(entity, rows)

    def _bring(self, entity: Entity, rows: dict[str, list[str]]) -> None:
        table = self.source.tables.get(entity=entity)
        lines = [COLUMNS[entity], *rows.values()]
        text = "\r\n".join(";".join(line) for line in lines) + "\r\n"
        setup.attach_file(table, io.BytesIO(text.encode()), filename=f"{entity}.csv")
        if not table.mappings.exists():
            mapping = FieldMapping.objects.create(table=table, version=1)
            rules = [Rule(name, (name,), STEPS.get(name, ())) for name in COLUMNS[entity]]
            change(mapping.pk, rules)
            activate(mapping.pk)

    def _customer(self, key: str) -> list[str]:
        # Some addresses stand for another one of ours, too.
        email = f"{self.chance.choice([key, key, 'ours'])}@x.fr"
        city = self.chance.choice(["Lyon", "Nice", "Pau", ""])
        return ["Jean Notre" if email == "ours@x.fr" else f"Nom {key}", email, city, "oui"]

    def _product(self, key: str) -> list[str]:
        price = str(self.chance.randint(3, 90))
        return [f"Vin {key}", price, self.chance.choice(["Gamay", "Gamay+Pinot"])]

    def _sale(self, _key: str) -> list[str]:
        customer = self.chance.choice(sorted(self.rows[Entity.CUSTOMER]))
        product = self.chance.choice(sorted(self.rows[Entity.PRODUCT]))
        return [customer, product, "2026-01-05", str(self.chance.randint(1, 60))]


def natural() -> list[tuple[str, ...]]:
    """Everything by what it says, whatever the numbers of the rows."""
    with connection.cursor() as cursor:
        cursor.execute(NATURAL)
        return list(cursor.fetchall())


def take_back(run: SyncRun) -> None:
    undo.request_undo(run.pk, by=None)
    tasks.undo(run.pk)
    run.refresh_from_db()
    assert run.status == SyncRun.Status.UNDONE


@pytest.fixture(params=range(6))
def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(undo_slices, "SLICE", 4)
    ours = Customer.objects.create(name="Jean Notre", consent_email=True)
    ours.identities.create(kind="email", value="ours@x.fr")
    made = World(request.param)
    for _run in range(made.chance.randint(0, 2)):
        made.change()
        made.sync()
    return made


def test_all_is_as_before_and_the_next_sync_brings_it_all_again(world: World):
    before_it = dump()
    world.change()
    run = world.sync()
    after_it = natural()

    take_back(run)
    assert dump() == before_it

    world.sync()
    assert natural() == after_it


def test_only_what_was_edited_and_what_it_needs_stays(world: World):
    before_it = dump()
    world.change()
    run = world.sync()
    touched = set(run.changes.values_list("entity", "object_id"))
    customer = world.chance.choice(list(Customer.objects.order_by("pk")))
    sale = world.chance.choice(list(Sale.objects.order_by("pk")))
    Customer.objects.filter(pk=customer.pk).update(notes="by hand")
    Sale.objects.filter(pk=sale.pk).update(channel="by hand")
    edited = {("customer", customer.pk), ("sale", sale.pk)}
    needed = {("customer", sale.customer_id), ("product", sale.product_id)}

    take_back(run)

    left = {(found["entity"], found["object_id"]) for found in refusals(run.pk)}
    assert edited & touched <= left <= (edited | needed) & touched
    for table, entity in (("crm_customer", "customer"), ("crm_product", "product")):
        stay = {pk for kind, pk in edited | left if kind == entity}
        now = {row[0]: row for row in dump()[table] if row[0] not in stay}
        assert now == {row[0]: row for row in before_it[table] if row[0] not in stay}
