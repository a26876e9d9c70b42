"""How good the recommendations are: figures, issues; the same for page, REST, PDF and XLSX."""

from __future__ import annotations

from typing import Any


def quality_metrics() -> dict[str, Any]:
    """Totals, averages and rates in percent, by_algorithm, by_segment; a handful of queries."""
    raise NotImplementedError


def audit() -> dict[str, Any]:
    """``metrics`` as above, ``issues`` with severity, count and examples, feedback and funnel."""
    raise NotImplementedError
