"""The shipped catalogue agrees with itself."""

from __future__ import annotations

import csv
import re

import pytest

from listings.extraction.catalogue import DATA, load_shipped


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows("grammars.csv"), ids=lambda row: f"{row['example']}")
def test_grammar_matches_its_example(row: dict[str, str]):
    assert re.fullmatch(row["pattern"], row["example"], re.IGNORECASE)
    assert row["scope"] in {"alone", "brand", "spaced"}


def test_every_row_names_a_known_brand_and_family():
    brands = {row["brand"] for row in rows("brands.csv")}
    families = {(row["brand"], row["model"]) for row in rows("models.csv")}

    assert {brand for brand, _model in families} <= brands
    assert {row["brand"] for row in rows("grammars.csv")} <= brands
    told = {(row["brand"], row["model"]) for row in rows("grammars.csv") if row["model"]}
    assert told <= families
    assert len(families) == len(rows("models.csv"))


def test_every_listed_reference_leads_to_its_brand():
    catalogue = load_shipped()

    lost = [
        (row["brand"], reference)
        for row in rows("models.csv")
        for reference in row["references"].split()
        if row["brand"] not in {s.brand for s in catalogue.senses(reference.lower()) if s.known}
    ]
    assert lost == []
