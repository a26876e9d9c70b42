"""Look for customers who are there twice: in the database, or in a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from backoffice.core.errors import DomainError
from crm.duplicates import searching, spreadsheet
from crm.duplicates.scoring import LIKELY
from crm.models import DuplicateScan

if TYPE_CHECKING:
    from argparse import ArgumentParser

THRESHOLDS = (0.5, 0.75, 0.8, 0.9, 0.95, 0.99)
SHOWN = 20


class Command(BaseCommand):
    help = (
        "Look for customers who are there twice and list them in the admin. With --csv: in a file,"
        " without the database; with --truth also how many were found, and how many rightly."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="everybody, not only who changed")
        parser.add_argument("--csv", type=Path, help="a file with a heading in its first row")
        parser.add_argument("--truth", default="", help="column: rows of one customer share it")
        parser.add_argument(
            "--threshold", type=float, default=LIKELY, help="likeness from which a pair is listed"
        )
        parser.add_argument("--show", type=int, default=SHOWN, help="pairs to print")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["csv"] is None:
            self._search(whole=options["all"])
            return
        try:
            outcome = spreadsheet.find(options["csv"], truth=options["truth"])
        except OSError as error:
            raise CommandError(f"{options['csv']}: {error.strerror}") from error
        except DomainError as error:
            raise CommandError(str(error.sentence)) from error
        self._tell(outcome, options)

    def _search(self, *, whole: bool) -> None:
        try:
            count = searching.find(whole=whole)
        except DomainError as error:
            raise CommandError(str(error.sentence)) from error
        last = DuplicateScan.objects.first()
        if last is not None:
            self.stdout.write(
                f"{last.customers} customers, {last.pairs} pairs compared,"
                f" {last.split_blocks} large groups"
            )
        self.stdout.write(f"{count} pairs to decide")

    def _tell(self, outcome: spreadsheet.Outcome, options: dict[str, Any]) -> None:
        self.stdout.write(
            f"{outcome.rows} rows, {outcome.compared} pairs compared"
            f" ({outcome.share:.4%} of all), {outcome.split_blocks} large groups"
        )
        likely = [pair for pair in outcome.pairs if pair.probability >= options["threshold"]]
        for pair in likely[: options["show"]]:
            self.stdout.write(f"rows {pair.first} and {pair.second}: {pair.probability:.3f}")
        self.stdout.write(f"{len(likely)} pairs at {options['threshold']} and more")
        if not options["truth"]:
            return
        reached = outcome.met / max(1, len(outcome.truth))
        self.stdout.write(f"{len(outcome.truth)} true pairs, {reached:.3f} of them compared")
        for threshold in sorted({*THRESHOLDS, options["threshold"]}):
            found, precision, recall = outcome.quality(threshold)
            self.stdout.write(
                f"at {threshold}: {found} pairs, precision {precision:.3f}, recall {recall:.3f}"
            )
