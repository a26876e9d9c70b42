"""Listings from a file of JSON lines: read, stored in blocks, searchable at once."""

from __future__ import annotations
