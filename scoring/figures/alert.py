"""Whether the model in use still knows our customers, in words; cheap enough for every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from scoring.engine.features import FEATURES
from scoring.figures import drift
from scoring.models import ScoreDay, ScoringModel

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Bins:
    """Where the values of a feature lie: ``edges`` are upper ends, shares one more than they.

    ``then`` are those learned from that customers ``now`` are nearer to.
    """

    edges: tuple[float, ...]
    then: tuple[float, ...]
    now: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """What the last day on which scores were computed came to, feature by feature.

    ``limits`` is what each index stays below by chance alone, in 99 of 100 cases.
    """

    day: dt.date
    version: int
    source: str
    customers: int
    values: Mapping[str, float]
    limits: Mapping[str, float]
    bins: Mapping[str, Bins]

    def drifting(self) -> list[str]:
        """Features that are other than they were, beyond chance; the farthest first."""
        return self._from(drift.DRIFTS_FROM)

    def watched(self) -> list[str]:
        """Features worth watching, those that drift left out."""
        gone = set(self.drifting())
        return [name for name in self._from(drift.WATCH_FROM) if name not in gone]

    def _from(self, least: float) -> list[str]:
        names = [
            name
            for name, value in self.values.items()
            if name != drift.GROWS and value >= max(least, self.limits[name])
        ]
        return sorted(names, key=lambda name: -self.values[name])


def latest() -> Drift | None:
    """The drift of the version in use on the last day it scored everybody; one query."""
    found = (
        ScoreDay.objects.filter(model__is_active=True)
        .order_by("-day")
        .values_list(
            *("day", "model_id", "model__source", "model__reference", "drift"),
            *("model__report__learned", "model__report__clients", "hot", "warm", "cold"),
        )
        .first()
    )
    if found is None:
        return None
    day, version, source, learned, values, rows, tested, *segments = found
    customers = sum(segments)
    known = {
        feature.name: float(values[feature.name]["psi"])
        for feature in FEATURES
        if feature.name in values and feature.name in learned
    }
    limits = {
        name: drift.by_chance(
            customers=customers,
            rows=(rows or 0) + (tested or 0) or drift.ROWS,
            bins=len(learned[name]["shares"]),
        )
        for name in known
    }
    bins = {
        name: Bins(
            tuple(learned[name]["edges"]),
            tuple(
                drift.nearest(learned[name], [one * customers for one in values[name]["shares"]])
            ),
            tuple(values[name]["shares"]),
        )
        for name in known
    }
    return Drift(day, version, source, customers, known, limits, bins)


def alert_sentence() -> str:
    """What to say where customers have drifted from what the model learned; else nothing."""
    found = latest()
    return sentence_of(found) if found else ""


def sentence_of(found: Drift) -> str:
    """The same of a drift that is known already."""
    labels = {feature.name: str(feature.label) for feature in FEATURES}
    names = [labels[name] for name in found.drifting()]
    if not names:
        return ""
    values = {"version": found.version, "features": ", ".join(names)}
    if found.source == ScoringModel.Source.SHIPPED:
        return (
            _(
                "Our customers are not like those of the shipped sample that scores come from"
                " (%(features)s): train the model on our own history."
            )
            % values
        )
    return (
        _(
            "Our customers are no longer like those that version %(version)s of the model learned"
            " from (%(features)s): train it again."
        )
        % values
    )
