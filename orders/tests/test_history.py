from __future__ import annotations

from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets import formats
from crm.models import Customer, Sale
from orders import history, history_rows
from orders.models import Order, OrderLine
from orders.tests import factories as make

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db
SAMPLE = Path(__file__).parent / "data" / "samples" / "history.csv"
HEADER = ",".join(history_rows.COLUMNS)
ROW = (
    "a@b.example,+212663001403,Khalid,Tizi,CMD-2025-00139,2025-10-06,sachet_fond_plat,"
    "Sachets 14x28,8000,piece,0.15,MAD,2025-10-13"
)


@pytest.fixture(autouse=True)
def english(settings: Settings):
    settings.LANGUAGE_CODE = "en"
    make.all_products()
    with translation.override("en"):
        yield


def load(*rows: str, header: str = HEADER) -> history.Report:
    return history.load("\n".join([header, *rows]).encode(), filename="history.csv")


def test_sample_history_is_loaded_once():
    first = history.load(SAMPLE.read_bytes(), filename=SAMPLE.name)
    second = history.load(SAMPLE.read_bytes(), filename=SAMPLE.name)

    assert (first.created, first.unchanged, first.errors) == (28, 0, [])
    assert (second.created, second.unchanged, second.errors) == (0, 28, [])
    assert (Order.objects.count(), OrderLine.objects.count(), Customer.objects.count()) == (
        28,
        49,
        12,
    )
    assert Sale.objects.count() == 49


def test_order_is_as_if_validated_on_its_day():
    load(ROW)

    order = Order.objects.get()
    noon = datetime(2025, 10, 6, 11, tzinfo=UTC)
    assert (order.status, order.method, order.decided_at, order.created_at) == (
        "validated",
        "import",
        noon,
        noon,
    )
    assert (order.total, order.currency, order.delivery_date) == (1200, "MAD", date(2025, 10, 13))
    assert order.customer is not None
    assert sorted(order.customer.identities.values_list("value", flat=True)) == [
        "+212663001403",
        "a@b.example",
    ]
    assert Sale.objects.get().sold_on == date(2025, 10, 6)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("8000", "beaucoup", "quantity"),
        ("8000", "-1", "quantity"),
        ("8000", "", "quantity"),
        ("8000", "99999999999", "quantity"),
        ("8000", "0.0001", "quantity"),
        ("8000", "0", "quantity"),
        ("0.15", "-0.15", "unit_price"),
        ("2025-10-06", "hier", "order_date"),
        ("2025-10-06", "2099-01-01", "order_date"),
        ("2025-10-06", "0025-10-06", "order_date"),
        ("sachet_fond_plat", "sac_inconnu", "product_code"),
        ("piece", "tonne", "unit"),
        ("a@b.example", "pas-une-adresse", "customer_email"),
        ("+212663001403", "12", "customer_phone"),
        ("+212663001403", "(00 212) 6 - 6 - 3 - 0 - 0 - 1 - 4 - 0 - 3", "customer_phone"),
        ("a@b.example", f"{'a' * 60}@{'b' * 250}.example", "customer_email"),
        ("MAD", "dirhams", "currency"),
        ("CMD-2025-00139", "", "order_number"),
        ("CMD-2025-00139", "CMD-2025-00139-et-encore-plus", "order_number"),
        ("Khalid,Tizi", ",", "customer_name"),
        ("sachet_fond_plat,Sachets 14x28", ",", "product_code"),
    ],
)
def test_row_that_is_wrong_names_its_column_and_loads_nothing(old: str, new: str, field: str):
    report = load(ROW.replace(old, new, 1))

    assert [(error.row, error.field) for error in report.errors] == [(2, field)]
    assert not Order.objects.exists()
    assert not Customer.objects.exists()


def test_one_wrong_row_keeps_back_its_own_order_only():
    other = ROW.replace("00139", "00140")

    report = load(ROW, ROW.replace("8000", "x"), other)

    assert [(error.row, error.value) for error in report.errors] == [(3, "x")]
    assert Order.objects.get().number == "CMD-2025-00140"


def test_row_below_a_merged_number_keeps_back_the_order_above():
    below = ROW.replace("CMD-2025-00139", "")

    report = load(ROW, below, ROW.replace("00139", "00140"))

    assert [(error.row, error.field) for error in report.errors] == [(3, "order_number")]
    assert Order.objects.get().number == "CMD-2025-00140"


def test_sum_no_column_can_hold_is_an_error_of_the_row():
    report = load(ROW.replace("8000", "99999999").replace("0.15", "99999999"))

    assert [(error.row, error.field) for error in report.errors] == [(2, "unit_price")]


def test_date_with_a_time_is_its_day():
    load(ROW.replace("2025-10-06", "2025-10-06 00:00:00").replace("2025-10-13", "13/10/2025 08:30"))

    order = Order.objects.get()
    assert (order.created_at.date(), order.delivery_date) == (date(2025, 10, 6), date(2025, 10, 13))


def test_wrong_cell_is_shown_by_its_beginning():
    [error] = load(ROW.replace("sachet_fond_plat", "x" * 30_000)).errors

    assert (len(error.value), len(error.sentence) < 200) == (81, True)


def test_french_spreadsheet_is_read():
    text = f"{HEADER}\n{ROW}".replace(",", ";").replace("0.15", "0,15")
    text = text.replace("2025-10-06", "06/10/2025").replace("Khalid", "Hélène")

    report = history.load(text.encode("cp1252"), filename="history.csv")

    assert (report.created, Order.objects.get().contact_name) == (1, "Hélène")


def test_workbook_is_read():
    rows = formats.Csv().create_dataset(f"{HEADER}\n{ROW}".encode())

    report = history.load(formats.Xlsx().export_data(rows), filename="history.xlsx")

    assert (report.errors, report.created) == ([], 1)


def test_file_without_a_needed_column_says_which():
    with pytest.raises(DomainError) as refused:
        load("x", header="order_number")

    assert refused.value.field == "order_date"


def test_command_reports_rows_and_ends_with_an_error(tmp_path: Path):
    file = tmp_path / "h.csv"
    file.write_text(f"{HEADER}\n{ROW}\n{ROW.replace('00139', '00140').replace('8000', 'x')}")
    out, err = StringIO(), StringIO()

    with pytest.raises(CommandError, match="1 rows were not loaded"):
        call_command("import_history", str(file), stdout=out, stderr=err)

    assert out.getvalue().strip() == "1 orders loaded, 0 known already."
    assert err.getvalue().startswith("row 3, quantity: ")


def test_command_names_a_file_that_is_not_there():
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_history", "/nowhere.csv")
