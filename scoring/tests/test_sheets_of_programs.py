"""Sheets as other programs and offices write them: the same five clients, the same scores."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile

from scoring.engine import clients
from scoring.sheets.headings import field_of
from scoring.tests.test_sheets import faults_of, refusal, sheet_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.test import Client
    from pytest_django import Settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
PAGE = "/admin/scoring/upload/"
PLAIN = ["customer_id", *clients.NAMES]
Row = tuple[str, int, int, float, int, int, int, int]
CLIENTS: Sequence[Row] = (
    ("C-001", 5, 10, 1500.50, 8, 6, 15, 120),
    ("C-002", 700, 1, 0, 0, 0, 0, 900),
    ("C-003", 30, 4, 12345.67, 20, 10, 3, 400),
    ("0042", 90, 2, 89.9, 5, 1, 7, 91),
    ("Éloïse", 0, 0, 0, 0, 0, 0, 0),
)


def text(heading: str, money: Callable[[float], str], row: str) -> str:
    """A heading, and a line for each client; ``row`` has a place for each of its figures."""
    lines = [row.format(*one[:3], money(one[3]), *one[4:]) for one in CLIENTS]
    return "\r\n".join([heading, *lines, ""])


def english(amount: float) -> str:
    return f"{amount:,.2f}"


def french(amount: float, between: str = "\u202f") -> str:
    return f"{amount:,.2f}".replace(",", between).replace(".", ",")


def book(*sheets: Sequence[Sequence[object]]) -> bytes:
    made = openpyxl.Workbook(write_only=True)
    for rows in sheets:
        sheet = made.create_sheet()
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


HUBSPOT = text(
    "Record ID,Email,Days Since Last Contact,Number of times contacted,Total Revenue,"
    "Marketing emails delivered,Marketing emails opened,Number of Sessions,Customer Age (days)",
    str,
    '"{}","a@b.example","{}","{}","{}","{}","{}","{}","{}"',
)
SALESFORCE = text(
    "Account ID,Days Since Last Activity,Total Contacts,Total Spent,Emails Sent,Emails Opened,"
    "Website Visits,Customer Age Days",
    english,
    '"{}","{}","{}","EUR {}","{}","{}","{}","{}"',
)
PIPEDRIVE = text(
    "Person - ID,Person - Days since last activity,Person - Done activities,Person - Total spent,"
    "Person - Email messages sent,Person - Emails opened,Person - Website visits,"
    "Person - Customer age (days)",
    str,
    "{},{},{},{},{},{},{},{}",
)
EXCEL = text(
    "N° client;Jours depuis dernier contact;Nb contacts;CA total (€);Emails envoyés;Emails ouverts;"
    "Visites site web;Ancienneté client (jours)",
    lambda amount: french(amount, "\u00a0"),
    "{};{};{};{} €;{};{};{};{}",
)
SHORT = text(
    "REF CLIENT;DELAI DERNIER CONTACT (J);NBRE CONTACTS;CA TTC;MAILS ENVOYES;MAILS OUVERTS;"
    "NB VISITES SITE;ANCIENNETE (J)",
    french,
    "{};{};{};{};{};{};{};{}",
)
CAMEL = text(
    "customerId,daysSinceLastContact,totalContacts,totalSpent,emailsSent,emailsOpened,"
    "websiteVisits,customerAgeDays",
    str,
    "{},{},{},{},{},{},{},{}",
)
SWISS = text(
    ";".join(PLAIN).replace("total_spent", "Total spent (CHF)"),
    lambda amount: f"CHF {amount:,.2f}".replace(",", "'"),
    "{};{};{};{};{};{};{};{}",
)
NAMELESS = text(f"{','.join(PLAIN)},Note,", str, "{},{},{},{},{},{},{},{},a,b")
TITLED = book(
    [
        ["Export clients - Maison Dupont"],
        [],
        ["Code client", "Jours depuis le dernier contact", "Nombre de contacts", "Total dépensé",
         "E-mails envoyés", "E-mails ouverts", "Visites du site web", "Ancienneté (jours)"],
        *CLIENTS,
        [],
        ["TOTAL", None, 17, 13936.07, 33, 17, 25],
    ]
)  # fmt: skip
LEGEND = book([["Colonne", "Sens"], ["total_spent", "en euros"]], [PLAIN, *CLIENTS])
BESIDE = book([PLAIN, *([*row, None, "à relancer"] for row in CLIENTS)])


def given(client: Client, content: bytes) -> Any:  # noqa: ANN401 - the page and what it shows
    name = "clients.xlsx" if content.startswith(b"PK") else "clients.csv"
    answer = client.post(PAGE, {"file": SimpleUploadedFile(name, content)})
    return client.get(answer.headers["Location"])


@pytest.fixture
def boss(client: Client, settings: Settings, tmp_path: object) -> Client:
    settings.MEDIA_ROOT = tmp_path
    client.force_login(User.objects.create_superuser("boss"))
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def expected(boss: Client) -> list[tuple[str, int]]:
    """What the API says of the same clients."""
    rows = [dict(zip(PLAIN, row, strict=True)) for row in CLIENTS]
    answer = boss.post("/api/batch_score", {"clients": rows}, content_type="application/json")
    return [(row["customer_id"], row["score"]) for row in answer.json()["results"]]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(HUBSPOT.encode(), id="hubspot"),
        pytest.param(SALESFORCE.encode() + b'\r\n"Grand Totals (5 records)"\r\n', id="salesforce"),
        pytest.param(PIPEDRIVE.encode(), id="pipedrive"),
        pytest.param(EXCEL.encode("cp1252"), id="French Excel"),
        pytest.param(EXCEL.encode("utf-8-sig"), id="byte order mark"),
        pytest.param(SHORT.encode(), id="abbreviations"),
        pytest.param(CAMEL.replace(",", "\t").encode("utf-16"), id="UTF-16"),
        pytest.param(CAMEL.replace("\r\n", "\r").encode(), id="camel case, old Mac"),
        pytest.param(SWISS.encode(), id="swiss"),
        pytest.param(NAMELESS.encode(), id="a column without a name"),
        pytest.param(f"sep=,\r\n{CAMEL}".encode(), id="sep"),
        pytest.param(TITLED, id="title and totals"),
        pytest.param(LEGEND, id="a legend first"),
        pytest.param(BESIDE, id="beside the table"),
    ],
)
def test_the_same_clients_get_the_scores_of_the_api(
    boss: Client, expected: list[tuple[str, int]], content: bytes
):
    page = given(boss, content)

    preview = page.context["preview"]
    assert [fault.sentence for fault in preview.faults] == []
    assert [(identifier, answer.score) for identifier, answer in preview.first] == expected
    address = PAGE + page.context["address"]
    downloaded = b"".join(boss.get(f"{address}&download=xlsx"))
    sheet = openpyxl.load_workbook(io.BytesIO(downloaded)).active
    assert sheet is not None
    header, *rows = sheet.iter_rows(values_only=True)
    place = header.index("score")
    assert [row[place] for row in rows] == [score for _identifier, score in expected]


def test_which_of_several_sheets_is_read_is_said(boss: Client):
    text = given(boss, LEGEND).content.decode()

    assert "The workbook has 2 sheets: “Sheet1” is read." in text


@pytest.mark.parametrize(
    ("name", "instead", "said"),
    [
        ("days_since_last_contact", "Dernier contact", "is a date: give the days from then until"),
        ("days_since_last_contact", "Last Activity Date", "is a date: give the days from then"),
        ("customer_age_days", "Client depuis", "is a date: give the days from then until today"),
        ("customer_age_days", "Create Date", "is a date: give the days from then until today"),
        ("emails_opened", "Taux d'ouverture", "is a share: give how many were opened"),
        ("emails_opened", "E-mails ouverts (%)", "is a share: give how many were opened"),
    ],
)
def test_what_stands_in_a_figures_place_is_named_with_what_to_give(
    name: str, instead: str, said: str
):
    heading = ",".join(PLAIN).replace(name, instead)

    sentence = refusal(f"{heading}\n1,5,10,1500.50,8,6,15,120\n")

    assert sentence.startswith(f"This column is missing: {name}. ")
    assert f"“{instead}” {said}" in sentence
    assert sentence.endswith(f" as {name}.")


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        ("2026-11-01,10,1,8,6,15,120", "“2026-11-01”, a date. Give the number of days from then"),
        ("01/11/2026,10,1,8,6,15,120", "“01/11/2026”, a date. Give the number of days from then"),
        ("5,10,1,8,75%,15,120", "“75%”, a share. Give how many e-mails were opened."),
        ("5,10,1,8,6,2026-11-01,120", "“2026-11-01”. Give a plain number."),
        ("5 jours,10,1,8,6,15,120", "“5 jours”. Give a plain number."),
    ],
)
def test_dates_and_shares_are_told_as_such(figure: str, said: str):
    (fault,) = faults_of(f"{','.join(PLAIN)}\n1,{figure}\n")

    assert said in fault.sentence


def test_dates_of_a_workbook_are_told_as_such():
    content = book([PLAIN, ["C1", dt.date(2026, 11, 1), 10, 1500.5, 8, 6, 15, 120]])

    (fault,) = faults_of(content, "clients.xlsx")

    assert (fault.row, fault.value) == (1, "01/11/2026")
    assert fault.sentence.endswith("a date. Give the number of days from then until today.")


def test_a_point_reads_in_two_ways_where_others_write_commas():
    heading = ";".join(PLAIN)
    lines = ["A1;5;10;1.500;8;6;15;120", "A2;5;10;1500,50;8;6;15;120", "A3;5;10;12,5;8;6;15;120"]

    (fault,) = faults_of("\n".join([heading, *lines]))

    assert (fault.row, fault.field, fault.value) == (1, "total_spent", "1.500")
    with sheet_of(f"{heading}\nA1;5;10;1.500;8;6;15;120\nA2;5;10;1500.50;8;6;15;120\n") as sheet:
        assert sheet.style.decimal == "."
    assert faults_of(f"{heading}\nA1;5;10;1.500;8;6;15;120\nA2;5;10;1.5;8;6;15;120\n") == []


def test_two_columns_of_the_same_name_are_refused():
    heading = ",".join([*PLAIN, "total_spent"])

    assert refusal(f"{heading}\n1,5,10,1500.50,8,6,15,120,7\n") == (
        "The columns “total_spent” and “total_spent (2)” both stand for total_spent: rename or"
        " remove one."
    )


@pytest.mark.parametrize(
    "heading",
    [
        "Contact", "Activité", "Annual Revenue", "Nombre d'achats", "Number of orders", "Age",
        "Ancienneté (mois)", "Days since last order", "Visites commerciales", "E-mail", "Total",
        "CA 2025", "Panier moyen", "Last email sent date", "Nb clients", "Open deals",
    ],
)  # fmt: skip
def test_what_only_sounds_alike_is_another_column(heading: str):
    assert field_of(heading) is None


def test_rows_to_mend_open_again_and_can_be_given_again(boss: Client):
    content = f"{','.join(PLAIN)}\n007,5,10,1e400,8,6,15,120\n008,5,10,NaN,8,9,15,120\n"
    page = given(boss, content.encode())

    file = b"".join(boss.get(f"{PAGE}{page.context['address']}&download=mend"))

    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["customer_id", "007", "008"]
    assert given(boss, file).context["preview"].fault_count == page.context["preview"].fault_count
