"""How far confidences can be believed, and the curves that correct them.

The error is measured on messages a curve has not seen: whole messages are left out in
turn (folds by a hash of their names). Curves are isotonic (never falling) shares of right
values, shrunk towards the confidence itself where few values were seen.
"""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orders.evaluation.fields import GROUPS, said
from orders.extraction import our_company, rules
from orders.extraction.confidence import trust
from orders.extraction.confidence.calibration import at

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from orders.evaluation.corpus import Labelled
    from orders.extraction.confidence.calibration import Curves, Points

FOLDS = 5
BINS = 10
# As if so many more values had been seen that were right as often as was said.
_PRIOR = 12.0
_MOST_POINTS = 8
# Unseen messages are worded as nobody foresaw: nothing is ever certain.
_HIGHEST = 0.985


@dataclass(frozen=True, slots=True)
class Guess:
    """A confidence and whether the value was right."""

    message: str
    field: str
    confidence: float
    is_right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """Values said with about the same confidence."""

    said: float
    right: float
    count: int


@dataclass(frozen=True, slots=True)
class Error:
    """``brier`` is the mean square error; ``ece`` the mean distance of the bins."""

    count: int
    right: float
    said: float
    brier: float
    ece: float
    bins: tuple[Bin, ...]


def error(guesses: Sequence[Guess]) -> Error:
    """Measure confidences: 10 bins of equal width."""
    by_bin: dict[int, list[Guess]] = defaultdict(list)
    for guess in guesses:
        by_bin[min(int(guess.confidence * BINS), BINS - 1)].append(guess)
    count = len(guesses) or 1
    bins = tuple(
        Bin(_mean(g.confidence for g in held), _mean(g.is_right for g in held), len(held))
        for _, held in sorted(by_bin.items())
    )
    return Error(
        len(guesses),
        _mean(g.is_right for g in guesses),
        _mean(g.confidence for g in guesses),
        _mean((g.confidence - g.is_right) ** 2 for g in guesses),
        sum(abs(one.said - one.right) * one.count for one in bins) / count,
        bins,
    )


def _mean(values: Iterable[float]) -> float:
    held = list(values)
    return sum(held) / len(held) if held else 0.0


def guesses(message: Labelled) -> list[Guess]:
    """Read a message by rules and return every value with its confidence, not yet calibrated."""
    us = our_company()
    reading = rules.read(message.content, company=us)
    checked = trust.weighed(reading, message.content, us, curves={})
    return [
        Guess(message.name, one.group, one.found.confidence, one.is_right)
        for one in said(checked, message.label)
    ]


def recorded(path: Path) -> list[Guess]:
    """The guesses of a file of first readings, one message per line."""
    messages = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [
        Guess(one["message"], name, confidence, bool(is_right))
        for one in messages
        for name, confidence, is_right in one["values"]
    ]


def append(path: Path, new: Iterable[Guess]) -> None:
    """Add the guesses of new messages to a file of first readings."""
    by_message: dict[str, list[list[object]]] = defaultdict(list)
    for guess in new:
        by_message[guess.message].append(
            [guess.field, round(guess.confidence, 3), int(guess.is_right)]
        )
    with path.open("a", encoding="utf-8") as file:
        for name, values in by_message.items():
            line = {"message": name, "values": values}
            file.write(json.dumps(line, separators=(",", ":")) + "\n")


def fit(guesses: Iterable[Guess]) -> Curves:
    """Return a curve for each field."""
    by_field: dict[str, list[Guess]] = defaultdict(list)
    for guess in guesses:
        by_field[guess.field].append(guess)
    return {name: _curve(by_field[name]) for name in GROUPS if by_field[name]}


def _curve(guesses: list[Guess]) -> Points:
    """Blocks of neighbouring confidences, pooled until their shares never fall."""
    ordered = sorted(guesses, key=lambda guess: guess.confidence)
    size = max(1, len(ordered) // _MOST_POINTS)
    blocks: list[list[Guess]] = []
    for guess in ordered:
        same = blocks and blocks[-1][-1].confidence == guess.confidence
        if blocks and (same or len(blocks[-1]) < size):
            blocks[-1].append(guess)
        else:
            blocks.append([guess])
    pooled: list[list[Guess]] = []
    for block in blocks:
        pooled.append(block)
        while len(pooled) > 1 and _share(pooled[-2]) >= _share(pooled[-1]):
            last = pooled.pop()
            pooled[-1] = pooled[-1] + last
    return [
        (round(_mean(g.confidence for g in block), 4), round(_share(block), 4)) for block in pooled
    ]


def _share(block: list[Guess]) -> float:
    said = _mean(guess.confidence for guess in block)
    right = sum(guess.is_right for guess in block)
    return min(_HIGHEST, (right + _PRIOR * said) / (len(block) + _PRIOR))


def cross_validated(guesses: Sequence[Guess]) -> list[Guess]:
    """Each guess as curves correct it that were fitted without its message."""
    result: list[Guess] = []
    for fold in range(FOLDS):
        held = [guess for guess in guesses if _fold(guess.message) == fold]
        curves = fit(guess for guess in guesses if _fold(guess.message) != fold)
        result += [corrected(guess, curves) for guess in held]
    return result


def corrected(guess: Guess, curves: Curves) -> Guess:
    points = curves.get(guess.field)
    confidence = at(points, guess.confidence) if points else guess.confidence
    return Guess(guess.message, guess.field, confidence, guess.is_right)


def _fold(message: str) -> int:
    return zlib.crc32(message.encode()) % FOLDS
