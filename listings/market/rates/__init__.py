"""Exchange rates: files of the European Central Bank in, rows kept, listings priced anew."""

from __future__ import annotations
