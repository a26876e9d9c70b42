from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.contrib.auth.models import Permission, User
from django.utils import translation

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.formats import Csv, Xlsx
from crm.models import Anomaly, Customer, Product, Sale, SourceTable, StagedRow
from crm.quality import deciding, groups, quarantine, transfer, trial
from crm.sources import setup
from crm.tests.small_source import a_table, give, sync, to_its_end

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db
COLUMNS = ("key", "name", "email", "postal_code", "country")
GOOD = "C1;Anne Garnier;anne@client.example;01200;France"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def table() -> SourceTable:
    """One good customer, and three without a name."""
    source = setup.create_source("Shop", "files", country="FR")
    bad = (f"C{number};;c{number}@client.example;=1+1;France" for number in (2, 3, 4))
    table = a_table(source, "customer", COLUMNS, GOOD, *bad)
    sync(source)
    return table


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    return client


def cells(row: StagedRow) -> dict[str, str]:
    """As mended."""
    assert row.mended is not None
    return dict(row.mended)


def rows(table: SourceTable) -> list[StagedRow]:
    return list(table.staged_rows.order_by("row_number"))


def test_a_mended_row_alone_is_run_again(table: SourceTable):
    row = rows(table)[0]

    quarantine.mend(row.pk, {"name": "Zoé Brûlard", "postal_code": "21000"}, None)
    run = to_its_end(quarantine.rerun(table, None))

    row.refresh_from_db()
    assert (row.state, row.raw["name"], cells(row)["name"]) == ("mended", "", "Zoé Brûlard")
    table_run = run.table_runs.get()
    assert (run.kind, table_run.read, table_run.created) == ("mended", 1, 1)
    assert Customer.objects.get(name="Zoé Brûlard").postal_code == "21000"
    assert set(row.anomalies.values_list("state", flat=True)) == {"resolved"}


def test_a_mend_that_is_not_enough_waits_again_with_what_was_typed(table: SourceTable):
    row = rows(table)[0]

    quarantine.mend(row.pk, {"key": ""}, None)
    to_its_end(quarantine.rerun(table, None))

    row.refresh_from_db()
    assert (row.state, cells(row)["key"], row.raw["key"]) == ("waiting", "", "C2")
    assert StagedRow.objects.count() == 3


def test_a_mended_row_takes_no_other_row_of_its_key_out_of_the_quarantine(table: SourceTable):
    one, other, _last = rows(table)

    # The key of another row that waits, typed by mistake.
    quarantine.mend(one.pk, {"name": "Zoé Brûlard", "key": other.raw["key"]}, None)
    to_its_end(quarantine.rerun(table, None))

    other.refresh_from_db()
    assert other.state == "waiting"
    assert set(other.anomalies.values_list("state", flat=True)) == {"open"}


def test_a_dismissed_row_is_not_listed_again(table: SourceTable):
    row = rows(table)[0]

    quarantine.dismiss(row.pk, None)
    sync(table.source)

    row.refresh_from_db()
    assert row.state == "dismissed"
    assert set(row.anomalies.values_list("state", flat=True)) == {"ignored"}
    with pytest.raises(DomainError) as refused:
        quarantine.mend(row.pk, {"name": "x"}, None)
    assert refused.value.conflict


def test_a_row_that_its_source_mends_leaves_the_quarantine(table: SourceTable):
    bad = (f"C{number};;c{number}@client.example;=1+1;France" for number in (3, 4))
    give(table, COLUMNS, GOOD, "C2;Zoé;c2@client.example;21000;France", *bad)

    sync(table.source)

    assert [row.row_number for row in rows(table)] == [4, 5]
    assert Anomaly.objects.filter(key="C2", state="open").count() == 0


def test_a_file_of_another_month_leaves_the_quarantine_alone(table: SourceTable):
    give(table, COLUMNS, "C9;Noël;noel@client.example;21000;France")

    sync(table.source)

    assert len(rows(table)) == 3


