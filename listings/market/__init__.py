"""What watches are worth: euros, the market of a reference, and offers that look odd."""

from __future__ import annotations
