"""The pages of sources: who may do what, and what the buttons do."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import openpyxl
import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile

from crm.models import DataSource, FieldMapping, SourceFile
from crm.sources import arranging, describing, uploading
from crm.sync.dry_run import dry_run

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db
LIST = "/admin/crm/datasource/"
CLIENTS = (
    "Code client;Nom;E-mail;Téléphone;Ville\r\n"
    "C1;Hélène Brûlé;h@brule.example;02 40 47 12 34;Nantes\r\n"
    "C2;Noël Tréguer;n(at)treguer;02 98 44 12 34;Brest\r\n"
    "C3;;;;Lyon\r\n"
)


@pytest.fixture(autouse=True)
def _english(settings: Settings, tmp_path: Path) -> None:
    settings.LANGUAGE_CODE = "en"
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss"))
    return client


def staff(client: Client, *permissions: str) -> Client:
    user = User.objects.create_user("staff", is_staff=True)
    codes = [code.split(".")[1] for code in permissions]
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(user)
    return client


def upload(name: str = "clients.csv", text: str = CLIENTS) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode("cp1252"))


def a_source(*files: SimpleUploadedFile, name: str = "Shop") -> DataSource:
    source = describing.create("files", {"name": name, "country": "FR"})
    taken = uploading.take_in(source, [(file.name or "", file) for file in files])
    assert taken.refusals == []
    return source


def page(source: DataSource) -> str:
    return f"{LIST}{source.pk}/change/"


def test_a_source_of_files_is_set_up_in_one_step(boss: Client):
    form = {"name": "Boutique", "match_by": "email", "country": "FR", "files": [upload()]}

    answer = boss.post(f"{LIST}add/?kind=files", form)

    source = DataSource.objects.get()
    assert answer.headers["Location"] == page(source)
    table = source.tables.get()
    assert (source.country, table.entity, table.files.get().columns) == (
        "FR",
        "customer",
        ["Code client", "Nom", "E-mail", "Téléphone", "Ville"],
    )
    mapping = table.mappings.get()
    fields = set(mapping.rules.values_list("field", flat=True))
    assert fields == {"key", "name", "email", "phone", "city"}


def test_a_file_that_is_no_table_is_told_and_the_others_are_taken(boss: Client):
    files = [SimpleUploadedFile("scan.pdf", b"%PDF-1.7 \xe2\xe3"), upload()]

    answer = boss.post(
        f"{LIST}add/?kind=files", {"name": "B", "match_by": "email", "files": files}, follow=True
    )

    told = [str(message) for message in answer.context["messages"]]
    assert ["scan.pdf" in sentence for sentence in told] == [True, False, False]
    assert SourceFile.objects.count() == 1


def test_a_key_is_kept_and_never_shown(boss: Client):
    form = {
        "name": "Odoo",
        "match_by": "email",
        "country": "FR",
        "url": "https://odoo.example",
        "secret": "s3cr3t-key",
    }
    boss.post(f"{LIST}add/?kind=odoo", form)
    source = DataSource.objects.get()
    kept = source.secret

    shown = boss.get(page(source)).content.decode()
    again = boss.post(page(source), {**form, "secret": "", "name": "Odoo 2", "describe": "1"})

    source.refresh_from_db()
    assert ("s3cr3t-key" in shown, kept[:12] in shown, "A key is set" in shown) == (
        False,
        False,
        True,
    )
    assert (again.status_code, source.name, source.secret) == (302, "Odoo 2", kept)


def test_a_name_that_is_taken_is_told_at_its_field(boss: Client):
    a_source(name="Shop")

    answer = boss.post(f"{LIST}add/?kind=files", {"name": "Shop", "match_by": "email"})

    assert "Shop" in answer.context["form"].errors["name"][0]
    assert DataSource.objects.count() == 1


@pytest.mark.parametrize("kind", ["nothing", "../etc"])
def test_an_unknown_kind_shows_the_choice(boss: Client, kind: str):
    assert len(boss.get(f"{LIST}add/", {"kind": kind}).context["choices"]) == 3


VERBS = {
    "sync": "crm.sync_datasource",
    "full": "crm.sync_datasource",
    "test": "crm.sync_datasource",
    "switch": "crm.change_datasource",
    "switch_table": "crm.change_datasource",
    "take_files": "crm.change_datasource",
    "replace": "crm.change_datasource",
    "hold": "crm.change_datasource",
    "join": "crm.change_datasource",
    "rejoin": "crm.change_datasource",
    "part": "crm.change_datasource",
    "remove": "crm.change_datasource",
    "describe": "crm.change_datasource",
    "propose": "crm.change_fieldmapping",
    "activate": "crm.change_fieldmapping",
    "activate_all": "crm.change_fieldmapping",
}


@pytest.mark.parametrize(("verb", "permission"), VERBS.items())
def test_each_button_needs_its_permission(client: Client, verb: str, permission: str):
    source = a_source()
    others = set(VERBS.values()) - {permission}

    refused = staff(client, "crm.view_datasource", *others).post(page(source), {verb: "0"})
    User.objects.get(username="staff").user_permissions.add(
        Permission.objects.get(codename=permission.split(".")[1])
    )
    allowed = client.post(page(source), {verb: "0"})

    assert (refused.status_code, allowed.status_code in {200, 302}) == (403, True)


@pytest.mark.parametrize("part", ["", "change/", "progress/", "sample/?table=1", "joins/?table=1"])
def test_who_may_not_see_sources_sees_none_of_their_pages(client: Client, part: str):
    source = a_source(upload())
    address = LIST if not part else f"{LIST}{source.pk}/{part}"

    assert staff(client, "crm.view_customer").get(address).status_code in {403, 404}


def test_buttons_do_nothing_on_get(boss: Client):
    source = a_source(upload())

    boss.get(page(source), {"switch": "off", "activate_all": "1"})

    source.refresh_from_db()
    assert source.is_active
    assert not FieldMapping.objects.filter(status="active").exists()


def test_a_style_is_chosen_and_the_rows_are_shown_anew(boss: Client):
    source = a_source(upload())
    file = SourceFile.objects.get()
    form = {"table": file.table_id, "file": file.pk, "delimiter": ","}

    shown = boss.post(f"{LIST}{source.pk}/sample/", form)

    file.refresh_from_db()
    assert file.chosen == {"delimiter": ","}
    assert len(file.columns) == 1
    assert len(shown.context["sample"].rows) == 3


def test_a_check_counts_what_a_sync_would_refuse_and_writes_nothing(boss: Client):
    source = a_source(upload())
    table = source.tables.get()

    report = boss.post(f"{LIST}{source.pk}/check/", {"table": table.pk}).context["report"]

    assert (report.read, report.refused, report.is_whole) == (3, 1, True)
    assert dict(report.by_severity) == {"critical": 1, "high": 1}
    assert [(one.row, one.field) for one in report.findings] == [(4, "name"), (3, "email")]
    assert not source.runs.exists()


def test_a_check_stops_at_its_limit():
    text = CLIENTS + "".join(f"C{number};Nom {number};;;Lyon\r\n" for number in range(10, 5000))
    table = a_source(upload(text=text)).tables.get()

    report = dry_run(table, rows=2000)

    assert (report.read < 4993, report.is_whole) == (True, False)


def test_a_table_that_holds_something_else_gets_another_mapping(boss: Client):
    source = a_source(upload())
    table = source.tables.get()

    boss.post(page(source), {"hold": table.pk, "entity": "product"})

    table.refresh_from_db()
    assert table.entity == "product"
    assert set(table.mappings.get().rules.values_list("field", flat=True)) >= {"key", "name"}


ERP = "Réf;Désignation;PU\r\nR1;Chinon;9,80\r\nR2;Anjou;6,40\r\nR3;Saumur;11,00\r\nR4;Layon;16\r\n"
LINK = "ref_erp;id_web\r\nR1;501\r\nR2;502\r\nR3;503\r\nR4;504\r\n"
WEB = "post_id;titre;degre\r\n501;Chinon;13,5%\r\n502;Anjou;12%\r\n503;S;12,5%\r\n504;L;13%\r\n"


def test_files_whose_keys_meet_through_a_third_are_joined_as_suggested(boss: Client):
    files = [upload("produits_erp.csv", ERP), upload("produits_lien.csv", LINK)]
    source = a_source(*files, upload("produits_web.csv", WEB))
    first = source.tables.get(name="produits_erp")

    rows = boss.get(f"{LIST}{source.pk}/joins/", {"table": first.pk}).context["rows"]
    form: dict[str, object] = {"join": first.pk, "file": [row["file"].pk for row in rows]}
    for row in rows:
        form |= {f"from-{row['file'].pk}": row["join_from"], f"to-{row['file'].pk}": row["join_to"]}
    boss.post(page(source), form)

    assert [(row["join_from"], row["join_to"], row["percent"]) for row in rows] == [
        ("Réf", "ref_erp", 100),
        ("id_web", "post_id", 100),
    ]
    assert source.tables.get() == first
    assert arranging.columns_of(first) == [
        *("Réf", "Désignation", "PU", "ref_erp", "id_web", "post_id", "titre", "degre")
    ]


def test_a_joined_file_is_taken_out_again(boss: Client):
    source = a_source(upload("produits_erp.csv", ERP), upload("produits_lien.csv", LINK))
    first, second = source.tables.order_by("pk")
    file = second.files.get()
    arranging.join_all(first.pk, [(file.pk, "Réf", "ref_erp")])

    boss.post(page(source), {"part": file.pk})

    assert source.tables.count() == 2
    assert first.files.count() == 1


def test_what_hangs_on_another_source_is_out_of_reach(boss: Client):
    mine, other = a_source(upload(), name="A"), a_source(upload(), name="B")
    table = other.tables.get()

    boss.post(page(mine), {"remove": table.pk})
    shown = boss.get(f"{LIST}{mine.pk}/sample/", {"table": table.pk})

    assert other.tables.exists()
    assert shown.status_code == 404


def test_a_source_that_is_switched_off_says_so_when_it_is_to_be_synced(boss: Client):
    source = a_source(upload())
    boss.post(page(source), {"switch": "off"})

    answer = boss.post(page(source), {"sync": "1"}, follow=True)

    assert "switched off" in str(next(iter(answer.context["messages"])))
    assert not source.runs.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_source_list_asks_the_same_number_of_questions(
    boss: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
):
    for number in range(rows):
        source = a_source(upload(), name=f"S{number}")
        run = source.runs.create(status="done")
        run.table_runs.create(table=source.tables.get(), status="done", read=3, data_score=80)

    with django_assert_num_queries(8):
        boss.get(LIST)


@pytest.mark.parametrize("rows", [1, 3])
def test_source_page_asks_the_same_number_of_questions(
    boss: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
):
    source = a_source(*[upload(f"clients{number}.csv") for number in range(rows)])

    with django_assert_num_queries(13):
        boss.get(page(source))


@pytest.mark.parametrize(
    ("filename", "text", "entity"),
    [
        (
            "export.csv",
            "Code client;Nom;E-mail;Code postal\nC1;Brûlé;h@b.example;44000",
            "customer",
        ),
        (
            "export.csv",
            "Réf;Désignation;Millésime;Couleur;Prix\nR1;Chinon;2021;Rouge;9,80",
            "product",
        ),
        ("x.csv", "Date;Client;Article;Quantité;PU HT\n01/02/2026;C1;R1;6;9,80", "sale"),
        ("inventaire.csv", "Article;Dépôt;Quantité\nR1;Chai;120", "stock"),
        (
            "campagne mailing.csv",
            "Client;Date;Canal;Objet\nC1;03/02/2026 10:00;E-mail;Vœux",
            "interaction",
        ),
    ],
)
def test_what_a_file_holds_is_guessed(filename: str, text: str, entity: str):
    assert a_source(upload(filename, text)).tables.get().entity == entity


def test_a_workbooks_sheet_and_row_of_headings_are_chosen(boss: Client):
    file = SourceFile.objects.get(table__source=a_source(workbook()))
    source = file.table.source
    form = {"table": file.table_id, "file": file.pk, "sheet": "Clients", "header_row": "3"}

    answer = boss.post(f"{LIST}{source.pk}/sample/", form)

    file.refresh_from_db()
    assert file.chosen == {"sheet": "Clients", "header_row": 3}
    assert file.columns == ["Code client", "Nom"]
    assert [cells for _row, cells in answer.context["sample"].rows] == [("C1", "Anna")]
    assert "a mapping of them is suggested" in answer.context["told"]


def test_what_stands_between_thousands_and_the_cells_to_fill_are_chosen_and_taken_back(
    boss: Client,
):
    source = a_source(upload())
    file = SourceFile.objects.get()
    form = {"table": file.table_id, "file": file.pk, "fill_down_shown": "1"}

    boss.post(f"{LIST}{source.pk}/sample/", {**form, "thousands": "none", "fill_down": ["Ville"]})
    file.refresh_from_db()
    chosen = dict(file.chosen)
    boss.post(f"{LIST}{source.pk}/sample/", {**form, "thousands": ""})

    file.refresh_from_db()
    assert chosen == {"thousands": "", "fill_down": ["Ville"]}
    assert file.chosen == {}


def workbook() -> SimpleUploadedFile:
    """A cover sheet, then customers whose headings stand below a title."""
    book = openpyxl.Workbook()
    cover = book.worksheets[0]
    cover.title = "Lisez-moi"
    cover.append(["Export", "du", "domaine"])
    cover.append(["fait", "le", "15/11/2026"])
    sheet = book.create_sheet("Clients")
    for row in (["Domaine des Trois Chênes"], [], ["Code client", "Nom"], ["C1", "Anna"]):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("export.xlsx", file.getvalue())


def test_a_table_of_links_and_what_it_leads_to_are_chosen_to_be_joined(boss: Client):
    stock = upload("erp.csv", "product_id;stock;prix\r\n1;5;12,5\r\n2;7;14\r\n3;2;9\r\n")
    links = upload("liaison.csv", "product_id;id_web\r\n1;w-1\r\n2;w-2\r\n3;w-3\r\n")
    web = upload("web.csv", "sku;nom\r\nw-1;Chablis\r\nw-2;Meursault\r\nw-3;Pommard\r\n")
    source = a_source(stock, links, web)
    table = source.tables.get(name="erp")

    shown = boss.get(page(source)).context["next_step"]
    rows = boss.get(f"{LIST}{source.pk}/joins/", {"table": table.pk}).context["rows"]

    assert shown == "join"
    assert {row["file"].filename: row["is_chosen"] for row in rows} == {
        "liaison.csv": True,
        "web.csv": True,
    }
