"""The page that scores a spreadsheet: upload, look, download; each person's own."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import time_machine
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from crm.models import Customer
from scoring.engine import clients
from scoring.models import LeadScore, ScoringModel
from scoring.versions import keeping

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
PAGE = "/admin/scoring/upload/"
DIRTY = Path(__file__).parent / "data" / "dirty.csv"
HEADER = ",".join(["customer_id", *clients.NAMES])
README = "1,5,10,1500.50,8,6,15,120"
# Session, person, permissions, badges of the sidebar.
QUERIES = 4


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def signed_in(name: str, *codes: str) -> Client:
    user = User.objects.create_user(name, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def ali() -> Client:
    return signed_in("ali", "upload_leadscore")


def upload(client: Client, content: bytes | str, name: str = "clients.csv") -> Any:  # noqa: ANN401 - an answer or the page it leads to
    data = content.encode() if isinstance(content, str) else content
    answer = client.post(PAGE, {"file": SimpleUploadedFile(name, data)})
    return client.get(answer.headers["Location"]) if answer.status_code == 302 else answer


def content_of(answer: Answer) -> bytes:
    return b"".join(answer) if answer.streaming else answer.content


def test_a_sheet_is_shown_with_its_scores_before_anything_is_downloaded(ali: Client):
    page = upload(ali, f"{HEADER}\n{README}\n2,700,0,0,0,0,0,900\n")

    preview = page.context["preview"]
    assert (preview.tally.scored, preview.fault_count) == (2, 0)
    assert dict(preview.tally.segments) == {"Hot": 1, "Cold": 1}
    assert [identifier for identifier, *_rest in page.context["first"]] == ["1", "2"]
    assert "Download the scores (XLSX)" in page.content.decode()
    # Nobody's score is another for it.
    assert (LeadScore.objects.count(), Customer.objects.count()) == (0, 0)


def test_rows_to_mend_are_listed_and_the_others_can_be_had_alone(ali: Client):
    page = upload(ali, DIRTY.read_bytes(), "dirty.csv")
    text = page.content.decode()

    assert "<b>10</b> clients can be scored." in text
    assert "<b>50</b> rows have to be mended first." in text
    assert "Row 11: days_since_last_contact is “hier”. Give a plain number." in text
    assert "Download 10 scores (XLSX)" in text

    address = page.context["address"]
    scored = ali.get(f"{PAGE}{address}&download=csv")
    rows = list(csv.DictReader(io.StringIO(content_of(scored).decode("utf-8-sig"))))
    assert [row["customer_id"] for row in rows[:2]] == ["CLI-77", "5047"]
    assert len(rows) == 10
    assert scored.headers["Content-Disposition"] == 'attachment; filename="dirty - scores.csv"'

    book = openpyxl.load_workbook(
        io.BytesIO(content_of(ali.get(f"{PAGE}{address}&download=xlsx")))
    ).active
    assert book is not None
    assert [str(row[9].value) for row in list(book)[1:]] == [row["score"] for row in rows]

    mend = content_of(ali.get(f"{PAGE}{address}&download=mend")).decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(mend)))) == 51


def test_the_page_asks_as_many_questions_for_three_rows_as_for_one(
    ali: Client, django_assert_num_queries: DjangoAssertNumQueries
):
    keeping.in_use()
    answers = [
        ali.post(PAGE, {"file": SimpleUploadedFile("c.csv", "\n".join([HEADER, *rows]).encode())})
        for rows in ([README], [README, "2,5,1,0,8,6,15,120", "3,-5,1,0,8,6,15,120"])
    ]
    # What is kept by the process is asked for once.
    ali.get(answers[0].headers["Location"])

    for answer in answers:
        with django_assert_num_queries(QUERIES):
            ali.get(answer.headers["Location"])


def test_what_cannot_be_read_is_refused_on_the_form(ali: Client):
    page = upload(ali, "customer_id,total_spent\n1,5\n")

    assert page.status_code == 200
    assert page.context["form"].errors["file"][0].startswith("These columns are missing:")


def test_a_file_that_is_too_large_is_refused(ali: Client, settings: Settings):
    settings.MAX_DOCUMENT_BYTES = 10

    page = upload(ali, f"{HEADER}\n{README}\n")

    assert page.context["form"].errors["file"][0].startswith("The file is too large")


@pytest.mark.parametrize("whose", ["somebody else's", "forged", "too old", "pruned"])
def test_only_the_person_who_uploaded_a_sheet_gets_it_for_a_day(
    ali: Client, whose: str, tmp_path: Path
):
    address = PAGE + upload(ali, f"{HEADER}\n{README}\n").context["address"]
    client, shift = ali, 0
    if whose == "somebody else's":
        client = signed_in("mona", "upload_leadscore")
    elif whose == "forged":
        address = address[:-3]
    elif whose == "too old":
        shift = 25
    else:
        for file in tmp_path.rglob("*"):
            if file.is_file():
                file.unlink()

    with time_machine.travel(timezone.now() + dt.timedelta(hours=shift), tick=False):
        answer = client.get(f"{address}&download=csv")

    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    told = [str(one) for one in answer.wsgi_request._messages]  # type: ignore[attr-defined]
    assert told == ["The file is no longer kept: upload it again."]


def test_who_may_not_upload_is_sent_away():
    assert signed_in("rita", "view_leadscore").get(PAGE).status_code == 403


def test_the_empty_file_has_the_columns(ali: Client):
    answer = ali.get(f"{PAGE}template/")

    book = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert book is not None
    assert [cell.value for cell in book[1]] == HEADER.split(",")


def test_the_version_in_use_answers(ali: Client):
    upload(ali, f"{HEADER}\n{README}\n")

    # Looking at a sheet makes no version of the shipped model.
    assert not ScoringModel.objects.exists()
