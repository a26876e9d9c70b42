"""Messages from spreadsheets: through the page, and through the command."""

from __future__ import annotations

import datetime as dt
import io
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from backoffice.messaging.models import InboundMessage
from backoffice.messaging.tasks import process_message
from backoffice.testing.waiting import somebody_waits_for_us, wait_until
from support.models import ShopOrder, Ticket
from support.sheets import message_import
from support.tests.test_workflow_races import at_once

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

pytestmark = pytest.mark.django_db

PAGE = "/admin/support/import/"
SHEET = (
    "E-mail;Nom;Message;Commande;Date;Id\r\n"
    "Lea@boite.example;Léa Martin;Où est mon colis ?;10412;12/04/2026 10:30;A-1\r\n"
    "paul@boite.example;Paul;Je veux être remboursé.;;2026-04-13;A-2\r\n"
)


@pytest.fixture
def boss(settings: Settings, tmp_path: Path) -> Client:
    settings.MEDIA_ROOT = tmp_path
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(User.objects.create_superuser("boss"))
    return client


def upload(client: Client, content: bytes, name: str = "messages.csv") -> Any:  # noqa: ANN401 - a page with its context
    return client.post(PAGE, {"file": SimpleUploadedFile(name, content)})


def confirm(client: Client, shown: Any) -> list[str]:  # noqa: ANN401 - as above
    """Confirm the preview; what the page then says."""
    page = client.post(PAGE, {"confirm": shown.context["confirm"]}, follow=True)
    return [str(message) for message in page.context["messages"]]


def test_messages_are_shown_then_taken_in_once(boss: Client):
    shown = upload(boss, SHEET.encode("cp1252"))
    report = shown.context["report"]
    assert (report.rows, report.new, report.known, report.wrong) == (2, 2, 0, 0)
    assert not InboundMessage.objects.exists()

    assert confirm(boss, shown) == ["2 messages taken in; their tickets appear in a moment."]

    first = InboundMessage.objects.get(external_id="import:A-1")
    assert (first.desk, first.sender_email, first.sender_name) == (
        "support",
        "lea@boite.example",
        "Léa Martin",
    )
    # Half past ten in Casablanca.
    assert first.sent_at == dt.datetime(2026, 4, 12, 9, 30, tzinfo=dt.UTC)
    assert default_storage.listdir("django-import-export")[1] == []
    again = upload(boss, SHEET.encode())
    assert (again.context["report"].new, again.context["report"].known) == (0, 2)
    assert again.context["confirm"] == ""


def test_row_becomes_a_ticket_with_its_order(boss: Client):
    ShopOrder.objects.create(number="10412", email="lea@boite.example")
    confirm(boss, upload(boss, SHEET.encode()))

    process_message(InboundMessage.objects.get(external_id="import:A-1").pk)

    ticket = Ticket.objects.get()
    assert (ticket.name, ticket.order_number) == ("Léa Martin", "10412")
    assert ticket.opened_at == dt.datetime(2026, 4, 12, 9, 30, tzinfo=dt.UTC)


def test_workbook_with_real_dates_comes_in(boss: Client):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["email", "message", "date", "commande"])
    # Excel knows no time zones.
    local = dt.datetime(2026, 4, 12, 10, 30, tzinfo=dt.UTC).replace(tzinfo=None)
    sheet.append(["lea@boite.example", "Bonjour", local, 10412])
    out = io.BytesIO()
    workbook.save(out)

    confirm(boss, upload(boss, out.getvalue(), "messages.xlsx"))

    message = InboundMessage.objects.get()
    assert message.sent_at == dt.datetime(2026, 4, 12, 9, 30, tzinfo=dt.UTC)
    assert b'"order_number": "10412"' in bytes(message.raw)


def test_without_an_id_the_same_words_are_the_same_message(boss: Client):
    sheet = (
        b"email,message\nlea@boite.example,Bonjour\nlea@boite.example,Bonjour\n"
        b"lea@boite.example,Bonsoir\n"
    )

    shown = upload(boss, sheet)
    assert (shown.context["report"].new, shown.context["report"].known) == (2, 1)
    confirm(boss, shown)

    assert InboundMessage.objects.count() == 2
    assert upload(boss, sheet).context["report"].new == 0


