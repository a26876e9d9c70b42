"""Who looks for what another one sells."""

from __future__ import annotations
