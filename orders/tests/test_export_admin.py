"""The order list as a file: which rows, who may, and nothing that Excel would run."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import openpyxl
import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse

from orders.admin import OrderAdmin
from orders.models import Order, OrderLine
from orders.resources import OrderLineResource, OrderResource
from orders.tests import factories as make

if TYPE_CHECKING:
    from django.http import HttpResponseBase
    from pytest_django import DjangoAssertNumQueries, Settings

    from backoffice.core.spreadsheets.resources import Resource

pytestmark = pytest.mark.django_db

LIST = "/admin/orders/order/"
EXPORT = "/admin/orders/order/export/"
CSV, XLSX = "0", "1"
SHEETS: dict[type[Resource], str] = {OrderResource: "0", OrderLineResource: "1"}


@pytest.fixture(autouse=True)
def _english(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make.staff("salma", "view_order", "export_order"))
    return client


def form_of(resource: type[Resource], file_format: str) -> dict[str, str]:
    """What the browser posts with every column ticked."""
    prefix = resource.__name__.lower()
    columns = {f"{prefix}_{name}": "on" for name in resource.Meta.fields}  # type: ignore[attr-defined]
    return {"resource": SHEETS[resource], "format": file_format, **columns}


def body_of(answer: HttpResponseBase) -> bytes:
    assert isinstance(answer, StreamingHttpResponse)
    return answer.getvalue()


def rows_of(answer: HttpResponseBase) -> list[dict[str, object]]:
    """The workbook as Excel would show it, row by row under its heading."""
    sheet = openpyxl.load_workbook(io.BytesIO(body_of(answer))).worksheets[0]
    heading, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, heading), row, strict=True)) for row in rows]


def exported(
    client: Client, query: str = "", resource: type[Resource] = OrderResource, **more: object
) -> list[dict[str, object]]:
    answer = client.post(EXPORT + query, {**form_of(resource, XLSX), **more})
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    return rows_of(answer)


def test_list_offers_the_export_of_what_it_shows_and_no_import(client: Client):
    make.order_with_line()

    shown = client.get(f"{LIST}?status__in=pending").content.decode()

    assert shown.count(f'href="{EXPORT}?status__in=pending"') == 1
    assert "/admin/orders/order/import/" not in shown
    with pytest.raises(NoReverseMatch):
        reverse("admin:orders_order_import")


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", ["CMD-2020-00003", "CMD-2020-00002", "CMD-2020-00001"]),
        ("?status__in=rejected", ["CMD-2020-00003"]),
        ("?q=tizi", ["CMD-2020-00002", "CMD-2020-00001"]),
    ],
)
def test_export_holds_the_rows_of_the_filtered_list(client: Client, query: str, numbers: list[str]):
    make.order_with_line(number="CMD-2020-00001")
    make.order_with_line(number="CMD-2020-00002")
    make.order_with_line(
        number="CMD-2020-00003",
        company="Dar Zitoun",
        email="",
        status="rejected",
        decided_at=make.SENT,
        rejection_reason="Trop loin",
    )

    for resource in SHEETS:
        assert [row["numero_commande"] for row in exported(client, query, resource)] == numbers


def test_selected_orders_are_exported_alone(client: Client):
    chosen = make.order_with_line()
    make.order_with_line()
    selection = {"action": "export_admin_action", "_selected_action": [chosen.pk]}

    asked = client.post(f"{LIST}?q=tizi", selection)

    assert client.get(LIST).content.decode().count("Export the selected rows") == 1
    assert asked.context["form"].initial["export_items"] == [chosen.pk]
    address = asked.context["export_url"]
    assert address == f"{EXPORT}?q=tizi"
    rows = exported(client, address.removeprefix(EXPORT), export_items=[chosen.pk])
    assert [row["numero_commande"] for row in rows] == [chosen.number]


def test_whole_list_is_exported_by_its_filters_and_not_row_by_row(client: Client):
    order = make.order_with_line()
    everything = {
        "action": "export_admin_action",
        "_selected_action": [order.pk],
        "select_across": "1",
    }

    answer = client.post(f"{LIST}?status__in=pending", everything)

    assert answer.headers["Location"] == f"{EXPORT}?status__in=pending"


def test_words_of_customers_are_no_formulas(client: Client):
    order = make.order_with_line(company='=HYPERLINK("http://evil.example")', customer=None)
    order.lines.update(description="@SUM(A1:A9)")

    lines = client.post(EXPORT, form_of(OrderLineResource, XLSX))
    sheet = body_of(lines)
    cells = openpyxl.load_workbook(io.BytesIO(sheet)).worksheets[0]
    text = body_of(client.post(EXPORT, form_of(OrderResource, CSV))).decode("utf-8-sig")

    assert "f" not in {cell.data_type for row in cells.iter_rows() for cell in row}
    heading, first = cells.iter_rows(values_only=True)
    row = dict(zip(heading, first, strict=True))
    assert (row["client"], row["nature_produit"]) == (
        '\'=HYPERLINK("http://evil.example")',
        "'@SUM(A1:A9)",
    )
    assert ';"\'=HYPERLINK(""http://evil.example"")";' in text


def test_columns_are_named_apart(client: Client):
    form = client.get(EXPORT).context["form"]

    for prefix in ("orderresource_", "orderlineresource_"):
        labels = [str(form[name].label) for name in form.fields if name.startswith(prefix)]
        assert sorted(set(labels)) == sorted(labels)


@pytest.mark.parametrize(("resource", "queries"), [(OrderResource, 3), (OrderLineResource, 1)])
def test_thousands_of_orders_cost_a_handful_of_queries_for_each_batch(
    client: Client,
    resource: type[Resource],
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
):
    product = make.product()
    count = 2500
    orders = Order.objects.bulk_create(
        Order(number=f"CMD-2020-{index:05d}", company="Boulangerie Tizi") for index in range(count)
    )
    OrderLine.objects.bulk_create(
        OrderLine(order=order, product=product, quantity=5000) for order in orders
    )
    batches = 3 if queries > 1 else 1
    # The session, the user and their permissions; then one cursor, and what hangs on each batch.
    with django_assert_num_queries(4 + 1 + (queries - 1) * batches):
        answer = client.post(EXPORT, form_of(resource, XLSX))

    assert len(rows_of(answer)) == count


def test_csv_leaves_while_it_is_read(client: Client):
    Order.objects.bulk_create(Order(number=f"CMD-2020-{index:05d}") for index in range(1200))

    answer = client.post(EXPORT, form_of(OrderResource, CSV))

    assert [chunk.count(b"\r\n") for chunk in answer] == [501, 500, 200]


def test_export_takes_its_permission(client: Client):
    client.force_login(make.staff("ali", "view_order"))
    order = make.order_with_line()

    shown = client.get(LIST).content.decode()
    assert (EXPORT in shown, "export_admin_action" in shown) == (False, False)
    assert client.get(EXPORT).status_code == 403
    assert client.post(EXPORT, form_of(OrderResource, CSV)).status_code == 403
    selection = {"action": "export_admin_action", "_selected_action": [order.pk]}
    refused = client.post(LIST, {**selection, "select_across": "1"})
    assert (refused.status_code, "Content-Disposition" in refused.headers) == (200, False)


def test_orders_are_never_imported_from_the_list():
    assert not hasattr(OrderAdmin, "import_action")


def test_filter_that_is_none_leads_back_to_the_list(client: Client):
    answer = client.get("/admin/orders/order/export/?nonsense=1")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/orders/order/?e=1")


def test_who_may_not_see_orders_gets_no_file_of_them():
    client = Client()
    client.force_login(make.staff("omar", "export_order", "view_customer"))

    assert client.get("/admin/orders/order/export/").status_code == 403
