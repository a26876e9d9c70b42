"""Messages of traders understood by a model; every value is checked against the text."""

from __future__ import annotations
