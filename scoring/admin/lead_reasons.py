"""What made a lead's score: each feature's points as a bar, which sum to the score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.formats import number_format

from scoring.engine import reasons
from scoring.engine.features import FEATURES
from scoring.leads import explaining

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.functional import _StrOrPromise

    from scoring.models import LeadScore


@dataclass(frozen=True, slots=True)
class Bar:
    """``start`` and ``length`` in percent of the width, for a style; ``points`` as shown."""

    label: _StrOrPromise
    unit: _StrOrPromise
    fact: str
    points: str
    is_up: bool
    start: str
    length: str


@dataclass(frozen=True, slots=True)
class Why:
    """``base`` + the bars' points is ``exact``, to the tenth shown; rounded it is the score."""

    bars: Sequence[Bar]
    base: str
    exact: str


def why(lead: LeadScore) -> Why:
    """The bars, the strongest first."""
    contributions = explaining.contributions_of(lead)
    values = explaining.features_of(lead)
    ordered = sorted(FEATURES, key=lambda one: -abs(contributions[one.name]))
    base, exact = round(10 * lead.base), round(10 * explaining.exact(lead))
    tenths = shared_out(exact - base, [10 * contributions[one.name] for one in ordered])
    most = max((abs(value) for value in contributions.values()), default=0) or 1
    bars = []
    for feature, shown in zip(ordered, tenths, strict=True):
        points = contributions[feature.name]
        half = 50 * abs(points) / most
        bars.append(
            Bar(
                label=feature.label,
                unit=feature.unit,
                fact=reasons.fact(feature.name, values[feature.name]),
                points=_signed(shown),
                is_up=points >= 0,
                start=f"{50 if points >= 0 else 50 - half:.2f}",
                length=f"{half:.2f}",
            )
        )
    return Why(bars, number_format(base / 10, 1), number_format(exact / 10, 1))


def shared_out(total: int, parts: Sequence[float]) -> list[int]:
    """``parts`` as whole numbers that sum to ``total``: rounded, the nearest ones the other way."""
    whole = [round(part) for part in parts]
    missing = total - sum(whole)
    step = 1 if missing > 0 else -1
    nearest = sorted(range(len(parts)), key=lambda place: -step * (parts[place] - whole[place]))
    for place in nearest[: abs(missing)]:
        whole[place] += step
    return whole


def _signed(tenths: int) -> str:
    sign = "+" if tenths > 0 else "\N{MINUS SIGN}" if tenths < 0 else ""
    return sign + number_format(abs(tenths) / 10, 1)
