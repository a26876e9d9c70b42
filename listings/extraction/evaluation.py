"""How well messages are read: precision, recall and F1 per field.

Items of a message are aligned with its labels one to one so that the number of
agreeing fields is greatest, brand, model and reference counting double; the
order in the text decides ties. A field counts where label or reading has a
value: equal is right, a value that is not in the label is wrong, a label that
was not read is missed (a wrong value is both). An item without a partner has
all its fields wrong, a label without one all missed. Texts are compared without
case and blanks, numbers as numbers. Macro F1 is the mean over fields.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from backoffice.core.text import folded
from listings.extraction.items import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Item = dict[str, Any]
_DOUBLE = frozenset({"brand", "model", "reference"})


@dataclass(slots=True)
class Score:
    """Counts over all messages of one field."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        said = self.right + self.wrong
        return self.right / said if said else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.support if self.support else 1.0

    @property
    def support(self) -> int:
        return self.right + self.missed

    @property
    def f1(self) -> float:
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else 1.0


@dataclass(slots=True)
class Evaluation:
    """Scores per field, and what was misread: (message id, field, label, reading)."""

    scores: dict[str, Score] = field(default_factory=lambda: {name: Score() for name in FIELDS})
    mistakes: list[tuple[str, str, Any, Any]] = field(default_factory=list)
    messages: int = 0

    @property
    def macro_f1(self) -> float:
        return sum(score.f1 for score in self.scores.values()) / len(self.scores)


def evaluate(pairs: Iterable[tuple[str, Sequence[Item], Sequence[Item]]]) -> Evaluation:
    """Compare readings with labels: (message id, read items, labelled items)."""
    result = Evaluation()
    for name, read, labels in pairs:
        result.messages += 1
        for item, label in _aligned(read, labels):
            for key in FIELDS:
                _count(result, name, key, item.get(key), label.get(key))
    return result


def _count(result: Evaluation, name: str, key: str, said: object, label: object) -> None:
    score = result.scores[key]
    if said is None and label is None:
        return
    if _equal(said, label):
        score.right += 1
        return
    score.wrong += said is not None
    score.missed += label is not None
    result.mistakes.append((name, key, label, said))


def _equal(said: object, label: object) -> bool:
    if isinstance(said, str) and isinstance(label, str):
        return folded(said).replace(" ", "") == folded(label).replace(" ", "")
    return said is not None and label is not None and said == label


def _aligned(read: Sequence[Item], labels: Sequence[Item]) -> list[tuple[Item, Item]]:
    """Pair items and labels, best agreement first; an empty one stands for no partner."""
    agreement = sorted(
        (
            (-_agreement(item, label), abs(i - j), i, j)
            for i, item in enumerate(read)
            for j, label in enumerate(labels)
        ),
    )
    items, free = dict(enumerate(read)), dict(enumerate(labels))
    pairs: list[tuple[Item, Item]] = []
    for agreed, _distance, i, j in agreement:
        if agreed and i in items and j in free:
            pairs.append((items.pop(i), free.pop(j)))
    pairs += [(item, {}) for item in items.values()]
    return pairs + [({}, label) for label in free.values()]


def _agreement(item: Item, label: Item) -> int:
    return sum(
        2 if key in _DOUBLE else 1
        for key in FIELDS
        if key != "type" and _equal(item.get(key), label.get(key))
    )
