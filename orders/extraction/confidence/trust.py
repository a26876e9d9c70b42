"""How far each value of a reading can be believed, whoever read it: the last step of reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orders.extraction.catalogue import PACKAGING, Catalogue
from orders.extraction.confidence import calibration, grounding, plausibility

if TYPE_CHECKING:
    from backoffice.messaging.content import MessageContent
    from orders.extraction.who.company import Company
    from orders.reading import OrderReading


def weighed(
    reading: OrderReading,
    content: MessageContent,
    company: Company,
    curves: calibration.Curves | None = None,
    catalogue: Catalogue = PACKAGING,
) -> OrderReading:
    """Return the reading with the confidences its message supports; values never change.

    A model's values were looked up in the message when they were read
    (:mod:`orders.extraction.model.openai_reading`); those of the rules are now. Then all are
    asked whether they fit, and their confidences put as shares of right values
    (``curves`` in the place of those shipped; empty ones leave them as they are).
    """
    if reading.method == "rules":
        reading = grounding.ground(reading, content, catalogue)
    return calibration.apply(plausibility.check(reading, content, company, catalogue), curves)
