"""How an address names a row: ``<row:order_id>``, or ``{row:order_id}`` in the API.

Unlike Django's ``int`` it takes no number that the database cannot hold, so such
an address is one that does not exist.
"""

from __future__ import annotations

from django.urls import register_converter
from django.urls.converters import IntConverter


class RowConverter(IntConverter):
    regex = "[0-9]{1,18}"


def register() -> None:
    """Make ``row`` known to every ``path()``; called at the start, before addresses are read."""
    register_converter(RowConverter, "row")
