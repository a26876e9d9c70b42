"""Finding listings: words, nearness of meaning and filters together."""

from __future__ import annotations
