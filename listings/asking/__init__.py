"""Questions in plain words, answered from listings with citations."""

from __future__ import annotations
