from __future__ import annotations

import csv
import math
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from backoffice.core.errors import DomainError
from backoffice.core.spreadsheets.formats import Xlsx
from scoring.engine import clients, features, tables
from scoring.engine.problems import InvalidClients
from scoring.model import CRMScoringModel
from scoring.sheets.headings import field_of
from scoring.tests.conftest import EXAMPLE

if TYPE_CHECKING:
    from scoring.tests.conftest import Rows


DATA = Path(__file__).parent / "data"


def faults(**columns: list[Any]):
    """Return the faults of the example with other values, as (index, field, code)."""
    length = max(len(column) for column in columns.values())
    table = {name: column * length for name, column in EXAMPLE.items()} | columns
    with pytest.raises(InvalidClients) as raised:
        clients.read(table)
    return [(one.index, one.field, one.code) for one in raised.value.problems]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (-1, "negative"),
        (float("nan"), "not_finite"),
        (float("inf"), "not_finite"),
        ("12", "text"),
        ("many", "text"),
        (True, "text"),
        (None, "missing"),
        ("", "missing"),
        (10**400, "out_of_range"),
        (1_000_001, "out_of_range"),
        (3.5, "not_whole"),
        ([], "text"),
    ],
)
def test_impossible_value_is_refused(value: object, code: str):
    assert faults(total_contacts=[4, value]) == [(1, "total_contacts", code)]


@pytest.mark.parametrize("value", [-1, math.nan, math.inf, "12", True, None, 10**400, 3.5, 1e7])
def test_one_client_is_refused_as_in_a_table(value: object):
    with pytest.raises(InvalidClients) as raised:
        clients.read_one((5, value, 1500.5, 8, 6, 15, 120))
    table: dict[str, list[Any]] = {**EXAMPLE, "total_contacts": [value]}
    assert list(map(str, raised.value.problems)) == list(map(str, clients.inspect(table)[1]))


def test_one_client_that_contradicts_itself_is_refused():
    for figures, field in (
        ((5, 10, 1500.5, 8, 9, 15, 120), "emails_opened"),
        ((121, 10, 1500.5, 8, 6, 15, 120), "days_since_last_contact"),
    ):
        with pytest.raises(InvalidClients) as raised:
            clients.read_one(figures)
        assert [one.field for one in raised.value.problems] == [field]


def test_one_right_client_is_read(strangers: Rows):
    for row in strangers[-200:].tolist():
        assert clients.read_one(row) == row


def test_all_faults_are_told_at_once_with_row_field_value_and_mend():
    with pytest.raises(InvalidClients) as raised:
        clients.read(
            {name: column * 3 for name, column in EXAMPLE.items()}
            | {"total_spent": [-5, 1, 2], "emails_opened": [6, 9, "six"]}
        )
    assert [one.sentence for one in raised.value.problems] == [
        "Row 1: total_spent is -5. Give 0 or more.",
        "Row 2: emails_opened is 9, but only 8 e-mails were sent. Correct one of the two.",
        "Row 3: emails_opened is “six”. Give a plain number.",
    ]
    assert str(raised.value) == (
        "Row 1: total_spent is -5. Give 0 or more. There are 3 faults in all."
    )


def test_contact_before_the_customer_is_refused():
    assert faults(days_since_last_contact=[121]) == [
        (0, "days_since_last_contact", "contact_before_customer")
    ]


def test_missing_column_and_unequal_columns_are_refused():
    with pytest.raises(DomainError, match=r"^These columns are missing: website_visits\.$"):
        clients.read({key: value for key, value in EXAMPLE.items() if key != "website_visits"})
    with pytest.raises(DomainError, match=r"^The columns must be equally long\.$"):
        clients.read({**EXAMPLE, "website_visits": [1, 2]})
    with pytest.raises(DomainError, match=r"^Give a table with named columns"):
        clients.read([[1, 2, 3]])


def test_duplicate_and_missing_identifiers_are_told():
    found = clients.duplicates([7, 8, 7, "", 8])
    assert [(one.index, one.code, one.limit) for one in found] == [
        (2, "duplicate", 1),
        (3, "no_identifier", None),
        (4, "duplicate", 2),
    ]


