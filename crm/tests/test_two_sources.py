"""The same customers and products in two sources: one of each, and nobody writes in turns."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm.mapping import versions
from crm.models import Customer, DataSource, SourceRecord
from crm.sources import setup
from crm.tests.syncing import counts, give, make_source, sync

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-30 12:00:00")]
DATA = Path(__file__).parent / "data"
ODOO = {"customer": "res_partner", "product": "product_template"}
ISAVIGNE = {"customer": "clients", "product": "produits"}


def _source(name: str, files: dict[str, str]) -> DataSource:
    source = setup.create_source(name, "files", country="FR", currency="EUR")
    for entity, path in files.items():
        table = setup.add_table(source, entity)
        with (DATA / path).open("rb") as file:
            setup.attach_file(table, file, filename=path.rpartition("/")[2])
        versions.activate(versions.propose(table).pk)
    return source


def test_an_estate_and_its_odoo_share_customers_and_products_and_come_to_rest():
    estate = _source("Domaine", {e: f"isavigne/{n}_20261115.csv" for e, n in ISAVIGNE.items()})
    odoo = _source("Odoo", {e: f"odoo_csv/{name}.csv" for e, name in ODOO.items()})

    assert counts(sync(estate))["product"] == (38, 37, 0, 0, 1)
    # Two of the 26 shared addresses belong to several customers: nobody guesses which.
    assert counts(sync(odoo)) == {"customer": (28, 4, 24, 0, 0), "product": (18, 0, 18, 0, 0)}
    both = SourceRecord.objects.filter(source=odoo, entity="customer").values("object_id")
    shared = SourceRecord.objects.filter(source=estate, entity="customer", object_id__in=both)
    products = SourceRecord.objects.filter(entity="product").values("object_id").distinct()
    assert (shared.count(), products.count()) == (24, 37)

    before = list(Customer.objects.order_by("pk").values())
    for _night in range(2):
        for source in (estate, odoo):
            assert {row[1:3] for row in counts(sync(source)).values()} == {(0, 0)}
    assert list(Customer.objects.order_by("pk").values()) == before


def test_phones_are_read_in_the_country_of_their_row():
    source = make_source(country="DE")
    table = setup.add_table(source, "customer")
    give(source, "customer", "KdNr;Name;Telefon;Land", *_GERMAN_BOOK)
    table.mappings.all().delete()
    versions.activate(versions.propose(table).pk)
    sync(source)

    found = Customer.objects.filter(identities__kind="phone")
    assert dict(found.values_list("name", "identities__value")) == {
        "Dupont": "+33639980001",
        "Muller": "+41446681802",
        "Schmidt": "+496214567890",
        "Weber": "+496214567891",
    }


_GERMAN_BOOK = (
    "1;Dupont;06 39 98 00 01;Frankreich",
    "2;Muller;044 668 18 02;Schweiz",
    "3;Schmidt;0621 4567890;Deutschland",
    "4;Weber;0621 4567891;",
)
