"""Web and worker together: what ``make run`` leaves running."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backoffice.core.database import server
from backoffice.core.jobs.serving import Site, listen

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    help = "Serves the back office: the web server and the background worker."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=8000, help="port; 0 takes a free one")
        parser.add_argument("--threads", type=int, default=8, help="requests answered at once")

    def handle(self, **options: Any) -> None:
        host, port = options["host"], options["port"]
        try:
            listener = listen(host, port)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise CommandError(
                f"Cannot listen on {host} port {port}: {reason}. "
                "Stop what uses it, or give another --port."
            ) from None
        with listener:
            shown = f"[{host}]" if ":" in host else host
            self.stdout.write(f"http://{shown}:{listener.getsockname()[1]}/  (Ctrl-C stops)")
            self.stdout.flush()
            status = Site(listener, threads=options["threads"]).run()
        embedded = settings.DATABASES["default"].get("OPTIONS", {}).get("embedded_dir")
        if embedded is not None:
            server.stop_if_unused(embedded)
        sys.exit(status)
