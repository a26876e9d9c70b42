from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from crm.mapping.compiled import Normalised
from crm.models import Anomaly
from crm.problems import Problem
from crm.quality import checks

TODAY = dt.date(2026, 11, 21)
SALE = {
    "key": "L1",
    "customer_key": "C1",
    "product_key": "V1",
    "sold_on": dt.date(2026, 11, 2),
    "quantity": Decimal(6),
    "unit_price": Decimal("12.08"),
    "amount": Decimal("72.48"),
}
WINE = {"key": "V1", "name": "Crémant de Bourgogne", "vintage": 2021, "alcohol": Decimal("12.5")}
CUSTOMER = {"key": "C1", "name": "Anne Garnier", "email": ["a@client.example"], "country": "FR"}


def row(values: dict[str, Any]) -> Normalised:
    raw = {name: [str(value)] for name, value in values.items()}
    return Normalised({name: [value] for name, value in values.items()}, raw)


def found(entity: str, values: dict[str, Any]) -> list[tuple[str, str, str]]:
    rows = row(values)
    with translation.override("en"):
        checks.check(entity, rows, today=TODAY)
    return [(one.severity.value, one.code, one.field) for one in rows.problems]


@pytest.mark.parametrize(
    "changed",
    [
        {},
        # Rounded: the line to cents, the price of one to cents.
        {"amount": Decimal("72.49")},
        {"quantity": Decimal(600), "unit_price": Decimal("0.12"), "amount": Decimal("74.10")},
        {"discount": Decimal(10), "amount": Decimal("65.23")},
        # A return has both signs negative.
        {"quantity": Decimal(-6), "amount": Decimal("-72.48"), "document": "AV2500002"},
        {"sold_on": TODAY},
        {"amount": None},
        {"unit_price": None},
        {"quantity": Decimal(0), "amount": Decimal(0)},
    ],
)
def test_good_sales_have_nothing_wrong(changed: dict[str, Any]):
    assert found("sale", SALE | changed) == []


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"customer_key": None}, ("critical", "required_missing", "customer_key")),
        ({"sold_on": dt.date(2026, 11, 22)}, ("critical", "future_date", "sold_on")),
        ({"sold_on": dt.date(1900, 1, 1)}, ("critical", "impossible_date", "sold_on")),
        ({"quantity": Decimal(-6)}, ("critical", "negative_quantity", "quantity")),
        ({"quantity": Decimal(500_000)}, ("critical", "out_of_range", "quantity")),
        ({"quantity": Decimal(-6), "amount": None}, ("medium", "negative_quantity", "quantity")),
        ({"quantity": Decimal(0)}, ("medium", "total_differs", "amount")),
        ({"amount": Decimal(80)}, ("medium", "total_differs", "amount")),
        ({"unit_price": Decimal(-1)}, ("high", "out_of_range", "unit_price")),
        ({"unit_price": None, "amount": Decimal(-5)}, ("medium", "inconsistent", "amount")),
        ({"amount": Decimal(10) ** 13}, ("high", "out_of_range", "amount")),
        ({"currency": "QQQ"}, ("high", "not_in_list", "currency")),
        ({"document": "F" * 61}, ("high", "too_long", "document")),
        ({"customer_key": "1,23E+12"}, ("critical", "type_mismatch", "customer_key")),
    ],
)
def test_a_bad_sale_has_one_problem(changed: dict[str, Any], problem: tuple[str, str, str]):
    assert found("sale", SALE | changed) == [problem]


