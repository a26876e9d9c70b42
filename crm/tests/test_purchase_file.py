from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.utils import translation

from backoffice.core.errors import DomainError
from crm.recommendations.files import headings as headings_module
from crm.recommendations.files import product_file
from crm.recommendations.files import purchases as purchase_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crm.recommendations.engine.purchases import Purchases


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def lines(purchases: Purchases) -> list[tuple[str, str, str, float]]:
    first = dt.date(1970, 1, 1)
    columns = (purchases.customer, purchases.product, purchases.day, purchases.quantity)
    return [
        (
            str(purchases.customers[customer]),
            str(purchases.products[product]),
            (first + dt.timedelta(days=int(day))).isoformat(),
            float(quantity),
        )
        for customer, product, day, quantity in zip(*columns, strict=True)
    ]


def read(folder: Path, text: str | bytes) -> purchase_file.Read:
    path = folder / "sales.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return purchase_file.read(path)


def refused(folder: Path, text: str) -> str:
    with pytest.raises(DomainError) as error:
        read(folder, text)
    return str(error.value)


TWO = [("anne", "rouge", "2024-03-01", 6.0), ("bob", "blanc", "2024-03-31", 1.5)]


@pytest.mark.parametrize(
    "text",
    [
        "customer,product,date,quantity\nanne,rouge,2024-03-01,6\nbob,blanc,2024-03-31,1.5\n",
        "Client;Produit;Date commande;Qté\nanne;rouge;01/03/2024;6\nbob;blanc;31/03/2024;1,5\n",
        (
            "sku\tqte\tcustomer_id\tdate_commande\nrouge\t6\tanne\t2024-03-01 18:30:00\n"
            "blanc\t1,5\tbob\t2024-03-31T09:00:00Z\n"
        ),
        (
            "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,CustomerID\n"
            '1,rouge,"a, b",6,3/1/2024 8:26,anne\n2,blanc,c,1.5,3/31/2024 23:59,bob\n'
        ),
        "ID_CLIENT|ARTICLE|DATE|QUANTITE\nanne|rouge|20240301|6\nbob|blanc|20240331|1,50\n",
        (
            "N° client;Référence;Date de commande;Quantité\nanne;rouge;1er mars 2024;6\n"
            "bob;blanc;31 mars 2024;1,5\n"
        ),
        "client,produit,timestamp,nb\nanne,rouge,1709316000,6\nbob,blanc,1711879200,1.5\n",
        "client;produit;date;qte;prix\nanne;rouge;45352;6;1,2\nbob;blanc;45382;1,5;1\n",
    ],
)
def test_headings_delimiters_and_forms_of_dates_are_found_out(tmp_path: Path, text: str):
    assert lines(read(tmp_path, text).purchases) == TWO


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_accents_are_read_in_the_encoding_of_the_file(tmp_path: Path, encoding: str):
    text = "Numéro client;Désignation;Date;Qté\nÉlodie;Crémant;05/01/2024;2\n" * 1

    found = read(tmp_path, text.encode(encoding))

    assert lines(found.purchases) == [("Élodie", "Crémant", "2024-01-05", 2.0)]


def test_without_a_column_of_quantities_each_row_is_one(tmp_path: Path):
    found = read(tmp_path, "user,item,day\na,x,2024-01-05\na,x,2024-01-05\n")

    assert lines(found.purchases) == [("a", "x", "2024-01-05", 2.0)]


def test_returns_are_taken_off_what_was_bought_before(tmp_path: Path):
    rows = ["a,x,2024-01-01,5", "a,x,2024-01-05,2", "a,x,2024-01-09,-3", "a,y,2024-01-01,-1"]

    found = read(tmp_path, "client,produit,date,qte\n" + "\n".join(rows))

    assert lines(found.purchases) == [("a", "x", "2024-01-01", 4.0)]
    assert found.returned == 2
    assert [str(product) for product in found.purchases.products] == ["x", "y"]


def test_an_order_of_dates_shown_by_a_late_row_holds_for_the_first(tmp_path: Path):
    rows = ["a,x,1/2/2024,1"] * 1500 + ["a,x,2/25/2024,1"]

    found = read(tmp_path, "client,produit,date,qte\n" + "\n".join(rows))

    assert [line[2] for line in lines(found.purchases)] == ["2024-01-02", "2024-02-25"]


