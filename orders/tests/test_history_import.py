"""Earlier orders from a spreadsheet: looked at before anything is written, loaded once."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING

import openpyxl
import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation

from backoffice.core.errors import DomainError
from orders import history, history_import, history_rows, tasks
from orders.models import HistoryUpload, LearnedFact, Order
from orders.tests import factories as make

if TYPE_CHECKING:
    from pathlib import Path

    from django.contrib.auth.models import User
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db
PAGE = "/admin/orders/history/"
HEADER = ",".join(history_rows.COLUMNS)
ROW = (
    "a@b.example,+212663001403,Khalid,Tizi,CMD-2025-00139,2025-10-06,sachet_fond_plat,"
    "Sachets 14x28,8000,piece,0.15,MAD,2025-10-13"
)


def numbered(number: int) -> str:
    return ROW.replace("00139", f"{number:05d}")


@pytest.fixture(autouse=True)
def _house(settings: Settings, tmp_path: Path):
    settings.MEDIA_ROOT = tmp_path
    settings.LANGUAGE_CODE = "en"
    make.all_products()
    with translation.override("en"):
        yield


@pytest.fixture
def salma() -> User:
    return make.staff("salma", "import_order", "view_order")


@pytest.fixture
def client(salma: User) -> Client:
    client = Client()
    client.force_login(salma)
    return client


def upload(client: Client, *rows: str, name: str = "history.csv") -> Answer:
    data = "\n".join([HEADER, *rows]).encode()
    return client.post(PAGE, {"file": SimpleUploadedFile(name, data)}, follow=True)


def test_preview_says_what_would_happen_and_writes_nothing(client: Client):
    make.OrderFactory.create(number="CMD-2025-00001")

    page = upload(client, numbered(1), ROW, "", ROW.replace("00139", "2").replace("8000", "viele"))

    plan = page.context["plan"]
    assert (plan.rows, [*plan.new], plan.known, plan.kept_back) == (
        3,
        ["CMD-2025-00139"],
        {"CMD-2025-00001"},
        {"CMD-2025-2"},
    )
    # The empty row counts, as the spreadsheet counts it.
    assert [(error.row, error.field, error.value) for error in plan.errors] == [
        (5, "quantity", "viele")
    ]
    shown = page.content.decode()
    assert "Load 1 order" in shown
    assert "viele" in shown
    assert Order.objects.count() == 1


def test_confirmed_file_is_loaded_by_the_worker_once(client: Client):
    upload(client, ROW, ROW.replace("14x28", "18x35"), numbered(140))
    row = HistoryUpload.objects.get()

    client.post(PAGE, {"confirm": row.pk})
    waiting = client.get(f"{PAGE}?upload={row.pk}")
    tasks.load_history(row.pk)
    tasks.load_history(row.pk)
    again = client.post(PAGE, {"confirm": row.pk}, follow=True)

    assert waiting.headers["Refresh"] == "3"
    assert "0 of 2 orders are loaded" in waiting.content.decode()
    row.refresh_from_db()
    assert (row.status, row.created, row.error) == ("done", 2, "")
    assert sorted(Order.objects.values_list("number", flat=True)) == [
        "CMD-2025-00139",
        "CMD-2025-00140",
    ]
    assert Order.objects.get(number="CMD-2025-00139").lines.count() == 2
    assert ["already" in str(told) for told in again.context["messages"]] == [True]
    assert "Refresh" not in again.headers
    assert upload(client, ROW).context["plan"].known == {"CMD-2025-00139"}


def test_long_file_is_loaded_slice_by_slice(client: Client, monkeypatch: pytest.MonkeyPatch):
    upload(client, *(numbered(number) for number in range(1, 4)))
    row = HistoryUpload.objects.get()
    client.post(PAGE, {"confirm": row.pk})
    monkeypatch.setattr(history_import, "SLICE", 0)

    states = []
    for _slice in range(3):
        tasks.load_history(row.pk)
        row.refresh_from_db()
        states.append((row.status, row.created, row.attempts))

    assert states == [("waiting", 1, 0), ("waiting", 2, 0), ("done", 3, 1)]


def test_what_a_worker_that_died_had_loaded_is_learned_from_too(client: Client):
    upload(client, *(numbered(number) for number in range(1, 4)))
    row = HistoryUpload.objects.get()
    client.post(PAGE, {"confirm": row.pk})
    # It loaded all of them, and was killed.
    history.write(history_import.preview(row))

    tasks.load_history(row.pk)

    row.refresh_from_db()
    assert (row.status, row.created) == ("done", 3)
    fact = LearnedFact.objects.get(kind="usual_price")
    assert (fact.value, fact.times_seen) == ("0.15 MAD/piece", 3)


def test_file_that_changed_since_its_preview_is_not_loaded(client: Client):
    upload(client, ROW)
    row = HistoryUpload.objects.get()
    client.post(PAGE, {"confirm": row.pk})
    with default_storage.open(row.path, "wb") as file:
        file.write(f"{HEADER}\n{numbered(7)}".encode())

    tasks.load_history(row.pk)

    row.refresh_from_db()
    assert (row.status, "not the one that was shown" in row.error) == ("failed", True)
    assert not Order.objects.exists()


def test_others_neither_see_nor_confirm_the_file(client: Client):
    upload(client, ROW)
    row = HistoryUpload.objects.get()
    other, stranger = Client(), Client()
    other.force_login(make.staff("omar", "import_order"))
    stranger.force_login(make.staff("ali", "view_order"))

    assert other.get(f"{PAGE}?upload={row.pk}").status_code == 404
    other.post(PAGE, {"confirm": row.pk})
    assert stranger.get(PAGE).status_code == 403
    assert stranger.post(PAGE, {"confirm": row.pk}).status_code == 403
    row.refresh_from_db()
    assert row.status == "preview"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("history.pdf", b"x", "no CSV or XLSX file"),
        ("history.csv", b"", "empty"),
        ("history.xlsx", b"PK no workbook", "cannot be read"),
        ("history.csv", b"order_number\n1", "lacks the column"),
        ("history.csv", f"{HEADER},note\n{ROW},x".encode(), "Unknown columns: note"),
        ("history.csv", f"{HEADER},unit\n{ROW},kg".encode(), "given twice: unit"),
        ("history.csv", f"{HEADER}\n{ROW},more".encode(), "Row 2 has more cells"),
    ],
)
def test_file_that_cannot_be_used_says_why(client: Client, name: str, data: bytes, words: str):
    page = client.post(PAGE, {"file": SimpleUploadedFile(name, data)})

    assert words in page.content.decode()
    assert not HistoryUpload.objects.exists()


def test_rows_of_one_order_must_agree(client: Client):
    page = upload(client, ROW, ROW.replace("2025-10-06", "2025-10-07"), numbered(1))

    plan = page.context["plan"]
    assert [(error.row, error.field) for error in plan.errors] == [(3, "order_date")]
    assert [*plan.new] == ["CMD-2025-00001"]


def test_errors_come_as_a_file_without_formulas(client: Client):
    upload(client, ROW.replace("8000", "=1+1"), ROW.replace("MAD", "dirhams"))
    row = HistoryUpload.objects.get()

    answer = client.get(f"{PAGE}?upload={row.pk}&errors=csv")

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["row", "column", "value", "what to do"]
    assert [row[:3] for row in rows[1:]] == [
        ["2", "quantity", "'=1+1"],
        ["3", "currency", "dirhams"],
    ]


def test_empty_file_to_fill_in_is_one_we_read(client: Client):
    content = client.get(f"{PAGE}template/").content

    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert list(sheet.iter_rows(values_only=True)) == [history_rows.COLUMNS]
    sheet.append(ROW.split(","))
    filled = io.BytesIO()
    assert sheet.parent is not None
    sheet.parent.save(filled)
    plan = history.read(filled.getvalue(), filename="x.xlsx")
    assert ([*plan.new], plan.errors) == (["CMD-2025-00139"], [])


def test_old_files_are_forgotten_but_not_those_under_way(salma: User):
    data = f"{HEADER}\n{ROW}".encode()
    made = [history_import.receive(data, filename="h.csv", by=salma) for _file in range(3)]
    for row, status in zip(made, ("preview", "done", "waiting"), strict=True):
        HistoryUpload.objects.filter(pk=row.pk).update(status=status)

    with time_machine.travel(timezone.now() + dt.timedelta(days=2)):
        assert history_import.forget() == 1
    with time_machine.travel(timezone.now() + dt.timedelta(days=60)):
        assert history_import.forget() == 1

    (left,) = HistoryUpload.objects.all()
    assert (left.status, default_storage.exists(left.path)) == ("waiting", True)
    assert [default_storage.exists(row.path) for row in made[:2]] == [False, False]


def test_file_without_a_new_order_is_not_confirmed(salma: User):
    row = history_import.receive(
        f"{HEADER}\n{ROW.replace('8000', 'x')}".encode(), filename="h.csv", by=salma
    )

    with pytest.raises(DomainError, match="no new order"):
        history_import.confirm(row.pk, by=salma)


def test_pages_cost_the_same_for_one_file_and_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
):
    upload(client, ROW)
    for count in (1, 3):
        with django_assert_num_queries(5):
            client.get(PAGE)
        address = f"{PAGE}?upload={HistoryUpload.objects.latest('pk').pk}"
        with django_assert_num_queries(7):
            client.get(address)
        upload(client, *(numbered(number) for number in range(count + 2)))
        upload(client, ROW)
