"""How likely it is that what is proposed is bought: learnt from purchases held out. Pure numpy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from crm.recommendations.ranking import Ranked


@dataclass(frozen=True, slots=True)
class Calibration:
    """Curves per (question, algorithm), and one for the whole of a recommendation."""

    arrays: Mapping[str, NDArray[np.generic]]

    def probability(
        self, question: str, algorithm: str, ranked: Ranked, baskets: NDArray[np.int32]
    ) -> NDArray[np.float32]:
        """Per product that the customer's next purchase has it: rows x k, 0-1, NaN where none.

        ``baskets``: purchases (days) each customer made so far.
        """
        raise NotImplementedError

    def confidence(
        self,
        repeat: NDArray[np.float32],
        new: NDArray[np.float32],
        baskets: NDArray[np.int32],
    ) -> NDArray[np.float32]:
        """That the next purchase has at least one of the proposed products; per customer."""
        raise NotImplementedError
