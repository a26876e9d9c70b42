"""Listings as files: what comes out, what goes in, and how a bad row is told."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.test import Client
from django.utils import timezone

from listings.models import Listing, ListingEvent
from listings.sheets.listing_sheet import ListingResource
from listings.tests import messages, staff

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.http import HttpResponseBase
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db

LIST = "/admin/listings/listing/"
NEW = "external_id;type;brand;model;reference;price;currency;year;offered_at"


@pytest.fixture(autouse=True)
def _english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def lea() -> User:
    return staff.trader_of_the_desk()


@pytest.fixture
def client(lea: User) -> Client:
    client = Client()
    client.force_login(lea)
    return client


def body_of(answer: HttpResponseBase) -> bytes:
    assert isinstance(answer, StreamingHttpResponse)
    return b"".join(answer)


def exported(client: Client) -> list[dict[str, str]]:
    names = client.get(f"{LIST}export/").context["form"].fields
    fields = {name: "on" for name in names if name.startswith("listing")}
    answer = client.post(f"{LIST}export/", {"format": "0", "resource": "0", **fields})
    text = body_of(answer).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def imported(client: Client, text: str) -> str:
    """Upload and confirm; the page where rows were refused, else empty."""
    file = SimpleUploadedFile("watches.csv", text.encode())
    preview = client.post(f"{LIST}import/", {"format": "0", "import_file": file})
    html = preview.content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))
    if "import_file_name" not in fields:
        return html
    client.post(f"{LIST}process_import/", fields)
    return ""


def read(text: str) -> Listing:
    message = messages.said(text)
    messages.process(message)
    return Listing.objects.get(message=message)


def test_an_export_holds_the_facts_and_who_offered(client: Client):
    listing = read("Vends Rolex Submariner 126610LN 2021, full set, 10 900€")

    [row] = exported(client)

    names = ("number", "status", "type", "reference", "price", "currency", "trader", "trader_name")
    assert [row[name] for name in names] == [
        str(listing.pk),
        "live",
        "sale",
        "126610LN",
        "10900.00",
        "EUR",
        f"'{messages.HUGO}",
        "Hugo Vasseur",
    ]


def test_what_a_spreadsheet_would_run_is_a_text_in_the_file(client: Client):
    listing = read("Vends Rolex Submariner 126610LN 10 900€")
    Listing.objects.filter(pk=listing.pk).update(text='=HYPERLINK("http://x")', model="@SUM(1)")

    [row] = exported(client)

    assert (row["text"][0], row["model"]) == ("'", "'@SUM(1)")


def test_thousands_of_rows_leave_in_batches(
    lea: User, django_assert_num_queries: DjangoAssertNumQueries
):
    Listing.objects.bulk_create(
        Listing(type="sale", brand="Rolex", reader="file", offered_at=timezone.now(), text="x")
        for _ in range(10_000)
    )

    with django_assert_num_queries(1):
        _header, rows = ListingResource().stream(Listing.objects.all())
        assert sum(1 for _row in rows) == 10_000


def test_a_sheet_adds_watches_and_knows_them_again_by_its_own_id(client: Client, lea: User):
    sheet = f"{NEW}\nA1;for sale;Rolex;Submariner;126610LN;10 900,00;eur;2021;20/11/2026 10:00\n"

    assert imported(client, sheet) == ""
    assert imported(client, sheet.replace("10 900", "10 500")) == ""

    listing = Listing.objects.get()
    assert (listing.external_id, listing.reader, str(listing.price), listing.currency) == (
        "A1",
        "file",
        "10500.00",
        "EUR",
    )
    assert (listing.reference_key, str(listing.price_eur)) == ("126610ln", "10500.00")
    kinds = ListingEvent.objects.order_by("pk").values_list("kind", "by")
    assert list(kinds) == [("read", lea.pk), ("edited", lea.pk)]


def test_a_file_that_came_from_here_corrects_by_number_and_changes_no_more(client: Client):
    listing = read("Vends Rolex Submariner 126610LN 2021, full set, 10 900€")

    sheet = f"number;year;status;text;trader\n{listing.pk};2020;sold;nothing;\n"
    assert imported(client, sheet) == ""
    listing.refresh_from_db()
    assert (listing.year, listing.status, listing.edited_fields) == (2020, "live", ["year"])
    assert (listing.text.startswith("Vends"), listing.trader is None) == (True, False)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("A2;sell;Rolex;;;1;EUR;;", "“sell” is not in the list"),
        ("A2;sale;Rolex;;;0;EUR;;", "Write a price above zero"),
        ("A2;sale;Rolex;;;9000;;;", "Say in which currency the price is"),
        ("A2;sale;Rolex;;;9000;euro;;", "Write the currency with three letters"),
        ("A2;sale;Rolex;;;cheap;EUR;;", "“cheap” is not a number"),
        ("A2;sale;Rolex;;;9000;EUR;12666;", "between 1850 and 2100"),
        ("A2;sale;Rolex;;;9000;EUR;2021,5;", "between 1850 and 2100"),
        (";sale;Rolex;;;9000;EUR;;", "Give the number of a listing"),
        ("A2;;Rolex;;;9000;EUR;;", "type"),
    ],
)
def test_a_bad_row_is_named_with_its_reason_and_nothing_is_written(
    client: Client, row: str, sentence: str
):
    html = imported(client, f"{NEW}\nA1;sale;Rolex;;;9000;EUR;;\n{row}\n")

    assert sentence in html
    assert re.search(r">\s*2\s*<", html) or re.search(r"[Ll]ine.{0,9}2", html)
    assert Listing.objects.count() == 0


def test_a_number_that_is_not_ours_is_told(client: Client):
    assert "There is no listing with the number “77”" in imported(client, "number;year\n77;2020\n")
    assert "There is no listing with the number" in imported(client, f"number;year\n{'9' * 40};1\n")


def test_a_trader_of_the_file_is_one_we_know(client: Client):
    known = read("Vends Rolex Submariner 126610LN 10 900€").trader
    head = "external_id;type;brand;trader"

    assert imported(client, f"{head}\nB1;wanted;Omega;{messages.HUGO}\n") == ""
    assert Listing.objects.get(external_id="B1").trader == known
    # As our own export writes it.
    assert imported(client, f"{head}\nB1;wanted;Tudor;'{messages.HUGO}\n") == ""
    assert Listing.objects.get(external_id="B1").brand == "Tudor"
    refused = imported(client, f"{head}\nB2;wanted;Omega;+33600000000\n")
    assert "“+33600000000” is no telephone number or id of a trader" in refused


def test_files_need_their_own_permissions():
    reader = Client()
    reader.force_login(staff.member("view_listing", name="rita"))

    assert reader.get(f"{LIST}export/").status_code == 403
    assert reader.get(f"{LIST}import/").status_code == 403
