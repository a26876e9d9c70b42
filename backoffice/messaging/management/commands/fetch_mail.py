"""Fetch new mail, once; for cron, or to see what is wrong with a mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from backoffice.integrations.errors import ServiceError
from backoffice.messaging import mailboxes

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Fetches new mail of the configured mailboxes; the worker reads it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--mailbox",
            choices=[*settings.MAILBOXES],
            help="only this one; without it, every mailbox that is configured",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        names = [options["mailbox"]] if options["mailbox"] else mailboxes.configured()
        if not names:
            raise CommandError("No mailbox is configured: set ORDERS_IMAP_USER in .env.")
        failures = []
        for name in names:
            try:
                fetched = mailboxes.fetch(name)
            except ServiceError as error:
                failures.append(f"{name}: {error}")
                continue
            self.stdout.write(
                f"{name}: {fetched.imported} new, {fetched.known} already known, "
                f"{fetched.too_large} too large"
            )
        if failures:
            raise CommandError("; ".join(failures))
