"""The champion against its challengers, on clients none of them has seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from scoring.engine import artifact
from scoring.engine.features import NAMES
from scoring.training import figures, fitting, leaks, reference
from scoring.training.candidates import CANDIDATES
from scoring.training.dataset import TEMPORAL, by_time, divide

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from scoring.engine.compiled import CompiledModel
    from scoring.training.candidates import Candidate
    from scoring.training.dataset import Dataset, Split
    from scoring.training.figures import Figure, Figures

# What decides: it looks at the order and at the chances themselves. Smaller is better.
DECISIVE: Final = "log_loss"
# Codes of what is said where nothing can be learned.
REFUSALS: Final = frozenset({"too_few_outcomes", "no_signal", "horizon_open", "no_history"})
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
    learned from the others only. ``reference`` is what all rows looked like.
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
            "fingerprint": artifact.fingerprint(self.model),
        }


def train(
    data: Dataset, *, split: Split | None = None, ways: Sequence[Candidate] = CANDIDATES
) -> Report:
    """Compare the ways of learning, choose one, and learn from all rows in that way.

    The first of ``ways`` is the champion.

    The choice never looks at the test: it is made on validation rows. A challenger takes over
    only where its log loss there is smaller by more than the bootstrap calls chance.

    Raises:
        DomainError: too few outcomes, or figures that say nothing about them.

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
        if figures.gain(trial.validated, champion.validated, champion.came)[DECISIVE].high < 0
    ]
    chosen = min(
        better, key=lambda one: one.validation.measures[DECISIVE].value, default=contenders[0]
    )
    _require_signal(chosen)
    model = fitting.fit(next(one for one in ways if one.kind == chosen.kind), data).model
    about = {"split": parts.kind, "figures": chosen.test.as_json()}
    return Report(
        model=replace(model, about={**model.about, **about}),
        split=parts.kind,
        learned=len(parts.learn),
        contenders=contenders,
        chosen=chosen,
        warnings=tuple(leaks.warnings(data)),
        test=parts.test,
        tested={one.kind: one.tested for one in trials},
        reference=reference.of(data.features),
    )


def _require_signal(chosen: Contender) -> None:
    if chosen.validation.measures["auc"].low > GUESSING:
        return
    raise DomainError(
        _(
            "These figures say nothing about who buys: a model would guess. Give other or"
            " more customers."
        ),
        code="no_signal",
    )


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
