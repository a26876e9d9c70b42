"""The versions of the demo: the shipped one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.versions import active, keeping

if TYPE_CHECKING:
    from scoring.engine.compiled import CompiledModel
    from scoring.models import ScoringModel


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A version in use from a day on."""

    since: dt.date
    version: ScoringModel
    compiled: CompiledModel


def load(today: dt.date) -> list[Term]:
    """Versions in the order in which they were put to use; the last one is in use."""
    return [Term(dt.date.min, keeping.in_use(), active.model())]