def test_rows_without_a_customer_are_left_out_and_counted(tmp_path: Path):
    found = read(tmp_path, "client,produit,date\n,x,2024-01-05\na,x,2024-01-06\n\n")

    assert lines(found.purchases) == [("a", "x", "2024-01-06", 1.0)]
    assert (found.rows, found.anonymous) == (2, 1)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            "a,x,31/02/2024,1",
            "Row 3: “31/02/2024” in column “date” is not a date. Write it as 31/12/2024.",
        ),
        (
            "a,x,soon,1",
            "Row 3: “soon” in column “date” is not a date. Write it as 31/12/2024.",
        ),
        (
            "a,x,02/02/2024,many",
            "Row 3: “many” in column “qte” is not a number. Write it as 6 or 1,5.",
        ),
        ("a,,02/02/2024,1", "Row 3: column “produit” is empty. Fill it in, or delete the row."),
        ("a,x,,1", "Row 3: column “date” is empty. Fill it in, or delete the row."),
        ("a,x", "Row 3: column “date” is empty. Fill it in, or delete the row."),
    ],
)
def test_a_row_that_cannot_be_read_is_named(tmp_path: Path, row: str, sentence: str):
    text = f"client,produit,date,qte\na,x,13/01/2024,1\n{row}\n"

    assert refused(tmp_path, text) == sentence


def test_the_first_of_several_bad_rows_is_named(tmp_path: Path):
    text = "client,produit,date,qte\na,x,13/01/2024,bad\na,x,soon,1\n"

    assert refused(tmp_path, text).startswith("Row 2: “bad”")


def test_a_missing_column_is_named_with_those_that_are_there(tmp_path: Path):
    assert refused(tmp_path, "client,jour,prix\na,2024-01-01,3\n") == (
        "“sales.csv” has no column “product”; it has: client, jour, prix. Call a column"
        " “product” (or “produit”, “sku”)."
    )


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("", "“sales.csv” is empty"),
        ("client,produit,date\n", "“sales.csv” has no row with a customer"),
        ("client,produit,date,qte\na,x,2024-01-01,-1\n", "All purchases of “sales.csv” were"),
        (f"client,produit,date\n{'a' * 300},x,2024-01-01\n", "Row 2: “aaaa"),
        ("a;x;2024-01-01;3\nb;y;2024-01-02;4\n", "“sales.csv” has no column “customer”"),
    ],
)
def test_a_file_without_purchases_is_refused(tmp_path: Path, text: str, beginning: str):
    assert refused(tmp_path, text).startswith(beginning)


def test_what_is_known_of_products_is_read_of_a_second_file(tmp_path: Path):
    found = read(tmp_path, "client,produit,date\na,x,2024-01-05\na,y,2024-01-05\n")
    path = tmp_path / "products.csv"
    path.write_text("sku;nom;famille;prix;cépages\ny;Sylvaner;Blanc;7,50;Sylvaner, Riesling\n")

    catalogue = product_file.read(path, found.purchases.products)

    assert catalogue.names == ["x", "Sylvaner"]
    assert catalogue.family.tolist() == [-1, 0]
    assert catalogue.price[1] == 7.5
    assert catalogue.words["grapes"] == [[], ["Sylvaner", "Riesling"]]


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (
            "OrderDate,StockDate,OrderNumber,ProductKey,CustomerKey,TerritoryKey,OrderQuantity",
            "CustomerKey ProductKey OrderDate OrderQuantity",
        ),
        ("qty,Invoice Date,StockCode,client_key", "client_key StockCode Invoice_Date qty"),
        (
            "Région,N° Client,Nom client,RÉF. ARTICLE,Désignation,Prix HT,Date Facture,QTÉ LIVRÉE",
            "N°_Client RÉF._ARTICLE Date_Facture QTÉ_LIVRÉE",
        ),
        (
            "Désignation,Qté retournée,Numéro de client,Date de la facture,Quantité commandée",
            "Numéro_de_client Désignation Date_de_la_facture Quantité_commandée",
        ),
        ("Code cli.,Code art.,Date cde,Qté cdée", "Code_cli. Code_art. Date_cde Qté_cdée"),
    ],
)
def test_columns_are_found_by_the_words_they_are_made_of(headings: str, found: str):
    names = headings.split(",")

    places = headings_module.found(names, headings_module.PURCHASES)

    columns = ("customer", "product", "date", "quantity")
    assert [names[places[column]].replace(" ", "_") for column in columns] == found.split()


@pytest.mark.parametrize("heading", ["Product category", "Customer segment", "Prix article"])
def test_what_only_speaks_of_a_column_is_not_it(heading: str):
    assert headings_module.found([heading], headings_module.PURCHASES) == {}
