"""Learn from labelled messages how far confidences can be believed, and what goods cost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from backoffice.core import ai
from backoffice.core.errors import DomainError
from orders.evaluation import corpus, fitting
from orders.extraction.confidence import calibration, usual_prices

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from orders.evaluation.fitting import Guess

RECORD = calibration.FILE.with_name("first_readings.jsonl")


class Command(BaseCommand):
    help = (
        "Read the labelled messages of each FOLDER that were never read before, note which values "
        "were right, and write the curves that turn confidences into the share of right values, "
        "and the range of prices seen per product. A message is noted once, at its first reading: "
        "rules that were mended for it would praise themselves. No database is needed."
    )
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
        parser.add_argument(
            "--record", type=Path, default=RECORD, help="Where first readings are kept."
        )
        parser.add_argument(
            "--output", type=Path, default=calibration.FILE, help="Where the curves are written."
        )
        parser.add_argument(
            "--prices", type=Path, default=usual_prices.FILE, help="Where prices are written."
        )

    def handle(self, *args: Any, folders: list[Path], **options: Any) -> None:
        record: Path = options["record"]
        known = fitting.recorded(record) if record.exists() else []
        try:
            with ai.without_database():
                messages = list(corpus.load(folders, [], transcripts=True))
                seen = {guess.message for guess in known}
                new = [one for one in messages if one.name not in seen]
                guesses = [guess for one in new for guess in fitting.guesses(one)]
        except DomainError as error:
            raise CommandError(str(error)) from error
        fitting.append(record, guesses)
        self._write_curves(options["output"], [*known, *guesses])
        if messages:
            prices = usual_prices.learned(one.label for one in messages)
            _write(options["prices"], {"ranges": prices})
        self.stdout.write(
            _("%(new)s messages read for the first time, %(all)s in all.")
            % {"new": len(new), "all": len({g.message for g in [*known, *guesses]})}
        )

    def _write_curves(self, path: Path, guesses: list[Guess]) -> None:
        if not guesses:
            raise CommandError(_("There is no labelled message to learn from: name a folder."))
        curves = fitting.fit(guesses)
        _write(
            path,
            {
                "fields": {
                    name: {
                        "values": sum(guess.field == name for guess in guesses),
                        "points": points,
                    }
                    for name, points in curves.items()
                }
            },
        )


def _write(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, indent=1) + "\n", "utf-8")
