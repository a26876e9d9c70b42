"""Article codes, what the ERP wants to know of a line, and the file it is given."""

from __future__ import annotations

import csv
import hashlib
import io
from decimal import Decimal
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from backoffice.core.errors import DomainError
from crm.models import Customer, CustomerIdentity
from orders import workflow
from orders.erp import codes, export, files
from orders.erp.facts import facts_of
from orders.erp.since import changed_since
from orders.models import ErpExport, ErpExportedOrder, ErpLine, ErpProduct, Order, OrderLine
from orders.tests import factories as make

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_django import DjangoAssertNumQueries, Settings


@pytest.fixture(autouse=True)
def _house(settings: Settings, tmp_path: Path):
    settings.MEDIA_ROOT = tmp_path
    settings.ERP_SUPPLIER = "MON"
    settings.ERP_SALES_SITE = "CAS01"
    with translation.override("en"):
        yield


# --- codes ---


@pytest.mark.parametrize("code", ["KB100L28MON", "KE70L9AB", "KB90L1200X12345"])
def test_code_survives_the_round_trip(code: str):
    assert str(codes.parse(code)) == code


def test_code_is_read_as_people_type_it():
    assert codes.parse(" kb100 l28 mon") == codes.ArticleCode("KB", 100, 28, "MON")
    assert codes.compose("KE", 90, 100, "MON") == "KE90L100MON"


@pytest.mark.parametrize(
    "code",
    [
        "",
        "KB100L28",
        "KX100L28MON",
        "100L28MON",
        "KB5L28MON",
        "KB1000L28MON",
        "KB100L0MON",
        "KB070L28MON",
        "KB100L028MON",
        "KB100L28M",
        "KB100L283MONDIAL",
        "KB100L28M-N",
        "KB100L28MON;KE",
        "KB١٠٠L28MON",
    ],
)
def test_what_is_no_code_is_refused(code: str):
    with pytest.raises(DomainError) as refused:
        codes.parse(code)

    assert (refused.value.code, refused.value.value) == ("article_code", code)


# --- facts ---


def line(description: str = "", **attributes: str) -> OrderLine:
    return OrderLine(
        description=description, quantity=Decimal(5), unit="mille", attributes=attributes
    )


@pytest.mark.parametrize(
    ("description", "attributes", "paper"),
    [
        ("Sachet kraft blanc 18x35", {}, "KB"),
        ("Sachet kraft BLANCHI", {}, "KB"),
        ("sachet kraft non blanchi", {}, "KE"),
        ("Sac kraft écru", {}, "KE"),
        ("sac papier brun", {}, "KE"),
        ("white kraft bag", {}, "KB"),
        ("unbleached bag", {}, "KE"),
        ("Sachet kraft blanc", {"paper": "kraft brun"}, "KE"),
        ("Sachet kraft, impression blanche sur écru", {}, "KE"),
        ("Sac kraft imprimé blanc 1 couleur", {}, ""),
        ("Sachets blancs et écrus", {}, ""),
        ("Sachet kraft", {}, ""),
        ("Sac Leblanc", {}, ""),
    ],
)
def test_paper_by_the_words_of_the_line(description: str, attributes: dict[str, str], paper: str):
    assert facts_of(line(description, **attributes)).paper == paper


@pytest.mark.parametrize(
    ("description", "attributes", "grammage"),
    [
        ("kraft 90 g", {}, 90),
        ("kraft 90g/m²", {}, 90),
        ("kraft 90 grs", {}, 90),
        ("kraft 100 gsm", {}, 100),
        ("kraft 90 g", {"grammage": "70 g/m2"}, 70),
        ("kraft 70 g ou 90 g", {}, None),
        ("kraft 18x35", {}, None),
        ("sachet de 1000 g", {}, None),
        ("sachet 250 g", {}, None),
        ("sachet 100 g de café, kraft 70 g", {}, 70),
        ("boîte carton 250 g/m²", {}, 250),
    ],
)
def test_grammage_of_the_line(description: str, attributes: dict[str, str], grammage: int | None):
    assert facts_of(line(description, **attributes)).grammage == grammage


