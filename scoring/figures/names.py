"""Words and colours that the figures of scores share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.engine.features import FEATURES
from scoring.engine.scale import COLD, HOT, WARM
from scoring.models.lead import Segment

if TYPE_CHECKING:
    from backoffice.core.charts import Tone

# The hottest first.
SEGMENTS = (HOT, WARM, COLD)
TONES: dict[str, Tone] = {HOT: "danger", WARM: "warning", COLD: "info"}


def segment(name: str) -> str:
    """Hot, Warm, Cold in the active language."""
    return str(Segment(name).label)


def feature(name: str) -> str:
    """A feature's label in the active language; an unknown one by its own name."""
    return next((str(one.label) for one in FEATURES if one.name == name), name)
