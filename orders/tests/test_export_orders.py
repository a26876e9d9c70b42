"""The list on paper and the command that writes orders to files."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import TYPE_CHECKING

import openpyxl
import pypdf
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone, translation

from orders.documents import listing
from orders.models import Order
from orders.tests import factories as make

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db
EXPORT = "/admin/orders/order/export/"
PDF = {"resource": "0", "format": "2", "orderresource_statut": "on"}


@pytest.fixture(autouse=True)
def _english(settings: Settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make.staff("salma", "view_order", "export_order"))
    return client


def read(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    text = "\n".join(page.extract_text() for page in pages)
    return "\n".join(line.strip() for line in text.split("\n")).replace("\xa0", " ")


def received(order: Order, day: str) -> None:
    moment = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(12), dt.UTC)
    Order.objects.filter(pk=order.pk).update(created_at=moment)


def three() -> list[Order]:
    """One pending in MAD, one validated in EUR, one rejected."""
    orders = [
        make.order_with_line(total=Decimal("1234.50")),
        make.order_with_line(
            total=Decimal(10), currency="EUR", status="validated", decided_at=make.SENT
        ),
        make.order_with_line(
            total=Decimal(99), status="rejected", decided_at=make.SENT, rejection_reason="no"
        ),
    ]
    for order, day in zip(orders, ("2026-01-10", "2026-02-10", "2026-03-10"), strict=True):
        received(order, day)
    return orders


def test_list_on_paper_has_rows_and_totals_by_currency(client: Client):
    orders = three()

    text = read(b"".join(client.post(EXPORT, PDF)))

    assert [order.number in text for order in orders] == [True] * 3
    assert "Total of 1 order\n1,234.50 MAD" in text
    assert "Total of 1 order\n10.00 EUR" in text
    assert "1 order is rejected or has no total" in text
    assert "5,000 × Sachets fond plat 18x35" in text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("status__in=pending&status__in=rejected", "Status: pending, rejected"),
        ("status__exact=pending&status__exact=rejected", "Status: pending, rejected"),
        ("channel__exact=email&o=1.2&all=", "Channel: e-mail"),
        ("created_at_to=2026-12-31", "Created until 2026-12-31"),
        ("q=tizi", "Search: “tizi”"),
        ("created_at_from=2026-01-01&created_at_to=2026-12-31", "Created from 2026-01-01"),
        ("confidence_from=0.5", "Confidence from 0.5"),
        ("is_renewal__exact=0", "Repeat order: no"),
        ("erp=no", "Given to the ERP: Not given yet"),
    ],
)
def test_list_on_paper_names_its_filters(client: Client, query: str, words: str):
    three()

    text = read(b"".join(client.post(f"{EXPORT}?{query}", PDF)))

    assert words in text.replace("\n", " ")


def test_list_on_paper_names_the_customer_it_is_of(client: Client):
    order = make.order_with_line(customer=make.CustomerFactory.create(company="Riad Yasmina"))

    # The link of the customer's page.
    address = f"{EXPORT}?customer__id__exact={order.customer_id}"
    text = read(b"".join(client.post(address, PDF)))

    assert "Customer: Riad Yasmina" in text.replace("\n", " ")


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ("created_at_from=2026-02-10", [2, 1]),
        ("created_at_to=2026-02-10", [1, 0]),
        ("created_at_from=10/02/2026&created_at_to=10/02/2026", [1]),
        ("created_at_from=05/01/2026&created_at_to=15/01/2026", [0]),
        ("created_at_from=hier", [2, 1, 0]),
        ("delivery_date_from=20/05/2026&delivery_date_to=20/05/2026", [0]),
        ("delivery_date_to=19/05/2026", []),
        ("created_at_to=31/12/9999", [2, 1, 0]),
    ],
)
def test_days_of_the_filter_are_whole_and_written_the_french_way(
    client: Client, query: str, chosen: list[int]
):
    orders = three()
    Order.objects.filter(pk=orders[0].pk).update(delivery_date=dt.date(2026, 5, 20))

    page = client.get(f"/admin/orders/order/?{query}")

    assert [row.number for row in page.context["cl"].result_list] == [
        orders[index].number for index in chosen
    ]


def test_list_on_paper_of_selected_rows_says_so(client: Client):
    chosen, other, _rejected = three()

    text = read(b"".join(client.post(EXPORT, {**PDF, "export_items": [chosen.pk]})))

    assert "Selected rows only" in text
    assert (chosen.number in text, other.number in text) == (True, False)


def test_too_long_a_list_says_how_to_narrow_it(client: Client, monkeypatch: pytest.MonkeyPatch):
    three()
    monkeypatch.setattr(listing, "MOST_ORDERS", 2)

    answer = client.post(f"{EXPORT}?q=tizi", PDF, follow=True)

    assert answer.redirect_chain == [(f"{EXPORT}?q=tizi", 302)]
    (told,) = answer.context["messages"]
    assert str(told).startswith("The list has 3 orders: a PDF takes at most 2. Narrow it")


def test_list_on_paper_costs_the_same_for_one_order_and_three(
    django_assert_num_queries: DjangoAssertNumQueries,
):
    three()
    for orders in (Order.objects.filter(status="pending"), Order.objects.all()):
        with django_assert_num_queries(4):
            listing.write_list(io.BytesIO(), orders)


def written(tmp_path: Path, *options: str) -> bytes:
    path = tmp_path / "orders"
    call_command("export_orders", *options, "--output", str(path))
    return path.read_bytes()


@pytest.mark.parametrize(
    ("options", "chosen"),
    [
        ([], [2, 1, 0]),
        (["--status", "validated"], [1]),
        (["--from", "2026-02-10"], [2, 1]),
        (["--to", "2026-02-10"], [1, 0]),
        (["--channel", "whatsapp"], []),
    ],
)
def test_command_writes_csv_of_what_was_asked_for(
    tmp_path: Path, options: list[str], chosen: list[int]
):
    orders = three()

    text = written(tmp_path, *options).decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["numero_commande"] for row in rows] == [orders[index].number for index in chosen]


def test_command_writes_workbook_and_pdf(tmp_path: Path):
    orders = three()

    book = openpyxl.load_workbook(io.BytesIO(written(tmp_path, "--format", "xlsx")))
    text = read(written(tmp_path, "--format", "pdf", "--from", "2026-02-01"))

    numbers = [row[0] for row in book.worksheets[0].iter_rows(values_only=True)]
    assert numbers == ["numero_commande", *(order.number for order in reversed(orders))]
    assert "from 01/02/2026" in text
    assert orders[0].number not in text


def test_command_writes_to_standard_output(capfdbinary: pytest.CaptureFixture[bytes]):
    (order, *_others) = three()

    call_command("export_orders", "--status", "pending", "--output", "-")

    assert order.number in capfdbinary.readouterr().out.decode("utf-8-sig")


def test_command_says_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    three()
    monkeypatch.setattr(listing, "MOST_ORDERS", 2)

    with pytest.raises(CommandError, match="at most 2"):
        written(tmp_path, "--format", "pdf")
    with pytest.raises(CommandError, match="No such file"):
        call_command("export_orders", "--output", str(tmp_path / "no" / "file"))
    with pytest.raises(CommandError, match="2026-13-01"):
        written(tmp_path, "--from", "2026-13-01")


def test_day_of_the_command_is_a_day_here(tmp_path: Path):
    order = make.order_with_line()
    late = timezone.make_aware(dt.datetime.combine(dt.date(2026, 1, 10), dt.time(0, 30)))
    Order.objects.filter(pk=order.pk).update(created_at=late)

    assert order.number in written(tmp_path, "--from", "2026-01-10").decode()
    assert order.number not in written(tmp_path, "--to", "2026-01-09").decode()
