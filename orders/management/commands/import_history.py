"""Load orders that were validated before this system."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from backoffice.core.errors import DomainError
from orders import history

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Load earlier validated orders from a CSV or XLSX file, one row per order line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            report = history.load(file.read_bytes(), filename=file.name)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except DomainError as error:
            raise CommandError(f"{file}: {error}") from error
        for problem in report.errors:
            self.stderr.write(str(problem))
        counts = {"created": report.created, "unchanged": report.unchanged}
        self.stdout.write(_("%(created)d orders loaded, %(unchanged)d known already.") % counts)
        if report.errors:
            raise CommandError(_("%(count)d rows were not loaded.") % {"count": len(report.errors)})
