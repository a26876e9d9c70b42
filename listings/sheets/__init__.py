"""Sheets of this desk: columns <-> rows."""

from __future__ import annotations