@pytest.mark.parametrize(
    ("entity", "values", "problem"),
    [
        ("product", WINE | {"vintage": 22021}, ("high", "out_of_range", "vintage")),
        ("product", WINE | {"vintage": 2028}, ("high", "out_of_range", "vintage")),
        ("product", WINE | {"alcohol": Decimal(45)}, ("medium", "out_of_range", "alcohol")),
        ("product", WINE | {"alcohol": Decimal("0.125")}, ("medium", "out_of_range", "alcohol")),
        ("product", WINE | {"name": "Aligoté 2019"}, ("medium", "inconsistent", "vintage")),
        (
            "product",
            WINE | {"list_price": Decimal(5), "cost_price": Decimal(8)},
            ("medium", "inconsistent", "list_price"),
        ),
        ("product", WINE | {"barcode": "3,76E+12"}, ("high", "type_mismatch", "barcode")),
        ("customer", CUSTOMER | {"name": ""}, ("critical", "required_missing", "name")),
        (
            "customer",
            CUSTOMER | {"name": None, "company": None},
            ("critical", "required_missing", "name"),
        ),
        ("customer", CUSTOMER | {"email": ["a@gmial.com"]}, ("medium", "invalid_email", "email")),
        ("customer", CUSTOMER | {"postal_code": "1200"}, ("medium", "inconsistent", "postal_code")),
        (
            "stock",
            {"product_key": "V1", "quantity": Decimal(-2)},
            ("medium", "negative_quantity", "quantity"),
        ),
        (
            "interaction",
            {
                "customer_key": "C1",
                "channel": "fax",
                "occurred_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
            },
            ("critical", "not_in_list", "channel"),
        ),
    ],
)
def test_a_bad_row_has_one_problem(
    entity: str, values: dict[str, Any], problem: tuple[str, str, str]
):
    assert found(entity, values) == [problem]


@pytest.mark.parametrize(
    ("entity", "values"),
    [
        ("product", WINE | {"vintage": 2027}),
        ("product", WINE | {"name": "Marc de Bourgogne", "alcohol": Decimal(42)}),
        ("product", WINE | {"name": "Cuvée 1789", "vintage": 2020}),
        ("customer", CUSTOMER | {"postal_code": "97400"}),
        ("customer", CUSTOMER | {"postal_code": "75008 CEDEX 08"}),
        ("customer", CUSTOMER | {"postal_code": "1200", "country": "CH"}),
        ("customer", CUSTOMER | {"postal_code": "1000", "country": "BE"}),
        ("customer", CUSTOMER | {"postal_code": "SW1A 1AA", "country": "GB"}),
        ("customer", {"key": "C2", "name": None, "company": "Caves Saint-Vincent"}),
    ],
)
def test_good_rows_have_nothing_wrong(entity: str, values: dict[str, Any]):
    assert found(entity, values) == []


def test_a_value_that_the_mapping_could_not_make_is_not_missing_as_well():
    rows = row(SALE | {"quantity": None})
    told = Problem(0, Anomaly.Severity.HIGH, "type_mismatch", "quantity", "x", "x is no number.")
    rows.problems.append(told)

    checks.check("sale", rows, today=TODAY)

    assert [(one.severity, one.sentence) for one in rows.problems] == [
        ("critical", "x is no number.")
    ]


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("86.98", "includes 20 % VAT"),
        ("79.73", "includes 10 % VAT"),
        ("76.47", "includes 5.5 % VAT"),
    ],
)
def test_a_total_with_tax_is_recognised(amount: str, words: str):
    rows = row(SALE | {"amount": Decimal(amount)})
    with translation.override("en"):
        checks.check("sale", rows, today=TODAY)

    assert [words in one.sentence for one in rows.problems] == [True]


def test_a_high_problem_leaves_the_value_out_and_a_list_keeps_its_good_values():
    rows = row(WINE | {"vintage": 22021, "aromas": ["cassis", "x" * 61]})

    checks.check("product", rows, today=TODAY)

    assert (rows.values["vintage"], rows.values["aromas"]) == ([None], [["cassis"]])


def test_the_score_of_the_worked_example():
    # docs/crm-quality.md
    rows = row(
        {
            "key": "C1",
            "name": "Anne Garnier",
            "email": ["anne@gmial.com"],
            "phone": [],
            "address": "12 quai de la Fontaine",
            "postal_code": "1200",
            "city": "Bourg",
            "country": "FR",
            "changed_at": dt.datetime(2023, 11, 22, tzinfo=dt.UTC),
        }
    )
    checks.check("customer", rows, today=TODAY)

    assert checks.scores("customer", rows, today=TODAY) == [79]
