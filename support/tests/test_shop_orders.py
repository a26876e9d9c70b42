"""Shop orders: through the import page, through the form, and their list."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from crm.customers import register
from crm.models import Customer
from support.models import ShopOrder

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db

SAMPLE = Path(__file__).parent / "data" / "support_orders.csv"
PAGE = "/admin/support/shoporder/"


@pytest.fixture
def boss(settings: Settings, tmp_path: Path) -> Client:
    settings.MEDIA_ROOT = tmp_path
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(User.objects.create_superuser("boss"))
    return client


def upload(client: Client, content: bytes) -> Any:  # noqa: ANN401 - a page with its context
    file = SimpleUploadedFile("orders.csv", content)
    form = {"format": "0", "resource": "", "import_file": file}
    return client.post(f"{PAGE}import/", form)


def load(client: Client, content: bytes) -> dict[str, int]:
    """Import and confirm; how many rows of each kind."""
    page = upload(client, content)
    assert faults_on(page) == []
    confirmed = page.context["confirm_form"].initial
    assert client.post(f"{PAGE}process_import/", confirmed).status_code == 302
    totals = page.context["result"].totals.items()
    return {kind: number for kind, number in totals if number}


def faults_on(page: Any) -> list[str]:  # noqa: ANN401 - as above
    result = page.context.get("result")
    if result is None:
        return [str(error) for error in page.context["form"].errors["import_file"]]
    found = [str(error.error) for error in result.base_errors]
    found += [str(error.error) for row in result.rows for error in row.errors]
    return found + [
        f"{field}: {text}"
        for row in result.invalid_rows
        for field, texts in row.error.message_dict.items()
        for text in texts
    ]


def test_sheet_of_a_shop_comes_in_once(boss: Client):
    assert load(boss, SAMPLE.read_bytes()) == {"new": 61}
    assert load(boss, SAMPLE.read_bytes()) == {"skip": 61}

    order = ShopOrder.objects.get(number="10402")
    assert (order.email, order.customer_name) == ("compta@atelier-boreal.example", "Atelier Boréal")
    assert (order.status, order.total, order.currency) == ("livrée", Decimal("412.00"), "EUR")
    assert (order.ordered_on, order.delivery_date) == (dt.date(2026, 3, 18), dt.date(2026, 3, 23))
    assert order.items == "4 x Chaise Lin\n1 x Lampe Brume"
    assert (order.carrier, order.tracking_number) == ("GLX", "6A20410020118")


def test_french_headings_amounts_and_dates(boss: Client):
    sheet = (
        "N° commande;Date de commande;E-mail;Client;Statut;Livraison;Montant TTC;Articles\r\n"
        '#A-7;18/03/2026;Lea@Boite.example;Léa;expédiée;;1 412,50 €;"2 x Bol ; 1 x Plat"\r\n'
    )

    assert load(boss, sheet.encode("cp1252")) == {"new": 1}

    order = ShopOrder.objects.get()
    assert (order.number, order.email, order.total) == (
        "A-7",
        "lea@boite.example",
        Decimal("1412.50"),
    )
    assert (order.ordered_on, order.delivery_date) == (dt.date(2026, 3, 18), None)
    assert order.items == "2 x Bol\n1 x Plat"


def test_order_is_given_to_the_customer_with_its_address(boss: Client):
    sheet = b"order_number,customer_email\n1,lea@boite.example\n2,paul@boite.example\n"
    lea = register(name="Léa Martin", email="lea@boite.example")
    load(boss, sheet)
    assert dict(ShopOrder.objects.values_list("number", "customer")) == {"1": lea.pk, "2": None}

    # Registered since: the same file gives him his order and leaves hers alone.
    paul = register(name="Paul Petit", email="paul@boite.example")

    assert load(boss, sheet) == {"update": 1, "skip": 1}
    assert ShopOrder.objects.get(number="2").customer == paul


def test_address_that_two_customers_share_gives_the_order_to_neither(boss: Client):
    for company in ("Atelier Boréal", "Maison Cobalt"):
        register(name="Nina", company=company, email="nina@boite.example")
    assert Customer.objects.count() == 2

    load(boss, b"order_number,customer_email\n1,nina@boite.example\n")

    assert ShopOrder.objects.get().customer is None


def test_known_order_changes_only_in_the_columns_given(boss: Client):
    load(boss, b"order_number,customer_email,order_status\n1,lea@boite.example,en cours\n")

    assert load(boss, "order_number,order_status\n1,livrée\n".encode()) == {"update": 1}

    order = ShopOrder.objects.get()
    assert (order.email, order.status) == ("lea@boite.example", "livrée")


@pytest.mark.parametrize(
    ("sheet", "fault"),
    [
        ("order_number,order_total\n1,dix\n", "“dix” is not a number: write 1234,50."),
        ("order_number,order_total\n1,-5\n", "__all__: A total cannot be negative."),
        ("order_number,order_date\n1,hier\n", "“hier” is not a date: write 15/01/2026."),
        ("order_number,customer_email\n1,lea\n", "“lea” is not an e-mail address."),
        ("order_number,currency\n1,ZZZ\n", "“ZZZ” is no currency: write three letters"),
        ("order_number,order_status\n,livrée\n", "This field cannot be blank."),
        ("order_number\n1\n#1\n", "The order 1 stands in several rows: leave one of them."),
        ("order_status\nlivrée\n", "The file lacks the column order_number."),
        ("order_number,couleur\n1,bleu\n", "Unknown columns: couleur."),
    ],
)
def test_row_that_cannot_be_used_says_why(boss: Client, sheet: str, fault: str):
    page = upload(boss, sheet.encode())

    assert fault in faults_on(page)[0]
    assert not ShopOrder.objects.exists()


def test_export_comes_in_again(boss: Client):
    load(boss, SAMPLE.read_bytes())
    columns = {f"shoporderresource_{name}": "on" for name in ("order_number", "items")}
    form = {"format": "0", "resource": "", "shoporderresource_id": "on", **columns}

    answer = boss.post(f"{PAGE}export/", form)

    exported = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert b"10402;4 x Chaise Lin; 1 x Lampe Brume" not in exported
    assert b'10402;"4 x Chaise Lin; 1 x Lampe Brume"' in exported
    assert load(boss, exported) == {"skip": 61}


def test_order_typed_in_by_hand_takes_the_same_form(boss: Client):
    lea = register(name="Léa Martin", email="lea@boite.example")
    form = {
        "number": "# 77",
        "email": "Lea@boite.example",
        "currency": "€",
        "total": "12.50",
        "items": "1 x Bol;2 x Plat",
    }

    assert boss.post(f"{PAGE}add/", form).status_code == 302

    order = ShopOrder.objects.get()
    assert (order.number, order.email, order.currency) == ("77", "lea@boite.example", "EUR")
    assert (order.items, order.customer) == ("1 x Bol\n2 x Plat", lea)


def test_currency_that_is_none_is_refused_in_the_form(boss: Client):
    page = boss.post(f"{PAGE}add/", {"number": "77", "currency": "ZZZ"})

    assert page.context["errors"] == [["“ZZZ” is no currency: write three letters such as EUR."]]


@pytest.mark.parametrize("orders", [1, 3])
def test_list_takes_the_same_queries_for_one_and_for_three(
    boss: Client, orders: int, django_assert_num_queries: DjangoAssertNumQueries
):
    lea = register(name="Léa Martin", email="lea@boite.example")
    for number in range(orders):
        ShopOrder.objects.create(number=f"10{number}", customer=lea, email="lea@boite.example")
    boss.get(PAGE)

    with django_assert_num_queries(5):
        page = boss.get(PAGE)

    assert len(page.context["cl"].result_list) == orders


def test_orders_are_found_by_number_address_and_name(boss: Client):
    load(boss, SAMPLE.read_bytes())

    for text in ("10403", "manon.leroy", "Manon L", "RO7700301"):
        found = boss.get(PAGE, {"q": text}).context["cl"].result_list
        assert [order.number for order in found] == ["10403"]