def test_wrong_rows_are_named_and_the_others_taken_in(boss: Client):
    sheet = (
        "email,message,date,id,commande\n"
        "lea,Bonjour,,1,\n"
        "\n"
        "lea@boite.example,,,2,\n"
        "lea@boite.example,Bonjour,hier,3,\n"
        "lea@boite.example,Bonjour,2199-01-01,4,\n"
        ",Bonjour,,5,\n"
        "lea@boite.example,Bonjour,,6,\n"
        "lea@boite.example,Autre chose,,6,\n"
        f"lea@boite.example,Bonjour,,7,{'9' * 41}\n"
    )

    shown = upload(boss, sheet.encode())

    errors = shown.context["report"].errors
    assert [(error.row, error.field) for error in errors] == [
        (2, "email"),
        (4, "message"),
        (5, "date"),
        (6, "date"),
        (7, "email"),
        (9, "id"),
        (10, "order_number"),
    ]
    assert errors[0].value == "lea"
    assert "write name@example.com" in errors[0].sentence
    told = confirm(boss, shown)
    assert told[1].startswith("7 rows were left out, the first: row 2, e-mail: “lea”")
    assert InboundMessage.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "name", "complaint"),
    [
        (b"", "m.csv", "empty"),
        (b"\n\n", "m.csv", "The file is empty."),
        (b"email,texte,couleur\n", "m.csv", "Unknown columns: couleur."),
        (b"email,mail,message\n", "m.csv", "Columns given twice: email."),
        (b"email,nom\n", "m.csv", "The file lacks the column message."),
        (b"email,message\n", "m.pdf", "is no CSV or XLSX file"),
        (b"no workbook", "m.xlsx", "cannot be read"),
        (b"message\n" + b"x\n" * 5001, "m.csv", "more than 5000 rows"),
    ],
)
def test_file_that_cannot_be_used_says_why(boss: Client, content: bytes, name: str, complaint: str):
    page = upload(boss, content, name)

    assert complaint in page.context["form"].errors["file"][0]


def test_what_was_not_shown_cannot_be_confirmed(boss: Client):
    shown = upload(boss, SHEET.encode())
    confirm(boss, shown)

    assert confirm(boss, shown) == ["This file is not there any more: upload it again."]
    page = boss.post(PAGE, {"confirm": "forged"}, follow=True)
    assert [str(one) for one in page.context["messages"]] == [
        "This file is not there any more: upload it again."
    ]


def test_empty_file_to_fill_in_has_our_columns(boss: Client):
    content = boss.get(f"{PAGE}template/").content

    assert content.decode("utf-8-sig").split() == [
        "e-mail;nom;message;objet;commande;téléphone;date;id"
    ]
    assert upload(boss, content + b"a@boite.example;;Bonjour;;;;;\r\n").context["report"].new == 1


def test_command_takes_in_a_file_and_ends_with_1_where_rows_are_wrong(tmp_path: Path):
    out, err = io.StringIO(), io.StringIO()
    file = tmp_path / "messages.csv"
    file.write_text(f"{SHEET}nobody;;Bonjour;;;A-3\r\n", encoding="utf-8")

    with pytest.raises(CommandError, match=r"^1 "):
        call_command("support", "import", str(file), stdout=out, stderr=err)
    assert InboundMessage.objects.count() == 2
    assert len(err.getvalue().splitlines()) == 1
    with pytest.raises(CommandError, match=r"missing\.csv"):
        call_command("support", "import", str(tmp_path / "missing.csv"))


def test_many_rows_weigh_no_more_than_few():
    rows = "".join(f"{n}@boite.example,Bonjour numéro {n}\n" for n in range(4000))
    data = f"email,message\n{rows}".encode()
    tracemalloc.start()
    try:
        report = message_import.preview(data, filename="m.csv")
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert report.new == 4000
    # The text itself twice, and one batch of rows.
    assert most < 6 * len(data) + 3_000_000


@pytest.mark.django_db(transaction=True)
def test_files_with_the_same_messages_in_another_order_do_not_wait_in_a_circle():
    heading, *rows = SHEET.encode().splitlines(keepends=True)
    files = [b"".join([heading, *some]) for some in (rows[:1], rows[1:], reversed(rows))]

    def load(number: int) -> None:
        message_import.load(files[number], filename="messages.csv")

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            # The first message of a file, and then its second.
            load(0)
            other = pool.submit(at_once, lambda: load(2))
            wait_until(somebody_waits_for_us, within=30)
            load(1)
        assert other.result() == ["done"]

    assert InboundMessage.objects.count() == 2
