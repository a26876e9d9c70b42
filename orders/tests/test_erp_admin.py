"""The ERP's pages: what lacks something is shown with links, the file is kept and given once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from crm.models import CustomerIdentity
from orders.models import ErpExport, ErpLine, ErpProduct, Order
from orders.tests import factories as make

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db
PAGE = "/admin/orders/erp/"


@pytest.fixture(autouse=True)
def _house(settings: Settings, tmp_path: Path):
    settings.MEDIA_ROOT = tmp_path
    settings.ERP_SUPPLIER = "MON"
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def client() -> Client:
    client = Client()
    rights = ("view_order", "export_order", "change_erpline", "view_erpexport")
    client.force_login(make.staff("salma", *rights))
    return client


def order(words: str = "Sachet kraft écru 70 g 18x35", code: str = "C1") -> Order:
    """A validated order whose product lacks the laize."""
    customer = make.CustomerFactory.create()
    CustomerIdentity.objects.create(
        customer=customer, kind="source_key", value=f"sage:{code}{customer.pk}"
    )
    made = make.order_with_line(customer=customer, status="validated", decided_at=make.SENT)
    made.lines.update(description=words)
    return made


def with_laize() -> None:
    ErpProduct.objects.create(product=make.product(), laize=28)


def test_page_names_what_lacks_what_with_links(client: Client):
    lacking = order()

    shown = client.get(PAGE).content.decode()

    assert "Line 1 lacks the laize." in shown
    assert f'href="/admin/orders/order/{lacking.pk}/change/"' in shown
    assert f'href="/admin/orders/erpexport/lines/{lacking.pk}/"' in shown
    assert f'href="/admin/crm/customer/{lacking.customer_id}/change/"' in shown
    assert "Make the file" not in shown


def test_line_is_completed_and_its_order_given(client: Client):
    lacking = order()
    line = lacking.lines.get()
    address = f"/admin/orders/erpexport/lines/{lacking.pk}/"
    values = {f"line{line.pk}-{name}": "" for name in ("paper", "grammage", "pieces")}
    values |= {f"line{line.pk}-supplier": "abc", f"line{line.pk}-delivered": "0"}

    wrong = client.post(address, {**values, f"line{line.pk}-laize": "99999"})
    client.post(address, {**values, f"line{line.pk}-laize": "30"})
    answer = client.post(PAGE, follow=True)

    assert wrong.status_code == 200
    assert "9999" in wrong.content.decode()
    assert ErpLine.objects.get().laize == 30
    batch = ErpExport.objects.get()
    file = client.get(f"/admin/orders/erpexport/{batch.pk}/download/")
    assert file.headers["Content-Disposition"].startswith('attachment; filename="commandes-')
    assert ";KE70L30ABC;" in b"".join(file).decode()
    assert f"/admin/orders/erpexport/{batch.pk}/download/" in answer.content.decode()


def test_incomplete_orders_stay_unless_left_out_on_purpose(client: Client):
    with_laize()
    complete, lacking = order(), order("Sachet 70 g")

    refused = client.post(PAGE, follow=True)
    assert not ErpExport.objects.exists()
    client.post(PAGE, {"only_complete": "on"})

    assert [lacking.number in str(told) for told in refused.context["messages"]] == [True]
    assert Order.objects.get(erp_exported__isnull=False) == complete


def test_orders_chosen_in_the_list_go_alone_and_again_when_asked(client: Client):
    with_laize()
    chosen, _other = order(), order()
    selection = {"action": "give_to_erp", "_selected_action": [chosen.pk]}
    page = client.post("/admin/orders/order/", selection).headers["Location"]
    assert page == f"{PAGE}?ids={chosen.pk}"

    client.post(PAGE, {"ids": str(chosen.pk)})
    later = client.get(page)
    client.post(PAGE, {"ids": str(chosen.pk), "again": "on"})

    assert (later.context["found"].ready, later.context["given"]) == (0, 1)
    assert list(ErpExport.objects.values_list("orders", flat=True)) == [1, 1]


@pytest.mark.parametrize(("given", "found"), [("yes", 0), ("no", 1)])
def test_list_is_narrowed_by_what_was_given(client: Client, given: str, found: int):
    with_laize()
    first, second = order(), order()
    client.post(PAGE, {"ids": str(first.pk)})

    page = client.get(f"/admin/orders/order/?erp={given}")

    assert list(page.context["cl"].result_list) == [[first, second][found]]


def test_pages_take_their_permissions(client: Client):
    with_laize()
    made = order()
    client.post(PAGE)
    batch = ErpExport.objects.get()
    stranger = Client()
    stranger.force_login(make.staff("ali", "view_order", "view_erpexport"))

    for address in (
        PAGE,
        f"/admin/orders/erpexport/{batch.pk}/download/",
        f"/admin/orders/erpexport/lines/{made.pk}/",
    ):
        answer = client.get(address)
        assert (answer.status_code, stranger.get(address).status_code) == (200, 403)
        assert b"".join(answer)
    shown = stranger.get("/admin/orders/order/").content.decode()
    assert "give_to_erp" not in shown


def test_file_that_is_gone_says_so(client: Client):
    with_laize()
    order()
    client.post(PAGE)
    batch = ErpExport.objects.get()
    default_storage.delete(batch.path)

    answer = client.get(f"/admin/orders/erpexport/{batch.pk}/download/", follow=True)

    assert [str(told) for told in answer.context["messages"]][-1].startswith("The file is gone.")


def test_pages_cost_the_same_for_one_order_and_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
):
    order()
    client.get(PAGE)
    for _more in range(2):
        with django_assert_num_queries(11):
            client.get(PAGE)
        order()
        order()


def test_list_of_files_costs_the_same_for_one_and_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
):
    for count in (1, 2):
        ErpExport.objects.bulk_create(ErpExport(orders=1) for _row in range(count))
        client.get("/admin/orders/erpexport/")
        with django_assert_num_queries(6):
            client.get("/admin/orders/erpexport/")
