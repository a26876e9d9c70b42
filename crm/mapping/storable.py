"""What of a mapping PostgreSQL keeps and gives back as it was; forms and programs send anything."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

# Beyond, JSON's numbers are not exact.
MOST_NUMBER = 1e15
# Longer than any table of words that a person types in.
MAX_ENTRIES = 2000
_UNKEPT = re.compile("[\0\ud800-\udfff]")


def fault(value: object) -> str:
    """What has to be mended for the value to be kept, a sentence; empty where nothing has."""
    match value:
        case bool() | None:
            return ""
        case int() | float():
            # Said so that it also says no to "nan".
            return "" if abs(value) <= MOST_NUMBER else _("Give a smaller number.")
        case str():
            if _UNKEPT.search(value):
                return _("A text cannot hold the character NUL or half of another one.")
            return ""
        case Mapping() if len(value) <= MAX_ENTRIES:
            return _first_fault(value)
    return _("Give a text, a number, true or false, or pairs of words.")


def _first_fault(table: Mapping[object, object]) -> str:
    for word in (*table, *table.values()):
        if isinstance(word, Mapping):
            return _("Give pairs of words.")
        if found := fault(word):
            return found
    return ""
