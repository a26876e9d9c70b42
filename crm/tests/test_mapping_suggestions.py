"""Suggested mappings, measured on heading lists of many tools and judged by content."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crm.mapping.context import Context
from crm.mapping.suggest import suggest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crm.mapping.rules import Rule

LISTS = Path(__file__).parent / "data" / "heading_lists.txt"
FRENCH = Context(country="FR", currency="EUR", numbers="fr", dates="dmy")


def labelled() -> Iterator[tuple[str, dict[str, str]]]:
    for block in re.split(r"\n(?=\[)", LISTS.read_text()):
        found = re.match(r"\[(\w+)\] .*\n(.*)", block)
        if found:
            pairs = (part.rpartition("=") for part in found[2].split(";"))
            yield found[1], {heading.strip(): field.strip() for heading, _is, field in pairs}


def fields_of(rules: list[Rule]) -> dict[str, set[str]]:
    """By heading its fields; what only helps another field is left out."""
    found: dict[str, set[str]] = {}
    for rule in rules:
        helps = rule.field == "postal_code" or (rule.field == "key" and len(rule.columns) > 1)
        for heading in rule.columns[: 1 if rule.field == "postal_code" else None]:
            if not helps or rule.field == "postal_code":
                found.setdefault(heading, set()).add(rule.field)
    return found


def test_headings_of_many_tools_are_recognised():
    right = wrong = missed = lists = 0
    for entity, wanted in labelled():
        lists += 1
        found = fields_of(suggest(entity, list(wanted), [], FRENCH))
        for heading, field in wanted.items():
            fields = found.get(heading, set())
            right += bool(field and field in fields)
            missed += bool(field and field not in fields)
            wrong += bool(fields and field not in fields)

    assert lists >= 40
    assert right / (right + wrong) >= 0.97
    assert right / (right + missed) >= 0.97


def rules_of(entity: str, columns: dict[str, list[str]]) -> dict[str, Rule]:
    rows = list(zip(*columns.values(), strict=True))
    return {rule.field: rule for rule in suggest(entity, list(columns), rows, FRENCH)}


def test_content_names_columns_that_headings_do_not():
    rules = rules_of(
        "customer",
        {
            "Colonne 1": ["a@free.fr", "b@orange.fr", "c@x.fr", "d@x.fr"],
            "Colonne 2": ["06 12 34 56 78", "0380220011", "07 81 23 45 67", "06 12 34 56 79"],
            "Colonne 3": ["Dupont", "Durand", "Martin", "Petit"],
        },
    )

    assert {field: rule.columns for field, rule in rules.items()} == {
        "key": ("Colonne 1",),
        "email": ("Colonne 1",),
        "phone": ("Colonne 2",),
    }


@pytest.mark.parametrize(
    ("entity", "heading", "cells", "field"),
    [
        ("customer", "E-mail", ["oui", "non", "oui", "non"], "email"),
        ("customer", "Téléphone", ["Dupont", "Durand", "Petit", "Roux"], "phone"),
        ("customer", "Pays", ["12", "13", "14", "15"], "country"),
        ("product", "Prix", ["Rouge", "Blanc", "Rosé", "Rouge"], "list_price"),
        ("product", "Année", ["12,50", "13,00", "8,20", "9,90"], "vintage"),
        ("product", "Format", ["Rouge", "Blanc", "Rosé", "Sec"], "bottles"),
        ("sale", "Date", ["12,50", "13,00", "8,20", "9,90"], "sold_on"),
        ("sale", "Quantité", ["Rouge", "Blanc", "Rosé", "Sec"], "quantity"),
    ],
)
def test_no_column_is_mapped_against_its_content(
    entity: str, heading: str, cells: list[str], field: str
):
    assert field not in rules_of(entity, {heading: cells})


def test_steps_come_from_the_content():
    rules = rules_of(
        "product",
        {
            "ref": ["V1", "V2", "V3", "V4"],
            "post_title": ["Pommard", "Volnay", "Meursault", "Beaune"],
            "post_content": ["<p>Rond</p>", "<b>Vif</b>", "Sec &amp; vif", "<p>a</p>"],
            "price": ["12.50", "1,250.00", "8.20", "9.90"],
            "alcohol": ["13,5%", "12,5%", "13%", "14,0 %"],
            "contenance": ["75", "150", "37,5", "75"],
            "date_modif": ["2024-03-15", "2024-03-16", "2024-03-17", "2024-03-18"],
        },
    )
    steps = {field: [step["name"] for step in rule.steps] for field, rule in rules.items()}

    assert steps["description"] == ["strip_html", "trim"]
    assert rules["list_price"].steps == ({"name": "parse_currency", "arguments": {"style": "en"}},)
    assert steps["alcohol"] == ["parse_decimal"]
    assert rules["bottles"].steps == ({"name": "bottle_equivalent", "arguments": {"unit": "cl"}},)


def test_dates_of_two_figures_and_american_ones():
    short = rules_of("sale", {"Date": ["15/03/24", "16/03/24", "17/03/24", "18/04/24"]})
    american = rules_of("sale", {"Date": ["03/15/2024", "03/16/2024", "12/31/2024", "01/02/2024"]})

    assert short["sold_on"].steps[0]["arguments"] == {"format": "dd/mm/yy"}
    assert american["sold_on"].steps[0]["arguments"] == {"format": "mm/dd/yyyy"}


def test_names_in_two_columns_and_several_phones_are_one_field_each():
    rules = rules_of(
        "customer",
        {
            "Code": ["1", "2", "3", "4"],
            "Nom": ["DUPONT", "DURAND", "PETIT", "ROUX"],
            "Prénom": ["JEAN", "ANNE", "LUC", "ZOÉ"],
            "Tél.": ["0380220011", "", "", ""],
            "Tél. portable": ["0612345678", "", "0781234567", ""],
            "Fax": ["0380220012", "", "", ""],
        },
    )

    assert rules["name"].columns == ("Prénom", "Nom")
    assert [step["name"] for step in rules["name"].steps] == ["trim", "join", "capitalize"]
    assert rules["phone"].columns == ("Tél. portable", "Tél.")
