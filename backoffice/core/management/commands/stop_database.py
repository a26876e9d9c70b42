"""Stop the embedded PostgreSQL of this data folder."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from backoffice.core.database import server


class Command(BaseCommand):
    help = "Stop the embedded PostgreSQL server (nothing happens when it does not run)."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-unused", action="store_true", help="unless it is in use")

    def handle(self, *args: Any, if_unused: bool, **options: Any) -> None:
        folder = settings.DATABASES["default"].get("OPTIONS", {}).get("embedded_dir")
        if folder is None:
            raise CommandError("DATABASE_URL is set: that server is not ours to stop.")
        stopped = server.stop_if_unused(folder) if if_unused else server.stop(folder)
        self.stdout.write("stopped" if stopped else "left as it is")