@pytest.mark.parametrize(
    ("description", "attributes", "size"),
    [
        ("Sac 24x10x32", {}, "24.10.32"),
        ("Sac 24 x 10 x 32 cm", {}, "24.10.32"),
        ("Sac 24×10×32", {}, "24.10.32"),
        ("Sachet plat 18x35", {}, "18.35"),
        ("Sac 24,5x10x32", {}, "24,5.10.32"),
        ("Sac 1x2x3", {"size": "26x14x34"}, "26.14.34"),
        ("Sac", {}, ""),
    ],
)
def test_size_of_the_line(description: str, attributes: dict[str, str], size: str):
    assert facts_of(line(description, **attributes)).size == size


@pytest.mark.django_db
def test_what_staff_typed_counts_before_the_message_and_the_product():
    row = make.order_with_line().lines.get()
    assert row.product is not None
    row.description = "Sachet kraft blanc 90 g"
    ErpProduct.objects.create(
        product=row.product, paper="KE", grammage=70, laize=28, supplier="ABC", bag_type="SFP"
    )
    by_message = facts_of(row)
    ErpLine.objects.create(line=row, paper="KE", grammage=100, laize=30, supplier="XYZ")
    row = OrderLine.objects.get()
    row.description = "Sachet kraft blanc 90 g"

    assert (by_message.article_code, by_message.bag_type) == ("KB90L28ABC", "SFP")
    assert facts_of(row).article_code == "KE100L30XYZ"


@pytest.mark.django_db
def test_line_that_says_two_things_is_not_given_what_is_usual():
    row = make.order_with_line().lines.get()
    assert row.product is not None
    ErpProduct.objects.create(product=row.product, paper="KE", grammage=70, laize=28)
    row.description = "Sachets blancs et écrus, 80 g ou 90 g"

    assert facts_of(row).gaps == ["the paper (KB or KE)", "the grammage"]


@pytest.mark.parametrize(
    ("quantity", "unit", "ordered"),
    [("5000", "piece", 5000), ("2.5", "mille", 2500), ("300", "kg", None), (None, "piece", None)],
)
def test_quantity_is_in_pieces(quantity: str | None, unit: str, ordered: int | None):
    row = OrderLine(quantity=None if quantity is None else Decimal(quantity), unit=unit)

    assert facts_of(row).ordered == ordered


# --- the file ---


def customer(code: str = "C00123") -> Customer:
    made = make.CustomerFactory.create()
    if code:
        CustomerIdentity.objects.create(customer=made, kind="source_key", value=f"sage:{code}")
    return made


def ready(**values: Any) -> Order:
    """A validated order of one line that lacks nothing."""
    values = {"status": "validated", "decided_at": make.SENT, **values}
    order = make.order_with_line(
        customer=values.pop("customer", None) or customer(f"C{Order.objects.count()}"), **values
    )
    order.lines.update(description="Sachet fond plat kraft écru 70 g 18x35")
    ErpProduct.objects.update_or_create(
        product=order.lines.get().product, defaults={"laize": 28, "bag_type": "SFP"}
    )
    return order


def content(batch: ErpExport) -> bytes:
    with default_storage.open(batch.path) as file:
        found: bytes = file.read()
    return found


def rows(batch: ErpExport, encoding: str = "utf-8") -> list[dict[str, str]]:
    text = io.StringIO(content(batch).decode(encoding), newline="")
    return list(csv.DictReader(text, delimiter=";"))


@pytest.mark.django_db
def test_row_has_the_columns_of_the_erp():
    user = make.staff("salma")
    user.first_name, user.last_name = "Salma", "Idrissi"
    user.save()
    order = ready(decided_by=user, customer=customer("C00123"))
    ErpLine.objects.create(line=order.lines.get(), delivered=Decimal(1200))

    batch = export.export(by=user)

    assert rows(batch) == [
        {
            "numero_commande": order.number,
            "ligne": "1",
            "site_vente": "CAS01",
            "code_client": "C00123",
            "raison_sociale": "Boulangerie Tizi",
            "code_article": "KE70L28MON",
            "designation": "Sachet fond plat kraft écru 70 g 18x35",
            "quantite_commandee": "5000",
            "quantite_livree": "1200",
            "reste_a_livrer": "3800",
            "commercial": "Salma Idrissi",
            "type_sac": "SFP",
            "format_lar_pre_lon": "18.35",
            "grammage": "70",
            "laize": "28",
        }
    ]
    assert (batch.orders, batch.lines, batch.created_by) == (1, 1, user)
    assert batch.sha256 == hashlib.sha256(content(batch)).hexdigest()
    assert content(batch).endswith(b"\r\n")


