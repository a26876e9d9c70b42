"""Marks that stand for what nobody knows: a text that holds one cannot be sent."""

from __future__ import annotations

import re
from typing import Final

from django.utils.translation import gettext as _

from support.drafting.placeholders import BRACES, BY_NAME

# The sign makes the mark unlike any bracket that people write.
_MARK: Final = re.compile(r"\[⚠[^\[\]\n]*\]")
# A snippet that was put in by hand brings its placeholders along; "{ }" in prose is no name.
_NAME: Final = re.compile(r"[^\W\d]")


def mark(name: str) -> str:
    """The gap to write where the placeholder ``name`` has no value; in the language of staff."""
    known = BY_NAME.get(name)
    label = str(known.label) if known else name.strip("{} ")
    return "[⚠ " + _("missing: %(what)s") % {"what": label.replace("]", ")")} + "]"


def gaps(body: str) -> list[str]:
    """What must be filled in by hand before ``body`` may be sent, as it stands there."""
    marks = list(_MARK.finditer(body))
    braces = [found for found in BRACES.finditer(body) if _NAME.search(found.group())]
    found = sorted(marks + braces, key=lambda match: match.start())
    return list(dict.fromkeys(match.group() for match in found))
