"""Say of each message of a stream of JSON lines what it is about; needs no database."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from support.understanding import stored
from support.understanding.understand import understand

if TYPE_CHECKING:
    from collections.abc import Iterable

    from support.understanding.classifier import TrainedClassifier


class Command(BaseCommand):
    help = (
        'Read JSON lines with "id" and "message" from the standard input and write them to the '
        'standard output with "category", "confidence", "order_number" and "language" added. '
        "A line that cannot be read is named on the standard error and left out; the others are "
        "written all the same, and the command then ends with 1. No database is needed."
    )
    requires_system_checks: tuple[str, ...] = ()

    def handle(self, *args: Any, **options: Any) -> None:
        classifier = stored.active()
        try:
            bad = self._classify(sys.stdin.buffer, classifier)
        except BrokenPipeError:
            # Whoever reads has seen enough ("| head"): nothing is left to be said to him.
            sys.stderr.close()
            raise SystemExit(1) from None
        if bad:
            raise CommandError(
                ngettext(
                    "%(count)s line was left out because it could not be read.",
                    "%(count)s lines were left out because they could not be read.",
                    bad,
                )
                % {"count": bad}
            )

    def _classify(self, lines: Iterable[bytes], classifier: TrainedClassifier) -> int:
        """Write a line for each line read, at once; return how many were left out."""
        bad = 0
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = _row(line)
            except ValueError as error:
                bad += 1
                self.stderr.write(
                    _("Line %(line)s: %(reason)s") % {"line": number, "reason": error}
                )
                continue
            found = understand(row["message"], classifier=classifier)
            row["category"] = found.category
            row["confidence"] = round(found.confidence, 4)
            row["order_number"] = found.order_number
            row["language"] = found.language
            self.stdout.write(_json(row))
            self.stdout.flush()
        return bad


def _row(line: bytes) -> dict[str, Any]:
    """Return the object of a line.

    Raises:
        ValueError: it is none, or has no text under "message"; the sentence says which.

    """
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError(_("this is not UTF-8 text. Save the file as UTF-8.")) from None
    except (json.JSONDecodeError, RecursionError):
        raise ValueError(_("this is not JSON. Write one JSON object per line.")) from None
    if not isinstance(row, dict):
        raise ValueError(_('this is no JSON object. Write {"id": ..., "message": ...}.'))  # noqa: TRY004 - one kind of error for all bad lines
    if not isinstance(row.get("message"), str):
        raise ValueError(_('there is no text under "message".'))  # noqa: TRY004 - the same
    return row


def _json(row: dict[str, Any]) -> str:
    """Return the object as one line; half of a surrogate pair, which UTF-8 has not, is escaped."""
    text = json.dumps(row, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(row)
    return text