def test_features_have_the_documented_values():
    assert {
        name: column.tolist() for name, column in CRMScoringModel().create_features(EXAMPLE).items()
    } == {
        "recency": [5.0],
        "frequency": [10.0],
        "monetary": [1500.5],
        "email_open_rate": [0.75],
        "website_visits": [15.0],
        "tenure": [120.0],
        # (30/35 + 10/15 + 1500.5/2000.5) x 100/3
        "rfm": pytest.approx([75.7957], abs=1e-4),
    }


def test_any_table_gives_the_same_features():
    expected = CRMScoringModel().create_features(EXAMPLE)
    structured = np.array(
        [tuple(column[0] for column in EXAMPLE.values())],
        dtype=[(name, "f8") for name in EXAMPLE],
    )
    decimals = {name: [Decimal(str(column[0]))] for name, column in EXAMPLE.items()}
    for table in (structured, decimals):
        assert CRMScoringModel().create_features(table) == expected


def test_frame_gives_a_frame():
    class Frame(dict[str, Any]):
        """What of pandas matters here: pandas itself is not installed."""

        def __init__(self, columns: dict[str, Any], index: object = None) -> None:
            super().__init__(columns)
            self.index = index

        @property
        def columns(self):
            return list(self)

    made = CRMScoringModel().create_features(Frame(EXAMPLE, index=["x"]))
    assert (type(made), made.index, made.columns) == (Frame, ["x"], list(features.NAMES))


def test_one_client_and_a_batch_have_the_same_features(strangers: Rows):
    batch = features.of_clients(strangers)
    assert np.array_equal(np.array([features.of_one(row) for row in strangers.tolist()]), batch)


def test_dirty_file_is_reported_row_by_row():
    _data, problems = tables.inspect_clients(DATA / "dirty.csv")
    found: dict[int, set[str]] = {}
    for one in problems:
        found.setdefault(one.index + 1, set()).add(one.field)
    with (DATA / "dirty_expected.csv").open(encoding="utf-8") as file:
        expected = list(csv.DictReader(file))
    assert len(expected) == 60
    invalid = {int(row["row"]): row["field"] for row in expected if row["verdict"] == "invalid"}
    assert set(found) == set(invalid)
    for row, field in invalid.items():
        if row == 33:
            assert set(clients.NAMES) <= found[row]
        else:
            assert set(field.split(";")) <= found[row], row


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1500,50", 1500.5),
        ("1 500,50", 1500.5),
        ("1\u202f500", 1500.0),
        ("89.90 €", 89.9),
        ("7.0", 7.0),
        (" 14 ", 14.0),
        ("", None),
        ("#REF!", "#REF!"),
        ("1.234.56", "1.234.56"),
        ("1,234", "\0ambiguous"),
        ("1,234.50", 1234.5),
        ("1.234,50 €", 1234.5),
        ("12.345.678,9", 12_345_678.9),
    ],
)
def test_number_of_a_cell(cell: str, value: object):
    assert tables.number(cell) == value


FRENCH = (
    "N° client;Dernier contact (jours);Nb contacts;CA TTC;Mails envoyés;Mails ouverts;Visites;"
    "Ancienneté (jours);converted"
)


def test_clients_to_learn_from_may_have_french_headings(tmp_path: Path):
    path = tmp_path / "clients.csv"
    path.write_text(f"{FRENCH}\n007;5;10;1 500,50 €;8;6;15;120;1\n", encoding="cp1252")

    data = tables.read_clients(path, field_of)

    assert data.clients.tolist() == [[5, 10, 1500.5, 8, 6, 15, 120]]


def test_clients_to_learn_from_may_be_a_workbook(tmp_path: Path):
    path = tmp_path / "clients.xlsx"
    row = ["007", 5, 10, 1500.5, 8, 6, 15, 120, 1]
    with path.open("wb") as file:
        Xlsx().write(file, ["customer_id", *clients.NAMES, "converted"], [row])

    data = tables.read_clients(path)

    assert (data.clients.tolist(), data.bought.tolist()) == (
        [[5, 10, 1500.5, 8, 6, 15, 120]],
        [1],
    )


def test_two_columns_of_a_figure_are_refused_before_anything_is_learned(tmp_path: Path):
    path = tmp_path / "clients.csv"
    path.write_text(f"{','.join(clients.NAMES)},converted,total_spent\n5,10,1,8,6,15,120,1,7\n")

    with pytest.raises(DomainError, match="“total_spent” and “total_spent” both stand for"):
        tables.read_clients(path)
