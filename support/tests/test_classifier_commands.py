"""The commands of the classifier as programs call them, without a database."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from support.understanding import stored

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.understanding.classifier import TrainedClassifier


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def classify(
    lines: bytes, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[dict[str, object]], str, str]:
    """Run the command; return the rows written, its errors, and how it ended."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines), encoding="utf-8"))
    out, err, ended = io.StringIO(), io.StringIO(), ""
    try:
        call_command("classify_messages", stdout=out, stderr=err, no_color=True)
    except CommandError as error:
        ended = str(error)
    return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue(), ended


def test_what_is_found_is_added_to_each_line(
    classifier: TrainedClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = '{"id": "a", "message": "Where is order 10412? It was due last week.", "x": [1]}\n\n'

    rows, errors, ended = classify(line.encode(), monkeypatch)

    confidence = rows[0].pop("confidence")
    assert 0.5 < float(str(confidence)) <= 1
    assert rows == [
        {
            "id": "a",
            "message": "Where is order 10412? It was due last week.",
            "x": [1],
            "category": "Retard de livraison",
            "order_number": "10412",
            "language": "en",
        }
    ]
    assert (errors, ended) == ("", "")


def test_bad_lines_are_named_and_the_others_written(
    classifier: TrainedClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = b'nope\n{"id": 2, "message": "merci !"}\n[1]\n{"id": 4}\n\xff\xfe\n' + b"[" * 100_000

    rows, errors, ended = classify(lines, monkeypatch)

    assert [row["id"] for row in rows] == [2]
    assert [line.split(":")[0] for line in errors.splitlines()] == [
        "Line 1",
        "Line 3",
        "Line 4",
        "Line 5",
        "Line 6",
    ]
    assert ended == "5 lines were left out because they could not be read."


def test_half_a_surrogate_pair_is_written_as_it_came(
    classifier: TrainedClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, _errors, ended = classify(b'{"message": "\\ud800 merci"}', monkeypatch)

    assert (rows[0]["message"], ended) == ("\ud800 merci", "")


def test_training_with_messages_of_staff(tmp_path: Path) -> None:
    extra = tmp_path / "extra.jsonl"
    new = {"message": "Il manque deux assiettes dans le carton", "category": "Commande incomplète"}
    extra.write_text("".join(json.dumps(new) + "\n" for _ in range(8)), encoding="utf-8")
    output, out = tmp_path / "new.npz", io.StringIO()

    call_command(
        "train_support_classifier",
        str(extra),
        "--no-evaluation",
        output=output,
        test=extra,
        stdout=out,
    )

    trained = stored.load(output)
    assert "Commande incomplète" in trained.categories
    assert trained.classify(new["message"]).category == "Commande incomplète"
    assert f"1356 messages learned, {len(trained.rarity)} features, kept in {output}." in (
        out.getvalue()
    )
    assert "Test messages: macro-F1 1.000" in out.getvalue()


@pytest.mark.parametrize("line", ["nope", "{}", '{"message": "", "category": "x"}', "[]"])
def test_a_bad_example_is_named(line: str, tmp_path: Path) -> None:
    path = tmp_path / "extra.jsonl"
    path.write_text(f"\n{line}\n", encoding="utf-8")

    with pytest.raises(CommandError, match=r"^Line 2 of .*extra\.jsonl is no example"):
        call_command("train_support_classifier", str(path))
