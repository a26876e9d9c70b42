from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from orders.models import Order
from orders.resources import OrderLineResource, OrderResource
from orders.tests import factories as make

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from backoffice.core.spreadsheets.resources import Resource

pytestmark = pytest.mark.django_db


def sheet(resource: type[Resource]) -> list[dict[str, Any]]:
    exported: Any = resource()
    rows: list[dict[str, Any]] = exported.export(Order.objects.all()).dict
    return rows


@pytest.mark.parametrize("orders", [1, 3])
@pytest.mark.parametrize(("resource", "queries"), [(OrderResource, 3), (OrderLineResource, 1)])
def test_sheet_takes_the_same_queries_for_one_and_for_three(
    resource: type[Resource],
    queries: int,
    orders: int,
    django_assert_num_queries: DjangoAssertNumQueries,
):
    customer = make.CustomerFactory.create()
    first = make.order_with_line(customer=customer)
    for _ in range(orders - 1):
        make.order_with_line(customer=customer, duplicate_of=first)

    with django_assert_num_queries(queries):
        rows = sheet(resource)

    assert len(rows) == orders


def test_order_is_one_row_in_the_words_of_the_first_system():
    make.order_with_line(
        number="CMD-2020-00042",
        customer=make.CustomerFactory.create(),
        status="validated",
        decided_by=make.clerk(),
        decided_at=make.SENT,
        total=950,
        delivery_date=date(2026, 5, 4),
    )
    Order.objects.update(created_at=make.SENT)

    row = sheet(OrderResource)[0]

    assert row == {
        "numero_commande": "CMD-2020-00042",
        "statut": "validee",
        "date_reception": date(2026, 4, 20),
        "client": "Boulangerie Tizi",
        "email": "contact@boulangerie-tizi.example",
        "telephone": "",
        "canal": "email",
        "lignes": "5000 piece Sachets fond plat 18x35",
        "prix_total": Decimal(950),
        "devise": "MAD",
        "date_livraison": date(2026, 5, 4),
        "renouvellement": False,
        "double_de": "",
        "confiance": 0.9,
        "a_verifier": "",
        "validated_by": "salma",
        "validated_at": date(2026, 4, 20),
        "motif_rejet": "",
    }


def test_each_line_is_a_row_of_the_other_sheet():
    order = make.order_with_line(number="CMD-2020-00042")
    make.OrderLineFactory.create(order=order, position=1, product=None, description="Ruban")

    columns = ("code_produit", "nature_produit", "quantite")
    assert [tuple(row[name] for name in columns) for row in sheet(OrderLineResource)] == [
        ("sachet_fond_plat", "Sachets fond plat 18x35", Decimal(5000)),
        ("", "Ruban", Decimal(5000)),
    ]


def test_order_without_a_known_customer_shows_who_wrote():
    make.OrderFactory.create(company="", contact_name="Nadia")

    assert sheet(OrderResource)[0]["client"] == "Nadia"