@pytest.mark.django_db
def test_next_file_holds_what_is_new_unless_asked_again():
    first_order = ready()
    first = export.export(by=None)
    with pytest.raises(DomainError) as nothing:
        export.export(by=None)
    second_order = ready()
    second = export.export(by=None)
    third = export.export(by=None, again=True)

    numbers = [[row["numero_commande"] for row in rows(batch)] for batch in (first, second, third)]
    assert numbers == [
        [first_order.number],
        [second_order.number],
        [first_order.number, second_order.number],
    ]
    assert nothing.value.code == "nothing_to_export"
    assert {mark.export_id for mark in ErpExportedOrder.objects.all()} == {third.pk}


@pytest.mark.django_db
def test_only_validated_orders_of_ours_are_given():
    given = ready()
    ready(status="pending", decided_at=None)
    ready(status="rejected", rejection_reason="no")
    ready(method="import")

    assert [row["numero_commande"] for row in rows(export.export(by=None))] == [given.number]


def without_code() -> Order:
    return ready(customer=customer(""))


def with_two_codes() -> Order:
    buyer = customer("C1")
    order = ready(customer=buyer)
    CustomerIdentity.objects.create(customer=buyer, kind="source_key", value="sage:C2")
    return order


def without_paper() -> Order:
    order = ready()
    order.lines.update(description="Sachet 70 g")
    return order


def by_weight() -> Order:
    order = ready()
    order.lines.update(unit="kg")
    return order


def without_lines() -> Order:
    order = ready()
    order.lines.all().delete()
    return order


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lacking", "gap"),
    [
        (without_code, "no code of the ERP"),
        (with_two_codes, "more than one"),
        (without_paper, "Line 1 lacks the paper"),
        (by_weight, "Line 1 lacks the quantity in pieces"),
        (without_lines, "no line"),
    ],
)
def test_order_that_lacks_something_is_named_and_kept_back(lacking: Callable[[], Order], gap: str):
    complete, order = ready(), lacking()

    with pytest.raises(DomainError, match=order.number) as refused:
        export.export(by=None)

    assert gap in str(refused.value)
    assert not ErpExport.objects.exists()
    assert not ErpExportedOrder.objects.exists()
    found = export.survey(export.candidates())
    assert (found.ready, found.lacking) == (1, 1)
    assert [entry.order for entry in found.incomplete] == [order]
    batch = export.export(by=None, only_complete=True)
    assert [row["numero_commande"] for row in rows(batch)] == [complete.number]


@pytest.mark.django_db
def test_nothing_but_incomplete_orders_is_no_file():
    without_code()

    with pytest.raises(DomainError, match="None of these orders"):
        export.export(by=None, only_complete=True)


@pytest.mark.django_db
def test_words_are_one_record_and_no_formula(settings: Settings):
    order = ready()
    order.lines.update(description='=cmd kraft écru 70 g;"x"\r\nسلام')

    assert rows(export.export(by=None))[0]["designation"] == '\'=cmd kraft écru 70 g;"x" سلام'


@pytest.mark.django_db
def test_what_the_encoding_cannot_write_is_told_and_never_a_question_mark(settings: Settings):
    settings.ERP_ENCODING = "cp1252"
    order = ready()
    order.lines.update(description="Café 🙂 kraft écru 70 g")
    product = order.lines.get().product
    assert rows(export.export(by=None), "cp1252")[0]["designation"] == "Café kraft écru 70 g"

    order.lines.update(description="صاشيات 70 g", attributes={"paper": "écru"})
    arabic = export.export(by=None, again=True)
    assert rows(arabic, "cp1252")[0]["designation"] == str(product)

    assert order.customer is not None
    Customer.objects.filter(pk=order.customer.pk).update(company="مخبزة الأطلس")
    with pytest.raises(DomainError, match="“مخبزة الأطلس” cannot be written in cp1252"):
        export.export(by=None, again=True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "start"),
    [
        ({"ERP_DELIMITER": "tab"}, b"numero_commande\tligne\t"),
        ({"ERP_DELIMITER": "|", "ERP_HEADER": False}, b"CMD-2020-"),
        ({"ERP_ENCODING": "utf-8-sig"}, b"\xef\xbb\xbfnumero_commande;ligne;"),
    ],
)
def test_both_ends_agree_by_settings(settings: Settings, values: dict[str, Any], start: bytes):
    for name, value in values.items():
        setattr(settings, name, value)
    ready()

    assert content(export.export(by=None)).startswith(start)


