"""Mail of machines that only its text gives away, and people who write alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from backoffice.messaging.documents import sender
from backoffice.messaging.documents.email import read_email
from backoffice.testing.documents import mail

if TYPE_CHECKING:
    from pytest_django import Settings

_PATH = Path(__file__).parent / "data" / "machine_texts.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in _PATH.read_text().splitlines()]
MACHINES = [row for row in ROWS if row["machine"]]
PEOPLE = [row for row in ROWS if not row["machine"]]


def is_machine(row: dict[str, Any], **options: Any) -> bool:
    named = {"From": "Salma Tazi <salma@client.example>", "Subject": row["subject"]}
    return read_email(mail(row["text"], headers=named, **options)).is_automatic


def test_there_are_enough():
    assert (len(MACHINES), len(PEOPLE)) == (41, 37)


@pytest.mark.parametrize("row", MACHINES, ids=lambda row: row["id"])
def test_a_text_of_a_machine_is_known_without_headers(row: dict[str, Any]):
    assert is_machine(row)


@pytest.mark.parametrize("row", PEOPLE, ids=lambda row: row["id"])
def test_no_person_is_taken_for_a_machine(row: dict[str, Any]):
    assert not is_machine(row)


@pytest.mark.parametrize("row", MACHINES[16:22], ids=lambda row: row["id"])
def test_whoever_adds_a_question_or_a_file_is_a_person(row: dict[str, Any]):
    asking = row | {"subject": "x", "text": f"{row['text']}\nEt ma commande ?"}

    assert not is_machine(asking)
    assert not is_machine(row | {"subject": "x"}, files=[("photo.pdf", b"%PDF-1.4")])


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("SUPPORT@Olivette.Example", True),
        ("support+alerte@olivette.example", True),
        ("Support+A+B@OLIVETTE.example ", True),
        ("support@autre.example", False),
        ("supports@olivette.example", False),
        ("+support@olivette.example", False),
        ("", False),
    ],
)
def test_our_address_in_any_spelling(settings: Settings, address: str, ours: bool):  # noqa: FBT001 - a row of the table
    settings.SUPPORT_FROM_EMAIL = "Maison Olivette <support@olivette.example>"

    assert sender.is_ours(address) is ours
