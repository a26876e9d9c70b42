"""Sheets of stock, contacts, sales and wines: what people write, and what must be refused."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User

from crm.customers import register
from crm.models import Customer, Interaction, Product, Sale, StockLevel
from crm.tests.test_resources import exported, faults, load

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def boss(client: Client, settings: Settings, tmp_path: Path) -> Client:
    settings.MEDIA_ROOT = tmp_path
    client.force_login(User.objects.create_superuser("boss"))
    return client


@pytest.fixture
def wine() -> Product:
    return Product.objects.create(sku="V1", name="Chinon")


@pytest.fixture
def noor() -> Customer:
    return register(company="Noor", email="r@noor.example")


WINES = (
    "sku;name;grape_varieties;vintage;alcohol;colour;attributes\n"
    'V1;Chinon;Cabernet Franc; 2021 ;13,5 % vol.;Rouge;{"bio": true}\n'
    "V2;Crémant;Chenin , Chardonnay;;12;;\n"
)


def test_wines_have_their_attributes_in_columns(boss: Client):
    assert load(boss, "product", WINES) == {"new": 2}

    assert Product.objects.get(sku="V1").attributes == {
        "bio": True,
        "grape_varieties": ["Cabernet Franc"],
        "vintage": 2021,
        "alcohol": 13.5,
        "colour": "Rouge",
    }
    text = exported(boss, "product")
    assert ("13.5" in text, "None" in text) == (True, False)
    assert load(boss, "product", text) == {"skip": Product.objects.count()}


def test_a_column_that_is_not_there_leaves_its_attribute_alone(boss: Client):
    load(boss, "product", WINES)

    load(boss, "product", "sku;colour\nV1;Rosé\n")

    held = Product.objects.get(sku="V1").attributes
    assert (held["colour"], held["vintage"], held["bio"]) == ("Rosé", 2021, True)


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        ("vintage;2021,5", "2021,5"),
        ("vintage;1492", "1492"),
        ("alcohol;=1+1", "=1+1"),
        ("alcohol;135", "135"),
        (f"colour;{'x' * 41}", "xxx"),
        ("attributes;[1]", "[1]"),
        ("bottles;six", "six"),
    ],
)
def test_bad_attributes_are_named_and_nothing_is_written(boss: Client, cells: str, word: str):
    column, value = cells.split(";")

    (fault,) = faults(boss, "product", f'sku;name;{column}\nV9;Vin;"{value}"\n')

    assert word in fault
    assert not Product.objects.filter(sku="V9").exists()


STOCK = (
    "product;warehouse;quantity;reserved;counted_on;source\n"
    'V1;Chai;"1 200";24;31/10/2026;isavigne\n'
    "V1;Caveau;-3;;;\n"
)


def test_stock_levels_come_in_and_again_without_a_change(boss: Client, wine: Product):
    assert load(boss, "stocklevel", STOCK) == {"new": 2}
    assert load(boss, "stocklevel", STOCK) == {"skip": 2}

    levels = StockLevel.objects.order_by("warehouse").values_list("warehouse", "available")
    assert list(levels) == [("Caveau", Decimal(-3)), ("Chai", Decimal(1176))]
    assert load(boss, "stocklevel", exported(boss, "stocklevel")) == {"skip": 2}
    assert wine.stock_levels.count() == 2


def test_one_place_on_two_lines_is_one_level(boss: Client, wine: Product):
    load(boss, "stocklevel", "product;warehouse;quantity\nV1;Chai;5\nV1;Chai;7\n")

    assert wine.stock_levels.get().quantity == 7


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        ("V7;Chai;1", "V7"),
        (";Chai;1", "product"),
        ("V1;Chai;many", "many"),
        ("V1;Chai;", "quantit"),
        ("V1;Chai;1e400", "1e400"),
    ],
)
def test_bad_stock_is_named(boss: Client, wine: Product, cells: str, word: str):
    (fault,) = faults(boss, "stocklevel", f"product;warehouse;quantity\n{cells}\n")

    assert word in fault
    assert not wine.stock_levels.exists()


CONTACTS = (
    "customer;occurred_at;channel;subject;status;response\n"
    "r@noor.example;03/02/2026 14:30;e-mail;Vœux;ouvert;\n"
    'Noor;2026-02-04;call;Relance;;"=HYPERLINK(""http://x"")"\n'
)


def test_contacts_come_in_once_even_without_a_reference(
    boss: Client, noor: Customer, settings: Settings
):
    settings.TIME_ZONE = "Europe/Paris"
    text = CONTACTS.replace("ouvert", "opened")

    assert load(boss, "interaction", text) == {"new": 2}
    assert load(boss, "interaction", text) == {"skip": 2}

    first, second = noor.interactions.order_by("occurred_at")
    assert (first.channel, first.status, second.status) == ("email", "opened", "done")
    out = exported(boss, "interaction")
    assert "'=HYPERLINK" in out
    assert load(boss, "interaction", out) == {"skip": 2}


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        ("nobody;03/02/2026;email", "nobody"),
        ("Noor;32/02/2026;email", "32/02/2026"),
        ("Noor;03/02/2026;pigeon", "pigeon"),
        ("Noor;;email", "occurred_at"),
        ("Noor;03/02/2026;", "channel"),
        ("Noor;03/02/2026 25:99;email", "25:99"),
    ],
)
def test_bad_contacts_are_named(boss: Client, noor: Customer, cells: str, word: str):
    (fault,) = faults(boss, "interaction", f"customer;occurred_at;channel\n{cells}\n")

    assert word in fault
    assert not noor.interactions.exists()


def test_sales_have_all_their_columns(boss: Client, wine: Product, noor: Customer):
    text = (
        "source;external_ref;customer;product;quantity;unit;bottles;unit_price;amount;cost;"
        "document;channel;sold_on\n"
        "shop;1;Noor;V1;2;magnum;4;30,00;60,00;36,00;FA1;Caveau;15/01/2026\n"
    )

    assert load(boss, "sale", text) == {"new": 1}

    sale = Sale.objects.get()
    assert (sale.bottles, sale.margin, sale.document) == (4, 24, "FA1")
    assert load(boss, "sale", exported(boss, "sale")) == {"skip": 1}
    assert (wine.sales.count(), noor.sales.count()) == (1, 1)


def test_segment_and_consent_to_sms_travel_with_customers(boss: Client):
    load(boss, "customer", "company;segment;consent_sms\nNoor;caviste;non\n")

    noor = Customer.objects.get()
    assert (noor.segment, noor.consent_sms) == ("caviste", False)


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_the_same_number_of_questions(
    boss: Client,
    wine: Product,
    noor: Customer,
    rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
):
    moment = dt.datetime(2026, 2, 3, tzinfo=dt.UTC)
    for number in range(rows):
        StockLevel.objects.create(product=wine, warehouse=f"W{number}", quantity=1)
        Interaction.objects.create(customer=noor, occurred_at=moment, channel="call")

    with django_assert_num_queries(7):
        boss.get("/admin/crm/stocklevel/")
    with django_assert_num_queries(7):
        boss.get("/admin/crm/interaction/")