def test_number_keeps_its_comma_and_needs_no_zeros():
    numbers = [Decimal("5000.000"), Decimal("2.50"), Decimal(-3), None]

    assert files.encode([numbers]) == b"5000;2,5;-3;\r\n"


@pytest.mark.django_db
def test_orders_cost_the_same_number_of_queries(django_assert_num_queries: DjangoAssertNumQueries):
    ready()
    for _more in range(2):
        with django_assert_num_queries(6):
            assert export.survey(export.candidates()).lacking == 0
        ready()
        ready()


@pytest.mark.django_db(transaction=True)
def test_of_two_exports_at_once_one_gives_each_order_once():
    make.all_products()
    for _order in range(3):
        ready()
    start = Barrier(2)
    outcomes: list[int | str] = []

    def give() -> None:
        start.wait()
        try:
            outcomes.append(export.export(by=None).orders)
        except DomainError as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    both = [Thread(target=give) for _thread in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()

    # The other one met the lock, or came when all was done.
    assert 3 in outcomes
    assert {*outcomes} - {3} <= {"exporting", "nothing_to_export"}
    assert len(rows(ErpExport.objects.get())) == 3


@pytest.mark.django_db
def test_command_gives_new_orders_and_says_how_many(tmp_path: Path):
    order, path, told = ready(), tmp_path / "erp.csv", io.StringIO()

    call_command("export_orders", "--format", "erp", "--output", str(path), stderr=told)

    assert path.read_bytes() == content(ErpExport.objects.get())
    assert order.number.encode() in path.read_bytes()
    batch = ErpExport.objects.get()
    sentence = f"1 orders, 1 lines for the ERP. The file is kept as export {batch.pk}."
    assert told.getvalue().strip() == sentence
    with pytest.raises(CommandError, match="not given yet"):
        call_command("export_orders", "--format", "erp", "--output", str(path))
    call_command(
        "export_orders", "--format", "erp", "--again", "--channel", "email", "--output", str(path)
    )
    assert ErpExport.objects.count() == 2


@pytest.mark.django_db
def test_command_marks_nothing_where_it_cannot_write(tmp_path: Path):
    ready()

    with pytest.raises(CommandError, match="No such file"):
        call_command("export_orders", "--format", "erp", "--output", str(tmp_path / "no" / "x.csv"))

    assert not ErpExportedOrder.objects.exists()


@pytest.mark.django_db
def test_file_of_the_last_time_stays_where_there_is_nothing_new(tmp_path: Path):
    path = tmp_path / "erp.csv"
    path.write_bytes(b"as it was")

    with pytest.raises(CommandError, match="not given yet"):
        call_command("export_orders", "--format", "erp", "--output", str(path))

    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [
        ("erp.csv", b"as it was")
    ]


@pytest.mark.django_db
def test_page_looks_at_the_oldest_only():
    for _order in range(3):
        ready()

    found = export.survey(export.candidates(), most=2)

    assert (found.ready, found.is_partial) == (2, True)
    assert export.survey(export.candidates(), most=3).is_partial is False


@pytest.mark.django_db
def test_what_was_changed_after_its_validation_is_listed():
    given, cancelled, later, untouched, old = (ready() for _order in range(5))
    loaded = ready(method="import")
    loaded.events.create(kind="changed", note="From the ERP.")
    old.events.create(kind="changed", note="2000 instead of 1000.")
    old.events.update(at=make.SENT)
    first = export.export(by=None, orders=Order.objects.exclude(pk=later.pk))
    given.events.create(kind="changed", note="2000 instead of 1000.")
    later.events.create(kind="changed", note="3000 instead of 1000.")
    clerk = make.clerk()
    workflow.cancel(cancelled.pk, by=clerk, reason="Cancelled by the customer.")

    found = {one.order: one.sentence for one in changed_since()}

    number = first.pk
    assert untouched not in found
    assert found == {
        cancelled: f"It was given in file {number} and cancelled: cancel it in the ERP too.",
        later: "3000 instead of 1000. Its file will have what was validated: complete its lines.",
        given: f"2000 instead of 1000. File {number} has what was validated: check it in the ERP.",
    }
