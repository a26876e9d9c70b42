"""Take in messages that lie in files, as if they had just arrived."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from backoffice.messaging import desks
from backoffice.messaging.importing import import_paths

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Imports e-mails (.eml) and WhatsApp messages (.whatsapp.json); the worker reads them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file or folder")
        parser.add_argument(
            "--desk",
            default="orders",
            choices=sorted(desk.name for desk in desks.all_desks()),
            help="who the messages are for (default: orders)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        paths: list[Path] = options["paths"]
        if missing := [str(path) for path in paths if not path.exists()]:
            raise CommandError(f"There is no file or folder {', '.join(missing)}.")
        result = import_paths(paths, desk=options["desk"])
        for line in result.unreadable:
            self.stderr.write(line)
        self.stdout.write(
            f"{result.imported} imported, {result.known} already known, "
            f"{len(result.unreadable)} unreadable"
        )
