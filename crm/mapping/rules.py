"""A rule before it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as a form or the API gives it; see MappingRule."""

    field: str
    columns: tuple[str, ...] = ()
    steps: tuple[dict[str, Any], ...] = ()
    policy: str = "replace"
