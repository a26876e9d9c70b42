"""Read a stream of messages and print the watches they speak of; needs no database."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext

from listings.extraction.catalogue import load_shipped
from listings.extraction.items import plain
from listings.extraction.jsonl import bad_line, row_of, written
from listings.extraction.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterable


class Command(BaseCommand):
    help = (
        'Read JSON lines with "id" and "text" from the standard input and print {"id", "items"} '
        "for each: type, brand, model, reference, price, currency, condition, year, size_mm, "
        "movement, box, papers of every watch. A line that cannot be read is named on the "
        "standard error and left out; the others are printed all the same, and the command then "
        "ends with 1. No database is needed."
    )
    requires_system_checks: tuple[str, ...] = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            bad = self._extract(sys.stdin.buffer)
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

    def _extract(self, lines: Iterable[bytes]) -> int:
        """Print a line for each line read, at once; return how many were left out."""
        bad = 0
        catalogue = load_shipped()
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = row_of(line)
            except ValueError as error:
                bad += 1
                self.stderr.write(bad_line(number, error))
                continue
            items = [plain(item) for item in read(row["text"], catalogue)]
            self.stdout.write(written({"id": row.get("id"), "items": items}))
            self.stdout.flush()
        return bad
