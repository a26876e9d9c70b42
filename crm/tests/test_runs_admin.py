from __future__ import annotations

import io
from typing import TYPE_CHECKING

import openpyxl
import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone, translation

from crm import tasks
from crm.models import Anomaly, Customer, StagedRow, SyncRun
from crm.tests.journal_by_hand import Sync, a_sync, make_source, make_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db

LIST = "/admin/crm/syncrun/"
LINE = (
    "customer;4;C3;name;'=cmd;critical;required value missing;Name is missing: fill it in.;"
    "'=1+1;C3;x"
)


@pytest.fixture(autouse=True)
def _english(settings: object) -> Iterator[None]:
    settings.LANGUAGE_CODE = "en"  # type: ignore[attr-defined]
    with translation.override("en"):
        yield


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    return client


@pytest.fixture
def done() -> SyncRun:
    """A sync that made two customers and refused a row."""
    shop = make_source()
    table = make_table(shop)
    with a_sync(shop) as sync:
        sync.create(Customer(name="Anna"), "C1")
        sync.create(Customer(name="Bruno"), "C2")
        sync.table_run(table, read=3, created=2, rejected=1, status="done")
    row = StagedRow.objects.create(
        table=table,
        run=sync.run,
        row_number=4,
        row_hash="1" * 32,
        raw={"Code": "C3", "Nom": "=1+1", "E-mail": "x"},
        sentence="?",
    )
    Anomaly.objects.create(
        table=table,
        run=sync.run,
        staged_row=row,
        severity="critical",
        code="required_missing",
        row_number=4,
        key="C3",
        field="name",
        value="=cmd",
        sentence="Name is missing: fill it in.",
        fingerprint="1" * 32,
        last_seen_at=timezone.now(),
    )
    return sync.run


def page(run: SyncRun, action: str = "change") -> str:
    return f"{LIST}{run.pk}/{action}/"


def clerk(client: Client, *codes: str) -> Client:
    user = User.objects.create_user("clerk", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(user)
    return client


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    boss: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
):
    for number in range(rows):
        shop = make_source(f"Shop {number}")
        with a_sync(shop) as sync:
            sync.table_run(make_table(shop), read=1200, created=7, mapping_score=80)

    with django_assert_num_queries(7):
        text = boss.get(LIST).content.decode()

    assert "1,200" in text
    assert "80 / –" in text


def test_the_page_shows_counts_and_the_reports(boss: Client, done: SyncRun):
    text = boss.get(page(done)).content.decode()

    assert 'data-status="done"' in text
    assert "1 thing was wrong with the data." in " ".join(text.split())
    assert "hx-trigger" not in text.split('id="run-state"')[1].split(">")[0]


def test_a_sync_under_way_asks_for_its_state_until_the_end(boss: Client):
    sync = Sync(make_source())
    state = f"/admin/crm/syncrun/{sync.run.pk}/state/"

    assert f'hx-get="{state}"' in boss.get(page(sync.run)).content.decode()
    assert f'hx-get="{state}"' in boss.get(state, headers={"HX-Request": "true"}).content.decode()
    assert boss.get(state)["Location"] == page(sync.run)
    sync.end()
    assert boss.get(state, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_the_error_report_has_every_fault_beside_the_row_as_read(boss: Client, done: SyncRun):
    answer = boss.get(f"/admin/crm/syncrun/{done.pk}/errors.csv")
    lines = b"".join(answer).decode("utf-8-sig").splitlines()

    assert lines == [
        "table;row;key;field;value;severity;kind;what is wrong, and the mend;Nom;Code;E-mail",
        LINE,
    ]
    assert answer["Content-Disposition"] == f'attachment; filename="boutique-{done.pk}-errors.csv"'


def test_the_error_report_as_a_workbook(boss: Client, done: SyncRun):
    answer = boss.get(f"/admin/crm/syncrun/{done.pk}/errors.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer)))

    rows = [list(row) for row in book.active.iter_rows(values_only=True)]  # type: ignore[union-attr]
    assert rows[1][:5] == ["customer", 4, "C3", "name", "'=cmd"]


def test_an_undo_asks_with_the_numbers_and_lists_what_it_left(boss: Client, done: SyncRun):
    Customer.objects.filter(name="Anna").update(city="Lyon")

    question = boss.get(page(done, "undo")).content.decode()
    assert "2 rows that it created are deleted" in question
    unsure = boss.post(page(done, "undo"), {"_form_submitted": "on"})
    done.refresh_from_db()
    assert (unsure.status_code, done.status) == (200, "done")

    boss.post(page(done, "undo"), {"_form_submitted": "on", "sure": "on"})
    tasks.undo(done.pk)

    text = " ".join(boss.get(page(done)).content.decode().split())
    assert "1 rows deleted, 0 given their earlier values back" in text
    report = b"".join(boss.get(f"/admin/crm/syncrun/{done.pk}/refusals.csv"))
    pk = Customer.objects.get().pk
    assert report.decode("utf-8-sig").splitlines()[1:] == [
        f"customers;{pk};Anna;It was changed after this sync."
    ]


def test_a_sync_is_stopped_and_goes_on_from_its_page(boss: Client):
    sync = Sync(make_source())

    boss.post(page(sync.run, "cancel"), {"_form_submitted": "on"})
    sync.run.refresh_from_db()
    assert sync.run.status == "cancelled"
    boss.post(page(sync.run, "resume"), {"_form_submitted": "on"})
    sync.run.refresh_from_db()
    assert sync.run.status == "waiting"


def test_who_may_only_look_finds_no_buttons_and_no_way_in(client: Client, done: SyncRun):
    looker = clerk(client, "view_syncrun")

    text = looker.get(page(done)).content.decode()

    assert page(done, "undo") not in text
    for action in ("undo", "cancel", "resume"):
        looker.post(page(done, action), {"_form_submitted": "on", "sure": "on"})
    done.refresh_from_db()
    assert done.status == "done"
    assert looker.get(f"/admin/crm/syncrun/{done.pk}/errors.csv").status_code == 403
    assert looker.get(f"/admin/crm/syncrun/{done.pk}/errors.xlsx").status_code == 403


def test_who_may_not_look_sees_no_page(client: Client, done: SyncRun):
    stranger = clerk(client, "view_customer")

    for address in (
        page(done),
        f"/admin/crm/syncrun/{done.pk}/state/",
        f"/admin/crm/syncrun/{done.pk}/refusals.csv",
    ):
        assert stranger.get(address).status_code == 403
