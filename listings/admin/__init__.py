"""The traders' desk's pages."""

from __future__ import annotations
