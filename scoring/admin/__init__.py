"""The lead scores' pages."""

from __future__ import annotations

from scoring.admin import (  # noqa: F401 - register their pages
    figures,
    lead,
    run,
    sheets,
    training,
    version,
    version_compare,
)
