"""The champion against its challengers, on clients none of them has seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from django.utils.translation import gettext as _

from scoring.engine import artifact
from scoring.engine.features import NAMES
from scoring.training import figures, fitting, leaks, reference
from scoring.training.candidates import CANDIDATES
from scoring.training.dataset import TEMPORAL, by_time, divide

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from scoring.engine.compiled import CompiledModel
    from scoring.training.candidates import Candidate
    from scoring.training.dataset import Dataset, Split
    from scoring.training.figures import Figure, Figures

# What decides: it looks at the order and at the chances themselves. Smaller is better.
DECISIVE: Final = "log_loss"
# What a log loss may exceed another's by, as a share of it, and be as good: that much it moves from
# one day looked at to the next.
MARGIN: Final = 0.01
# Days looked at on which twice as many bought, and so much more, are different seasons.
_UNEVEN: Final = 2.0
_APART: Final = 0.05
_FEW: Final = 12
# Codes of what is said where nothing can be learned.
REFUSALS: Final = frozenset({"too_few_outcomes", "horizon_open", "no_history"})
# The AUC of scores drawn by lot.
GUESSING: Final = 0.5


@dataclass(frozen=True, slots=True)
class Contender:
    """One way of learning, measured.

    ``validation`` decides (rows learned from, left out in turn, or the latest of them);
    ``test`` is what is told; ``gain`` how much the test's measures exceed the champion's.
    """

    kind: str
    validation: Figures
    test: Figures
    gain: Mapping[str, Figure]


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """``model`` has learned from all rows, in the way of ``chosen``; figures are of the test.

    ``test`` are the rows held out and ``tested`` what each way foretold for them, by kind, having
    learned from the others only. ``reference`` is what all rows looked like. ``is_guess``: the
    rows that decide do not show that it ranks better than lots do.
    """

    model: CompiledModel
    split: str
    learned: int
    contenders: tuple[Contender, ...]
    chosen: Contender
    warnings: tuple[str, ...]
    test: Dataset
    tested: Mapping[str, NDArray[np.float64]]
    reference: dict[str, dict[str, list[float]]]
    is_guess: bool

    @property
    def champion(self) -> Contender:
        """The way that stays unless another is better by more than chance."""
        return self.contenders[0]

    def as_json(self) -> dict[str, Any]:
        """Return the report for programs."""
        champion, *challengers = [
            {
                "model": one.kind,
                **one.test.as_json(),
                "validation": {
                    name: round(one.validation.measures[name].value, 4)
                    for name in ("auc", DECISIVE)
                },
                "gain_on_champion": {
                    name: [round(number, 4) for number in (gain.value, gain.low, gain.high)]
                    for name, gain in one.gain.items()
                },
            }
            for one in self.contenders
        ]
        return {
            "model": self.chosen.kind,
            "split": self.split,
            "learned": self.learned,
            **self.chosen.test.as_json(),
            "importance": {
                name: round(share, 4)
                for name, share in zip(NAMES, self.model.importance, strict=True)
            },
            "champion": champion,
            "challengers": challengers,
            "warnings": list(self.warnings),
            "is_guess": self.is_guess,
            "fingerprint": artifact.fingerprint(self.model),
        }


def train(
    data: Dataset, *, split: Split | None = None, ways: Sequence[Candidate] = CANDIDATES
) -> Report:
    """Compare the ways of learning, choose one, and learn from all rows in that way.

    The first of ``ways`` is the champion.

    The choice never looks at the test: it is made on validation rows. A challenger takes over
    only where its log loss there is smaller by more than MARGIN, and than the bootstrap calls
    chance.

    Raises:
        DomainError: there are too few outcomes.

    """
    parts = split or divide(data)
    trials = [_trial(candidate, parts) for candidate in ways]
    champion = trials[0]
    contenders = tuple(
        Contender(
            kind=one.kind,
            validation=figures.measure(one.validated, one.came),
            test=figures.measure(one.tested, parts.test.bought),
            gain=figures.gain(one.tested, champion.tested, parts.test.bought),
        )
        for one in trials
    )
    better = [
        contender
        for contender, trial in zip(contenders, trials, strict=True)
        if _takes_over(contender, trial, contenders[0], champion)
    ]
    chosen = min(
        better, key=lambda one: one.validation.measures[DECISIVE].value, default=contenders[0]
    )
    is_guess = chosen.validation.measures["auc"].low <= GUESSING
    model = fitting.fit(next(one for one in ways if one.kind == chosen.kind), data).model
    about = {"split": parts.kind, "figures": chosen.test.as_json()}
    return Report(
        model=replace(model, about={**model.about, **about}),
        split=parts.kind,
        learned=len(parts.learn),
        contenders=contenders,
        chosen=chosen,
        warnings=(*_doubts(chosen, parts, is_guess=is_guess), *leaks.warnings(data)),
        is_guess=is_guess,
        test=parts.test,
        tested={one.kind: one.tested for one in trials},
        reference=reference.of(data.features, data.moments),
    )


def _takes_over(one: Contender, trial: _Trial, first: Contender, champion: _Trial) -> bool:
    if one is first:
        return False
    gain = figures.gain(trial.validated, champion.validated, champion.came)[DECISIVE]
    return gain.high < 0 and -gain.value > MARGIN * first.validation.measures[DECISIVE].value


def _doubts(chosen: Contender, parts: Split, *, is_guess: bool) -> Iterator[str]:
    if is_guess:
        yield _(
            "These figures say next to nothing about who buys (AUC %(auc)s where it was chosen,"
            " perhaps no more than chance): the model guesses. Give other or more customers."
        ) % {"auc": f"{chosen.validation.measures['auc'].value:.3f}"}
    moments = parts.learn.moments
    if parts.kind != TEMPORAL or moments is None:
        return
    days = np.unique(moments)
    rates = [float(parts.learn.bought[moments == day].mean()) for day in days]
    # A file with a day of its own for each row has no days to compare.
    if len(days) <= _FEW and max(rates) > max(_UNEVEN * min(rates), min(rates) + _APART):
        yield _(
            "From %(low)s to %(high)s of the customers bought, by the day looked at. Chances are"
            " those of an average day: the order of the customers holds, the season moves them all."
        ) % {"low": _percent(min(rates)), "high": _percent(max(rates))}


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


@dataclass(frozen=True, slots=True, eq=False)
class _Trial:
    """What one way foretold for rows that decide, what ``came`` of them, and for the test."""

    kind: str
    validated: NDArray[np.float64]
    came: NDArray[np.int64]
    tested: NDArray[np.float64]


def _trial(candidate: Candidate, parts: Split) -> _Trial:
    fitted = fitting.fit(candidate, parts.learn)
    tested = fitted.model.chances(parts.test.features)
    earlier = _earlier(parts)
    if earlier is None:
        return _Trial(candidate.kind, fitted.left_out, fitted.came, tested)
    before, after = earlier
    chances = fitting.fit(candidate, before).model.chances(after.features)
    return _Trial(candidate.kind, chances, after.bought, tested)


def _earlier(parts: Split) -> tuple[Dataset, Dataset] | None:
    """Divide the rows to learn from by time as well: what is best by lot can fail in time."""
    moments = parts.learn.moments
    if parts.kind != TEMPORAL or moments is None:
        return None
    split = by_time(parts.learn)
    return (split.learn, split.test) if split else None
