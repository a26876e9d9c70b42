"""The messages the classifier learns from: well-formed, varied, and as their README says."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from rapidfuzz import fuzz, process

from backoffice.core.text import folded

FOLDER = Path(__file__).parent.parent / "data" / "messages"
STYLES = sorted(path.stem for path in FOLDER.glob("*.jsonl"))
CATEGORIES = {
    "Retard de livraison",
    "Remboursement",
    "Produit défectueux",
    "Information commande",
    "Non classé",
}
LANGUAGES = {"fr", "en", "es", "ar", "ar-Latn"}
FIELDS = {"id", "style", "message", "category", "order_number", "language"}
ORDER_NUMBER = re.compile(r"\d{4,6}|CMD-2026-\d{5}")
SPACE_OR_HYPHEN = re.compile(r"[\s-]")
# Fewer letters than this and two people do write the same.
SHORT = 40
TOO_ALIKE = 85


def read(style: str) -> list[dict[str, str | None]]:
    lines = (FOLDER / f"{style}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def texts(style: str) -> list[str]:
    return [str(row["message"]) for row in read(style)]


def everything() -> list[dict[str, str | None]]:
    return [row for style in STYLES for row in read(style)]


@pytest.mark.parametrize("style", STYLES)
def test_every_line_has_the_fields_and_known_values(style: str) -> None:
    rows = read(style)

    assert all(row.keys() == FIELDS for row in rows)
    assert {row["style"] for row in rows} == {style}
    assert {row["category"] for row in rows} <= CATEGORIES
    assert {row["language"] for row in rows} <= LANGUAGES
    assert all(str(row["message"]).strip() == row["message"] != "" for row in rows)


@pytest.mark.parametrize("style", STYLES)
def test_every_style_holds_every_category(style: str) -> None:
    counts = Counter(row["category"] for row in read(style))

    assert counts.keys() == CATEGORIES
    assert min(counts.values()) >= 8
    assert 40 <= counts.total() <= 70


def test_there_are_enough_styles_and_every_identifier_occurs_once() -> None:
    ids = [str(row["id"]) for row in everything()]

    assert len(STYLES) >= 14
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"msg-\d{4}", id_) for id_ in ids)


@pytest.mark.parametrize("style", STYLES)
def test_order_numbers_are_well_formed_and_stand_in_the_message(style: str) -> None:
    for row in read(style):
        number = row["order_number"]
        if number is None:
            continue
        assert ORDER_NUMBER.fullmatch(number), row["id"]
        typed = SPACE_OR_HYPHEN.sub("", folded(str(row["message"]))).upper()
        assert SPACE_OR_HYPHEN.sub("", number) in typed, row["id"]


@pytest.mark.parametrize("style", STYLES)
def test_nobody_can_be_written_to_or_called(style: str) -> None:
    for text in texts(style):
        addresses = re.findall(r"[\w.+-]+@([\w.-]*\w)", text)
        telephones = re.findall(r"\b0[1-9](?:[ .]?\d\d){4}\b", text)

        assert all(address.endswith(".example") for address in addresses), text
        assert all(number.startswith(("06 39 98 ", "01 99 00 ")) for number in telephones), text


def test_no_two_messages_are_nearly_the_same() -> None:
    long = [str(row["message"]).lower() for row in everything()]
    long = [text for text in long if len(text) >= SHORT]

    likeness = process.cdist(long, long, scorer=fuzz.token_set_ratio, score_cutoff=TOO_ALIKE)

    pairs = zip(*likeness.nonzero(), strict=True)
    assert [(long[a], long[b]) for a, b in pairs if a < b] == []


def test_the_readme_counts_right() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = everything()

    styles = re.findall(r"\| ([a-z-]{2,}) \+? ?\| (\d+) (?=\|)", readme)
    categories = re.findall(r"^- \*\*(.+)\*\* \((\d+)\)", readme, re.MULTILINE)
    languages = re.findall(r"`(fr|en|es|ar|ar-Latn)` (\d+)", readme)

    assert {name: int(n) for name, n in styles} == Counter(row["style"] for row in rows)
    assert {name: int(n) for name, n in categories} == Counter(row["category"] for row in rows)
    assert {name: int(n) for name, n in languages} == Counter(row["language"] for row in rows)
    assert f"{len(rows)} customer messages" in readme
