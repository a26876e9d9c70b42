"""Encrypt the keys of data sources with today's SECRET_KEY."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from crm.sources import secrets


class Command(BaseCommand):
    help = (
        "Encrypts the keys of all data sources anew with SECRET_KEY. Run it after SECRET_KEY was"
        " changed, while the old one is in SECRET_KEY_FALLBACKS."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done, unreadable = secrets.rotate()
        self.stdout.write(f"{done} keys encrypted anew.")
        if unreadable:
            names = ", ".join(source.name for source in unreadable)
            raise CommandError(f"These cannot be read and have to be typed in anew: {names}.")
