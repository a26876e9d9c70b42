"""Confidences as shares of right values: the curves, and what they never do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from orders.checks import DOUBTFUL
from orders.evaluation.fitting import Guess, cross_validated, error, fit, recorded
from orders.extraction.confidence import calibration
from orders.management.commands.calibrate_orders import RECORD
from orders.reading import Found, OrderReading

if TYPE_CHECKING:
    from pathlib import Path


def guesses(confidence: float, right: int, wrong: int) -> list[Guess]:
    return [
        # Right and wrong ones in turn, so that every fold holds both.
        Guess(f"{confidence}-{index}", "quantity", confidence, index * 37 % (right + wrong) < right)
        for index in range(right + wrong)
    ]


def reading(confidence: float, note: str = "") -> OrderReading:
    sure = Found(value=True, confidence=0.9)
    return OrderReading(
        kind=Found("order", 0.9),
        is_order=sure,
        is_renewal=sure,
        currency=Found("MAD", confidence, (), note),
    )


def test_the_error_of_confidences_that_are_too_high():
    measured = error([*guesses(0.9, 70, 30), *guesses(0.5, 50, 50)])

    assert (measured.count, round(measured.ece, 3)) == (200, 0.1)
    assert [(round(b.said, 1), b.right, b.count) for b in measured.bins] == [
        (0.5, 0.5, 100),
        (0.9, 0.7, 100),
    ]


def test_curves_never_fall_and_correct_what_they_have_not_seen():
    told = [*guesses(0.95, 150, 50), *guesses(0.8, 160, 40), *guesses(0.6, 60, 60)]

    heights = [height for _said, height in fit(told)["quantity"]]

    assert heights == sorted(heights)
    assert error(cross_validated(told)).ece < error(told).ece * 0.7


def test_few_values_move_a_confidence_little():
    ((_said, height),) = fit(guesses(0.9, 1, 2))["quantity"]

    assert 0.75 < height < 0.9


def test_a_doubt_is_not_argued_away():
    curves = {"currency": [(0.5, 0.95), (0.9, 0.97)]}

    doubted = calibration.apply(reading(0.6, "Not found in the message."), curves)
    guessed = calibration.apply(reading(0.6), curves)

    assert doubted.currency.confidence <= 0.6
    assert guessed.currency.confidence > DOUBTFUL


def test_no_curves_leave_a_reading_as_it_is():
    assert calibration.apply(reading(0.6), {}) == reading(0.6)


def test_shipped_curves_halve_the_error_of_first_readings():
    told = recorded(RECORD)

    assert len({guess.message for guess in told}) > 100
    assert calibration.shipped() == fit(told)
    assert error(cross_validated(told)).ece < 0.6 * error(told).ece


def test_a_message_is_noted_at_its_first_reading_only(tmp_path: Path):
    line = {
        "id": "x1",
        "channel": "whatsapp",
        "name": "Ali Amrani",
        "phone": "+212661000000",
        "sent_at": "2026-05-04T10:00:00+01:00",
        "text": "Bonjour, 3000 sachets fond plat svp",
        "expected": {
            "order": True,
            "name": "Ali Amrani",
            "phone": "+212661000000",
            "lines": [["plat", 3000, "piece"]],
        },
    }
    (tmp_path / "few.jsonl").write_text(json.dumps(line), "utf-8")
    options = {
        "record": tmp_path / "first",
        "output": tmp_path / "curves",
        "prices": tmp_path / "prices",
    }

    call_command("calibrate_orders", tmp_path, **options)
    first = options["record"].read_text("utf-8")
    call_command("calibrate_orders", tmp_path, **options)

    assert options["record"].read_text("utf-8") == first
    assert {guess.field for guess in recorded(options["record"])} >= {"quantity", "is_order"}
    assert json.loads(options["output"].read_text("utf-8"))["fields"]["quantity"]["values"] == 1


def test_nothing_to_learn_from_is_an_error(tmp_path: Path):
    with translation.override("en"), pytest.raises(CommandError, match="no labelled message"):
        call_command("calibrate_orders", record=tmp_path / "none", output=tmp_path / "curves")
