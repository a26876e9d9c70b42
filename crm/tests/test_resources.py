"""Sheets through the import page: upload, preview, confirm."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile

from backoffice.core.spreadsheets import formats as limits
from crm.customers import add_identities, register
from crm.models import Customer, Product, Sale

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client, settings: Settings, tmp_path: Path) -> Client:
    settings.MEDIA_ROOT = tmp_path
    client.force_login(User.objects.create_superuser("boss"))
    return client


def upload(client: Client, model: str, text: str, encoding: str = "utf-8") -> Any:  # noqa: ANN401 - a page with its context
    file = SimpleUploadedFile("file.csv", text.encode(encoding))
    form = {"format": "0", "resource": "", "import_file": file}
    return client.post(f"/admin/crm/{model}/import/", form)


def load(client: Client, model: str, text: str, encoding: str = "utf-8") -> dict[str, int]:
    """Import and confirm; how many rows of each kind."""
    page = upload(client, model, text, encoding)
    result = page.context["result"]
    faults = [str(error.error) for row in result.rows for error in row.errors]
    faults += [str(row.error.message_dict) for row in result.invalid_rows]
    faults += [str(error.error) for error in result.base_errors]
    assert faults == []
    confirmed = page.context["confirm_form"].initial
    answer = client.post(f"/admin/crm/{model}/process_import/", confirmed)
    assert answer.status_code == 302
    return {kind: number for kind, number in result.totals.items() if number}


def faults(client: Client, model: str, text: str) -> list[str]:
    """What the page says, row by row."""
    page = upload(client, model, text)
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


CUSTOMERS = (
    "key;company;name;email;phone;city;country;consent_email\r\n"
    "odoo:1;Pâtisserie Noor;Rachid Filali;R@noor.example, s@noor.example;0667008103;Fès;ma;non\r\n"
    "odoo:2;Hôtel Atlas;;;;Rabat;MA;\r\n"
)


def test_customers_come_in_with_what_they_are_recognised_by(boss: Client):
    assert load(boss, "customer", CUSTOMERS, "cp1252") == {"new": 2}

    noor = Customer.objects.get(company="Pâtisserie Noor")
    values = noor.identities.order_by("value").values_list("value", flat=True)
    assert list(values) == ["+212667008103", "odoo:1", "r@noor.example", "s@noor.example"]
    assert (noor.country, noor.consent_email, noor.search_name) == (
        "MA",
        False,
        "patisserie noor rachid filali",
    )


def test_the_same_file_again_changes_nothing(boss: Client):
    load(boss, "customer", CUSTOMERS)

    assert load(boss, "customer", CUSTOMERS) == {"skip": 2}


def test_customer_is_found_again_by_key_id_and_address(boss: Client):
    load(boss, "customer", CUSTOMERS)
    atlas = Customer.objects.get(company="Hôtel Atlas")

    load(boss, "customer", "key;city\nodoo:1;Agadir\n")
    load(boss, "customer", f"id;city\n{atlas.pk};Tanger\n")
    load(boss, "customer", "email;phone\ns@noor.example;0522007710\n")

    noor = Customer.objects.get(company="Pâtisserie Noor")
    atlas.refresh_from_db()
    assert (noor.city, atlas.city, noor.identities.count()) == ("Agadir", "Tanger", 5)


def test_one_new_customer_on_two_lines_is_made_once(boss: Client):
    load(boss, "customer", "company;email\nNoor;a@noor.example\nNoor;a@noor.example\n")

    assert Customer.objects.count() == 1


def test_headings_may_be_the_labels_staff_see(boss: Client):
    assert load(boss, "customer", "Company,CITY\nNoor,Fès\n") == {"new": 1}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("company;email\nNoor;nobody\n", "nobody"),
        ("company;phone\nNoor;12\n", "12"),
        ("company;consent_email\nNoor;peut-être\n", "peut-être"),
        ("company;country\nNoor;Maroc\n", "country"),
        ("city\nFès\n", "__all__"),
        ("compny\nNoor\n", "compny"),
        ("id;city\n4711;Fès\n", "4711"),
        ("company;company\nNoor;Noor\n", "company"),
    ],
)
def test_bad_rows_are_named_and_nothing_is_written(boss: Client, text: str, words: str):
    (fault,) = faults(boss, "customer", text)

    assert words in fault
    assert Customer.objects.count() == 0


def test_address_of_several_customers_asks_for_the_key(boss: Client):
    for company in ("Noor", "Atlas Hôtel"):
        customer = Customer.objects.create(company=company)
        customer.identities.create(kind="email", value="a@x.example")

    (fault,) = faults(boss, "customer", "email;city\na@x.example;Fès\n")

    assert "a@x.example" in fault


def test_too_many_rows_are_refused(boss: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "MAX_IMPORT_ROWS", 1)

    # What the limit is, then what there is instead.
    limit, instead = faults(boss, "customer", CUSTOMERS)

    assert "2" in limit
    assert "DomainError" not in instead


def test_too_large_a_file_is_refused(boss: Client, settings: Settings):
    settings.MAX_DOCUMENT_BYTES = 10

    assert len(faults(boss, "customer", CUSTOMERS)) == 1


def test_empty_file_is_refused_with_a_sentence(boss: Client):
    (fault,) = faults(boss, "customer", "\n\n")

    assert "DomainError" not in fault


def test_products_and_sales_as_french_offices_write_them(boss: Client):
    register(company="Pâtisserie Noor", email="r@noor.example", source_key="odoo:1")
    load(
        boss,
        "product",
        'sku;name;list_price;currency;attributes;is_active\nP1;Sac;"1 234,50";mad;{"a": 1};oui\n',
    )
    sheet = (
        "source;external_ref;customer;product;quantity;amount;currency;sold_on\n"
        'shop;1;odoo:1;P1;"1 000";"1.234,50";mad;15/01/2026\n'
        "shop;2;R@noor.example;P1;-3;;;2026-01-16\n"
        "shop;3;patisserie NOOR;sachet_fond_plat;5;0,5;MAD;17.01.2026\n"
    )

    assert load(boss, "sale", sheet) == {"new": 3}
    assert load(boss, "sale", sheet) == {"skip": 3}
    first = Sale.objects.get(external_ref="1")
    assert (first.quantity, first.amount, first.currency, first.sold_on) == (
        Decimal(1000),
        Decimal("1234.50"),
        "MAD",
        dt.date(2026, 1, 15),
    )
    assert Product.objects.get(sku="P1").list_price == Decimal("1234.5")


def test_workbook_with_a_number_for_a_telephone(boss: Client):
    book = openpyxl.Workbook()
    book.worksheets[0].append(["company", "phone"])
    book.worksheets[0].append(["Noor", 212667008103])
    out = io.BytesIO()
    book.save(out)
    file = SimpleUploadedFile("clients.xlsx", out.getvalue())
    form = {"format": "1", "resource": "", "import_file": file}

    page = boss.post("/admin/crm/customer/import/", form)
    boss.post("/admin/crm/customer/process_import/", page.context["confirm_form"].initial)

    assert Customer.objects.get().identities.get().value == "+212667008103"


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ("shop;1;nobody;sachet_fond_plat;1;2026-01-01", "nobody"),
        ("shop;1;Noor;nothing;1;2026-01-01", "nothing"),
        ("shop;1;Noor;sachet_fond_plat;many;2026-01-01", "many"),
        ("shop;1;Noor;sachet_fond_plat;1;yesterday", "yesterday"),
        ("shop;1;;sachet_fond_plat;1;2026-01-01", "customer"),
        ("shop;1;Noor;sachet_fond_plat;;2026-01-01", "quantity"),
    ],
)
def test_bad_sales_are_named(boss: Client, cells: str, words: str):
    Customer.objects.create(company="Noor")
    header = "source;external_ref;customer;product;quantity;sold_on"

    (fault,) = faults(boss, "sale", f"{header}\n{cells}\n")

    assert words in fault


def exported(client: Client, model: str) -> str:
    fields = {f"{model}resource_id": "on", "format": "0", "resource": "0"}
    page = client.get(f"/admin/crm/{model}/export/")
    fields |= {name: "on" for name in page.context["form"].fields if name.startswith(model)}
    answer = client.post(f"/admin/crm/{model}/export/", fields)
    return b"".join(answer).decode("utf-8-sig")


def test_export_of_customers_comes_back_unchanged(boss: Client):
    load(boss, "customer", CUSTOMERS)
    boss.post("/admin/crm/customer/", {})

    text = exported(boss, "customer")

    assert "None" not in text
    assert load(boss, "customer", text) == {"skip": 2}


def test_a_file_confirms_only_what_stands_among_the_confirmed(boss: Client):
    noor = register(company="Noor", email="r@noor.example")
    add_identities(noor, [("email", "other@noor.example")], confirmed=False)
    text = exported(boss, "customer")
    assert load(boss, "customer", text) == {"skip": 1}
    confirmed = noor.identities.filter(is_confirmed=True)
    assert [row.value for row in confirmed.all()] == ["r@noor.example"]

    # Found by an address that is certain, never by one that was learnt.
    load(boss, "customer", "company,email\nAutre,other@noor.example\n")
    assert (noor.identities.count(), Customer.objects.get(company="Autre").pk != noor.pk) == (
        2,
        True,
    )


def test_export_of_sales_comes_back_unchanged(boss: Client):
    noor = register(company="=Noor", email="r@noor.example")
    product = Product.objects.get(sku="sachet_fond_plat")
    Sale.objects.create(
        customer=noor,
        product=product,
        quantity=Decimal("12.5"),
        sold_on=dt.date(2026, 1, 15),
        source="shop",
        external_ref="1",
    )

    text = exported(boss, "sale")

    assert ("12,5" in text, "None" in text) == (True, False)
    assert load(boss, "sale", text) == {"skip": 1}
