"""Background work of this app: each task takes ids and calls one function."""

from __future__ import annotations
