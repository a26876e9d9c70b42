"""Rows of a sheet with their scores: what a file of answers holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from crm.sources.files.table_rows import unique
from scoring import advice
from scoring.engine import features, reasons, scale
from scoring.sheets.leads import in_one_cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from scoring.engine.compiled import CompiledModel
    from scoring.sheets.checking import Part
    from scoring.sheets.opening import Sheet

COLUMNS: Final = ("score", "segment", "chance", "recommendation", "reasons")
# Digits of a chance.
_DIGITS: Final = 4


class Answer(NamedTuple):
    """What is said of a client, in the order of :data:`COLUMNS`."""

    score: int
    segment: str
    chance: float
    recommendation: str
    reasons: str


@dataclass(slots=True)
class Tally:
    """What the clients of a sheet came to."""

    scored: int = 0
    left_out: int = 0
    segments: Counter[str] = field(default_factory=Counter)
    points: int = 0

    def add(self, scores: Sequence[int], left_out: int) -> None:
        self.scored += len(scores)
        self.left_out += left_out
        self.points += sum(scores)
        self.segments.update(map(scale.segment, scores))

    @property
    def average(self) -> float:
        """The average score; 0 where nobody was scored."""
        return self.points / self.scored if self.scored else 0.0


def header(sheet: Sheet) -> list[str]:
    """The sheet's own columns and then ours, by another name where it has one of that name."""
    return [*sheet.columns, *unique(COLUMNS, sheet.columns)]


def of_part(
    part: Part, model: CompiledModel
) -> Iterator[tuple[tuple[str, ...], Sequence[float], Answer]]:
    """The part's rows that are right: their cells, their figures, and what is said of them."""
    if not part.rows:
        return
    looked_at = features.of_clients(part.figures)
    answers = _answers(looked_at, model)
    yield from zip(part.rows, part.figures.tolist(), answers, strict=True)


def scores_of(part: Part, model: CompiledModel) -> list[int]:
    """The scores alone, which is much sooner done."""
    if not part.rows:
        return []
    found: list[int] = model.scores(features.of_clients(part.figures)).tolist()
    return found


def _answers(looked_at: NDArray[np.float32], model: CompiledModel) -> Iterator[Answer]:
    advices = {segment: advice.of_segment(segment) for segment in advice.SENTENCES}
    chances = model.chances(looked_at).tolist()
    explained = model.explain(looked_at)
    for seen, chance, why in zip(looked_at.tolist(), chances, explained, strict=True):
        segment = scale.segment(why.score)
        told = in_one_cell(reasons.in_short(why.contributions, seen))
        yield Answer(why.score, segment, round(chance, _DIGITS), advices[segment], told)
