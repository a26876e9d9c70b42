"""How far the confidences of readings can be believed: error, Brier score, reliability."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from orders.evaluation import fitting
from orders.evaluation.fields import GROUPS, said
from orders.evaluation.fitting import Error, Guess, cross_validated, error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orders.evaluation.corpus import Labelled
    from orders.reading import OrderReading

ALL = "all"


@dataclass(frozen=True, slots=True)
class Trust:
    """Errors per field and over all: as read, cross-validated here, and as delivered.

    ``before`` and ``crossed`` are of the rules and empty where a model read.
    """

    before: dict[str, Error]
    crossed: dict[str, Error]
    delivered: dict[str, Error]


def measure(messages: Sequence[Labelled], readings: Sequence[tuple[OrderReading, ...]]) -> Trust:
    """Compare confidences with what was right; of several orders the first is compared."""
    delivered = [
        Guess(one.name, value.group, value.found.confidence, value.is_right)
        for one, found in zip(messages, readings, strict=True)
        for value in said(found[0], one.label)
    ]
    by_rules = all(found[0].method == "rules" for found in readings)
    raw = [g for one in messages for g in fitting.guesses(one)] if by_rules else []
    return Trust(_errors(raw), _errors(cross_validated(raw)), _errors(delivered))


def _errors(guesses: Sequence[Guess]) -> dict[str, Error]:
    if not guesses:
        return {}
    held = {name: [guess for guess in guesses if guess.field == name] for name in GROUPS}
    return {name: error(of) for name, of in held.items() if of} | {ALL: error(guesses)}


def table(trust: Trust) -> list[str]:
    """Lines to print: Brier score and calibration error per field, then reliability."""
    lines = [
        _("Confidence: values, share right, Brier score and calibration error (ECE)"),
        f"{'':14} {'':7} {'':7} {'as read':>15} {'cross-valid.':>15} {'delivered':>15}",
        f"{'':14} {'values':>7} {'right':>7}" + f" {'Brier':>8} {'ECE':>6}" * 3,
    ]
    for name, delivered in trust.delivered.items():
        columns = [trust.before.get(name), trust.crossed.get(name), delivered]
        lines.append(
            f"{name:14} {delivered.count:7} {delivered.right:7.3f}"
            + "".join(f" {e.brier:8.4f} {e.ece:6.3f}" if e else f"{'':16}" for e in columns)
        )
    for title, errors in (
        (_("Reliability as read"), trust.before),
        (_("Reliability cross-validated"), trust.crossed),
        (_("Reliability delivered"), trust.delivered),
    ):
        lines += _reliability(title, errors)
    return lines


def _reliability(title: str, errors: dict[str, Error]) -> list[str]:
    if ALL not in errors:
        return []
    bins = errors[ALL].bins
    return [
        "",
        title,
        "  said " + " ".join(f"{one.said:6.2f}" for one in bins),
        " right " + " ".join(f"{one.right:6.2f}" for one in bins),
        "values " + " ".join(f"{one.count:6}" for one in bins),
    ]


def as_json(trust: Trust) -> dict[str, Any]:
    return asdict(trust)
