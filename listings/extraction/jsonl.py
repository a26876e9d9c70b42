"""Lines of messages: one JSON object each, with "id" and "text"."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _


def row_of(line: bytes) -> dict[str, Any]:
    """Return the object of a line.

    Raises:
        ValueError: it is none, or has no text under "text"; the sentence says which.

    """
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError(_("this is not UTF-8 text. Save the file as UTF-8.")) from None
    except (ValueError, RecursionError):  # ValueError: figures of thousands of digits too
        raise ValueError(_("this is not JSON. Write one JSON object per line.")) from None
    if not isinstance(row, dict):
        raise ValueError(_('this is no JSON object. Write {"id": ..., "text": ...}.'))  # noqa: TRY004 - one kind of error for all bad lines
    if not isinstance(row.get("text"), str):
        raise ValueError(_('there is no text under "text".'))  # noqa: TRY004 - the same
    return row


def bad_line(number: int, error: ValueError) -> str:
    """Say which line could not be read, and why."""
    return _("Line %(line)s: %(reason)s") % {"line": number, "reason": error}


def written(row: dict[str, Any]) -> str:
    """Return the object as one line; half of a surrogate pair, which UTF-8 has not, is escaped."""
    text = json.dumps(row, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(row)
    return text
