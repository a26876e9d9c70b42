"""One message understood: its category, its order number and its language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from support.understanding import clauses, order_numbers, stored
from support.understanding.classifier import UNCLASSIFIED

if TYPE_CHECKING:
    from collections.abc import Collection

    from backoffice.core.spoken import Language
    from support.understanding.classifier import TrainedClassifier


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a message is about.

    ``confidence`` is the chance (0-1) that the category is right, ``reasons``
    are the words that spoke most for it. ``order_number`` is as the text names
    it; only when ``is_own_order`` is it known to be one of the customer's.
    """

    category: str
    confidence: float
    order_number: str | None
    language: Language
    reasons: tuple[str, ...] = ()
    is_own_order: bool = False


def understand(
    message: str, *, orders: Collection[str] = (), classifier: TrainedClassifier | None = None
) -> Understanding:
    """Understand a message; ``orders`` are the numbers of the customer's own orders."""
    reading = clauses.read(message)
    prediction = (classifier or stored.active()).predict(reading)
    numbers = order_numbers.find(message, orders)
    is_other = (
        prediction.category == UNCLASSIFIED and prediction.confidence >= order_numbers.SURE_OF_NONE
    )
    number = next((one for one in numbers if one.is_order(is_other=is_other)), None)
    return Understanding(
        category=prediction.category,
        confidence=prediction.confidence,
        order_number=number.number if number else None,
        language=reading.language,
        reasons=prediction.reasons,
        is_own_order=bool(number and number.is_known),
    )
