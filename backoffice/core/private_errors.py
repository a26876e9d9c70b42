"""Errors of the database without the rows they quote.

PostgreSQL explains an error in lines of its own: "DETAIL: Failing row contains
(7, Salma Bennani, +2126...)". That belongs neither in a log nor in the records
of failed jobs. A row may itself hold several lines, so everything up to the end
of the error's text is cut.
"""

from __future__ import annotations

import logging
import re
from typing import Any

_QUOTE = re.compile(r"\n(?:DETAIL|CONTEXT|LINE \d+):.*", re.DOTALL)
# In a text that holds several tracebacks an error's text ends where the next part begins.
_QUOTE_IN_TEXT = re.compile(
    r"^(?:DETAIL|CONTEXT|LINE \d+):.*?"
    r"(?=^Traceback \(most recent call last\):|^The above exception was|^During handling of|\Z)",
    re.DOTALL | re.MULTILINE,
)
_CUT = "[cut: it may quote a customer]\n"


class PrivateErrors(logging.Filter):
    """Of a log handler: takes what an error quotes out of its message and its traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1]:
            cut_error(record.exc_info[1])
        if record.exc_text:
            record.exc_text = cut_text(record.exc_text)
        message = record.getMessage()
        if (shown := cut_text(message)) != message:
            record.msg, record.args = shown, None
        return True


def cut_error(error: BaseException) -> None:
    """Shorten the texts of ``error`` and of all that led to it, in place."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        found = waiting.pop()
        if found is None or id(found) in seen:
            continue
        seen.add(id(found))
        found.args = tuple(_shortened(part) for part in found.args)
        waiting += [found.__cause__, found.__context__]
        if isinstance(found, BaseExceptionGroup):
            waiting += found.exceptions


def cut_text(text: str) -> str:
    """``text``, which may be a traceback as printed, without what its errors quote."""
    return _QUOTE_IN_TEXT.sub(_CUT, text)


def cut_result(task: dict[str, Any], **_signal: object) -> None:
    """Receive django-q2's ``post_execute_in_worker``: a failed task's result is its traceback."""
    if not task.get("success"):
        task["result"] = cut_text(str(task.get("result") or ""))


def _shortened(part: object) -> object:
    return _QUOTE.sub("", part) if isinstance(part, str) else part