def test_ignored_anomalies_stay_ignored(table: SourceTable):
    give(table, COLUMNS, GOOD.replace("client.example", "gmial.com"))
    sync(table.source)
    anomaly = Anomaly.objects.get(code="invalid_email")

    deciding.ignore(anomaly.pk)
    sync(table.source)

    anomaly.refresh_from_db()
    assert anomaly.state == "ignored"
    with pytest.raises(DomainError):
        deciding.ignore(anomaly.pk)


def test_the_same_fault_is_mended_in_all_rows_at_once(table: SourceTable):
    found = groups.groups(table)
    assert [(one.code, one.column, one.count) for one in found] == [("required_missing", "name", 3)]

    done = groups.mend_group(
        table, code="required_missing", field="name", value="", new="Inconnu", by=None
    )

    assert (done, quarantine.runnable(table).count()) == (3, 3)


def test_trying_a_mend_out_saves_nothing(table: SourceTable):
    row = rows(table)[0]

    assert trial.try_out(row, {}).is_refused
    assert not trial.try_out(row, {"name": "Zoé"}).is_refused
    row.refresh_from_db()
    assert (row.state, row.mended) == ("waiting", None)


@pytest.mark.usefixtures("english")
def test_sales_of_a_customer_who_came_later_are_run_again(settings: Settings):
    settings.LANGUAGE_CODE = "en"
    source = setup.create_source("Shop", "files", country="FR")
    a_table(source, "product", ("key", "name"), "V1;Aligoté")
    customers = a_table(source, "customer", ("key", "name"), "C1;")
    columns = ("key", "customer_key", "product_key", "sold_on", "quantity")
    sales = a_table(source, "sale", columns, "L1;C1;V1;02/11/2026;6")
    sync(source)
    assert [row.sentence.split(":")[0] for row in rows(sales)] == [
        "No customer has the key, e-mail address, phone or name “C1”"
    ]

    quarantine.mend(rows(customers)[0].pk, {"name": "Anne"}, None)
    to_its_end(quarantine.rerun(customers, None))
    with pytest.raises(DomainError):
        quarantine.rerun(sales, None)
    to_its_end(quarantine.rerun(sales, None, with_references=True))

    assert (Sale.objects.count(), rows(sales)) == (1, [])
    assert Product.objects.filter(name="Aligoté").exists()


def test_mending_a_copy_leaves_the_original_alone():
    source = setup.create_source("Shop", "files", country="FR")
    table = a_table(source, "customer", COLUMNS, GOOD, GOOD)
    sync(source)
    (copy,) = rows(table)
    assert Anomaly.objects.get().code == "duplicate_key"

    quarantine.mend(copy.pk, {"key": "C9", "name": "Inès", "email": "i@client.example"}, None)
    to_its_end(quarantine.rerun(table, None))
    sync(source)

    assert set(Customer.objects.values_list("name", flat=True)) == {"Anne Garnier", "Inès"}


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_sheet_goes_out_guarded_and_comes_in_mended(table: SourceTable, ending: str):
    chosen = table.staged_rows.all()
    lines: list[list[Any]]
    if ending == "csv":
        data = b"".join(Csv().chunks(transfer.header(table), transfer.rows(table, chosen)))
        lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    else:
        lines = Xlsx().read(transfer.as_xlsx(table, chosen))
    assert lines[0] == ["row", "problem", "id", *COLUMNS]
    assert lines[1][-2] == "'=1+1"
    lines[1][4] = "Zoé"
    lines[3][2] = 999_999

    report = transfer.take_back(table, _file(lines, ending), filename=f"f.{ending}", by=None)

    assert (report.mended, report.unchanged) == (1, 1)
    assert [(one.row, one.staged_id) for one in report.errors] == [(4, 999_999)]
    assert rows(table)[0].mended == {**rows(table)[0].raw, "name": "Zoé"}


def test_a_sheet_of_another_table_is_refused(table: SourceTable):
    with pytest.raises(DomainError) as refused:
        transfer.take_back(table, b"id;nom\r\n1;x\r\n", filename="f.csv", by=None)

    assert refused.value.value == "nom"


