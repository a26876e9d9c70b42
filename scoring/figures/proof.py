"""Whether Hot beats Cold: what is sure, what may be chance, and what nobody knows yet."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from backoffice.core.figures import words
from backoffice.core.figures.period import ONE_DAY
from scoring.engine.scale import COLD, HOT

if TYPE_CHECKING:
    from backoffice.core.figures.comparison import Rate
    from scoring.figures.cohorts import Cohort
    from scoring.figures.outcomes import Outcomes

Answer = Literal["sure", "likely", "none", "wrong", "few"]
# Of each of two segments; an interval of fewer is too wide to be told anything from.
LEAST: Final = 20


@dataclass(frozen=True, slots=True)
class Comparison:
    """The share of Hot who bought, less that of Cold, with Newcombe's interval at 95 %."""

    hot: Rate
    cold: Rate

    @property
    def difference(self) -> float:
        return (self.hot.value or 0.0) - (self.cold.value or 0.0)

    @property
    def interval(self) -> tuple[float, float]:
        """How far the true difference may lie; from the two Wilson intervals."""
        one, other = self.hot.value or 0.0, self.cold.value or 0.0
        (low, high), (other_low, other_high) = self.hot.interval, self.cold.interval
        return (
            self.difference - math.hypot(one - low, other_high - other),
            self.difference + math.hypot(high - one, other - other_low),
        )

    @property
    def times(self) -> float | None:
        """How many times as often Hot bought; None where no Cold one did."""
        return self.hot.value / self.cold.value if self.hot.value and self.cold.value else None

    @property
    def answer(self) -> Answer:
        """``sure``: beyond chance; ``likely``: more often, which may be chance; ``wrong``: less."""
        if min(self.hot.total, self.cold.total) < LEAST:
            return "few"
        low, high = self.interval
        if low > 0:
            return "sure"
        if high < 0:
            return "wrong"
        return "likely" if self.difference > 0 else "none"


def compared(cohort: Cohort) -> Comparison:
    """Hot against Cold of one day."""
    return Comparison(cohort.of_segment(HOT), cohort.of_segment(COLD))


def sentence(found: Outcomes, today: dt.date) -> str:
    """The answer in words, or how long until there is one."""
    if found.known_on is None:
        return _("Nobody was scored yet: there is nothing to look back on.")
    if found.latest is None or not found.latest.counts:
        return _waiting(found, today)
    comparison = compared(found.latest)
    return _sentences()[comparison.answer] % _values(found.latest, comparison)


def _waiting(found: Outcomes, today: dt.date) -> str:
    known_on = found.known_on if found.known_on and found.known_on > today else today + ONE_DAY
    days = (known_on - today).days
    told = _(
        "Too early: who bought within %(horizon)s days after the first scores is known on %(day)s,"
        " in %(days)s days."
    )
    if days == 1:
        told = _(
            "Too early: who bought within %(horizon)s days after the first scores is known"
            " tomorrow, on %(day)s."
        )
    values = {"horizon": found.horizon, "day": _day(known_on), "days": words.number(days)}
    return told % values


def _values(cohort: Cohort, comparison: Comparison) -> dict[str, str]:
    low, high = comparison.interval
    last = cohort.day + dt.timedelta(days=cohort.horizon)
    return {
        "horizon": words.number(cohort.horizon),
        "day": _day(cohort.day),
        "last": _day(last),
        "hot": words.rate(comparison.hot),
        "cold": words.rate(comparison.cold),
        "times": _times(comparison),
        "low": _points(low),
        "high": _points(high),
        "least": words.number(LEAST),
    }


def _points(difference: float) -> str:
    """Points of percent, with a minus sign that no line ends after."""
    return words.fixed(100 * difference, 1).replace("-", "−")


def _times(comparison: Comparison) -> str:
    """Such as ", 4.2 times as often"; empty where no Cold one bought."""
    if comparison.times is None:
        return ""
    return _(", %(times)s times as often") % {"times": words.fixed(comparison.times, 1)}


def _sentences() -> dict[Answer, str]:
    return {
        "sure": _(
            "Hot surely beats Cold: of those Hot on %(day)s %(hot)s bought within %(horizon)s"
            " days, of the Cold %(cold)s%(times)s. The true difference lies between %(low)s and"
            " %(high)s points of percent (95 %%)."
        ),
        "likely": _(
            "Hot bought more often than Cold, but that may be chance: of those Hot on %(day)s"
            " %(hot)s bought within %(horizon)s days, of the Cold %(cold)s. The true difference"
            " lies between %(low)s and %(high)s points of percent (95 %%)."
        ),
        "none": _(
            "Hot did not buy more often than Cold: of those Hot on %(day)s %(hot)s bought within"
            " %(horizon)s days, of the Cold %(cold)s. The true difference lies between %(low)s"
            " and %(high)s points of percent (95 %%)."
        ),
        "wrong": _(
            "Cold surely beats Hot: of those Hot on %(day)s %(hot)s bought within %(horizon)s"
            " days, of the Cold %(cold)s. These scores mislead: train the model on our own"
            " history."
        ),
        "few": _(
            "Too few to tell: of those Hot on %(day)s %(hot)s bought within %(horizon)s days, of"
            " the Cold %(cold)s. It takes %(least)s customers of either."
        ),
    }


def _day(day: dt.date) -> str:
    return str(date_format(day, "SHORT_DATE_FORMAT"))
