"""Take listings in from a file and make them searchable."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.extraction.jsonl import bad_line
from listings.loading import lines, storing

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

    from listings.loading.lines import Line


class Command(BaseCommand):
    help = (
        'Load listings from JSON lines with "id" and "text". A line may list its watches under '
        '"items" (type, brand, model, reference, price, currency, condition, year, size_mm, '
        'movement, box, papers), state these facts itself, and name its "sender" (a number or a '
        'name) and its "date"; what it does not say is read in its text. The same id again '
        "renews what was loaded before. All are searchable when the command ends. A line that "
        "cannot be read is named on the standard error and left out; the others are loaded all "
        "the same, and the command then ends with 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.jsonl", help='"-" is the standard input.')

    def handle(self, *args: Any, file: str, **options: Any) -> None:
        self._bad = 0
        try:
            with _opened(file) as stream:
                done = storing.load(self._lines(stream))
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be read: %(reason)s.")
                % {"file": file, "reason": error.strerror or error}
            ) from error
        self.stdout.write(
            _(
                "%(lines)s lines: %(new)s listings are new, %(changed)s changed, %(same)s as they"
                " were, %(gone)s withdrawn."
            )
            % {
                "lines": done.lines,
                "new": done.new,
                "changed": done.changed,
                "same": done.same,
                "gone": done.gone,
            }
        )
        if not done.embedded:
            self.stderr.write(
                _("OpenAI did not answer: the worker embeds the rest when it does again.")
            )
        if self._bad:
            raise CommandError(
                ngettext(
                    "%(count)s line was left out because it could not be read.",
                    "%(count)s lines were left out because they could not be read.",
                    self._bad,
                )
                % {"count": self._bad}
            )

    def _lines(self, stream: IO[bytes]) -> Iterator[Line]:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                yield lines.read(line)
            except ValueError as error:
                self._bad += 1
                self.stderr.write(bad_line(number, error))


def _opened(file: str) -> IO[bytes]:
    return sys.stdin.buffer if file == "-" else Path(file).open("rb")