def _file(lines: list[list[Any]], ending: str) -> bytes:
    if ending == "csv":
        out = io.StringIO()
        csv.writer(out, delimiter=";").writerows(lines)
        return out.getvalue().encode()
    # As Excel saves what it was given: our apostrophes stay.
    book = openpyxl.Workbook()
    sheet = book.create_sheet(index=0)
    for line in lines:
        sheet.append(line)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


# --- pages ---


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_ask_the_same_number_of_questions(
    boss: Client, table: SourceTable, count: int, django_assert_num_queries: DjangoAssertNumQueries
):
    for row in rows(table)[count:]:
        row.delete()

    with django_assert_num_queries(9):
        page = boss.get("/admin/crm/stagedrow/")
    assert len(page.context["cl"].result_list) == count
    with django_assert_num_queries(7):
        page = boss.get("/admin/crm/anomaly/")
    # A name that is missing and a postal code that is none, each.
    assert len(page.context["cl"].result_list) == 2 * count


def test_a_row_is_checked_mended_and_run_from_its_page(boss: Client, table: SourceTable):
    row = rows(table)[0]
    page = f"/admin/crm/stagedrow/{row.pk}/change/"
    assert "nothing is given" not in boss.get(page).content.decode()

    checked = boss.post(f"/admin/crm/stagedrow/{row.pk}/check/", {"column-1": "Zoé"}).json()
    assert (checked["is_refused"], list(checked["columns"])) == (False, ["column-3"])
    boss.post(page, {"column-1": "Zoé", "run": "1"})

    row.refresh_from_db()
    assert (row.state, cells(row)["name"]) == ("mended", "Zoé")
    assert table.source.runs.filter(kind="mended").count() == 1


@pytest.mark.parametrize(
    ("path", "permissions", "status"),
    [
        ("/admin/crm/anomaly/", [], 403),
        ("/admin/crm/anomaly/", ["view_anomaly"], 200),
        ("/admin/crm/stagedrow/", [], 403),
        ("/admin/crm/stagedrow/", ["view_stagedrow"], 200),
        ("/admin/crm/stagedrow/{row}/change/", [], 403),
        ("/admin/crm/stagedrow/{row}/change/", ["view_stagedrow"], 200),
        ("/admin/crm/stagedrow/{row}/check/", ["view_stagedrow"], 403),
        ("/admin/crm/stagedrow/again/", ["view_stagedrow"], 403),
        ("/admin/crm/quarantine/groups/?table={table}", ["view_stagedrow"], 403),
        ("/admin/crm/quarantine/groups/?table={table}", ["mend_stagedrow"], 200),
        ("/admin/crm/stagedrow/export/?table={table}&as=csv", ["view_stagedrow"], 403),
        ("/admin/crm/stagedrow/export/?table={table}&as=csv", ["export_stagedrow"], 403),
        (
            "/admin/crm/stagedrow/export/?table={table}&as=csv",
            ["view_stagedrow", "export_stagedrow"],
            200,
        ),
        ("/admin/crm/stagedrow/import/?table={table}", ["mend_stagedrow"], 403),
        ("/admin/crm/stagedrow/import/?table={table}", ["mend_stagedrow", "import_stagedrow"], 200),
    ],
)
def test_who_may_do_what(
    client: Client, table: SourceTable, path: str, permissions: list[str], status: int
):
    user = User.objects.create(username="anna", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)

    answer = client.get(path.format(row=rows(table)[0].pk, table=table.pk))

    assert answer.status_code == status


def test_who_only_looks_changes_nothing(client: Client, table: SourceTable):
    user = User.objects.create(username="anna", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_stagedrow"))
    client.force_login(user)
    row = rows(table)[0]

    answer = client.post(f"/admin/crm/stagedrow/{row.pk}/change/", {"dismiss": "1"})

    assert (answer.status_code, rows(table)[0].state) == (403, "waiting")
