from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from orders.evaluation import evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

SAMPLES = Path(__file__).parent / "data" / "samples"


def label(**changes: Any) -> dict[str, Any]:
    return {
        "is_order": True,
        "is_renewal": False,
        "customer": {"name": "Ali", "company": None, "email": None, "phone": None},
        "lines": [
            {"product": "sachet_fond_plat", "quantity": 5000, "unit": "piece", "unit_price": 0.2}
        ],
        "currency": "MAD",
        "total": 1000,
        "delivery_date": "2026-05-04",
    } | changes


@pytest.fixture(autouse=True)
def _without_database(settings: Settings) -> Iterator[None]:
    """The commands must run where no database server can be started."""

    def refuse(*_: object) -> None:
        pytest.fail("a query was sent")

    settings.OPENAI_API_KEY = ""
    with connection.execute_wrapper(refuse):
        yield


def test_equal_readings_score_one():
    result = evaluate([("a", label(total=1000.0), label())])

    assert {score.f1 for score in result.scores.values()} == {1.0}
    assert result.mistakes == {}


def test_orders_after_the_first_are_scored_as_others():
    two = label(others=[label(delivery_date=None)])

    result = evaluate([("a", two, two), ("b", label(), two), ("c", two, label())])

    score = result.scores["others"]
    assert (score.right, score.missed, score.wrong) == (1, 1, 1)


def test_a_wrong_value_costs_precision_and_recall():
    result = evaluate([("a", label(delivery_date="2026-05-05"), label()), ("b", label(), label())])

    score = result.scores["delivery_date"]
    assert (score.precision, score.recall, score.f1) == (0.5, 0.5, 0.5)
    assert result.mistakes == {"a": ["delivery_date"]}


def test_a_value_nobody_stated_costs_precision_only():
    result = evaluate([("a", label(), label(total=None)), ("b", label(), label())])

    assert (result.scores["total"].precision, result.scores["total"].recall) == (0.5, 1.0)


def test_lines_count_as_product_quantity_and_unit():
    twice = label(lines=[*label()["lines"], *label()["lines"]])
    result = evaluate([("a", twice, label())])

    assert (result.scores["lines"].right, result.scores["lines"].wrong) == (1, 1)


def test_extract_orders_prints_a_line_per_file(capsys: pytest.CaptureFixture[str]):
    call_command("extract_orders", str(SAMPLES / "e01-texte-simple.eml"))

    found = json.loads(capsys.readouterr().out)
    expected = json.loads((SAMPLES / "e01-texte-simple.expected.json").read_text("utf-8"))
    assert found == {"file": "e01-texte-simple.eml", **expected}


def test_extract_orders_reads_a_bare_file(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    note = tmp_path / "note.txt"
    note.write_text("Il me faut 2000 sacs poignées torsadées svp", "utf-8")

    call_command("extract_orders", str(note))

    found = json.loads(capsys.readouterr().out)
    assert found["lines"] == [
        {
            "product": "sac_fond_carre_poignees_torsadees",
            "quantity": 2000,
            "unit": "piece",
            "unit_price": None,
        }
    ]


def test_extract_orders_counts_delivery_from_the_date_on_a_bare_paper(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    paper = tmp_path / "commande.txt"
    paper.write_text(
        "Café Bleu\nRabat, le 13/04/2026\nCommande : 2000 sacs torsadés\nLivraison vendredi",
        "utf-8",
    )

    call_command("extract_orders", str(paper))

    assert json.loads(capsys.readouterr().out)["delivery_date"] == "2026-04-17"


def test_extract_orders_goes_on_after_an_unreadable_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.4 nothing")

    with pytest.raises(CommandError):
        call_command(
            "extract_orders", str(broken), str(SAMPLES / "w02-darija-vendredi.whatsapp.json")
        )

    output = capsys.readouterr()
    assert json.loads(output.out)["file"] == "w02-darija-vendredi.whatsapp.json"
    assert output.err.startswith("broken.pdf: ")


def test_evaluate_orders_skips_what_needs_a_model(capsys: pytest.CaptureFixture[str]):
    call_command("evaluate_orders", str(SAMPLES), "--json")

    found = json.loads(capsys.readouterr().out)
    assert (found["messages"], len(found["skipped"])) == (32, 4)
    assert found["fields"]["lines"]["f1"] == 1.0


def test_evaluate_orders_reads_transcripts_instead(capsys: pytest.CaptureFixture[str]):
    call_command("evaluate_orders", str(SAMPLES), "--json", "--transcripts")

    found = json.loads(capsys.readouterr().out)
    assert (found["messages"], found["skipped"], found["mistakes"]) == (36, [], {})


def test_evaluate_orders_prints_a_table(capsys: pytest.CaptureFixture[str]):
    call_command("evaluate_orders", str(SAMPLES), "--mistakes")

    rows = capsys.readouterr().out.splitlines()
    assert [row.split()[0] for row in rows[1:4]] == ["is_order", "is_renewal", "customer.name"]


def test_evaluate_orders_needs_labels(tmp_path: Path):
    with pytest.raises(CommandError, match=r"expected\.json"):
        call_command("evaluate_orders", str(tmp_path))
