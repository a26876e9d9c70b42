"""A version's figures in words: each measure with its interval and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.core.figures import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrOrPromise

    # What `ScoringModel.report` holds; versions of earlier releases may lack any of it.
    Figures = Mapping[str, Any]

PLACES: Final = 3


@dataclass(frozen=True, slots=True)
class Measure:
    """``better`` is 1 where more is better, -1 where less is."""

    name: str
    label: _StrOrPromise
    says: _StrOrPromise
    better: int = 1
    places: int = PLACES


AUC: Final = Measure(
    "auc",
    "AUC",
    gettext_lazy("How often a buyer stands above another customer: 0.5 is by lot, 1 is always."),
)
LIFT: Final = Measure(
    "lift_at_10",
    gettext_lazy("Lift at 10 %"),
    gettext_lazy("How many times as often as usual the best tenth buys."),
    places=2,
)
ERROR: Final = Measure(
    "calibration_error",
    gettext_lazy("Calibration error"),
    gettext_lazy("How far chances foretold and what came lie apart on the mean."),
    -1,
)
LOG_LOSS: Final = Measure(
    "log_loss",
    gettext_lazy("Log loss"),
    gettext_lazy("Order and chances together; it decides which version is better."),
    -1,
)
MEASURES: Final = (
    AUC,
    Measure(
        "pr_auc",
        "PR-AUC",
        gettext_lazy("How pure the top of the list is; by lot it is the share of buyers."),
    ),
    LIFT,
    Measure(
        "brier",
        gettext_lazy("Brier score"),
        gettext_lazy("Squared distance of the chances from what came; less is better."),
        -1,
    ),
    LOG_LOSS,
    ERROR,
)


def value(figures: Figures, measure: Measure) -> float | None:
    """The bare number; None where it was not measured."""
    found = figures.get(measure.name)
    return float(found) if isinstance(found, int | float) else None


def told(figures: Figures, measure: Measure) -> str:
    """The value as people write it."""
    found = value(figures, measure)
    return words.NONE if found is None else words.fixed(found, measure.places)


def interval(figures: Figures, measure: Measure) -> str:
    """The 95 % interval as people write it; empty where there is none."""
    found = (figures.get("intervals") or {}).get(measure.name)
    if not found:
        return ""
    low, high = (words.fixed(bound, measure.places) for bound in found)
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def with_interval(figures: Figures, measure: Measure) -> str:
    """Value and interval in one cell."""
    bounds = interval(figures, measure)
    number = told(figures, measure)
    return f"{number} ({bounds})" if bounds else number


def gained(gain: Any, measure: Measure) -> str:  # noqa: ANN401 - JSON
    """A difference with its interval, such as "+0.012 (−0.003 to +0.027)"."""
    value, low, high = (_signed(bound, measure.places) for bound in gain)
    bounds = _("%(low)s to %(high)s") % {"low": low, "high": high}
    return f"{value} ({bounds})"


def _signed(number: float, places: int) -> str:
    sign = "+" if number > 0 else "\N{MINUS SIGN}" if number < 0 else ""
    return f"{sign}{words.fixed(abs(number), places)}"


def verdict(gain: Any, measure: Measure = LOG_LOSS) -> str:  # noqa: ANN401 - JSON
    """What a difference [value, low, high] of the measure proves."""
    if not gain:
        return ""
    low, high = sorted(measure.better * float(bound) for bound in gain[1:])
    if low > 0:
        return _("surely better")
    if high < 0:
        return _("surely worse")
    return _("no sure difference")
