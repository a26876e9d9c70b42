"""REST of this desk."""

from __future__ import annotations
